"""How many calls must be heard of an operator before they are drawn, and what that costs.

A sample is planned for one of two ends: that the month's mean is as sure as wanted, or that an operator whose pass rate
lies below the line is told from it. Figures are planned and decide no amount, so that they are float.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from heapq import heapify, heapreplace
from typing import cast

from scipy import stats

from scoring.intervals import LEVEL

LONGEST = 2000
"""Calls a month beyond which no rate is told from the line: nobody is listened to more."""
# Float noise must not turn 78.000000001 into 79.
_NOISE = 1e-9


def cochran_size(spread: float, half_width: float, size: int, quantile: float) -> int:
    """Return the calls for a mean known within ``half_width``, by the normal curve, corrected for a finite population.

    ``n0 = (quantile * spread / half_width)^2``, ``n = n0 / (1 + n0 / size)``, rounded up.

    Args:
        spread: Standard deviation of one operator's calls, points.
        half_width: Half of the wanted interval, points.
        size: The operator's calls of the month.
        quantile: Of the standard normal distribution; 1.96 for 95 %.

    Raises:
        ValueError: A spread below 0, a width that is not above 0, or no calls.

    Source: Cochran, Sampling Techniques, 3rd ed. 1977, section 4.6; its example is among the tests.
    """
    _refuse(spread, half_width, size)
    first = (quantile * spread / half_width) ** 2
    return max(1, math.ceil(first / (1 + first / size) - _NOISE))


def half_width_of(spread: float, calls: int, size: int, level: float = LEVEL) -> float:
    """Return half of the t interval that so many of so many calls give, as `scoring.intervals` prints it.

    Raises:
        ValueError: Fewer than two calls, or more than there are.
    """
    if not 2 <= calls <= size:
        raise ValueError(f"{calls} of {size} calls: an interval needs at least 2, and no more than there are")
    quantile = float(stats.t.ppf((1 + level) / 2, calls - 1))
    return quantile * spread * math.sqrt((1 - calls / size) / calls)


def calls_for_half_width(spread: float, half_width: float, size: int, level: float = LEVEL) -> int:
    """Return the fewest calls whose t interval is within ``half_width`` either side; all of them at the most.

    A few more than `cochran_size` says, since the spread of a month is itself estimated from its calls.

    Raises:
        ValueError: As `cochran_size`.
    """
    _refuse(spread, half_width, size)
    counts = range(2, size + 1)
    wide_enough = bisect_left(counts, True, key=lambda n: half_width_of(spread, n, size, level) <= half_width + _NOISE)
    return counts[wide_enough] if counts else size


def power_of(calls: int, true_rate: float, line: float, level: float = LEVEL) -> float:
    """Return the chance that a month of so many calls is told to lie below the line at this true pass rate.

    That is when the upper end of the Wilson interval of the share that passed is below the line, as in
    `scoring.false_flags`. Solved for the count: fewer than ``n * line - z * sqrt(n * line * (1 - line))`` passed.
    """
    return float(stats.binom.cdf(_most_passed(calls, line, level), calls, true_rate))


def calls_for_power(
    true_rate: float, line: float, power: float, size: int | None = None, level: float = LEVEL
) -> int | None:
    """Return the calls from which on a pass rate below the line is told from it with the wanted chance.

    The chance does not grow with every call (a count of passes is whole); from the returned number on it never falls
    below ``power`` again. With ``size`` it is corrected for a finite population, ``n / (1 + (n - 1) / size)``.

    Returns:
        None where `LONGEST` calls are not enough.

    Raises:
        ValueError: Rates that are not 0 < true rate < line < 1, or a power outside 0–1.

    Source: Cochran 1977, section 4.4, for the correction.
    """
    if not (0 <= true_rate < line < 1 and 0 < power < 1):
        raise ValueError(f"true rate {true_rate}, line {line}, power {power}: 0 ≤ rate < line < 1 and 0 < power < 1")
    needed = _told_from(true_rate, line, power, level)
    if needed > LONGEST:
        return None
    return needed if size is None else math.ceil(needed / (1 + (needed - 1) / size) - _NOISE)


def pooled_spread(groups: Iterable[Sequence[Decimal]]) -> tuple[float, int] | None:
    """Return the standard deviation within groups, points, with its degrees of freedom; None below one degree.

    A few calls of one person say little of that person's spread, and nobody ought to be listened to more because of a
    chance: the spread within all operators is one figure.
    """
    kept = [[float(value) for value in values] for values in groups if len(values) > 1]
    degrees = sum(len(values) - 1 for values in kept)
    if degrees == 0:
        return None
    middles = [math.fsum(values) / len(values) for values in kept]
    squares = math.fsum((v - m) ** 2 for values, m in zip(kept, middles, strict=True) for v in values)
    return math.sqrt(squares / degrees), degrees


def neyman(sizes: Mapping[str, int], spreads: Mapping[str, float], calls: int) -> dict[str, int]:
    """Share calls among strata so that the stratified mean is as sure as it can be; at least one for each.

    Calls are given one by one to the stratum where the next lowers the variance most, which is the best that whole
    numbers allow; no stratum gets more than it has.

    Raises:
        ValueError: Fewer calls than strata.

    Source: Neyman 1934; Wright 2012, The American Statistician 66:217–224, for whole numbers.
    """
    there = {name: size for name, size in sizes.items() if size > 0}
    if calls < len(there):
        raise ValueError(f"{calls} calls for {len(there)} strata: each needs one")
    shares = dict.fromkeys(there, 1)
    queue = [(-_gain(there[name], spreads[name], 1), name) for name in sorted(there)]
    heapify(queue)
    for _ in range(min(calls, sum(there.values())) - len(there)):
        name = queue[0][1]
        shares[name] += 1
        heapreplace(queue, (-_gain(there[name], spreads[name], shares[name]), name))
    return shares


def stratified_error(sizes: Mapping[str, int], spreads: Mapping[str, float], shares: Mapping[str, int]) -> float:
    """Return the standard error of a stratified mean, points.

    Source: Cochran 1977, section 5.3: the root of ``sum((N_h/N)^2 * (1 - n_h/N_h) * s_h^2 / n_h)``.

    Raises:
        ValueError: A stratum of which nothing is heard.
    """
    total = sum(sizes.values())
    if any(shares.get(name, 0) < 1 for name, size in sizes.items() if size > 0):
        raise ValueError("a stratum of which nothing is heard: its mean is not known")
    parts = (
        (size / total) ** 2 * (1 - shares[name] / size) * spreads[name] ** 2 / shares[name]
        for name, size in sizes.items()
        if size > 0
    )
    return math.sqrt(math.fsum(parts))


def hours_of_listening(calls: int, mean_duration_s: float, handling: float) -> float:
    """Return the hours that calls take a person: their length, times what marking and writing add to hearing.

    Raises:
        ValueError: A length below 0, or a factor below 1: nobody judges a call faster than it is heard.
    """
    if mean_duration_s < 0 or handling < 1:
        raise ValueError(f"mean duration {mean_duration_s} s, handling {handling}: at least 0, and at least 1")
    return calls * mean_duration_s * handling / 3600


@lru_cache(maxsize=64)
def _told_from(true_rate: float, line: float, power: float, level: float) -> int:
    """Return the calls of `calls_for_power` without correction: the same for every operator of a centre."""
    counts = range(1, LONGEST + 1)
    # One call for all counts: scipy spends more time on being called than on the sum.
    chances = cast(
        "Sequence[float]", stats.binom.cdf([_most_passed(n, line, level) for n in counts], counts, true_rate)
    )
    return max((n for n, chance in zip(counts, chances, strict=True) if chance < power), default=0) + 1


def _most_passed(calls: int, line: float, level: float) -> int:
    z = float(stats.norm.ppf((1 + level) / 2))
    return math.ceil(calls * line - z * math.sqrt(calls * line * (1 - line)) - _NOISE) - 1


def _gain(size: int, spread: float, calls: int) -> float:
    """Return by how much one more call lowers a stratum's part of the variance (its root); below all where none is."""
    return -1.0 if calls >= size else size * spread / math.sqrt(calls * (calls + 1))


def _refuse(spread: float, half_width: float, size: int) -> None:
    if spread < 0 or half_width <= 0 or size < 1:
        raise ValueError(
            f"spread {spread}, half width {half_width}, {size} calls: at least 0, above 0, at least 1 call"
        )
