"""The least that a weighted mean can come to while some of its parts may still leave it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

Exact = TypeVar("Exact", Decimal, Fraction)


class Part(NamedTuple, Generic[Exact]):
    """What of a whole is possible (its weight, above 0) and what was earned; an item in its group, or a group."""

    possible: Exact
    earned: Exact

    @property
    def share(self) -> Fraction:
        """What share of the possible was earned."""
        return Fraction(self.earned) / Fraction(self.possible)


def least_mean(stay: Sequence[Part[Exact]], may_leave: Iterable[Part[Exact]]) -> Part[Exact] | None:
    """Return the parts together whose ``sum(earned) / sum(possible)`` is least over every choice; None of nothing.

    A part lowers a mean exactly where its own share lies below it, so the least is found by taking the poorest first
    and ending at the first that does not lower it. Where nothing stays, the poorest alone is the least.
    """
    whole = None
    for part in stay:
        whole = part if whole is None else _both(whole, part)
    for part in sorted(may_leave, key=lambda part: part.share):
        if whole is not None and part.earned * whole.possible >= whole.earned * part.possible:
            break
        whole = part if whole is None else _both(whole, part)
    return whole


def _both(one: Part[Exact], other: Part[Exact]) -> Part[Exact]:
    return Part(one.possible + other.possible, one.earned + other.earned)
