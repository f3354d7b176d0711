"""What was planted against what rules said of it: counts a rule and an item, with precision, recall and intervals.

One cell is one call: was the item planted there, and what was said of it. Recall asks whether a planted fault reached
anybody: deducted, pointed out, or left open for a person. Precision asks of the findings that accuse (deductions and
hints) how many were planted; what is left open accuses nobody and is counted beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from qa_pipeline.models import RuleResult
from qa_pipeline.planted import Judged, Said, said_by, said_of
from scoring.intervals import Share, share


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the rules said of one call."""

    call_id: str
    results: tuple[RuleResult, ...]


@dataclass(slots=True)
class Counts:
    """Calls of one rule or item: the first four where its item was planted, the next three where it was not."""

    deducted: int = 0
    hinted: int = 0
    left_open: int = 0
    missed: int = 0
    false_deductions: int = 0
    false_hints: int = 0
    unsure: int = 0

    def add(self, planted: bool, said: Said) -> None:
        """Count one call."""
        name = _NAMES[planted][said]
        if name:
            setattr(self, name, getattr(self, name) + 1)

    @property
    def planted(self) -> int:
        """Calls in which the item was planted."""
        return self.deducted + self.hinted + self.left_open + self.missed

    @property
    def recall(self) -> Share:
        """Share of the planted that were deducted, pointed out or left open."""
        return share(self.planted - self.missed, self.planted)

    @property
    def precision(self) -> Share:
        """Share of the deductions and hints that were planted."""
        right = self.deducted + self.hinted
        return share(right, right + self.false_deductions + self.false_hints)

    @property
    def deductions_right(self) -> Share:
        """Share of the deductions that were planted."""
        return share(self.deducted, self.deducted + self.false_deductions)


_NAMES: Mapping[bool, Mapping[Said, str]] = {
    True: {Said.DEDUCTED: "deducted", Said.REFERRED: "hinted", Said.UNSURE: "left_open", Said.SILENT: "missed"},
    False: {Said.DEDUCTED: "false_deductions", Said.REFERRED: "false_hints", Said.UNSURE: "unsure", Said.SILENT: ""},
}


def by_rule(planted: Mapping[str, frozenset[str]], calls: Iterable[Judged]) -> dict[tuple[str, str], Counts]:
    """Return counts by item and code; of a rule that shares its item with others a miss is not yet the item's."""
    found: dict[tuple[str, str], Counts] = {}
    for call in calls:
        for result in call.results:
            counts = found.setdefault((result.item, result.code), Counts())
            counts.add(result.item in planted.get(call.call_id, frozenset()), said_by(result))
    return dict(sorted(found.items()))


def by_item(planted: Mapping[str, frozenset[str]], calls: Iterable[Judged]) -> dict[str, Counts]:
    """Return counts by item: the strongest word of any rule on it; planted where no rule judges is missed."""
    found: dict[str, Counts] = {}
    for call in calls:
        said, faults = said_of(call.results), planted.get(call.call_id, frozenset())
        for item in said.keys() | faults:
            found.setdefault(item, Counts()).add(item in faults, said.get(item, Said.SILENT))
    return dict(sorted(found.items()))


def total(counts: Iterable[Counts]) -> Counts:
    """Add counts up."""
    whole = Counts()
    for one in counts:
        for part in fields(Counts):
            setattr(whole, part.name, getattr(whole, part.name) + getattr(one, part.name))
    return whole


@dataclass(frozen=True, slots=True)
class Slip:
    """An item of a call that was judged otherwise than planted, in the reference text, as recognised, or both."""

    call_id: str
    item: str
    planted: bool
    said: Said
    heard: Said
    results: tuple[RuleResult, ...] = field(default=())

    @property
    def kind(self) -> str:
        """What is wrong with what was said of the recognised call, or of the reference where only that is wrong."""
        word = self.heard if _wrong(self.planted, self.heard) else self.said
        if self.planted:
            return "missed"
        return "false deduction" if word is Said.DEDUCTED else "false hint"


def slips(planted: Mapping[str, frozenset[str]], said: Sequence[Judged], heard: Sequence[Judged]) -> list[Slip]:
    """Return every miss, false deduction and false hint; ``results`` are what rules said of the recognised call."""
    found = []
    reference = {call.call_id: said_of(call.results) for call in said}
    for call in heard:
        faults, words = planted.get(call.call_id, frozenset()), said_of(call.results)
        first = reference.get(call.call_id, {})
        for item in sorted(faults | words.keys() | first.keys()):
            both = first.get(item, Said.SILENT), words.get(item, Said.SILENT)
            if any(_wrong(item in faults, word) for word in both):
                own = tuple(result for result in call.results if result.item == item)
                found.append(Slip(call.call_id, item, item in faults, *both, own))
    return found


def _wrong(planted: bool, said: Said) -> bool:
    return said is Said.SILENT if planted else said in {Said.DEDUCTED, Said.REFERRED}
