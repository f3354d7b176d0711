"""A month's draw as the store has it, and whether it is what its seed gives."""

from __future__ import annotations

from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import FrameRow
from qa_pipeline.sampling import DrawRecord, first_difference, record_of
from qa_pipeline.store.queries.month import plan_of
from qa_pipeline.store.queries.sampling import frame_of, frame_today


def stored_record(session: Session, month: str) -> DrawRecord:
    """Return a month's draw as the store has it.

    Raises:
        UserError: The month has no plan.
    """
    plan = plan_of(session, month)
    if plan is None:
        raise UserError(f"no calls of {month} were drawn yet", f"run `hotline-qa draw --month {month}` first")
    return record_of(plan, frame_of(session, month) or frame_today(session, month))


def changed_calls(session: Session, record: DrawRecord) -> tuple[str | None, int]:
    """Return what of the frame is otherwise in the call log today (None: nothing), and how many calls came later."""
    today = {row.call_id: row for row in frame_today(session, record.month)}
    then = {row.call_id for row in record.frame}
    for row in record.frame:
        if (now := today.get(row.call_id)) != row:
            return _change(row, now), 0
    return None, len(today.keys() - then)


def _change(row: FrameRow, now: FrameRow | None) -> str:
    if now is None:
        return f"抽样时总体中的通话 {row.call_id} 已不在通话记录里"
    name, before, after = next((name, a, b) for name, a, b in zip(_FIELDS, row, now, strict=True) if a != b)
    return f"通话 {row.call_id} 的{name}在抽样后由“{before}”变为“{after}”"


_FIELDS = ("编号", "开始时间", "时长", "工号", "班次")


def draw_fault(session: Session, month: str) -> str | None:
    """Return in what a month's draw is not what its own seed and frame give (Chinese); None where it is.

    Raises:
        UserError: The month has no plan.
    """
    record = stored_record(session, month)
    changed, _ = changed_calls(session, record)
    return first_difference(record) or changed
