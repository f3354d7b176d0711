"""The centre, a team, a shift or an operator of a month by the API, and the calls that could not be audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from qa_pipeline.assessment import ClosedLine
from qa_pipeline.assessment.agreement import ReviewersMonth
from qa_pipeline.assessment.changes import MonthChanges
from qa_pipeline.assessment.scopes import Scope as Part
from qa_pipeline.assessment.scopes import ScopeKind
from qa_pipeline.assessment.views import Accuracy
from qa_pipeline.errors import NotFound
from qa_pipeline.models.tokens import Scope
from qa_pipeline.reports.below_line import Chance
from qa_pipeline.reports.fairness import Compared
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.api.months import OperatorLine, operator_line
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.month import Shown, below_in, fairness_in, shown_centre, shown_operator, shown_part
from qa_pipeline.web.month_figures import ItemLoss
from qa_pipeline.web.month_figures import Part as MonthPart
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from scoring.strikes import StrikeState

router = api_family("months")
LOOKS = [by_token(Scope.MONTHS_READ, *SEES_CALLS, looks=True)]


class PartFigures(Values):
    """The figures of a part of a month, over its sampled calls that count; what is open shows as a range of the mean.

    ``states`` are how many calls stand where, ``losses`` the items that cost most a call, ``accuracies`` the shares of
    calls without a critical error, ``changes`` what is otherwise than in the month before (None of a first month),
    ``agreement`` how far reviewers agreed; of people by name for the centre alone. Of a large month ``as_of`` says as
    of when it is so.
    """

    month: str
    kind: ScopeKind
    name: str
    frame: int
    drawn: int
    counted: int
    mean: Decimal | None
    mean_low: Decimal | None
    mean_high: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    states: Mapping[str, int]
    losses: list[ItemLoss]
    accuracies: list[Accuracy]
    changes: MonthChanges | None
    agreement: ReviewersMonth
    as_of: datetime | None


class BelowOperator(Values):
    """An operator whose mean lies below the passing line, and what can be said of it; it is no strike by itself."""

    operator_id: str
    mean: Decimal | None
    said: Chance


class CentreFigures(Values):
    """The centre's month: its teams and shifts, who is below the line, and groups of calls held against the others."""

    figures: PartFigures
    parts: list[MonthPart]
    below: list[BelowOperator]
    fairness: list[Compared]


class PartMonth(Values):
    """A team's or a shift's month; of a shift nobody's line, since a month is not settled by shifts."""

    figures: PartFigures
    operators: list[OperatorLine]


class MonthOf(Values):
    """An operator's month in the line of their months; ``proven``: it counts as failed beyond any doubt."""

    month: str
    heard: int
    frame: int
    mean: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    grade: str | None
    factor: Decimal | None
    failed: bool
    proven: bool


class OperatorDetail(Values):
    """One operator's month, where their run of failed months stands after it, and their settled months with it."""

    operator_id: str
    name: str
    team: str
    figures: PartFigures
    line: OperatorLine | None
    run: StrikeState | None
    months: list[MonthOf]


class FailedCall(Values):
    """A sampled call that could not be audited, or (``drawn`` is false) one that could not be drawn, and why."""

    call_id: str
    operator_id: str | None
    drawn: bool
    reason: str


@router.get("/months/{month}/failures", dependencies=[by_token(Scope.MONTHS_READ, *REVIEWS)])
def list_failures(desk: DeskOf, month: str) -> list[FailedCall]:
    """Return the calls that could not be audited, then those that could not be drawn."""
    with desk.sessions() as session:
        data = desk.months.get(session, month).data
    failed = [
        FailedCall(call_id=file.call.call_id, operator_id=file.call.operator_id, drawn=True, reason=file.failure)
        for file in data.files
        if file.failure is not None
    ]
    left_out = () if data.plan is None else data.plan.exclusions
    return failed + [
        FailedCall(call_id=one.call_id, operator_id=None, drawn=False, reason=one.reason) for one in left_out
    ]


@router.get("/months/{month}/figures", dependencies=LOOKS)
def get_figures(desk: DeskOf, month: str) -> CentreFigures:
    """Return the centre's figures, and which teams and shifts there are."""
    with desk.sessions() as session:
        shown = shown_centre(desk, session, month)
    figures = _figures(shown, month)
    below = () if shown.view is None else below_in(shown.month, shown.view, shown.card).rows
    return CentreFigures(
        figures=figures,
        parts=[] if shown.figures is None else list(shown.figures.parts),
        below=[
            BelowOperator(operator_id=row.operator.operator.operator_id, mean=row.operator.mean, said=row.said)
            for row in below
        ],
        fairness=fairness_in(shown) or [],
    )


@router.get("/months/{month}/teams/{team:path}", dependencies=LOOKS)
def get_team(desk: DeskOf, month: str, team: str) -> PartMonth:
    """Return a team's month."""
    return _part(desk, month, Part(ScopeKind.TEAM, team))


@router.get("/months/{month}/shifts/{shift:path}", dependencies=LOOKS)
def get_shift(desk: DeskOf, month: str, shift: str) -> PartMonth:
    """Return a shift's month."""
    return _part(desk, month, Part(ScopeKind.SHIFT, shift))


@router.get("/months/{month}/operators/{operator_id:path}", dependencies=LOOKS)
def get_operator(desk: DeskOf, month: str, operator_id: str) -> OperatorDetail:
    """Return one operator's month, and their months in a line."""
    with desk.sessions() as session:
        shown, who, lines = shown_operator(desk, session, month, operator_id)
    figures = _figures(shown, month)
    mine = None if shown.figures is None else next(iter(shown.figures.operators), None)
    return OperatorDetail(
        operator_id=who.operator_id,
        name=who.name,
        team=who.team,
        figures=figures,
        line=None if mine is None else operator_line(mine),
        run=None if mine is None else mine.strike,
        months=[_month(line) for line in lines],
    )


def _part(desk: Desk, month: str, part: Part) -> PartMonth:
    with desk.sessions() as session:
        shown = shown_part(desk, session, month, part)
    figures = _figures(shown, month)
    people = () if shown.figures is None else shown.figures.operators
    return PartMonth(figures=figures, operators=[operator_line(one) for one in people])


def _figures(shown: Shown, month: str) -> PartFigures:
    found = shown.figures
    if found is None:
        raise NotFound(f"{month} 还没有抽样", "先抽样")
    part, centre = found.part, found.scope.kind is ScopeKind.CENTRE
    return PartFigures(
        month=month,
        kind=found.scope.kind,
        name=found.scope.name,
        frame=part.n_frame,
        drawn=part.n_sampled,
        counted=part.n_counted,
        mean=part.mean,
        mean_low=part.mean_low,
        mean_high=part.mean_high,
        interval_low=part.interval_low,
        interval_high=part.interval_high,
        states=found.counts,
        losses=list(found.losses),
        accuracies=list(part.accuracies),
        changes=found.changes,
        agreement=found.agreement if centre else replace(found.agreement, people=()),
        as_of=shown.month.told_as_of,
    )


def _month(line: ClosedLine) -> MonthOf:
    return MonthOf(
        month=line.month,
        heard=line.n_heard,
        frame=line.n_frame,
        mean=line.mean,
        interval_low=line.interval_low,
        interval_high=line.interval_high,
        grade=line.grade,
        factor=line.factor,
        failed=line.failed,
        proven=line.assessment.proven,
    )
