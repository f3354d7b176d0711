"""Who is at which call. One conditional statement decides, so that two people never get the same call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Account
from qa_pipeline.models.queue import Claim
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import ClaimRow

LEASE = timedelta(minutes=30)


def claim_call(session: Session, call_id: str, account: Account, now: datetime, lease: timedelta = LEASE) -> bool:
    """Take a call for a while; False where somebody else is at it. Who holds it already holds it longer."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"account_id": account.account_id, "name": account.name, "claimed_at": now, "until": now + lease}
    free = or_(ClaimRow.until <= now, ClaimRow.account_id == account.account_id)
    statement = insert(ClaimRow).values(call_id=call_id, **values)
    taken = statement.on_conflict_do_update(index_elements=["call_id"], set_=values, where=free)
    return session.scalar(taken.returning(ClaimRow.call_id)) is not None


def renew_claim(session: Session, call_id: str, account_id: int, now: datetime, lease: timedelta = LEASE) -> bool:
    """Hold a call longer; False where it is held by somebody else by now, or by nobody."""
    its = (ClaimRow.call_id == call_id, ClaimRow.account_id == account_id)
    longer = update(ClaimRow).where(*its).values(until=now + lease).returning(ClaimRow.call_id)
    return session.scalar(longer.execution_options(synchronize_session=False)) is not None


def release_claim(session: Session, call_id: str, account_id: int) -> None:
    """Give a call back; one that somebody else holds stays theirs."""
    session.execute(delete(ClaimRow).where(ClaimRow.call_id == call_id, ClaimRow.account_id == account_id))


def claim_on(session: Session, call_id: str, now: datetime) -> Claim | None:
    """Return who is at a call, None where nobody is."""
    row = session.scalar(
        select(ClaimRow)
        .where(ClaimRow.call_id == call_id, ClaimRow.until > now)
        .execution_options(populate_existing=True)
    )
    return None if row is None else as_model(Claim, row)


def claims_of(session: Session, account_id: int, now: datetime) -> tuple[Claim, ...]:
    """Return the calls that somebody holds, the longest held first."""
    rows = session.scalars(
        select(ClaimRow)
        .where(ClaimRow.account_id == account_id, ClaimRow.until > now)
        .order_by(ClaimRow.claimed_at, ClaimRow.call_id)
        .execution_options(populate_existing=True)
    )
    return tuple(as_model(Claim, row) for row in rows)


def clear_expired(session: Session, now: datetime) -> None:
    """Forget claims that ended long ago."""
    session.execute(delete(ClaimRow).where(ClaimRow.until <= now - LEASE))
