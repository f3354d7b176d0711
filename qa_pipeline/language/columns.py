"""Columns of text on a screen, where a Chinese character is as wide as two Latin ones."""

from __future__ import annotations

from rich.cells import cell_len


def pad(text: str, width: int) -> str:
    """Return a text with spaces after it, so that it takes ``width`` places on a screen; one space at least."""
    return text + " " * max(1, width - cell_len(text))
