"""What a vote comes to: each entry's mean of marks, its place, and whether those beside it can be told apart.

Means are exact; equal means share a place, and the next place counts all who are before it (1, 1, 3). With few voters a
place says little: the mean has its interval, and each entry is held against the next by the voters who gave marks to
both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from statsmodels.stats.weightstats import DescrStatsW

from scoring.exact import rounded
from scoring.intervals import LEVEL, POINT_STEP, Interval, outward

ENOUGH_VOTERS = 5
"""With fewer voters no interval is given, and nothing is told apart: t of four marks reaches further than their scale
nearly always."""
Marks = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tallied:
    """One entry's result.

    Args:
        entry: Whatever names it.
        place: From 1; shared by equal means. None where nobody gave it marks.
        n: Voters who gave it marks.
        mean: Of all their marks, to hundredths.
        parts: Means of the marks one by one, in their order.
        interval: Of the mean over voters; None with few, or where all are alike.
        apart: Whether it is beyond chance that it is before the next; None where that cannot be told.
    """

    entry: int
    place: int | None
    n: int
    mean: Decimal | None
    parts: tuple[Decimal, ...]
    interval: Interval | None
    apart: bool | None


def tally(given: Mapping[int, Mapping[int, Marks]], lowest: int, highest: int) -> tuple[Tallied, ...]:
    """Return the results, the best first; those without marks last.

    Args:
        given: By entry and voter the marks that the voter gave, equally many everywhere.
        lowest: The lowest mark that can be given, which no interval goes below.
        highest: The highest, which none goes above.
    """
    means = {entry: _mean(list(marks.values())) for entry, marks in given.items() if marks}
    order = sorted(means, key=lambda entry: (-means[entry], entry))
    found = [
        Tallied(
            entry,
            1 + sum(other > means[entry] for other in means.values()),
            len(given[entry]),
            rounded(means[entry]),
            _parts(list(given[entry].values())),
            _interval([_mean([marks]) for marks in given[entry].values()], lowest, highest),
            _apart(given[entry], given[order[n + 1]]) if n + 1 < len(order) else None,
        )
        for n, entry in enumerate(order)
    ]
    none = [Tallied(entry, None, 0, None, (), None, None) for entry in sorted(given) if entry not in means]
    return (*found, *none)


def _mean(marks: Sequence[Marks]) -> Fraction:
    return Fraction(sum(sum(one) for one in marks), sum(len(one) for one in marks))


def _parts(marks: Sequence[Marks]) -> tuple[Decimal, ...]:
    return tuple(rounded(Fraction(sum(part), len(part))) for part in zip(*marks, strict=True))


def _interval(means: Sequence[Fraction], lowest: int, highest: int) -> Interval | None:
    ends = _t_ends(means)
    if ends is None:
        return None
    low, high = outward(ends[0], POINT_STEP, down=True), outward(ends[1], POINT_STEP, down=False)
    return Interval(max(Decimal(lowest), low), min(Decimal(highest), high))


def _apart(one: Mapping[int, Marks], other: Mapping[int, Marks]) -> bool | None:
    """Whether the voters of both put the first higher, beyond chance (paired t)."""
    both = [_mean([one[voter]]) - _mean([other[voter]]) for voter in one if voter in other]
    if len(both) >= ENOUGH_VOTERS and len(set(both)) == 1:
        return both[0] > 0
    ends = _t_ends(both)
    return None if ends is None else ends[0] > 0


def _t_ends(values: Sequence[Fraction]) -> tuple[float, float] | None:
    if len(values) < ENOUGH_VOTERS or len(set(values)) == 1:
        return None
    low, high = DescrStatsW([float(value) for value in values]).tconfint_mean(alpha=1 - LEVEL)
    return float(low), float(high)
