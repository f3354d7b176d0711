"""Entries that calls contradict often: perhaps it is the base that is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from qa_pipeline.language.written_facts import in_words
from qa_pipeline.models import Agreement, Exchange, Fact, FactCheck, KnowledgeEntry, SpokenFact
from qa_pipeline.upkeep.heard import HeardCall, HeardMonth, Place
from scoring.intervals import Share, share

LEAST_CALLS = 2
"""One call is that operator's affair."""
SURE = 0.5
"""Where retrieval is no surer than that, another entry may have been meant (the rules' own bound, AN02)."""
LEAST_OPERATORS = 2
_STATED = frozenset({Agreement.AGREES, Agreement.CONTRADICTS, Agreement.CORRECTED})


@dataclass(frozen=True, slots=True)
class Said:
    """What one call said of a fact, and where it can be played."""

    place: Place
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Contradicted:
    """One fact of an entry and the calls that said otherwise.

    ``share``: of the calls in which the fact was stated at all, those that contradict it, with its 95 % interval.
    ``other`` is what most of them said instead, and ``agreeing`` how many did. ``perhaps_base``: see `_perhaps_base`.
    """

    entry: KnowledgeEntry
    fact: Fact
    share: Share
    said: tuple[Said, ...]
    other: str
    agreeing: int
    operators: int
    perhaps_base: bool


def contradicted(month: HeardMonth) -> tuple[Contradicted, ...]:
    """Return the facts that two calls or more contradict, the surest first."""
    stated: dict[tuple[str, int, str, str, str], dict[str, Said | None]] = defaultdict(dict)
    entries: dict[tuple[str, int], KnowledgeEntry] = {}
    for call in month.calls:
        for exchange, check in _checks(call):
            if exchange.entry is None:
                continue
            entry = exchange.entry
            entries[entry.entry_id, entry.version] = entry
            name = (entry.entry_id, entry.version, check.expected_slot, check.expected_value, check.expected_unit)
            said = _said(call, check.said) if check.agreement is Agreement.CONTRADICTS and check.said else None
            stated[name][call.file.call.call_id] = said or stated[name].get(call.file.call.call_id)
    found = [_contradicted(entries[name[:2]], Fact(*name[2:]), calls) for name, calls in stated.items()]
    often = [one for one in found if one.share.hits >= LEAST_CALLS]
    return tuple(sorted(often, key=_order))


def _order(one: Contradicted) -> tuple[bool, float, int, str]:
    low = float(one.share.interval.low) if one.share.interval is not None else 0.0
    return not one.perhaps_base, -low, -one.share.hits, one.entry.entry_id


def _checks(call: HeardCall) -> list[tuple[Exchange, FactCheck]]:
    sure = [one for one in call.ctx.exchanges if one.entry is not None and one.score >= SURE]
    return [(exchange, check) for exchange in sure for check in exchange.checks if check.agreement in _STATED]


def _said(call: HeardCall, said: SpokenFact) -> Said:
    place = Place(call.file.call.call_id, call.file.call.operator_id, said.start_ms, said.end_ms, said.text)
    return Said(place, said.value, said.unit)


def _contradicted(entry: KnowledgeEntry, fact: Fact, calls: dict[str, Said | None]) -> Contradicted:
    said = tuple(one for one in calls.values() if one is not None)
    values = Counter((one.value, one.unit) for one in said)
    (value, unit), agreeing = values.most_common(1)[0] if values else (("", ""), 0)
    counted = share(len(said), len(calls))
    operators = len({one.place.operator_id for one in said if (one.value, one.unit) == (value, unit)})
    return Contradicted(
        entry=entry,
        fact=fact,
        share=counted,
        said=said,
        other=in_words(Fact(fact.slot, value, unit)) if value else "",
        agreeing=agreeing,
        operators=operators,
        perhaps_base=_perhaps_base(counted, agreeing, operators),
    )


def _perhaps_base(counted: Share, agreeing: int, operators: int) -> bool:
    """Whether the base rather than the operators may be wrong: several of them say the same other value.

    Mistakes scatter; people who know better agree. Half of those who state the fact must say otherwise, most of them
    alike, and not one person alone.
    """
    return counted.hits * 2 >= counted.n and agreeing * 2 > counted.hits and operators >= LEAST_OPERATORS
