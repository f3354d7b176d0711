"""Places that a centre knows: its gazetteer, and orders of before that are like one at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the gazetteer. ``parent`` is the name of the place it lies in ('' for the city itself).

    ``kind`` is what the centre calls it: 区, 街道, 镇, 村, 路, 小区, 学校, 单位 and so on.
    """

    name: str
    kind: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()


class Gazetteer:
    """Places by their names; two gazetteers are equal where they are the same object."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self.places = tuple(places)
        self.by_name: dict[str, list[Place]] = {}
        for place in self.places:
            for name in (place.name, *place.aliases):
                self.by_name.setdefault(name, []).append(place)

    def __len__(self) -> int:
        return len(self.places)

    def named(self, name: str) -> tuple[Place, ...]:
        """Return the places that a name or another name of theirs stands for: 和平路 may lie in two districts."""
        return tuple(self.by_name.get(name, ()))

    def around(self, place: Place) -> tuple[str, ...]:
        """Return the names of what a place lies in, the nearest first; a circle of parents ends where it closes."""
        names: list[str] = []
        parent = place.parent
        while parent and parent not in names:
            names.append(parent)
            above = self.named(parent)
            parent = above[0].parent if above else ""
        return tuple(names)


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier order of the centre that is like the one at hand; ``likeness`` is 0-1."""

    order_id: str
    title: str
    category: str
    urgency: str
    unit: str
    likeness: float
