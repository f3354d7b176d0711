"""The month: of the centre, of a team, a shift or an operator, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment import MonthView, closed_line
from qa_pipeline.assessment.closing import ClosedLine, line_of
from qa_pipeline.assessment.scopes import Scope, ScopeKind
from qa_pipeline.errors import NotFound
from qa_pipeline.models import Operator
from qa_pipeline.models.supervision import NoticeState
from qa_pipeline.reports.after_closing import adjusted_lines
from qa_pipeline.reports.below_line import BelowMonth, BelowRow, below_month
from qa_pipeline.reports.fairness import Compared, FairnessMonth, Group, fairness_month
from qa_pipeline.reports.words import translator
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.settling import closed_lines_of
from qa_pipeline.store.queries.supervision import notices_of
from qa_pipeline.web.access import allow, family
from qa_pipeline.web.desk import Desk, DeskOf, language_of, page
from qa_pipeline.web.month_charts import charts
from qa_pipeline.web.month_figures import Figures, figures_of, scopes_of
from qa_pipeline.web.months import Month
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from qa_pipeline.web.paging import pages_of
from scoring.scorecard import Scorecard

router = family()
FOREVER = "9999-99"
PAGE_PEOPLE = 100
HEARD_GROUPS = (Group.SHIFT, Group.NIGHT, Group.HOSTILE)
"""What can be told without reading a month's transcripts; the rest is in the report."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A month as one page shows it; ``view`` and ``figures`` are None before it is drawn."""

    month: Month
    view: MonthView | None
    card: Scorecard
    figures: Figures | None


@router.get("/months/{month}", dependencies=[allow(*SEES_CALLS, looks=True)])
def month_page(request: Request, desk: DeskOf, month: str, people: int = 1) -> Response:
    """Show the centre's figures, each a link to the calls behind it; ``people`` is the page of its operators."""
    with desk.sessions() as session:
        shown = shown_centre(desk, session, month)
        beside = _beside(session, shown)
        fairness = fairness_in(shown)
        values = _values(session, request, shown, number=people)
    return page(request, "month.html", **values, **beside, fairness=fairness)


@router.get("/months/{month}/failures", dependencies=[allow(*REVIEWS)])
def failures_page(request: Request, desk: DeskOf, month: str) -> Response:
    """Show the calls that could not be audited, and why."""
    with desk.sessions() as session:
        known = months(session)
        data = desk.months.get(session, month).data
    return page(
        request,
        "failures.html",
        month=month,
        months=known,
        failed=[f for f in data.files if f.failure is not None],
        exclusions=data.plan.exclusions if data.plan is not None else (),
    )


@router.get("/months/{month}/teams/{team:path}", dependencies=[allow(*SEES_CALLS, looks=True)])
def team_page(request: Request, desk: DeskOf, month: str, team: str, people: int = 1) -> Response:
    """Show a team's figures beside the centre's."""
    return _part_page(request, desk, month, Scope(ScopeKind.TEAM, team), people)


@router.get("/months/{month}/shifts/{shift:path}", dependencies=[allow(*SEES_CALLS, looks=True)])
def shift_page(request: Request, desk: DeskOf, month: str, shift: str) -> Response:
    """Show a shift's figures beside the centre's."""
    return _part_page(request, desk, month, Scope(ScopeKind.SHIFT, shift))


@router.get("/months/{month}/operators/{operator_id:path}", dependencies=[allow(*SEES_CALLS, looks=True)])
def operator_page(request: Request, desk: DeskOf, month: str, operator_id: str) -> Response:
    """Show one operator's month, and their months in a line."""
    with desk.sessions() as session:
        shown, person, lines = shown_operator(desk, session, month, operator_id)
        beside = _beside(session, shown)
        values = _values(session, request, shown, lines)
    return page(request, "month_operator.html", operator=person, lines=lines, **values, **beside)


def _part_page(request: Request, desk: Desk, month: str, scope: Scope, number: int = 1) -> Response:
    with desk.sessions() as session:
        shown = shown_part(desk, session, month, scope)
        beside = _beside(session, shown)
        values = _values(session, request, shown, number=number)
    return page(request, "month_part.html", **values, **beside)


def shown_centre(desk: Desk, session: Session, month: str) -> Shown:
    """Return the centre's month.

    Raises:
        NotFound: There are no calls of that month.
    """
    return _shown(desk, session, month, Scope())


