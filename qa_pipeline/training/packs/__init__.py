"""Session packs: clips in a running order with scenario cards, as a page, as a file, and for role-play."""
