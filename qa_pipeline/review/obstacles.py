"""What keeps a month from being settled whatever is decided of its calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, QaError, UserError
from qa_pipeline.store.queries.calls import require_calls
from qa_pipeline.store.queries.month import closing_of, open_months, plan_of
from qa_pipeline.store.queries.supervision import last_settled


def obstacles(session: Session, month: str, now: datetime) -> Iterator[QaError]:
    """Yield what stands in the way, each as the error that closing would raise; nothing where it may be settled.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        now: The centre's wall clock.
    """
    closing = closing_of(session, month)
    if closing is not None:
        yield Conflict(f"{month} 已由 {closing.closed_by} 于 {closing.closed_at:%Y-%m-%d %H:%M} 结账", "不能重复结账")
    if f"{now:%Y-%m}" <= month:
        yield UserError(f"{month} 还没有结束，不能结账", "月末之后再结账：之后的通话、监督记录和绩效基数都还没有进来")
    try:
        require_calls(session, month)
    except NotFound as none:
        yield none
    if plan_of(session, month, with_calls=False) is None:
        yield UserError(f"{month} 没有抽样方案", f"先在“设置与导入”里抽样，或运行 hotline-qa draw --month {month}")
    if earlier := open_months(session, month):
        yield UserError(
            f"{'、'.join(earlier)} 已抽样而未结账，{month} 不能先结账", f"按月份先后结账：先结 {earlier[0]}"
        )
    # The ledger's months follow each other, and later months went by what the earlier ones had come to.
    if (settled := last_settled(session)) is not None and settled > month:
        yield UserError(f"{settled} 已结账，{month} 不能再结账", "按月份先后结账；补做的月份只能查看，不能计入绩效")
