"""Months by the API: figures of each operator, and whether the month is settled."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from fastapi.responses import Response

from qa_pipeline.assessment import OperatorMonth
from qa_pipeline.errors import NotFound
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review.checklist import Checklist, Point, Weight
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.closing import checklist_of
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.downloads import payroll_csv
from qa_pipeline.web.navigation import SEES_CALLS

router = api_family("months")
READS = [by_token(Scope.MONTHS_READ, *SEES_CALLS)]
LOOKS = [by_token(Scope.MONTHS_READ, *SEES_CALLS, looks=True)]


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


class ChecklistLine(Values):
    """What is looked at before a month is settled: what forbids it, must be accepted, is noted, or is done."""

    point: Point
    weight: Weight
    count: int
    words: list[str]


@router.get("/months", dependencies=READS)
def list_months(desk: DeskOf) -> list[str]:
    """Return the months that have calls, the newest first."""
    with desk.sessions() as session:
        return list(months(session))


@router.get("/months/{month}", dependencies=LOOKS)
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
        operators=[operator_line(one) for one in view.operators],
    )


def operator_line(one: OperatorMonth) -> OperatorLine:
    """Return one operator's figures."""
    return OperatorLine(
        operator_id=one.operator.operator_id,
        name=one.operator.name,
        heard=one.n_heard,
        mean=one.mean,
        interval_low=one.interval_low,
        interval_high=one.interval_high,
        grade=one.grade,
    )


def checklist_lines(found: Checklist) -> list[ChecklistLine]:
    """Return a checklist's lines."""
    return [
        ChecklistLine(point=one.point, weight=one.weight, count=one.count, words=list(one.words))
        for one in found.checks
    ]


@router.get("/months/{month}/checklist", dependencies=[by_token(Scope.MONTHS_READ, Role.SUPERVISOR, looks=True)])
def get_checklist(desk: DeskOf, month: str) -> list[ChecklistLine]:
    """Return what is open before the month is settled."""
    with desk.sessions() as session:
        found = checklist_of(desk, session, month, datetime.now())
    return checklist_lines(found)


@router.get(
    "/months/{month}/payroll.csv",
    dependencies=[by_token(Scope.PAYROLL_READ, Role.SUPERVISOR, looks=True)],
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The payroll"}},
)
def get_payroll(desk: DeskOf, month: str) -> Response:
    """Return the payroll as finance reads it in; of a month that is open it is provisional."""
    return payroll_csv(desk, month)
