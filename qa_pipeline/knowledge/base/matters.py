"""Which entries are about one matter, and whether they say the same of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.quantities import parse_value
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Fact, KnowledgeEntry

SINGLE = frozenset({"time_limit", "fee", "validity", "age", "percent", "phone", "hours"})
"""Slots of which a matter has one value. Documents are many, and caps differ by who asks."""

# What titles carry beside their matter, and what they may call it: 办理指南 of 居住证 is 居住证办理.
_DECORATION = re.compile(
    r"办事指南|办理指南|服务指南|指南|须知|流程|程序|手续|办理|申请|条件|标准|规定|政策|问题|事项|有关|关于|相关|如何|怎么|怎样|什么|哪些|"
    r"多少钱?|的|及|和|与|[\s\W_]|个人|城乡|居民|本市|我市|全市|(?<![城])市(?=图书|博物|体育|文化)|热线|咨询|情况|说明|信息"
)
_SAME = (
    ("到期换", "换"),
    ("换领", "换"),
    ("换证", "换"),
    ("换发", "换"),
    ("第一次", "首次"),
    ("服务", "投诉"),
    ("最高", ""),
    ("住房公积金", "公积金"),
    ("多大", "年龄"),
    ("领取", "领"),
    ("遗失", "丢失"),
)
_SPOKEN = re.compile(r"[\s\W_]|请问|我想问一下|想问一下|的|了|吗|呢|啊")
_SHORTEST, _SHORTEST_QUESTION = 2, 6
_CALENDAR_DAYS = {"day": Decimal(1), "month": Decimal(30), "year": Decimal(365)}


def matters(entries: Sequence[KnowledgeEntry]) -> Iterator[tuple[int, int]]:
    """Yield the places of any two entries about one matter: by their titles, or by a question that both answer.

    Titles must be of the same characters once what only decorates them is left out: 首套 and 二套 are two matters, and
    nobody is bothered for entries that are merely alike. A title's words may stand in another order.
    """
    shared: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for name in {_title(entry.title), *_questions(entry)}:
            shared[name].append(place)
    pairs = {
        (a, b)
        for name, places in shared.items()
        if name
        for at, a in enumerate(places)
        for b in places[at + 1 :]
        if entries[a].entry_id != entries[b].entry_id
    }
    yield from sorted(pairs)


def at_odds(ours: Iterable[Fact], theirs: Iterable[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Yield the first values of each slot in which two lists of facts have nothing in common."""
    mine, other = _by_slot(ours), _by_slot(theirs)
    for slot in mine.keys() & other.keys():
        if not any(same_value(a, b) for a in mine[slot] for b in other[slot]):
            yield mine[slot][0], other[slot][0]


def same_value(a: Fact, b: Fact) -> bool:
    """Whether two facts of a slot state one value: in another unit, without the area code, or within the tolerance."""
    if a.slot == "phone":
        return _same_number(digits(a.value), digits(b.value))
    mine, other = parse_value(a.value), parse_value(b.value)
    if mine is None or other is None:
        return simplify(a.value) == simplify(b.value) or bool(_spans(a) & _spans(b))
    if a.unit != b.unit:
        if a.unit not in _CALENDAR_DAYS or b.unit not in _CALENDAR_DAYS:
            return False
        mine, other = mine.times(_CALENDAR_DAYS[a.unit]), other.times(_CALENDAR_DAYS[b.unit])
    slack = max(a.tolerance, b.tolerance) if a.unit == b.unit else Decimal(0)
    return mine.low - slack <= other.high and other.low - slack <= mine.high


def _spans(fact: Fact) -> set[frozenset[int]]:
    """Return the ends of the spans of opening hours, in minutes within half a day: 2:00-5:30 is the afternoon's."""
    if fact.slot != "hours":
        return set()
    clocks = [re.findall(r"(\d{1,2})[:：](\d{2})", span) for span in fact.value.split("、")]
    return {frozenset((int(hour) * 60 + int(minute)) % (12 * 60) for hour, minute in ends) for ends in clocks if ends}


def _same_number(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return bool(shorter) and (a == b or (len(shorter) >= 7 and longer.endswith(shorter)))


def _by_slot(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.slot in SINGLE:
            found[fact.slot].append(fact)
    return found


def _title(title: str) -> str:
    """Return a title's matter as its characters in order of the alphabet: 换领身份证 is 身份证换领."""
    plain = simplify(title)
    for word, other in _SAME:
        plain = plain.replace(word, other)
    bare = _DECORATION.sub("", plain)
    return "".join(sorted(bare)) if len(bare) >= _SHORTEST else ""


def _questions(entry: KnowledgeEntry) -> set[str]:
    asked = (_SPOKEN.sub("", simplify(one)) for one in (entry.question, *entry.paraphrases))
    return {f"？{one}" for one in asked if len(one) >= _SHORTEST_QUESTION}
