"""Who has read what was decided on a call: nobody who has can judge it again blind."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, Text, insert, literal, select, type_coerce
from sqlalchemy.orm import Session

from qa_pipeline.store.rows import insert_if_absent
from qa_pipeline.store.schema import CallReadingRow, StandingRow


def note_reading(session: Session, call_id: str, account_id: int) -> None:
    """Write that somebody has read what was decided on a call."""
    insert_if_absent(session, CallReadingRow, {"call_id": call_id, "account_id": account_id})


def note_readings(session: Session, calls: Select[str], account_id: int) -> None:
    """Write that somebody has read what was decided on the calls that a statement selects; others are left out."""
    decided = type_coerce(StandingRow.reviewers, Text) != "[]"
    new = (
        select(StandingRow.call_id, literal(account_id))
        .where(StandingRow.call_id.in_(calls), decided, ~has_read_it(account_id))
        .order_by(StandingRow.call_id)
    )
    session.execute(insert(CallReadingRow).from_select(["call_id", "account_id"], new))


def has_read(session: Session, call_id: str, account_id: int) -> bool:
    """Whether somebody has read what was decided on a call."""
    return session.get(CallReadingRow, (call_id, account_id)) is not None


def has_read_it(account_id: int) -> ColumnElement[bool]:
    """Return the condition that somebody has read what was decided on a call of `StandingRow`."""
    its = (CallReadingRow.call_id == StandingRow.call_id, CallReadingRow.account_id == account_id)
    return select(CallReadingRow.call_id).where(*its).exists()
