"""Lines of the access log that the database did not take after what they tell of was done.

A change that stands is answered as done. Its line is kept in a file of the workspace, the doctor tells of it, and the
next line that the database takes takes it along.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import QaError
from qa_pipeline.store.queries.access_log import add_access

logger = logging.getLogger(__name__)
FILE = "access-log-unwritten.jsonl"


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One line of the access log, before it is written; see `qa_pipeline.models.accounts.AccessEntry`."""

    at: datetime
    login: str
    name: str
    action: str
    subject: str
    outcome: int
    address: str

    def write(self, session: Session) -> None:
        """Write it."""
        add_access(session, self.at, (self.login, self.name), self.action, self.subject, self.outcome, self.address)


def keep(workspace: Path, line: AccessLine) -> None:
    """Keep a line in the workspace until the database takes it; say so where whoever runs the machine looks."""
    text = json.dumps(asdict(line), default=str, ensure_ascii=False)
    logger.error("access log: a line could not be written to the database; it is kept in the workspace")
    try:
        with _held(workspace) as file:
            file.seek(0, os.SEEK_END)
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        logger.critical("access log: nor to the workspace. It is: %s", text)


def take_along(workspace: Path, sessions: sessionmaker[Session]) -> int:
    """Write the lines that were kept and return how many; those that the database still does not take stay."""
    if not count_unwritten(workspace):
        return 0
    try:
        with _held(workspace) as file:
            lines = _lines(file.read())
            with sessions.begin() as session:
                for line in lines:
                    line.write(session)
            file.truncate(0)
    except (OSError, QaError) as trouble:
        logger.warning("access log: lines stay in the workspace: %s", type(trouble).__name__)
        return 0
    return len(lines)


def count_unwritten(workspace: Path) -> int:
    """Return how many lines are kept in the workspace."""
    kept = workspace / FILE
    return kept.read_bytes().count(b"\n") if kept.exists() and kept.stat().st_size else 0


@contextmanager
def _held(workspace: Path) -> Iterator[TextIO]:
    """Open the file of lines, which no other process has meanwhile."""
    descriptor = os.open(workspace / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _lines(text: str) -> tuple[AccessLine, ...]:
    found: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    return tuple(AccessLine(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in found)
