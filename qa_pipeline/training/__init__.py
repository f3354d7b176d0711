"""From the audit to the training room: what can be learnt from a month's calls, and what becomes of it."""
