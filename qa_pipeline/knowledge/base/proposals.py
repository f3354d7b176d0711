"""Facts that an entry's own text states, for its owner to confirm or correct once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from qa_pipeline.knowledge.base.documents import documents, places
from qa_pipeline.language.script import simplify
from qa_pipeline.language.values import Value, values
from qa_pipeline.language.written_facts import fact_of, joined_hours
from qa_pipeline.models import FACT_UNITS, Fact, KnowledgeEntry

FIELDS = ("answer", "time_limit", "fee", "hours", "phone", "place", "materials")
"""Where facts are looked for, in this order; a fact that two of them state is proposed from the first."""
LONGEST_READ = 20_000
_SLOT_OF_FIELD = {name: name for name in FIELDS[1:]}
# What the grammar calls by other names in a call; in an entry 五个工作日内回复 is the entry's own limit.
_WRITTEN_AS = {"reply_time": "time_limit"}
_SERVICE_ROUND_THE_CLOCK = re.compile(r"^(?:服务|热线|值[班守]|受理|接听|营业|开放|在线|自助|咨询|客服|电话)")
_OWN_NUMBER = "12345"  # every greeting says it: it is no fact of an entry
_TO_APPLY = re.compile(r"^(?:之?内|以内)?(?:提出)?(?:申领|申请|申报|提出|报名|续)")
_OF_MEANS = re.compile(r"收入|工资|资产|财产|面积|存款")
_NO_FEE = re.compile(r"^(?:以[上下]|以内)?的?(?:罚款|押金|保证金|奖励|补贴|补助)")
_PAID_OUT = re.compile(r"补贴|津贴|补助|奖励|救助|低保金|养老金|发放|待遇|标准为每人")
_CHARGED = re.compile(r"费|收取|缴|交")
_NO_NUMBER = re.compile(r"[零〇一二两俩三四五六七八九十百千万亿幺\d.,、，\-~:：到至]{80,}")
_SENTENCE = re.compile(r"[。；;！？\n]")
_CLAUSE = re.compile(r"[，,。；;！？\n]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact as the text of an entry states it, at characters ``start`` to ``end`` (exclusive) of ``field``.

    ``fact`` is unconfirmed and need not be said: that is for the owner to decide. ``text`` are the very words.
    """

    fact: Fact
    field: str
    start: int
    end: int
    text: str


def proposals(entry: KnowledgeEntry) -> tuple[Proposal, ...]:
    """Return what an entry's text states, each fact once, in the order of the text."""
    found: dict[tuple[str, str, str], Proposal] = {}
    for field in FIELDS:
        for one in _of_field(field, readable(entry, field)):
            if not _known(one.fact, found):
                found[key(one.fact)] = one
    return tuple(found.values())


def field_text(entry: KnowledgeEntry, field: str) -> str:
    """Return the text of one of `FIELDS`."""
    return entry.answer if field == "answer" else entry.details.get(field, "")


def readable(entry: KnowledgeEntry, field: str) -> str:
    """Return a field's text as it is read: no more than `LONGEST_READ`, and without rows of digits that are no number.

    Places stay. Reading takes time with the square of the longest such row.
    """
    return _NO_NUMBER.sub(lambda row: "…" * len(row.group()), field_text(entry, field)[:LONGEST_READ])


def key(fact: Fact) -> tuple[str, str, str]:
    """Return what makes two facts the same statement, however they are marked."""
    return fact.slot, fact.value, fact.unit


def _known(fact: Fact, found: dict[tuple[str, str, str], Proposal]) -> bool:
    """Whether a statement is there already; of a document or place a part of its name is enough."""
    if key(fact) in found:
        return True
    if fact.slot not in {"materials", "place"}:
        return False
    names = [other.fact.value for other in found.values() if other.fact.slot == fact.slot]
    return any(fact.value in name or name in fact.value for name in names)


def _of_field(field: str, text: str) -> Iterator[Proposal]:
    slot = _SLOT_OF_FIELD.get(field)
    if slot == "materials":
        yield from _list_of_documents(field, text)
    elif slot == "place":
        if fact := fact_of("place", text):
            yield Proposal(replace(fact, confirmed=False), field, 0, len(text), text)
    else:
        found = sorted(_in_text(field, text), key=lambda one: one.start)
        yield from (one for one in found if slot is None or one.fact.slot == slot)


def _list_of_documents(field: str, text: str) -> Iterator[Proposal]:
    for found in re.finditer(r"[^；;\n、，,]+", text):
        name = found.group().strip()
        if any(character.isalnum() for character in name):
            yield Proposal(Fact("materials", name, confirmed=False), field, found.start(), found.end(), found.group())


def _in_text(field: str, text: str) -> Iterator[Proposal]:
    # In writing a comma ends a number; in speech it may stand within one that is read out in groups.
    cut = text.replace("，", "；")
    plain = simplify(cut)
    plain = plain if len(plain) == len(text) else cut
    read = [one for one in values(plain) if _asserted(one, plain)]
    for sentence, spans in groupby(
        (one for one in read if one.slot == "hours"), key=lambda one: _sentence(text, one.start)
    ):
        del sentence
        listed = list(spans)
        start, end = listed[0].start, listed[-1].end
        yield Proposal(Fact("hours", joined_hours(listed), confirmed=False), field, start, end, text[start:end])
    for one in read:
        if one.slot != "hours":
            slot = _WRITTEN_AS.get(one.slot, one.slot)
            yield Proposal(Fact(slot, one.value, one.unit, confirmed=False), field, one.start, one.end, one.text)
    if field == "answer":
        for slot, named in (("materials", documents(text)), ("place", places(text))):
            yield from (Proposal(Fact(slot, n.text, confirmed=False), field, n.start, n.end, n.text) for n in named)


def _asserted(one: Value, text: str) -> bool:
    """Whether a value is a statement of the entry that a fact can hold."""
    slot = _WRITTEN_AS.get(one.slot, one.slot)
    if slot not in FACT_UNITS or one.unit not in FACT_UNITS[slot] or one.mended:
        return False
    if slot == "phone" and one.value == _OWN_NUMBER:
        return False
    if slot == "hours":
        return "-" in one.value
    if slot == "time_limit" and one.value == "24" and one.unit == "hour":
        return _SERVICE_ROUND_THE_CLOCK.match(text[one.end :]) is None
    if slot == "time_limit" and _TO_APPLY.match(text[one.end :]):
        return False
    if slot == "amount_cap" and _OF_MEANS.search(_CLAUSE.split(text[: one.start])[-1]):
        return False
    return slot != "fee" or not (_is_paid_out(text, one) or _NO_FEE.match(text[one.end :]))


def _is_paid_out(text: str, one: Value) -> bool:
    """Whether money goes to the citizen: 次月发放，每月80元 is no fee."""
    before = _CLAUSE.split(text[: one.start])
    clause, earlier = before[-1], before[-2] if len(before) > 1 else ""
    if _CHARGED.search(clause):
        return False
    return bool(_PAID_OUT.search(clause) or (_PAID_OUT.search(earlier) and not _CHARGED.search(earlier)))


def _sentence(text: str, place: int) -> int:
    return len(_SENTENCE.findall(text[:place]))
