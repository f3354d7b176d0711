"""Putting a month's call log into order without holding it: a large centre takes millions of calls."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from qa_pipeline.ledger.operators import frame_text
from qa_pipeline.models import FrameRow


class ByCall:
    """The texts of calls (`qa_pipeline.ledger.operators.frame_text`) in the order of their ids.

    They lie in a private temporary file of SQLite, which is gone when this is.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute("PRAGMA journal_mode = OFF")
        # UTF-8 sorts by bytes as Python sorts by characters.
        self._db.execute("CREATE TABLE calls (call_id TEXT PRIMARY KEY, said TEXT) WITHOUT ROWID")

    def add(self, rows: Iterable[FrameRow]) -> None:
        """Take calls, in any order.

        Raises:
            ValueError: A call is there already.
        """
        try:
            self._db.executemany("INSERT INTO calls VALUES (?, ?)", ((row.call_id, frame_text(row)) for row in rows))
        except sqlite3.IntegrityError as error:
            raise ValueError("a call stands twice in the call log") from error

    def texts(self) -> Iterator[str]:
        """Return the texts in the order of the calls' ids."""
        for (said,) in self._db.execute("SELECT said FROM calls ORDER BY call_id"):
            yield said

    def close(self) -> None:
        """Give the file back."""
        self._db.close()
