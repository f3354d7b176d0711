"""How many calls a coming month's draw should have, from what earlier months show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import CallRecord
from qa_pipeline.review import card_for, month_figures
from qa_pipeline.sampling import SHORTEST_S, apportion
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import calls_of_month, month_data, months
from qa_pipeline.store.queries.month import plan_of
from scoring.false_flags import LINE, anybody_flagged, flagged_in_a_year
from scoring.planning import (
    calls_for_half_width,
    calls_for_power,
    half_width_of,
    hours_of_listening,
    neyman,
    pooled_spread,
    stratified_error,
)

MONTHS_BACK = 3
MIN_DEGREES = 30
"""Below it the spread is taken as `USUAL_SPREAD`: from 30 degrees of freedom it is known within a quarter or so."""
USUAL_SPREAD = 8.0
"""Points; an assumption on the wide side, for a centre that has heard next to nothing yet."""

Points = Mapping[tuple[str, str], Sequence[Decimal]]
"""(operator, shift) -> points of calls that counted."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a sample is for.

    Args:
        half_width: Half of the wanted 95 % interval of a mean, points; None where rates are to be told apart.
        rate: A pass rate below the line of 90 % that is to be told from it ...
        power: ... with this chance.
    """

    half_width: float | None
    rate: float = 0.75
    power: float = 0.8


@dataclass(frozen=True, slots=True)
class OperatorNeed:
    """Calls of one operator: how many there are, how many are needed and of which shifts.

    ``half_width`` is what the need gives, ``half_width_now`` what the centre's quota gives; None below two calls.
    """

    operator_id: str
    size: int
    calls: int
    shifts: Mapping[str, int]
    half_width: float | None
    half_width_now: float | None


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """What `plan_draw` found. ``spread_calls`` is 0 where the spread is assumed; ``neyman_gain`` 0–1.

    ``n`` is the fewest calls of anybody, at which the chances of a false flag within a year are told.
    """

    month: str
    frame_month: str
    spread: float
    spread_calls: int
    spread_months: tuple[str, ...]
    mean_duration_s: float
    hours: float
    quota: int
    operators: tuple[OperatorNeed, ...]
    neyman_gain: float | None
    n: int
    naive: float
    gated: float
    naive_anybody: float
    gated_anybody: float


def plan_draw(session: Session, settings: Settings, month: str, goal: Goal, handling: float) -> DrawPlan:
    """Return the calls that each operator needs.

    Sizes are those of the month, or of the newest month before it that has calls. The spread is that of the up to
    three newest drawn months before, within operators.

    Args:
        session: The unit of work.
        settings: Scorecard in force, quota.
        month: ``YYYY-MM``.
        goal: What the sample is for.
        handling: Hours of a person for an hour of sound.

    Raises:
        NotFound: There are no calls to take sizes from.
        UserError: A goal that cannot be reached, a handling factor below 1.
    """
    _refuse_goal(goal, handling)
    frame_month, frame = _frame(session, month)
    earlier = [name for name in months(session) if name < month and plan_of(session, name) is not None]
    points, used = _points(session, settings, earlier[:MONTHS_BACK])
    spread, spread_calls = _spread(points)
    needs = _needs(frame, goal, spread, settings.quota_per_operator)
    n = min(need.calls for need in needs)
    naive, gated = flagged_in_a_year(n), flagged_in_a_year(n, gated=True)
    mean_duration = fmean(call.duration_s for call in frame)
    return DrawPlan(
        month=month,
        frame_month=frame_month,
        spread=spread,
        spread_calls=spread_calls,
        spread_months=used if spread_calls else (),
        mean_duration_s=mean_duration,
        hours=hours_of_listening(sum(need.calls for need in needs), mean_duration, handling),
        quota=settings.quota_per_operator,
        operators=needs,
        neyman_gain=_neyman_gain(frame, points, needs),
        n=n,
        naive=naive,
        gated=gated,
        naive_anybody=anybody_flagged(naive, len(needs)),
        gated_anybody=anybody_flagged(gated, len(needs)),
    )


def _refuse_goal(goal: Goal, handling: float) -> None:
    if goal.half_width is not None and goal.half_width <= 0:
        raise UserError(f"half width {goal.half_width}: no sample is surer than sure", "give points above 0")
    if goal.half_width is None and not (0 <= goal.rate < LINE and 0 < goal.power < 1):
        raise UserError(
            f"pass rate {goal.rate}, power {goal.power}: the rate lies from 0 to below the line of {LINE}, "
            "the power between 0 and 1",
            "such as --below 0.75 --power 0.8",
        )
    if handling < 1:
        raise UserError(f"handling {handling}: nobody judges a call faster than it is heard", "give 1 or more")


def _frame(session: Session, month: str) -> tuple[str, list[CallRecord]]:
    for name in [month, *(one for one in months(session) if one < month)]:
        calls = [call for call in calls_of_month(session, name) if call.duration_s >= SHORTEST_S]
        if calls:
            return name, calls
    raise NotFound(f"there are no calls of {month} or before it", "import a call log: sizes are taken from it")


def _points(session: Session, settings: Settings, names: Sequence[str]) -> tuple[Points, tuple[str, ...]]:
    found: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
    used = []
    for name in names:
        data = month_data(session, name, speech=False)
        view, _ = month_figures(session, data, lambda v: card_for(session, settings, v), settings.min_calls)
        counted = [(call, call.evaluation) for call in view.calls if call.counted and call.evaluation is not None]
        for call, evaluation in counted:
            found[call.operator_id, call.shift].append(evaluation.points)
        used += [name] if counted else []
    return found, tuple(sorted(used))


def _spread(points: Points) -> tuple[float, int]:
    of_operators: defaultdict[str, list[Decimal]] = defaultdict(list)
    for (operator_id, _), values in points.items():
        of_operators[operator_id] += values
    found = pooled_spread(of_operators.values())
    if found is None or found[1] < MIN_DEGREES:
        return USUAL_SPREAD, 0
    return found[0], sum(len(values) for values in of_operators.values())


def _needs(frame: Sequence[CallRecord], goal: Goal, spread: float, quota: int) -> tuple[OperatorNeed, ...]:
    shifts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for call in frame:
        shifts[call.operator_id][call.shift] += 1
    return tuple(_need(who, shifts[who], goal, spread, quota) for who in sorted(shifts))


def _need(operator_id: str, shifts: Mapping[str, int], goal: Goal, spread: float, quota: int) -> OperatorNeed:
    size = sum(shifts.values())
    if goal.half_width is None:
        calls = calls_for_power(goal.rate, LINE, goal.power, size) or size
    else:
        calls = calls_for_half_width(spread, goal.half_width, size)
    return OperatorNeed(
        operator_id,
        size,
        calls,
        apportion(shifts, calls),
        half_width_of(spread, calls, size) if calls > 1 else None,
        half_width_of(spread, min(quota, size), size) if min(quota, size) > 1 else None,
    )


def _neyman_gain(frame: Sequence[CallRecord], points: Points, needs: Sequence[OperatorNeed]) -> float | None:
    """Return by which share the centre's error would be smaller if shifts were heard by their spread; None unknown."""
    sizes = dict(sorted(Counter(call.shift for call in frame).items()))
    spreads = {}
    for shift in sizes:
        found = pooled_spread([values for (_, name), values in points.items() if name == shift])
        if found is None or found[1] < MIN_DEGREES:
            return None
        spreads[shift] = found[0]
    shares: Counter[str] = Counter()
    for need in needs:
        shares.update(need.shifts)
    if min(shares[name] for name in sizes) < 1:
        return None
    ours = stratified_error(sizes, spreads, shares)
    best = stratified_error(sizes, spreads, neyman(sizes, spreads, shares.total()))
    return 0.0 if ours == 0 else 1 - best / ours
