"""An owner's word on the facts of an entry, given once: confirmed, corrected, must be said, or struck out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa_pipeline.errors import UserError
from qa_pipeline.knowledge.base.carrying import CONFIRMED_AT, CONFIRMED_BY
from qa_pipeline.knowledge.base.matters import SINGLE
from qa_pipeline.knowledge.base.proposals import Proposal, key, proposals
from qa_pipeline.language.written_facts import WRITE_LIKE, fact_in_line, fact_of, slot_named
from qa_pipeline.models import Fact, KnowledgeEntry

_CORRECTION = re.compile(r"(?P<number>\d+)\s*=\s*(?:(?P<name>[^：:=]{1,14})\s*[：:])?\s*(?P<value>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listed:
    """One fact of an entry with its number, and the place in the text that states it (None: the text does not).

    ``otherwise``: the text states another value there, which an owner's correction has replaced, or a file's fact.
    """

    number: int
    fact: Fact
    place: Proposal | None

    @property
    def otherwise(self) -> bool:
        """Whether the text still says another value."""
        return self.place is not None and key(self.place.fact) != key(self.fact)


@dataclass(frozen=True, slots=True)
class Word:
    """What an owner says: numbers of the list. ``corrections`` by number; ``added`` has no number yet."""

    confirm: Collection[int] = ()
    must_say: Collection[int] = ()
    need_not_say: Collection[int] = ()
    strike: Collection[int] = ()
    corrections: Mapping[int, Fact] | None = None
    added: tuple[Fact, ...] = ()

    @property
    def numbers(self) -> frozenset[int]:
        """Every number that is spoken of."""
        corrected = self.corrections or {}
        return frozenset((*self.confirm, *self.must_say, *self.need_not_say, *self.strike, *corrected))


def listed(entry: KnowledgeEntry) -> tuple[Listed, ...]:
    """Return the facts that an entry has, then those that its text states beside them, numbered from 1."""
    read = {key(one.fact): one for one in proposals(entry)}
    stated = [(fact, read.pop(key(fact), None)) for fact in entry.facts]
    own = [(fact, place or _replaced(fact, stated, read)) for fact, place in stated]
    more = [(one.fact, one) for one in read.values()]
    return tuple(Listed(number, fact, place) for number, (fact, place) in enumerate([*own, *more], start=1))


def _replaced(
    fact: Fact, stated: Sequence[tuple[Fact, Proposal | None]], read: dict[tuple[str, str, str], Proposal]
) -> Proposal | None:
    """Take out of ``read`` what the text says in a fact's stead; None unless one fact and one place are left of a slot.

    A matter has one fee and one limit: the text's other value is no second fact that nobody has recorded yet.
    """
    unplaced = [one for one, place in stated if place is None and one.slot == fact.slot]
    rivals = [one for one in read.values() if one.fact.slot == fact.slot]
    if fact.slot not in SINGLE or len(unplaced) != 1 or len(rivals) != 1:
        return None
    return read.pop(key(rivals[0].fact))


def as_confirmed(entry: KnowledgeEntry, word: Word, by: str, on: date) -> KnowledgeEntry:
    """Return an entry as its owner has spoken of it. What is not spoken of stays as it is recorded.

    A correction confirms, and so does the mark that something must be said.

    Raises:
        UserError: A number that is not in the list, or a name is missing.
    """
    facts = listed(entry)
    unknown = sorted(word.numbers - {one.number for one in facts})
    if unknown:
        told = "、".join(map(str, unknown))
        raise UserError(f"条目 {entry.entry_id} 没有第 {told} 个要点", f"编号是 1 到 {len(facts)}，先不带选项看一遍")
    if not by.strip():
        raise UserError("没有说明由谁确认", "加上 --by 姓名")
    recorded = set(map(key, entry.facts))
    kept = [_spoken_of(one, word) for one in facts if one.number not in word.strike]
    chosen = [fact for one, fact in kept if one.number in word.numbers or key(one.fact) in recorded]
    details = {**entry.details, CONFIRMED_BY: by.strip(), CONFIRMED_AT: on.isoformat()}
    return replace(entry, facts=_each_once((*chosen, *word.added)), details=details)


def _each_once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return facts without what stands twice: a value corrected into one that is there already is one fact."""
    found: dict[tuple[str, str, str], Fact] = {}
    for fact in facts:
        before = found.get(key(fact), fact)
        must_say, confirmed = fact.must_say or before.must_say, fact.confirmed or before.confirmed
        found[key(fact)] = replace(before, must_say=must_say, confirmed=confirmed)
    return tuple(found.values())


def read_correction(text: str, entry: KnowledgeEntry) -> tuple[int, Fact]:
    """Return the number and the fact of a correction: ``2=40元``, or ``2=时限：20个工作日`` for another slot.

    Raises:
        UserError: It cannot be read, or states no value of its slot.
    """
    found = _CORRECTION.fullmatch(text.strip())
    if found is None:
        raise UserError(f"更正“{text}”看不懂", "写成 2=40元，或 2=时限：20个工作日")
    number = int(found["number"])
    before = next((one.fact for one in listed(entry) if one.number == number), None)
    slot = slot_named(found["name"]) if found["name"] else before.slot if before else None
    fact = fact_of(slot, found["value"]) if slot else None
    if fact is None:
        raise UserError(
            f"更正“{text}”里没有可用的值", "写上数字和单位，如 2=40元、2=时限：20个工作日、2=电话：0917-3388123"
        )
    return number, fact if before is None else replace(fact, must_say=before.must_say, tolerance=before.tolerance)


def read_addition(text: str) -> Fact:
    """Return the fact of an addition: 材料：户口簿, 费用：40元（必告）.

    Raises:
        UserError: It names no slot or states no value of it.
    """
    if (fact := fact_in_line(text)) is None:
        raise UserError(f"要点“{text}”看不懂", WRITE_LIKE)
    return fact


def unconfirmed(entry: KnowledgeEntry) -> int:
    """Return how many of an entry's facts wait for its owner."""
    return sum(not fact.confirmed for fact in entry.facts)


def _spoken_of(one: Listed, word: Word) -> tuple[Listed, Fact]:
    fact = (word.corrections or {}).get(one.number, one.fact)
    must_say = (fact.must_say or one.number in word.must_say) and one.number not in word.need_not_say
    confirmed = fact.confirmed or one.number in word.confirm or one.number in word.must_say
    return one, replace(fact, must_say=must_say, confirmed=confirmed)
