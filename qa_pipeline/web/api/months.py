"""Months by the API: figures of each operator, and whether the month is settled."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from qa_pipeline.errors import NotFound
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import SEES_CALLS

router = api_family("months")
READS = [by_token(Scope.MONTHS_READ, *SEES_CALLS)]


class OperatorLine(Values):
    """One operator's month; what is open shows as a range, and as no grade where it decides one."""

    operator_id: str
    name: str
    heard: int
    mean: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    grade: str | None


class MonthLine(Values):
    """A month: who settled it when, or that it is open."""

    month: str
    frame: int
    drawn: int
    closed_by: str | None
    closed_at: datetime | None
    mean: Decimal | None
    operators: list[OperatorLine]


@router.get("/months", dependencies=READS)
def list_months(desk: DeskOf) -> list[str]:
    """Return the months that have calls, the newest first."""
    with desk.sessions() as session:
        return list(months(session))


@router.get("/months/{month}", dependencies=READS)
def get_month(desk: DeskOf, month: str) -> MonthLine:
    """Return a month's figures."""
    with desk.sessions() as session:
        view = desk.months.view(session, month)
        closing = closing_of(session, month)
    if view is None:
        raise NotFound(f"{month} 还没有抽样", "先抽样")
    return MonthLine(
        month=month,
        frame=view.centre.n_frame,
        drawn=view.centre.n_sampled,
        closed_by=None if closing is None else closing.closed_by,
        closed_at=None if closing is None else closing.closed_at,
        mean=view.centre.mean,
        operators=[
            OperatorLine(
                operator_id=o.operator.operator_id,
                name=o.operator.name,
                heard=o.n_heard,
                mean=o.mean,
                interval_low=o.interval_low,
                interval_high=o.interval_high,
                grade=o.grade,
            )
            for o in view.operators
        ],
    )
