"""What an entry's own text states: its values with their branches, and facts where nobody has written any."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from qa_pipeline.language.script import simplify
from qa_pipeline.language.values import Value, things, values
from qa_pipeline.models import Fact, KnowledgeEntry

_DETAILS = ("time_limit", "fee", "hours", "phone", "place")
AT_ONCE = re.compile(r"(当场|即时|立等可取|随到随办|当天|当日)(?=[办领出取发制登换拿审开核]|就能|可以?[办领取])")
"""A time limit in words."""
_MONTH_DAY = re.compile(r"(\d{4}-|[明后去次]年)?(\d{2})-(\d{2})")
_LONGEST = 20_000
"""Characters of an entry that are read: what states more than that is no answer to one question."""
# What a value of a text can be as a fact; who is only quoted, what used to be and what is supposed is none.
_SLOTS = frozenset({
    "time_limit", "validity", "condition", "period", "reply_time", "fee", "amount", "amount_cap", "percent", "phone",
    "age", "date",
})  # fmt: skip
# Of which an entry gives a rule (第6年上线检测); a second tier or batch only tells one value from another.
_TURNS = frozenset({"年", "月", "次", "胎", "针", "孩", "套", "天"})
_THINGS = frozenset({"materials", "weekday", "closed", "fraction", "ordinal", "channel"})


def text_of(entry: KnowledgeEntry) -> str:
    """Return what an entry says, its details after its answer."""
    more = (entry.details.get(name, "") for name in _DETAILS)
    return "。".join((entry.answer, *(part for part in more if part)))[:_LONGEST]


def written_values(entry: KnowledgeEntry) -> tuple[Value, ...]:
    """Return the amounts, numbers and times that an entry states anywhere, its question too."""
    return _values(written_text(entry))


def written_text(entry: KnowledgeEntry) -> str:
    """Return the text in which `written_values` have their places."""
    return simplify(f"{text_of(entry)}。{entry.question}")


def written_things(entry: KnowledgeEntry) -> tuple[Value, ...]:
    """Return the documents, channels, weekdays, ordinals and fractions that an entry states."""
    return _things(text_of(entry))


# An entry is compared with thousands of calls of a month.
@lru_cache(maxsize=4096)
def _values(text: str) -> tuple[Value, ...]:
    return values(text)


@lru_cache(maxsize=4096)
def _things(text: str) -> tuple[Value, ...]:
    return things(text)


def facts_in(text: str) -> tuple[Fact, ...]:
    """Return the facts that a text states, none marked as must-say.

    They are proposals for the entry's owner to confirm; what is stated of a branch (外地三十天) keeps it in the text.
    """
    found = [
        Fact("hours" if value.kind == "hours" else value.slot, _readable(value), value.unit, Decimal(0))
        for value in values(simplify(text))
        if value.slot in _SLOTS or (value.kind == "hours" and "-" in value.value)
    ]
    named = [
        Fact(value.slot, value.value, value.unit if value.kind == "ordinal" else "", Decimal(0))
        for value in things(simplify(text))
        if value.slot in _THINGS and not (value.kind == "ordinal" and value.unit not in _TURNS)
    ]
    at_once = [Fact("time_limit", one[1], "", Decimal(0)) for one in AT_ONCE.finditer(simplify(text))]
    return tuple(dict.fromkeys((*found, *at_once[:1], *named)))


def _readable(value: Value) -> str:
    """Return a value as an owner would write it, dates as 12月31日."""
    found = _MONTH_DAY.fullmatch(value.value) if value.kind == "date" else None
    if found is None:
        month_alone = value.kind == "date" and value.value.isdigit()
        return f"{int(value.value)}月" if month_alone else value.value
    return f"{(found[1] or '').replace('-', '年')}{int(found[2])}月{int(found[3])}日"
