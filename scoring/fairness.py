"""Whether two groups of calls fare differently: differences with intervals, corrected for how many were looked at.

Calls of one operator are alike, so that a difference between groups of calls may be one between their operators: it is
a reason to listen, never a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans

from scoring.exact import rounded
from scoring.intervals import LEVEL, Interval

ENOUGH = 20
"""Below so many calls in either group nothing is compared."""
ENOUGH_OPERATORS = 10
"""Below so many operators no relation between two figures of theirs is told."""
NOTED = 0.05
STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first group's figure less the second's; all but the counts None where it cannot be told.

    ``p`` is two-sided; ``p_corrected`` after Benjamini and Hochberg over all that was compared (see `corrected`).
    """

    n_first: int
    n_second: int
    first: Decimal | None
    second: Decimal | None
    value: Decimal | None
    interval: Interval | None
    p: float | None
    p_corrected: float | None = None

    @property
    def enough(self) -> bool:
        """Whether either group has so many calls that a difference says something."""
        return min(self.n_first, self.n_second) >= ENOUGH

    @property
    def noted(self) -> bool:
        """Whether the difference is beyond chance, however many were looked at."""
        return self.p_corrected is not None and self.p_corrected <= NOTED

    @property
    def reach(self) -> Decimal | None:
        """Half the interval: about the least difference that could have been seen with so many calls."""
        return None if self.interval is None else (self.interval.high - self.interval.low) / 2


@dataclass(frozen=True, slots=True)
class Relation:
    """Pearson's correlation of two figures of ``n`` operators, -1 to 1; None where it cannot be told."""

    n: int
    value: Decimal | None
    interval: Interval | None
    p: float | None


def mean_difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Return the difference of two means with Welch's interval.

    Source: Welch 1947, Biometrika 34:28–35, by statsmodels.
    """
    n, m = len(first), len(second)
    if min(n, m) < ENOUGH:
        return _untold(n, m)
    one, other = math.fsum(first) / n, math.fsum(second) / m
    if len(set(first)) == 1 and len(set(second)) == 1:
        # Nothing varies: the difference stands, and no chance can be told.
        return Difference(n, m, _step(one), _step(other), _step(one - other), None, None)
    found = CompareMeans.from_data(first, second)
    ends = found.tconfint_diff(alpha=1 - LEVEL, usevar="unequal")
    return _told(n, m, one, other, ends, float(found.ttest_ind(usevar="unequal")[1]))


def share_difference(hits_first: int, n_first: int, hits_second: int, n_second: int) -> Difference:
    """Return the difference of two shares (0–1) with Newcombe's interval and Pearson's chi-squared test.

    Raises:
        ValueError: Counts that cannot be.

    Source: Newcombe 1998, Statistics in Medicine 17:873–890, method 10, by statsmodels.
    """
    for hits, n in ((hits_first, n_first), (hits_second, n_second)):
        if not 0 <= hits <= n:
            raise ValueError(f"{hits} of {n} is no share; hits lie from 0 to n")
    if min(n_first, n_second) < ENOUGH:
        return _untold(n_first, n_second)
    one, other = hits_first / n_first, hits_second / n_second
    counts = (hits_first, n_first, hits_second, n_second)
    ends = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=1 - LEVEL)
    if hits_first + hits_second in {0, n_first + n_second}:
        return _told(n_first, n_second, one, other, ends, 1.0)
    table = [[hits_first, n_first - hits_first], [hits_second, n_second - hits_second]]
    return _told(n_first, n_second, one, other, ends, float(stats.chi2_contingency(table, correction=False).pvalue))


def corrected(found: Sequence[Difference]) -> tuple[Difference, ...]:
    """Return the differences with their chances corrected for how many were compared (Benjamini and Hochberg 1995)."""
    told = [one.p for one in found if one.p is not None]
    after = iter(multipletests(told, method="fdr_bh")[1] if told else ())
    return tuple(
        one
        if one.p is None
        else Difference(
            *(one.n_first, one.n_second, one.first, one.second, one.value, one.interval, one.p), float(next(after))
        )
        for one in found
    )


def relation(figures: Sequence[tuple[float, float]]) -> Relation:
    """Return how two figures of operators go together, with Fisher's interval (by `scipy.stats.pearsonr`)."""
    n = len(figures)
    one, other = [pair[0] for pair in figures], [pair[1] for pair in figures]
    if n < ENOUGH_OPERATORS or len(set(one)) == 1 or len(set(other)) == 1:
        return Relation(n, None, None, None)
    found = stats.pearsonr(one, other)
    ends = found.confidence_interval(LEVEL)
    return Relation(n, _step(found.statistic), Interval(_step(ends.low), _step(ends.high)), float(found.pvalue))


def _untold(n: int, m: int) -> Difference:
    return Difference(n, m, None, None, None, None, None)


def _told(n: int, m: int, one: float, other: float, ends: tuple[float, float], p: float) -> Difference:
    interval = Interval(_step(ends[0]), _step(ends[1]))
    return Difference(n, m, _step(one), _step(other), _step(one - other), interval, p)


def _step(value: float) -> Decimal:
    return rounded(Fraction(float(value)), STEP)
