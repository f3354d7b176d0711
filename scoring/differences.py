"""How two months' means differ, and whether that is beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scipy import stats

from scoring.intervals import LEVEL, POINT_STEP, Interval, outward, standard_error, weighted_mean


@dataclass(frozen=True, slots=True)
class Drawn:
    """The points of drawn calls, each with its chance of being drawn, above 0 and up to 1."""

    values: Sequence[Decimal]
    probabilities: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The later mean less the earlier, in points; ``interval`` is None where nothing says how much chance does."""

    value: Decimal
    interval: Interval | None

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves no room for no difference at all."""
        return self.interval is not None and not self.interval.low <= 0 <= self.interval.high


def difference_of_means(now: Drawn, before: Drawn) -> MeanDifference | None:
    """Return how far a mean moved, None where either month has no call.

    The interval is Welch's (1947, Biometrika 34:28–35) with the degrees of freedom of Satterthwaite (1946, Biometrics
    Bulletin 2:110–114), from the errors of `scoring.intervals.standard_error`: calls that were all heard add none.

    Raises:
        ValueError: As `scoring.intervals.weighted_mean`.
    """
    one, other = weighted_mean(now.values, now.probabilities), weighted_mean(before.values, before.probabilities)
    if one is None or other is None:
        return None
    return MeanDifference(one - other, _interval(one - other, now, before))


def _interval(value: Decimal, now: Drawn, before: Drawn) -> Interval | None:
    errors = [standard_error(drawn.values, drawn.probabilities) for drawn in (now, before)]
    if errors[0] is None or errors[1] is None:
        return None
    parts = [errors[0] ** 2, errors[1] ** 2]
    if not sum(parts):
        # Of calls that are all alike chance cannot be told, unless every call was heard.
        all_heard = all(p == 1 for drawn in (now, before) for p in drawn.probabilities)
        return Interval(value, value) if all_heard else None
    sizes = [len(now.values) - 1, len(before.values) - 1]
    free = sum(parts) ** 2 / sum(part**2 / size for part, size in zip(parts, sizes, strict=True))
    reach = math.sqrt(sum(parts)) * float(stats.t.ppf((1 + LEVEL) / 2, free))
    low, high = float(value) - reach, float(value) + reach
    return Interval(outward(low, POINT_STEP, down=True), outward(high, POINT_STEP, down=False))
