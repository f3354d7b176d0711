"""The record of who looked at what and who changed what: written and searched, never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import AccessEntry
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import AccessRow


@dataclass(frozen=True, slots=True)
class AccessFilter:
    """What is asked of the record; '' and None ask nothing. ``who`` is a login or a name."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def add_access(
    session: Session, now: datetime, who: tuple[str, str], action: str, subject: str, outcome: int, address: str
) -> None:
    """Write one line; ``who`` is login and name."""
    login, name = who
    session.add(
        AccessRow(
            at=now,
            login=login[:64],
            name=name[:64],
            action=action[:64],
            subject=subject[:500],
            outcome=outcome,
            address=address[:64],
        )
    )
    session.flush()


def access_entries(
    session: Session, asked: AccessFilter, limit: int, before: int | None = None
) -> tuple[AccessEntry, ...]:
    """Return at most ``limit`` lines, the newest first; ``before`` an entry's number, for the next page."""
    rows = _fitting(asked).order_by(AccessRow.entry_id.desc()).limit(limit)
    if before is not None:
        rows = rows.where(AccessRow.entry_id < before)
    return tuple(as_model(AccessEntry, row) for row in session.scalars(rows))


def access_actions(session: Session) -> tuple[str, ...]:
    """Return the actions that the record has."""
    return tuple(session.scalars(select(AccessRow.action).distinct().order_by(AccessRow.action)))


def _fitting(asked: AccessFilter) -> Select[AccessRow]:
    rows = select(AccessRow)
    if asked.who:
        rows = rows.where((AccessRow.login == asked.who) | (AccessRow.name == asked.who))
    if asked.action:
        rows = rows.where(AccessRow.action == asked.action)
    if asked.subject:
        rows = rows.where(AccessRow.subject.contains(asked.subject, autoescape=True))
    if asked.since is not None:
        rows = rows.where(AccessRow.at >= asked.since)
    if asked.until is not None:
        rows = rows.where(AccessRow.at < asked.until)
    return rows
