"""The ledger's rows: written in order, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from qa_pipeline.store.schema import LedgerRow

_BATCH = 2000
_COLUMNS = (LedgerRow.seq, LedgerRow.month, LedgerRow.kind, LedgerRow.body, LedgerRow.sha256)
StoredEntry = tuple[int, str, str, str, str]
"""Number, month, kind, body and hash of an entry, as they are stored."""


class NewEntry(Protocol):
    """What is to be written; see `qa_pipeline.ledger.chain.Entry`."""

    @property
    def seq(self) -> int: ...  # noqa: D102  # said there
    @property
    def month(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def body(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102


def add_entries(session: Session, entries: Iterable[NewEntry]) -> int:
    """Write entries in batches, so that a month of a million does not lie in memory; return how many."""
    rest, written = iter(entries), 0
    while batch := list(islice(rest, _BATCH)):
        rows = [{"seq": e.seq, "month": e.month, "kind": e.kind, "body": e.body, "sha256": e.sha256} for e in batch]
        session.execute(insert(LedgerRow), rows)
        written += len(rows)
    return written


def entries_of(session: Session, month: str | None = None) -> Iterator[StoredEntry]:
    """Return the entries of a month, or all, in order; they are read as they are asked for."""
    statement = select(*_COLUMNS).order_by(LedgerRow.seq)
    if month is not None:
        statement = statement.where(LedgerRow.month == month)
    for row in session.execute(statement, execution_options={"yield_per": _BATCH}):
        yield row.seq, row.month, row.kind, row.body, row.sha256


def entry_before(session: Session, seq: int | None = None) -> StoredEntry | None:
    """Return the entry with the highest number below ``seq``, or of all; None where there is none."""
    statement = select(*_COLUMNS).order_by(LedgerRow.seq.desc()).limit(1)
    if seq is not None:
        statement = statement.where(LedgerRow.seq < seq)
    row = session.execute(statement).first()
    return None if row is None else (row.seq, row.month, row.kind, row.body, row.sha256)


def last_of(session: Session, kind: str, before_month: str) -> StoredEntry | None:
    """Return the last entry of a kind in the months before a month; None where there is none."""
    statement = select(*_COLUMNS).where(LedgerRow.kind == kind, LedgerRow.month < before_month)
    row = session.execute(statement.order_by(LedgerRow.seq.desc()).limit(1)).first()
    return None if row is None else (row.seq, row.month, row.kind, row.body, row.sha256)


def last_entry_of(session: Session, month: str) -> StoredEntry | None:
    """Return the last entry of a month, None of one that is not in the ledger."""
    statement = select(*_COLUMNS).where(LedgerRow.month == month).order_by(LedgerRow.seq.desc()).limit(1)
    row = session.execute(statement).first()
    return None if row is None else (row.seq, row.month, row.kind, row.body, row.sha256)


def ledger_months(session: Session) -> tuple[str, ...]:
    """Return the months that are in the ledger, in the order of their first entries."""
    first = func.min(LedgerRow.seq)
    return tuple(session.scalars(select(LedgerRow.month).group_by(LedgerRow.month).order_by(first)))
