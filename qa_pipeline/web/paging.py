"""Lists by page."""

from __future__ import annotations


def pages_of(total: int, rows: int) -> int:
    """Return how many pages a list has of so many rows each; an empty one has one."""
    return max(1, -(-total // rows))
