"""Masked clips: what of a passage is covered, who approves it, and the one door by which it leaves."""
