"""A month with another number of calls of each operator: of fewer the actual result, of more an estimate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from statistics import median_low

from qa_pipeline.assessment import FalseFlags, MonthView, OperatorMonth, false_flags_at
from qa_pipeline.assessment.views import DRAWN
from qa_pipeline.models import CallFile, MonthData, SamplePlan
from qa_pipeline.sampling import drawn_of, frame_rows
from scoring.card import Scorecard
from scoring.grades import grade_of
from scoring.other_sizes import chance_of_other_grade
from scoring.planning import half_width_of, pooled_spread

Files = tuple[CallFile, ...]
Assess = Callable[[Files], MonthView]
FULL = Decimal(100)


class Basis(StrEnum):
    """What a figure rests on. ALL: there are no more calls than were drawn, or just as many are asked for."""

    FIRST = "first"
    ALL = "all"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OperatorAtSize:
    """One operator with so many calls.

    ``line`` is the actual result where ``basis`` is FIRST or ALL, and that of the calls that were heard otherwise.
    ``low``, ``high``: the interval, points; where estimated, about the mean as it is. ``otherwise``: the chance of
    another grade than by the calls heard, 0–1; None where the result is actual, or nothing is known.
    ``hours``: of listening to calls in which something waits for a person, see `hours_waiting`.
    """

    basis: Basis
    calls: int
    line: OperatorMonth
    low: Decimal | None
    high: Decimal | None
    otherwise: float | None
    hours: float


@dataclass(frozen=True, slots=True)
class MonthAtSize:
    """A month with ``calls`` of each operator, as far as there are so many.

    ``false_flags`` are at the calls of the middle operator, None where nobody has any.
    """

    calls: int
    operators: tuple[OperatorAtSize, ...]
    false_flags: FalseFlags | None
    hours: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A month that was judged, and what of it depends on its size.

    Args:
        data: The month, with the files as they were judged.
        plan: Its draw.
        view: Its figures.
        card: Its scorecard.
        handling: Hours of a person for an hour of sound.
    """

    data: MonthData
    plan: SamplePlan
    view: MonthView
    card: Scorecard
    handling: float


def month_at_size(heard: Heard, calls: int, assess: Assess) -> MonthAtSize:
    """Return what the month would be with so many calls of each operator.

    Fewer are the first that the month's seed drew, so that nobody chooses them. More are estimated from the spread of
    the month's calls within operators.

    Args:
        heard: The month.
        calls: At least 1.
        assess: Gives the figures of other files of the same month.
    """
    fewer = first_calls(heard.data.files, heard.plan, calls)
    less = heard.view if len(fewer) == len(heard.data.files) else assess(fewer)
    actual = {line.operator.operator_id: line for line in less.operators}
    worked = hours_waiting(less, heard.data, heard.handling)
    spread = _spread(heard.view)
    drawn, there = _drawn(heard.data.files), _available(heard.data, heard.plan)
    found = []
    for line in heard.view.operators:
        who = line.operator.operator_id
        wanted = min(calls, max(there[who], drawn[who]))
        if wanted <= drawn[who]:
            basis = Basis.ALL if wanted == drawn[who] else Basis.FIRST
            now = actual[who]
            ends = (now.interval_low, now.interval_high)
            found.append(OperatorAtSize(basis, wanted, now, *ends, None, worked.get(who, 0.0)))
        else:
            hours = worked.get(who, 0.0) * wanted / drawn[who] if drawn[who] else 0.0
            found.append(_estimated(line, heard.card, spread, wanted, there[who], hours))
    sizes = [one.calls for one in found if one.calls]
    flags = false_flags_at(median_low(sizes), len(found)) if sizes else None
    return MonthAtSize(calls, tuple(found), flags, sum(one.hours for one in found))


def first_calls(files: Files, plan: SamplePlan, calls: int) -> Files:
    """Return a month's files with no more than so many drawn ones of each operator: those that the seed ranks first.

    They are drawn from the drawn ones as these were from all (`qa_pipeline.sampling.drawn_of`), shift by shift, and the
    probability of each is that of both draws. Calls that count into no mean stay as they are.

    Raises:
        ValueError: Fewer than 1.
    """
    rows = frame_rows(file.call for file in files if _is_drawn(file))
    kept = {one.call_id: one.probability for one in drawn_of(rows, (), plan.month, calls, plan.seed)}
    return tuple(_kept(file, kept) for file in files if file.call.call_id in kept or not _is_drawn(file))


def hours_waiting(view: MonthView, data: MonthData, handling: float) -> Mapping[str, float]:
    """Return by operator the hours of listening to the calls in which something waits for a person."""
    lengths = {file.call.call_id: file.call.duration_s for file in data.files}
    seconds: Counter[str] = Counter()
    for call in view.calls:
        if call.is_open:
            seconds[call.operator_id] += lengths[call.call_id]
    return {who: length * handling / 3600 for who, length in seconds.items()}


def _is_drawn(file: CallFile) -> bool:
    return file.sampled is not None and file.sampled.reason in DRAWN


def _kept(file: CallFile, kept: Mapping[str, Decimal]) -> CallFile:
    share = kept.get(file.call.call_id)
    if file.sampled is None or share is None:
        return file
    return replace(file, sampled=replace(file.sampled, probability=file.sampled.probability * share))


def _drawn(files: Sequence[CallFile]) -> Counter[str]:
    return Counter(file.call.operator_id for file in files if _is_drawn(file))


def _available(data: MonthData, plan: SamplePlan) -> Counter[str]:
    barred = {exclusion.call_id for exclusion in plan.exclusions}
    return Counter(call.operator_id for call in data.frame if call.call_id not in barred)


def _spread(view: MonthView) -> tuple[float, int] | None:
    points: dict[str, list[Decimal]] = {}
    for call in view.calls:
        if call.counted and call.evaluation is not None:
            points.setdefault(call.operator_id, []).append(call.evaluation.points)
    return pooled_spread(points.values())


def _estimated(
    line: OperatorMonth, card: Scorecard, spread: tuple[float, int] | None, calls: int, size: int, hours: float
) -> OperatorAtSize:
    """Return what more calls would probably give: the same mean, held more closely."""
    if spread is None or line.mean is None or not line.n_heard:
        return OperatorAtSize(Basis.UNKNOWN, calls, line, None, None, None, hours)
    width = Decimal(f"{half_width_of(spread[0], calls, size):.2f}")
    low, high = max(Decimal(0), line.mean - width), min(FULL, line.mean + width)
    chance = chance_of_other_grade(card, line.mean, spread, line.n_heard, calls)
    return OperatorAtSize(Basis.ESTIMATE, calls, line, low, high, chance, hours)


def grades_between(card: Scorecard, low: Decimal | None, high: Decimal | None) -> tuple[str, ...]:
    """Return the grades that an interval reaches, the best first; () without an interval."""
    if low is None or high is None:
        return ()
    best, worst = grade_of(card, high).at_least, grade_of(card, low).at_least
    return tuple(band.name for band in card.grades if worst <= band.at_least <= best)
