"""What lies where in time, among things that are in order and do not overlap one another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol


class Timed(Protocol):
    """Something that lasts from one time to another."""

    @property
    def start_ms(self) -> int:
        """Where it begins."""

    @property
    def end_ms(self) -> int:
        """Where it ends."""


def touching(things: Sequence[Timed], start_ms: int, end_ms: int) -> slice:
    """Return the place of the things that share some time with a stretch.

    Args:
        things: In order, none overlapping another.
        start_ms: Where the stretch begins.
        end_ms: Where it ends.
    """
    return slice(bisect_right(things, start_ms, key=_end), bisect_left(things, end_ms, key=_start))


def nearest(things: Sequence[Timed], start_ms: int, end_ms: int) -> int:
    """Return the index of the thing that shares most time with a stretch, or is nearest to it; the first of equals.

    Args:
        things: In order, none overlapping another; one at least.
        start_ms: Where the stretch begins.
        end_ms: Where it ends.
    """
    found = touching(things, start_ms, end_ms)
    near = range(len(things))[max(0, min(found.start, found.stop) - 1) : max(found.start, found.stop) + 1]
    return max(near, key=lambda n: min(end_ms, things[n].end_ms) - max(start_ms, things[n].start_ms))


def _start(thing: Timed) -> int:
    return thing.start_ms


def _end(thing: Timed) -> int:
    return thing.end_ms
