"""How sure a figure is: means of drawn calls and shares, each with n and an interval.

Points are Decimal; what is between (variances, quantiles) is float, since an interval is an estimate and decides no
amount by itself. Its ends are rounded outwards, so that rounding never makes a figure look surer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Literal

from scipy import stats

from scoring.exact import rounded

LEVEL = 0.95
FULL = Decimal("100.00")
POINT_STEP = Decimal("0.01")
SHARE_STEP = Decimal("0.0001")
# Float noise of a quantile (1e-12) must not push 75.00 out to 75.01.
NOISE = 1e-9
VARIANCE_STEP = Decimal("0.000001")
PRIOR = 1
"""For how many calls of an operator the centre's variance counts. With one, intervals of 10, 20 and 60 calls held the
truth within a point of 95 %; with three those of 10 calls were too long (98 %). See bench/strikes.py."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high`` at a confidence ``level`` (0.95)."""

    low: Decimal
    high: Decimal
    level: float = LEVEL


@dataclass(frozen=True, slots=True)
class Mean:
    """A weighted mean of ``n`` calls; ``interval`` is None below two calls, where nothing says how much they vary."""

    n: int
    value: Decimal
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class StandardError:
    """A standard error in points with the degrees of freedom of the variance that it rests on."""

    size: float
    free: int


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``n`` with its interval; ``value`` 0–1. Both None where n is 0."""

    hits: int
    n: int
    value: Decimal | None
    interval: Interval | None


def weighted_mean(values: Sequence[Decimal], probabilities: Sequence[Decimal]) -> Decimal | None:
    """Return the inverse-probability mean (Hájek), two decimals, exact before its one rounding; None of nothing.

    Args:
        values: Points of the calls heard.
        probabilities: Each call's chance of being drawn, above 0 and up to 1.

    Raises:
        ValueError: Lengths differ, or a probability lies outside (0, 1].

    Source: Hájek 1971, in Godambe and Sprott (eds.), Foundations of Statistical Inference; Cochran, Sampling
    Techniques, 3rd ed. 1977, ch. 9A.
    """
    weights = _weights(values, probabilities)
    if not values:
        return None
    summed = sum((w * Fraction(v) for w, v in zip(weights, values, strict=True)), Fraction(0))
    return rounded(summed / sum(weights))


def standard_error(values: Sequence[Decimal], probabilities: Sequence[Decimal]) -> float | None:
    """Return the standard error of `weighted_mean`, with finite-population correction; None below two calls.

    With ``w = 1/p``, by linearisation: ``n/(n-1) * sum((1-p) * w^2 * (y-mean)^2) / sum(w)^2``. For equal ``p = n/N``
    this is Cochran's ``(1-n/N) * s^2/n``; where all calls were heard it is 0. Shifts are not taken apart, since a
    stratum of one call says nothing of its spread: where shifts differ the error comes out too large, never too small.
    """
    n = len(values)
    weights = _weights(values, probabilities)
    if n < 2:
        return None
    size = sum(weights)
    mean = sum((w * Fraction(v) for w, v in zip(weights, values, strict=True)), Fraction(0)) / size
    squares = sum(
        ((1 - 1 / w) * (w * (Fraction(v) - mean)) ** 2 for w, v in zip(weights, values, strict=True)), Fraction(0)
    )
    return math.sqrt(Fraction(n, n - 1) * squares / size**2)


class Spread:
    """The variance of calls within operators, over all of a centre's, taken operator by operator."""

    def __init__(self) -> None:
        self._squares, self._free = Fraction(0), 0

    def add(self, values: Sequence[Decimal]) -> None:
        """Take the points of one operator's calls."""
        if values:
            mean = sum(map(Fraction, values), Fraction(0)) / len(values)
            self._squares += sum(((Fraction(v) - mean) ** 2 for v in values), Fraction(0))
            self._free += len(values) - 1

    @property
    def variance(self) -> Decimal | None:
        """What it comes to; None where nobody has two calls."""
        return rounded(self._squares / self._free, VARIANCE_STEP) if self._free else None


