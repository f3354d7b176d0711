"""From the audit to the training room: passages, masked clips, session packs, records of training."""
