"""What checks look at: the entries of a base, where each is filed, and the facts that each states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from qa_pipeline.knowledge.base.proposals import Proposal, proposals
from qa_pipeline.models import Fact, KnowledgeEntry


@dataclass(frozen=True, slots=True)
class Filed:
    """An entry and where it stands: a file and its row (a line in YAML); '' and None for one of the store."""

    entry: KnowledgeEntry
    file: str = ""
    row: int | None = None

    @property
    def place(self) -> str:
        """Where it is to be looked for, for people to read."""
        name = f"{self.entry.entry_id}@{self.entry.version}"
        return f"{self.file}:{self.row} {name}" if self.file else name


@dataclass(frozen=True, slots=True)
class Fault:
    """What is probably a mistake, at which entry, why, and what to do (Chinese). ``other``: of two, the other."""

    filed: Filed
    reason: str
    advice: str
    other: Filed | None = None


@dataclass(frozen=True)
class Base:
    """The entries of a base on a day."""

    filed: tuple[Filed, ...]
    day: date

    @classmethod
    def of(cls, entries: Iterable[KnowledgeEntry], day: date) -> Base:
        """Make a base of entries that stand in no file."""
        return cls(tuple(Filed(entry) for entry in entries), day)

    @cached_property
    def versions(self) -> Mapping[str, tuple[Filed, ...]]:
        """The versions of each entry in their order."""
        found: dict[str, list[Filed]] = defaultdict(list)
        for one in self.filed:
            found[one.entry.entry_id].append(one)
        return {name: tuple(sorted(listed, key=lambda one: one.entry.version)) for name, listed in found.items()}

    @cached_property
    def latest(self) -> tuple[Filed, ...]:
        """The newest version of each entry."""
        return tuple(listed[-1] for listed in self.versions.values())

    @cached_property
    def current(self) -> tuple[Filed, ...]:
        """What answers are judged by today or later: who mends a base does not mend what is over."""
        return tuple(one for one in self.filed if one.entry.valid_to is None or one.entry.valid_to >= self.day)

    @cached_property
    def _read(self) -> dict[int, tuple[Proposal, ...]]:
        return {}

    def read(self, filed: Filed) -> tuple[Proposal, ...]:
        """Return the facts that an entry's text states; it is read once."""
        name = id(filed)
        if name not in self._read:
            self._read[name] = proposals(filed.entry)
        return self._read[name]

    def stated(self, filed: Filed) -> tuple[Fact, ...]:
        """Return the facts of an entry; of slots that it has no fact of, those that its text states."""
        slots = {fact.slot for fact in filed.entry.facts}
        more = (one.fact for one in self.read(filed) if one.fact.slot not in slots)
        return (*filed.entry.facts, *more)
