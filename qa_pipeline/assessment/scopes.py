"""Part of a month: a team, a shift or one operator, by the same figures as the centre's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from qa_pipeline.assessment.centre import centre_month
from qa_pipeline.assessment.views import CallPoints, CentreMonth, MonthView, OperatorMonth
from qa_pipeline.models import MonthData
from scoring.differences import Drawn
from scoring.scorecard import Scorecard


class ScopeKind(StrEnum):
    """What a part of a month is told by."""

    CENTRE = "centre"
    TEAM = "team"
    SHIFT = "shift"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which calls are looked at: all, or those of a team, a shift or an operator (``name``: its id)."""

    kind: ScopeKind = ScopeKind.CENTRE
    name: str = ""


Who = Callable[[str, str], bool]
"""Whether the calls of an operator (id) in a shift are looked at."""


def covered_by(scope: Scope, data: MonthData) -> Who:
    """Return what tells a scope's calls; a team is that of the roster as it is now."""
    if scope.kind is ScopeKind.TEAM:
        team = {one.operator_id for one in data.operators if one.team == scope.name}
        return lambda operator_id, _shift: operator_id in team
    if scope.kind is ScopeKind.SHIFT:
        return lambda _operator_id, shift: shift == scope.name
    if scope.kind is ScopeKind.OPERATOR:
        return lambda operator_id, _shift: operator_id == scope.name
    return lambda _operator_id, _shift: True


def operators_of(scope: Scope, view: MonthView) -> tuple[OperatorMonth, ...]:
    """Return whose months a scope shows; of a shift nobody's, since a month is not settled by shifts."""
    if scope.kind is ScopeKind.SHIFT:
        return ()
    if scope.kind is ScopeKind.TEAM:
        return tuple(one for one in view.operators if one.operator.team == scope.name)
    if scope.kind is ScopeKind.OPERATOR:
        return tuple(one for one in view.operators if one.operator.operator_id == scope.name)
    return view.operators


def part_of_month(view: MonthView, data: MonthData, card: Scorecard, scope: Scope) -> CentreMonth:
    """Return the centre's figures over a scope's calls alone."""
    if scope.kind is ScopeKind.CENTRE:
        return view.centre
    covers = covered_by(scope, data)
    calls = [call for call in view.calls if covers(call.operator_id, call.shift)]
    frame = tuple(call for call in data.frame if covers(call.operator_id, call.shift))
    return centre_month(replace(data, frame=frame), card, calls, operators_of(scope, view))


def drawn_points(calls: Iterable[CallPoints]) -> Drawn:
    """Return the points of the calls that count, as they stand, with their chances."""
    counted = [(c.evaluation.points, c.probability) for c in calls if c.counted and c.evaluation is not None]
    return Drawn([points for points, _ in counted], [chance for _, chance in counted])
