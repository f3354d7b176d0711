"""What a module of the grammar finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """A typed value at characters ``start`` to ``end`` (exclusive); ``slot`` where the words themselves tell it."""

    kind: str
    value: str
    unit: str
    start: int
    end: int
    slot: str = ""


Reader = Callable[[str], Iterable[Reading]]
