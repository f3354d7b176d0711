"""The record of who looked at what and who changed what: written and searched, never edited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import AccessEntry
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import AccessRow, AccountRow

_REFUSED = 400
"""What became of it, as an HTTP status; a look has none (0)."""


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


def looked_since(session: Session, login: str, action: str, subject: str, since: datetime) -> bool:
    """Whether somebody has looked at (or heard) something at or after a moment, and was not refused."""
    mine = select(AccessRow.entry_id).where(
        AccessRow.login == login,
        AccessRow.action == action,
        AccessRow.subject == subject,
        AccessRow.at >= since,
        AccessRow.outcome < _REFUSED,
    )
    return session.scalar(mine.limit(1)) is not None


def done_since(
    session: Session, actions: Collection[str], subject: str, since: datetime, until: datetime | None = None
) -> tuple[AccessEntry, ...]:
    """Return who did any of some things with something from a moment on (and up to one), in order; not the refused."""
    done = select(AccessRow).where(
        AccessRow.action.in_(actions), AccessRow.subject == subject, AccessRow.at >= since, AccessRow.outcome < _REFUSED
    )
    if until is not None:
        done = done.where(AccessRow.at <= until)
    return tuple(as_model(AccessEntry, row) for row in session.scalars(done.order_by(AccessRow.at, AccessRow.entry_id)))


def access_entries(
    session: Session, asked: AccessFilter, limit: int, before: int | None = None
) -> tuple[AccessEntry, ...]:
    """Return at most ``limit`` lines, the newest first; ``before`` an entry's number, for the next page.

    By time and then by number, so that an index gives them in order, whatever is asked.
    """
    rows = _fitting(session, asked).order_by(AccessRow.at.desc(), AccessRow.entry_id.desc()).limit(limit)
    last = None if before is None else session.get(AccessRow, before)
    if last is not None:
        earlier = and_(AccessRow.at == last.at, AccessRow.entry_id < last.entry_id)
        rows = rows.where(AccessRow.at <= last.at, or_(AccessRow.at < last.at, earlier))
    return tuple(as_model(AccessEntry, row) for row in session.scalars(rows))


def access_actions(session: Session) -> tuple[str, ...]:
    """Return the actions that the record has: from one to the next in the index, however many lines there are."""
    first = select(func.min(AccessRow.action).label("action")).cte("actions", recursive=True)
    after = select(func.min(AccessRow.action)).where(AccessRow.action > first.c.action).scalar_subquery()
    actions = first.union_all(select(after).where(first.c.action.is_not(None)))
    found = session.scalars(select(actions.c.action).where(actions.c.action.is_not(None)))
    return tuple(sorted(found))


def _fitting(session: Session, asked: AccessFilter) -> Select[AccessRow]:
    rows = select(AccessRow)
    if asked.who:
        rows = rows.where(AccessRow.login == _login_of(session, asked.who))
    if asked.action:
        rows = rows.where(AccessRow.action == asked.action)
    if asked.subject:
        rows = rows.where(AccessRow.subject.contains(asked.subject, autoescape=True))
    if asked.since is not None:
        rows = rows.where(AccessRow.at >= asked.since)
    if asked.until is not None:
        rows = rows.where(AccessRow.at < asked.until)
    return rows


def _login_of(session: Session, who: str) -> str:
    """Return the login of an account by its name; what is nobody's name is taken for a login."""
    return session.scalar(select(AccountRow.login).where(AccountRow.name == who)) or who
