"""What a month's pages show of the centre, a team, a shift or an operator; kept with the month that it is of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.assessment import CentreMonth, MonthView, OperatorMonth
from qa_pipeline.assessment.agreement import ReviewersMonth, reviewers_month
from qa_pipeline.assessment.changes import Compared, MonthChanges, month_changes
from qa_pipeline.assessment.scopes import (
    Scope,
    ScopeKind,
    covered_by,
    drawn_points,
    operators_of,
    part_of_month,
)
from qa_pipeline.models.repeats import Repeat
from qa_pipeline.store.queries.month import drawn_before
from qa_pipeline.store.queries.repeats import repeats_of
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.months import Month
from qa_pipeline.web.rows import CallRow, counts
from scoring.intervals import Mean, mean_with_interval
from scoring.scorecard import Scorecard

WORST_ITEMS = 10
DONE = ("reviewed", "clean", "hinted")


@dataclass(frozen=True, slots=True)
class ItemLoss:
    """What an item cost: points lost a call over the calls that count; in how many calls, of how many it applied to."""

    code: str
    name: str
    mean: Decimal
    calls: int
    applicable: int


@dataclass(frozen=True, slots=True)
class Part:
    """One team or shift beside the others; ``mean`` is None where none of its calls counts.

    ``all_heard``: every call that could be drawn was, so that there is no error of sampling.
    """

    scope: Scope
    people: int
    calls: int
    open: int
    mean: Mean | None
    all_heard: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a page shows of a scope; ``changes`` is None of a first month, ``open_of`` open calls by operator."""

    scope: Scope
    part: CentreMonth
    operators: tuple[OperatorMonth, ...]
    rows: tuple[CallRow, ...]
    open_of: Mapping[str, int]
    counts: dict[str, int]
    losses: tuple[ItemLoss, ...]
    agreement: ReviewersMonth
    changes: MonthChanges | None
    parts: tuple[Part, ...]

    @property
    def done(self) -> int:
        """How many calls wait for nobody."""
        return sum(self.counts[state] for state in DONE)


def figures_of(desk: Desk, session: Session, month: str, scope: Scope) -> Figures | None:
    """Return a scope's figures, None of a month that was not drawn.

    Raises:
        NotFound: There are no calls of that month.
    """
    found, view = desk.months.get(session, month), desk.months.view(session, month)
    if view is None:
        return None
    earlier = drawn_before(session, month)
    before = None if earlier is None else desk.months.get(session, earlier)
    key = (scope, None if before is None else before.revision)
    if key not in found.figures:
        then = None if before is None else _before(desk, session, before, scope)
        card = desk.card(session, view.scorecard_version)
        found.figures[key] = _figures(found, view, card, scope, then, tuple(repeats_of(session, month)))
    figures: Figures = found.figures[key]
    return figures


def _before(desk: Desk, session: Session, month: Month, scope: Scope) -> Compared | None:
    view = desk.months.view(session, month.data.month)
    return None if view is None else _of(month, view, desk.card(session, view.scorecard_version), scope)


def _of(month: Month, view: MonthView, card: Scorecard, scope: Scope) -> Compared:
    covers = covered_by(scope, month.data)
    calls = tuple(call for call in view.calls if covers(call.operator_id, call.shift))
    part, people = part_of_month(view, month.data, card, scope), operators_of(scope, view)
    return Compared(view.month, view.scorecard_version, calls, part, people)


def _figures(
    month: Month, view: MonthView, card: Scorecard, scope: Scope, before: Compared | None, drawn: tuple[Repeat, ...]
) -> Figures:
    now, covers = _of(month, view, card, scope), covered_by(scope, month.data)
    rows = tuple(r for r in month.rows if covers(r.file.call.operator_id, r.file.call.shift))
    return Figures(
        scope=scope,
        part=now.part,
        operators=now.operators,
        rows=rows,
        open_of=Counter(row.file.call.operator_id for row in rows if row.is_open),
        counts=counts(rows),
        losses=worst_items(now.part, card),
        agreement=reviewers_month(view.month, [row.file for row in rows], card, drawn),
        changes=None if before is None else month_changes(now, before),
        parts=_parts(month, view) if scope.kind is ScopeKind.CENTRE else (),
    )


def worst_items(part: CentreMonth, card: Scorecard) -> tuple[ItemLoss, ...]:
    """Return the items that lose most a call, the worst first, over the calls that count."""
    if not part.n_counted:
        return ()
    names = {item.code: item.name for item in card.items}
    losses = [
        ItemLoss(i.code, names[i.code], i.lost / part.n_counted, i.n_lost, i.n_applicable) for i in part.items if i.lost
    ]
    return tuple(sorted(losses, key=lambda loss: (-loss.mean, loss.code))[:WORST_ITEMS])


def scopes_of(month: Month) -> tuple[Scope, ...]:
    """Return a month's teams, then its shifts, as far as anybody of them was heard."""
    heard = {row.file.call.operator_id for row in month.rows}
    teams = sorted({one.team for one in month.data.operators if one.operator_id in heard and one.team})
    shifts = sorted({row.file.call.shift for row in month.rows if row.file.call.shift})
    return (*(Scope(ScopeKind.TEAM, name) for name in teams), *(Scope(ScopeKind.SHIFT, name) for name in shifts))


def _parts(month: Month, view: MonthView) -> tuple[Part, ...]:
    return tuple(_part(month, view, scope) for scope in scopes_of(month))


def _part(month: Month, view: MonthView, scope: Scope) -> Part:
    covers = covered_by(scope, month.data)
    calls = [call for call in view.calls if covers(call.operator_id, call.shift)]
    drawn = drawn_points(calls)
    people = len({call.operator_id for call in calls})
    mean = mean_with_interval(drawn.values, drawn.probabilities)
    all_heard = bool(drawn.probabilities) and all(share == 1 for share in drawn.probabilities)
    return Part(scope, people, len(calls), sum(call.is_open for call in calls), mean, all_heard)
