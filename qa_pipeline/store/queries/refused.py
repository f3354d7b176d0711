"""A row that an import cannot take."""

from __future__ import annotations


class Refused(Exception):
    """One row cannot be taken: column, what, hint."""

    def __init__(self, column: str, what: str, hint: str) -> None:
        super().__init__(column, what, hint)
        self.column, self.what, self.hint = column, what, hint
