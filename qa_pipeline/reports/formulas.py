"""What a spreadsheet program would take for a formula: texts from outside must stay texts (OWASP, "CSV injection")."""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The full-width ones are taken for the others where Chinese or Japanese is typed."""


def is_formula(text: str) -> bool:
    """Whether a text would be taken for one."""
    return text.startswith(STARTS)


def as_text(text: str) -> str:
    """Return a text of a CSV file that no spreadsheet takes for a formula."""
    return f"'{text}" if is_formula(text) else text
