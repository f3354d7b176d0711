"""Calls and all that is known of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models import CallAudit, CallFile, CallRecord, MonthData
from qa_pipeline.store.queries import month as plans
from qa_pipeline.store.queries.files import audit_model, load_files
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import AuditRow, CallRow, SampledCallRow


def months(session: Session) -> tuple[str, ...]:
    """Return the months that have calls, the newest first."""
    # From month to month by the index: DISTINCT would read every call that there ever was.
    found = select(func.max(CallRow.month).label("month")).cte("found", recursive=True)
    earlier = select(func.max(CallRow.month)).where(CallRow.month < found.c.month).scalar_subquery()
    found = found.union_all(select(earlier).where(found.c.month.is_not(None)))
    return tuple(
        session.scalars(select(found.c.month).where(found.c.month.is_not(None)).order_by(found.c.month.desc()))
    )


def calls_of_month(session: Session, month: str) -> tuple[CallRecord, ...]:
    """Return the calls of a month, by start time and id."""
    rows = session.scalars(select(CallRow).where(CallRow.month == month).order_by(CallRow.started_at, CallRow.call_id))
    return tuple(as_model(CallRecord, row) for row in rows)


def call_file(session: Session, call_id: str, *, speech: bool = True) -> CallFile:
    """Return all that the store holds of one call; ``speech=False`` leaves transcript and acoustics out.

    Raises:
        NotFound: There is no such call.
    """
    if session.get(CallRow, call_id) is None:
        raise NotFound(f"没有通话 {call_id}", "核对编号：写通话记录里的通话编号")
    return load_files(session, select(literal(call_id)), speech=speech)[0]


def call_files(session: Session, call_ids: Collection[str]) -> dict[str, CallFile]:
    """Return all that the store holds of some calls, by id; those that are not there are left out."""
    files = load_files(session, select(CallRow.call_id).where(CallRow.call_id.in_(call_ids)))
    return {file.call.call_id: file for file in files}


def sampled_months(session: Session, operator_id: str) -> tuple[str, ...]:
    """Return the months in which calls of an operator were drawn, the newest first."""
    mine = select(SampledCallRow.month).where(SampledCallRow.operator_id == operator_id)
    return tuple(session.scalars(mine.distinct().order_by(SampledCallRow.month.desc())))


def count_calls_of(session: Session, month: str, operator_id: str) -> int:
    """Return how many calls an operator took in a month."""
    mine = select(func.count()).where(CallRow.month == month, CallRow.operator_id == operator_id)
    return session.scalar(mine) or 0


def sampled_files(session: Session, month: str, operator_id: str) -> tuple[CallFile, ...]:
    """Return one operator's drawn calls of a month, by start time and id, without what was heard in them."""
    mine = (SampledCallRow.month == month) & (SampledCallRow.operator_id == operator_id)
    return load_files(session, select(SampledCallRow.call_id).where(mine), speech=False)


def month_data(session: Session, month: str, *, speech: bool = True) -> MonthData:
    """Return all that a month's figures are made of; ``files`` hold the sampled calls, by start time and id.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        speech: False leaves transcripts and acoustics out; figures need neither, and they are most of the bytes.

    Raises:
        NotFound: The store has no call of that month.
    """
    require_calls(session, month)
    frame = calls_of_month(session, month)
    closing = plans.closing_of(session, month)
    return MonthData(
        month=month,
        plan=plans.plan_of(session, month),
        operators=operators(session),
        frame=frame,
        files=load_files(session, select(SampledCallRow.call_id).where(SampledCallRow.month == month), speech=speech),
        closed_at=closing.closed_at if closing else None,
        closed_by=closing.closed_by if closing else None,
    )


def require_calls(session: Session, month: str) -> None:
    """Refuse a month of which nothing is in the store.

    Raises:
        NotFound: The store has no call of that month.
    """
    if session.scalar(select(CallRow.call_id).where(CallRow.month == month).limit(1)) is None:
        known = "、".join(months(session))
        told = f"有通话的月份：{known}" if known else "还没有导入任何通话记录"
        raise NotFound(f"{month} 没有通话", f"先导入该月的通话记录；{told}")


def audit_by_id(session: Session, audit_id: int) -> CallAudit:
    """Return one audit, whether or not it still counts.

    Raises:
        NotFound: There is no such audit.
    """
    row = session.get(AuditRow, audit_id)
    if row is None:
        raise NotFound(f"没有第 {audit_id} 号质检结果", "编号见通话页面")
    return audit_model(row)


def audits_of(session: Session, call_id: str) -> tuple[CallAudit, ...]:
    """Return every audit of a call, the oldest first."""
    rows = session.scalars(select(AuditRow).where(AuditRow.call_id == call_id).order_by(AuditRow.audit_id))
    return tuple(audit_model(row) for row in rows)
