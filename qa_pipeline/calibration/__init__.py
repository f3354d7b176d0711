"""Calibration: several people score the same calls, blind to each other and to the machine, and then compare.

Nothing here is a decision: no word of a session reaches a score, a grade or pay.
"""
