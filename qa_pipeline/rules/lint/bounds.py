"""What several tests of one number leave possible together, in whole steps (a thousandth, where fractions occur)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

Interval = tuple[float, float]
"""The steps from the first to the last, both of them in it; either may be infinite."""
FINE = 1_000
"""Steps of a number that may have fractions."""


def outside(above: float | None, below: float | None, steps: int = 1) -> list[Interval]:
    """Return where a number lies that is more than ``above`` or less than ``below``."""
    parts: list[Interval] = []
    if below is not None:
        parts.append((-inf, below * steps - 1))
    if above is not None:
        parts.append((above * steps + 1, inf))
    return parts


def complement(parts: Iterable[Interval]) -> list[Interval]:
    """Return where a number lies that lies in none of some intervals."""
    left: list[Interval] = []
    free = -inf
    for low, high in sorted(parts):
        if low - 1 >= free and low > -inf:
            left.append((free, low - 1))
        free = max(free, high + 1)
    return left if free == inf else [*left, (free, inf)]


def common(sets: Sequence[list[Interval]], low: float = -inf) -> list[Interval]:
    """Return where a number from ``low`` on lies that lies in all of some sets of intervals; [] where none can."""
    found: list[Interval] = [(low, inf)]
    for parts in sets:
        both = ((max(a, c), min(b, d)) for a, b in found for c, d in parts)
        found = [(first, last) for first, last in both if first <= last]
    return found