def shown_part(desk: Desk, session: Session, month: str, scope: Scope) -> Shown:
    """Return a team's or a shift's month.

    Raises:
        NotFound: There are no calls of that month, or none of that part.
    """
    shown = _shown(desk, session, month, scope)
    if shown.figures is not None and scope not in scopes_of(shown.month):
        raise NotFound(f"{month} 没有“{scope.name}”的通话", "从月度页的班组、班次表点进来")
    return shown


def shown_operator(
    desk: Desk, session: Session, month: str, operator_id: str
) -> tuple[Shown, Operator, tuple[ClosedLine, ...]]:
    """Return one operator's month, who it is, and their settled months with it, by month.

    Raises:
        NotFound: There are no calls of that month, or nobody on the roster has that number.
    """
    shown = _shown(desk, session, month, Scope(ScopeKind.OPERATOR, operator_id))
    found = next((one for one in shown.month.data.operators if one.operator_id == operator_id), None)
    if found is None:
        raise NotFound(f"名册里没有工号 {operator_id}", "从月度页的话务员表点进来")
    return shown, found, _months_of(session, shown, operator_id)


def _shown(desk: Desk, session: Session, month: str, scope: Scope) -> Shown:
    found, view = desk.months.get(session, month), desk.months.view(session, month)
    card = desk.card(session, None if view is None else view.scorecard_version)
    return Shown(found, view, card, figures_of(desk, session, month, scope))


def _values(
    session: Session, request: Request, shown: Shown, lines: tuple[ClosedLine, ...] = (), number: int = 1
) -> dict[str, Any]:
    figures = shown.figures
    everybody = () if figures is None else figures.operators
    pages = pages_of(len(everybody), PAGE_PEOPLE)
    number = min(max(1, number), pages)
    people = everybody[(number - 1) * PAGE_PEOPLE : number * PAGE_PEOPLE]
    return {
        "month": shown.month.data.month,
        "months": months(session),
        "data": shown.month.data,
        "as_of": shown.month.told_as_of,
        "view": shown.view,
        "figures": figures,
        "people": people,
        "number": number,
        "pages": pages,
        "scope": Scope() if figures is None else figures.scope,
        "scopes": scopes_of(shown.month),
        "card": shown.card,
        "items": {item.code: item.name for item in shown.card.items},
        "charts": charts(figures, shown.card, people, lines, language_of(request)),
        "said": translator(language_of(request)),
    }


def _beside(session: Session, shown: Shown) -> dict[str, Any]:
    """Return what stands beside the scores of a scope's people: the line, strikes, notices, adjustments."""
    if shown.view is None or shown.figures is None:
        return {"below": None, "below_rows": (), "strikes": (), "notices": (), "after": ()}
    below = below_in(shown.month, shown.view, shown.card)
    who = {one.operator.operator_id: one.operator.name for one in shown.figures.operators}
    notices = [n for n in notices_of(session, shown.view.month) if n.notice.operator_id in who]
    return {
        "below": below,
        "below_rows": _mine(below.rows, who),
        "strikes": [one for one in shown.figures.operators if one.strike.run_if_lost],
        "notices": [(one, who[one.notice.operator_id]) for one in notices if one.state is not NoticeState.WITHDRAWN],
        "after": [line for line in adjusted_lines(shown.view) if line.operator_id in who],
    }


def below_in(month: Month, view: MonthView, card: Scorecard) -> BelowMonth:
    """Return who of a month lies below the passing line, kept with it."""
    if "below" not in month.figures:
        month.figures["below"] = below_month(view, card)
    below: BelowMonth = month.figures["below"]
    return below


def _mine(rows: tuple[BelowRow, ...], who: dict[str, str]) -> tuple[BelowRow, ...]:
    return tuple(row for row in rows if row.operator.operator.operator_id in who)


def fairness_in(shown: Shown) -> list[Compared] | None:
    """Return the comparisons that need no transcript; None where nothing can be compared."""
    if shown.view is None:
        return None
    kept = shown.month.figures
    if "fairness" not in kept:
        kept["fairness"] = fairness_month(shown.view, shown.month.data)
    found: FairnessMonth = kept["fairness"]
    return [line for line in found.lines if line.group in HEARD_GROUPS and line.found.value is not None]


def _months_of(session: Session, shown: Shown, operator_id: str) -> tuple[ClosedLine, ...]:
    """Return an operator's settled months and the one that is looked at, by month."""
    kept = closed_lines_of(session, FOREVER, [operator_id]).get(operator_id, ())
    lines = {line.month: closed_line(line.body) for line in kept}
    for one in shown.figures.operators if shown.figures is not None and shown.view is not None else ():
        lines.setdefault(shown.month.data.month, line_of(shown.month.data.month, one))
    return tuple(lines[month] for month in sorted(lines))
