"""How many planted faults the pipeline found, missed and reported falsely, by item and by group.

A fault is the pair (call, item): whether it was found is asked of the item, as an appeal would ask it. What the
machine says of an item is one of: deducted (FAIL that takes points), referred (FAIL that only advises, or
undetermined: a person is sent to it), silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ruamel.yaml import YAML

from qa_pipeline.models import Outcome, RuleResult, Standing

GROUPS = ("A", "B", "C", "D", "V")


class Said(StrEnum):
    """What the machine said of one item of one call."""

    DEDUCTED = "deducted"
    REFERRED = "referred"
    UNSURE = "unsure"
    SILENT = "silent"


class Judged(Protocol):
    """A call and what the rules said of it, such as a `CallAudit`."""

    @property
    def call_id(self) -> str:
        """The call's number."""

    @property
    def results(self) -> tuple[RuleResult, ...]:
        """What every rule said."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one item or group over all calls that were audited.

    ``found`` = planted and deducted; ``referred`` = planted and pointed out to a person, as a suspicion or as unsure;
    ``missed`` = planted and silent. ``false_deductions`` and ``false_referrals`` are the same where nothing was
    planted; ``unsure`` are findings left undetermined where nothing was planted: work for people, no accusation.
    """

    name: str
    planted: int = 0
    found: int = 0
    referred: int = 0
    missed: int = 0
    false_deductions: int = 0
    false_referrals: int = 0
    unsure: int = 0

    @property
    def recall(self) -> float | None:
        """Share of the planted faults that were deducted or pointed out."""
        return (self.found + self.referred) / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of the deductions that were planted."""
        said = self.found + self.false_deductions
        return self.found / said if said else None


def planted_faults(scripts: Path) -> Mapping[str, frozenset[str]]:
    """Read which items each sample call was written to fail: call id to item codes."""
    yaml = YAML(typ="safe")
    loaded = (yaml.load(path.read_text(encoding="utf-8")) for path in sorted(scripts.glob("*.yaml")))
    return {script["call_id"]: frozenset(fault["item"] for fault in script["faults"] or ()) for script in loaded}


def said_of(results: Iterable[RuleResult]) -> Mapping[str, Said]:
    """Return the strongest thing that the machine said of each item of one call."""
    order = list(Said)
    said: dict[str, Said] = {}
    for result in results:
        word = said_by(result)
        said[result.item] = min(said.get(result.item, Said.SILENT), word, key=order.index)
    return said


def said_by(result: RuleResult) -> Said:
    """Return what one result says."""
    if result.outcome is Outcome.FAIL:
        return Said.DEDUCTED if result.standing is Standing.DEDUCT else Said.REFERRED
    return Said.UNSURE if result.outcome is Outcome.UNDETERMINED else Said.SILENT


def compare(planted: Mapping[str, frozenset[str]], audits: Sequence[Judged]) -> tuple[Tally, ...]:
    """Count, by item, what was planted against what was said; items in order of their codes.

    Calls without an audit are left out of the counts: they are listed as failed elsewhere.
    """
    cells: dict[str, list[tuple[bool, Said]]] = {}
    for audit in audits:
        said, faults = said_of(audit.results), planted.get(audit.call_id, frozenset())
        for item in said.keys() | faults:
            cells.setdefault(item, []).append((item in faults, said.get(item, Said.SILENT)))
    return tuple(_tally(item, cells[item]) for item in sorted(cells))


def by_group(tallies: Sequence[Tally]) -> tuple[Tally, ...]:
    """Add up the items of each group."""
    return tuple(_sum(group, [t for t in tallies if t.name.startswith(group)]) for group in GROUPS)


def _tally(name: str, cells: Sequence[tuple[bool, Said]]) -> Tally:
    def count(planted: bool, *said: Said) -> int:
        return sum(p is planted and s in said for p, s in cells)

    return Tally(
        name,
        planted=sum(p for p, _ in cells),
        found=count(True, Said.DEDUCTED),
        referred=count(True, Said.REFERRED, Said.UNSURE),
        missed=count(True, Said.SILENT),
        false_deductions=count(False, Said.DEDUCTED),
        false_referrals=count(False, Said.REFERRED),
        unsure=count(False, Said.UNSURE),
    )


def _sum(name: str, tallies: Sequence[Tally]) -> Tally:
    return Tally(
        name,
        planted=sum(t.planted for t in tallies),
        found=sum(t.found for t in tallies),
        referred=sum(t.referred for t in tallies),
        missed=sum(t.missed for t in tallies),
        false_deductions=sum(t.false_deductions for t in tallies),
        false_referrals=sum(t.false_referrals for t in tallies),
        unsure=sum(t.unsure for t in tallies),
    )