def pooled_variance(samples: Iterable[Sequence[Decimal]]) -> Decimal | None:
    """Return the variance of calls within operators, over all of a centre's; None where nobody has two calls.

    Args:
        samples: The points of each operator's calls.
    """
    spread = Spread()
    for values in samples:
        spread.add(values)
    return spread.variance


def mean_with_interval(
    values: Sequence[Decimal],
    probabilities: Sequence[Decimal],
    level: float = LEVEL,
    variance: Decimal | None = None,
) -> Mean | None:
    """Return the weighted mean with its t interval (n−1 degrees of freedom), held within 0–100; None of nothing.

    Where scores pile up at 100 an operator's few calls often show less spread than there is, or none: the plain t
    interval of 5 to 20 calls held the true mean in 89–92 % of months instead of 95 %, and BCa bootstrap in fewer
    (bench/RESULTS.md, “Intervals of a month's mean”). With the centre's ``variance`` the operator's own is also taken
    together with it (as `PRIOR` further degrees of freedom), and the longer of the two intervals is given.

    Args:
        values: Points of the calls heard.
        probabilities: Each call's chance of being drawn, above 0 and up to 1.
        level: Of confidence.
        variance: `pooled_variance` of a month of the centre; None: the operator's calls alone.

    Source of taking variances together: Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3(1).
    """
    value = weighted_mean(values, probabilities)
    if value is None:
        return None
    if len(values) < 2:
        return Mean(len(values), value, None)
    reach = max(
        float(stats.t.ppf((1 + level) / 2, error.free)) * error.size
        for error in standard_errors(values, probabilities, variance)
    )
    low = outward(float(value) - reach, POINT_STEP, down=True)
    high = outward(float(value) + reach, POINT_STEP, down=False)
    return Mean(len(values), value, Interval(max(Decimal("0.00"), low), min(FULL, high), level))


def standard_errors(
    values: Sequence[Decimal], probabilities: Sequence[Decimal], variance: Decimal | None = None
) -> tuple[StandardError, ...]:
    """Return a mean's errors by the operator's calls and, with the centre's variance, by both; () below two calls."""
    own = standard_error(values, probabilities)
    if own is None:
        return ()
    free = len(values) - 1
    if variance is None:
        return (StandardError(own, free),)
    weights = _weights(values, probabilities)
    centre = Fraction(variance) * sum(((1 - 1 / w) * w**2 for w in weights), Fraction(0)) / sum(weights) ** 2
    both = math.sqrt((free * own**2 + PRIOR * float(centre)) / (free + PRIOR))
    return StandardError(own, free), StandardError(both, free + PRIOR)


def share(hits: int, n: int, level: float = LEVEL, method: Literal["wilson", "exact"] = "wilson") -> Share:
    """Return a share with its Wilson or exact (Clopper–Pearson) interval.

    Raises:
        ValueError: Counts that cannot be.

    Source: Newcombe 1998, Statistics in Medicine 17:857–872, whose table I the tests repeat.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share; hits lie from 0 to n")
    if n == 0:
        return Share(0, 0, None, None)
    found = stats.binomtest(hits, n).proportion_ci(confidence_level=level, method=method)
    ends = Interval(
        outward(float(found.low), SHARE_STEP, down=True), outward(float(found.high), SHARE_STEP, down=False), level
    )
    return Share(hits, n, rounded(Fraction(hits, n), SHARE_STEP), ends)


def _weights(values: Sequence[Decimal], probabilities: Sequence[Decimal]) -> list[Fraction]:
    if len(values) != len(probabilities):
        raise ValueError(f"{len(values)} values with {len(probabilities)} probabilities; each call needs one")
    for probability in probabilities:
        if not 0 < probability <= 1:
            raise ValueError(f"inclusion probability {probability}; it lies above 0 and up to 1")
    return [1 / Fraction(p) for p in probabilities]


def outward(value: float, step: Decimal, *, down: bool) -> Decimal:
    """Return a multiple of ``step`` that lies further out, so that rounding never makes a figure look surer."""
    nudged = value + NOISE if down else value - NOISE
    end = Decimal(repr(nudged)).quantize(step, ROUND_FLOOR if down else ROUND_CEILING)
    return end + 0  # -0.00 becomes 0.00
