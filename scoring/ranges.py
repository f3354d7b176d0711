"""The least that a weighted mean can come to while some of its parts may still leave it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple


class Part(NamedTuple):
    """What of a whole is possible (its weight, above 0) and what was earned; an item in its group, or a group."""

    possible: Fraction
    earned: Fraction


def least_mean(stay: Iterable[Part], may_leave: Iterable[Part]) -> Fraction | None:
    """Return the least of ``sum(earned) / sum(possible)`` over every choice of those that may leave; None of nothing.

    A part lowers a mean exactly where its own share lies below it, so the least is found by taking the poorest first
    and ending at the first that does not lower it. Where nothing stays, the poorest alone is the least.
    """
    earned = possible = Fraction(0)
    for part in stay:
        earned, possible = earned + part.earned, possible + part.possible
    for part in sorted(may_leave, key=lambda part: part.earned / part.possible):
        if possible and part.earned * possible >= earned * part.possible:
            break
        earned, possible = earned + part.earned, possible + part.possible
    return earned / possible if possible else None
