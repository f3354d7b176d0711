"""The knowledge base as it is recorded: what was valid on a day is in an entry, what was known at a time is asked here.

No row is ever changed. A version that is closed, described anew or corrected is recorded once more, and the last
recorded counts; so the base can be read as it was known at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.models import KnowledgeEntry
from qa_pipeline.store.codec import encode, sha256_of
from qa_pipeline.store.rows import as_row, hold_rows
from qa_pipeline.store.schema import KnowledgeRow


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record of a version: what it said from ``recorded_at`` on, until it was recorded again."""

    entry: KnowledgeEntry
    recorded_at: datetime


def entries(session: Session, known_at: datetime | None = None) -> tuple[KnowledgeEntry, ...]:
    """Return every version of every entry, by entry and version.

    Args:
        session: The unit of work.
        known_at: As the base was recorded at that time, that moment included; None for now.
    """
    newest = select(func.max(KnowledgeRow.row_id)).group_by(KnowledgeRow.entry_id, KnowledgeRow.version)
    if known_at is not None:
        newest = newest.where(KnowledgeRow.recorded_at <= known_at)
    rows = session.scalars(
        select(KnowledgeRow)
        .where(KnowledgeRow.row_id.in_(newest))
        .order_by(KnowledgeRow.entry_id, KnowledgeRow.version)
    )
    return tuple(row.body for row in rows)


def history(session: Session, entry_id: str | None = None) -> tuple[Recorded, ...]:
    """Return everything ever recorded (of one entry), the oldest first."""
    statement = select(KnowledgeRow).order_by(KnowledgeRow.row_id)
    if entry_id is not None:
        statement = statement.where(KnowledgeRow.entry_id == entry_id)
    return tuple(Recorded(row.body, row.recorded_at) for row in session.scalars(statement))


def hold_entry(session: Session, entry_id: str) -> None:
    """Let one at a time record what an entry says, until this unit of work ends; read its history afterwards."""
    hold_rows(session, KnowledgeRow, KnowledgeRow.entry_id == entry_id)


def as_known(records: Iterable[Recorded], known_at: datetime | None = None) -> tuple[KnowledgeEntry, ...]:
    """Return every version in records (the oldest first) as it was known at a time; None for now."""
    found: dict[tuple[str, int], KnowledgeEntry] = {}
    for record in records:
        if known_at is None or record.recorded_at <= known_at:
            found[record.entry.entry_id, record.entry.version] = record.entry
    return tuple(found[name] for name in sorted(found))


def versions_of(known: Iterable[KnowledgeEntry]) -> dict[str, dict[int, KnowledgeEntry]]:
    """Return entries by id and version."""
    found: dict[str, dict[int, KnowledgeEntry]] = {}
    for entry in known:
        found.setdefault(entry.entry_id, {})[entry.version] = entry
    return found


def entry_row(entry: KnowledgeEntry, now: datetime) -> KnowledgeRow:
    """Return a version as it is recorded."""
    dates = {"valid_from": entry.valid_from, "valid_to": entry.valid_to}
    return as_row(KnowledgeRow, entry, **dates, body=entry, recorded_at=now)


def knowledge_sha256(session: Session) -> str:
    """Return the SHA-256 over all entries: what an audit notes down as the base that it knew."""
    return sha256_of(*sorted(encode(entry) for entry in entries(session)))
