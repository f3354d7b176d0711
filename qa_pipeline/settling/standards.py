"""What a month was settled by, as its ledger says."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.ledger.chain import Entry, Kind
from qa_pipeline.ledger.months import standards_again
from qa_pipeline.store.queries.ledger import entries_of, last_of
from scoring.settlement import Standards


def settled_standards(session: Session, month: str) -> Standards | None:
    """Return what a month was settled by; None of one that is open, or was settled before there was a ledger."""
    first = next(entries_of(session, month), None)
    return None if first is None else standards_again(Entry(*first).said)


def spread_before(session: Session, month: str) -> Decimal | None:
    """Return the variance of calls within operators in the last month settled before one; None of a first month."""
    last = last_of(session, Kind.CLOSE.value, month)
    found = None if last is None else Entry(*last).said.get("variance")
    return None if found is None else Decimal(found)
