"""Which branch of an entry a value is of, and whether that is the caller's: 本地户口二十天，外地三十天."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from qa_pipeline.language.branches import clash, conditions
from qa_pipeline.language.values import Value
from qa_pipeline.models import SpokenFact


class Relation(StrEnum):
    """How a said value's branch stands to a fact's.

    FREE: the fact has no branch. SAME: it was said of that branch. FOREIGN: of another. OPEN: nobody said of which.
    """

    FREE = "free"
    SAME = "same"
    FOREIGN = "foreign"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of one fact (axis → branch), as far as they tell its value from others of its kind in the entry."""

    fact: Mapping[str, str] = field(default_factory=dict)
    caller: Mapping[str, str] = field(default_factory=dict)

    @property
    def elsewhere(self) -> bool:
        """Whether the caller is in another branch."""
        return clash(self.fact, self.caller)

    def relation(self, said: SpokenFact) -> Relation:
        """Return how a said value stands: by its own branch, else by the caller's."""
        if not self.fact:
            return Relation.FREE
        spoken = {**self.caller, **conditions(said.condition)}
        if clash(self.fact, spoken):
            return Relation.FOREIGN
        return Relation.SAME if self.fact.keys() <= spoken.keys() else Relation.OPEN


def branches_of(own: Sequence[Value], alike: Sequence[Value], caller: Mapping[str, str]) -> Branches:
    """Return the branches of a fact.

    Args:
        own: The values of the entry's text that are the fact.
        alike: All values of its kind and slot in the text.
        caller: What the caller said of themselves, axis → branch.
    """
    axes = _telling(alike)
    held = [{axis: term for axis, term in conditions(value.condition).items() if axis in axes} for value in own]
    fact = held[0] if held and all(one == held[0] for one in held) else {}
    return Branches(fact, {axis: term for axis, term in caller.items() if axis in fact})


def _telling(alike: Iterable[Value]) -> set[str]:
    """Return the axes on which the entry gives different values to different branches."""
    by_axis: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for value in alike:
        for axis, term in conditions(value.condition).items():
            by_axis.setdefault(axis, {}).setdefault(term, set()).add((value.value, value.unit))
    return {
        axis
        for axis, terms in by_axis.items()
        if len(terms) > 1 and any(a != b for a in terms.values() for b in terms.values())
    }
