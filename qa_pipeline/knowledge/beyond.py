"""What an operator asserted of which the entry says nothing: a fee, a limit, a number that is in no fact of it."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.knowledge.amounts import kind_of
from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.knowledge.written import text_of, written_values
from qa_pipeline.models import Agreement, FactCheck, KnowledgeEntry, SpokenFact

# What answers assert. When the centre calls back (reply_time) is its own to say, and dates and counts are of anything.
_ASSERTED = frozenset({"time_limit", "validity", "fee", "amount", "amount_cap", "percent", "age", "phone"})
_KINDS = {
    "time_limit": "duration", "reply_time": "duration", "validity": "duration", "condition": "duration",
    "period": "duration", "fee": "money", "amount": "money", "amount_cap": "money",
}  # fmt: skip
# Money that the caller is to get: 还有一个月三百块的高龄补贴 is beyond an entry that only has a fee, or another sum.
_PROMISED = frozenset({"amount", "amount_cap"})
_LONG_PHONE = 7


def beyond(entry: KnowledgeEntry, heard: Answer, checks: Sequence[FactCheck]) -> tuple[FactCheck, ...]:
    """Return a check with `Agreement.BEYOND` for each value of a kind that the entry does not speak of at all.

    So has each sum of money to be had that is none of the entry's.
    A value that some fact was compared with is not among them, and nothing is beyond an entry that has no text.
    """
    if not text_of(entry).strip("。"):
        return ()
    compared = {id(check.said) for check in checks if check.said is not None}
    known = {_KINDS.get(fact.slot, fact.slot) for fact in entry.facts}
    known |= {value.kind for value in written_values(entry)}
    stated = {(value.value, value.unit) for value in written_values(entry)}
    stated |= {(fact.value, fact.unit) for fact in entry.facts}
    more = [
        one
        for one in heard.facts
        if one.slot in _ASSERTED
        and id(one) not in compared
        and (_kind(one) not in known or (one.slot in _PROMISED and (one.value, one.unit) not in stated))
    ]
    firsts = {(one.slot, one.value, one.unit): one for one in reversed(more) if _telling(one)}
    return tuple(
        FactCheck(one.slot, "", "", False, Agreement.BEYOND, one)
        for one in sorted(firsts.values(), key=lambda one: one.start_ms)
    )


def _telling(said: SpokenFact) -> bool:
    """Short numbers (12345) are the hotline's own, and a waiting time of minutes is what the call itself takes."""
    return (said.slot != "phone" or len(said.value) >= _LONG_PHONE) and said.unit != "minute"


def _kind(said: SpokenFact) -> str:
    return kind_of(said) or said.slot
