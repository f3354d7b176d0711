"""What people hold against a month, and what is held against that: supervision notices, appeals, retraining.

Everything is append-only, is said by a person who is neither the one judged nor the one who spoke before, and leaves a
settled month as it was.
"""
