"""What a month's grade might have been had more calls been heard: estimated, and no amount hangs on it."""

from __future__ import annotations

import math
from decimal import Decimal

from scipy import stats

from scoring.card import Scorecard
from scoring.exact import HUNDREDTH
from scoring.grades import grade_of


def chance_of_other_grade(card: Scorecard, mean: Decimal, spread: tuple[float, int], heard: int, calls: int) -> float:
    """Return the chance that ``calls`` calls give another grade than the ``heard`` ones among them did, 0–1.

    The calls heard are the first of those that a larger draw would take, so that both means differ by
    ``spread * sqrt(1/heard - 1/calls)``, with t quantiles since the spread is itself estimated. Where all calls would
    be heard that is the month's own standard error with its finite-population correction.

    Args:
        card: Its grades.
        mean: The month's mean by the calls that were heard, after notices.
        spread: Standard deviation of one operator's calls, points, with its degrees of freedom
            (`scoring.planning.pooled_spread`).
        heard: Calls that the mean is of.
        calls: How many would be heard; no more than there are.

    Raises:
        ValueError: No calls were heard, or fewer would be: then what was heard tells it, without an estimate.
    """
    if not 1 <= heard <= calls:
        raise ValueError(f"{heard} calls heard, {calls} asked for: at least 1, and no fewer than were heard")
    size, free = spread
    error = size * math.sqrt(1 / heard - 1 / calls)
    if error == 0:
        return 0.0
    low, high = _ends(card, mean)
    same = stats.t.cdf((high - float(mean)) / error, free) - stats.t.cdf((low - float(mean)) / error, free)
    return float(1 - same)


def _ends(card: Scorecard, mean: Decimal) -> tuple[float, float]:
    """Return the means between which the grade stays: those that are printed as within the band."""
    band, half = grade_of(card, mean), HUNDREDTH / 2
    above = [other.at_least for other in card.grades if other.at_least > band.at_least]
    below = any(other.at_least < band.at_least for other in card.grades)
    low = float(band.at_least - half) if below else -math.inf
    return low, float(min(above) - half) if above else math.inf
