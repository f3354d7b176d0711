"""Judging one call that was heard: by what, with which hash, and again once people have corrected its transcript."""
