"""What the operator said, held against the facts of an entry. Made to be right when it says "contradicts"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qa_pipeline.knowledge import named, phones, times
from qa_pipeline.knowledge.amounts import Standing, kind_of, perhaps_said, stands, unit_kind
from qa_pipeline.language.numerals import digits
from qa_pipeline.language.values import Value, values
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, Role, SpokenFact, Utterance

# What a speaker does not assert: somebody else's words, a condition, what used to be.
_NOT_ASSERTED = frozenset({"quoted", "negated", "past", "hypothetical"})
# Which said slots may contradict an expected one. A date for a call back is no processing time, a grant no fee.
_RIVALS = {
    "time_limit": {"time_limit"},
    "validity": {"validity"},
    "fee": {"fee"},
    "amount_cap": {"amount_cap"},
    "percent": {"percent"},
    "age": {"age"},
}
_CORRECTION = re.compile(
    r"更正|纠正|说错|讲错|口误|不对[，,]?|应该是|应当是|准确(?:地|来)?说|刚才(?:说|讲)(?:的)?(?:不对|错|有误)|不好意思|抱歉|对不起"
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The operator's words of one exchange: the values asserted, all values spoken, and the utterances."""

    facts: tuple[SpokenFact, ...]
    spoken: tuple[SpokenFact, ...]
    utterances: tuple[Utterance, ...]

    def corrected_between(self, wrong: SpokenFact, right: SpokenFact) -> bool:
        """Whether the speaker took a value back before saying the other."""
        words = "，".join(u.text for u in self.utterances if wrong.utterance <= u.index <= right.utterance)
        return right.start_ms > wrong.start_ms and bool(_CORRECTION.search(words))


def compare(
    entry: KnowledgeEntry, facts: Sequence[SpokenFact], answer: Sequence[Utterance] = ()
) -> tuple[FactCheck, ...]:
    """Return, for every fact of an entry, how what was said stands to it.

    Args:
        entry: The version that was valid on the day of the call.
        facts: Typed values of the call; the caller's are left out here.
        answer: The operator's utterances, in which places, documents and corrections are looked for.
    """
    spoken = tuple(f for f in facts if f.role is not Role.CALLER)
    heard = _Answer(tuple(f for f in spoken if f.slot not in _NOT_ASSERTED), spoken, tuple(answer))
    written = _written(entry)
    return tuple(_as_confirmed(fact, _check(entry, fact, heard, written)) for fact in entry.facts)


def _as_confirmed(fact: Fact, check: FactCheck) -> FactCheck:
    """A fact that its owner has not confirmed yet says that something may be wrong, and never that it is."""
    if fact.confirmed or check.agreement is Agreement.AGREES:
        return check
    return replace(check, agreement=Agreement.UNSURE)


def _written(entry: KnowledgeEntry) -> tuple[Value, ...]:
    """Every value that the entry states anywhere: saying one of them contradicts nothing."""
    more = (entry.details.get(name, "") for name in ("time_limit", "fee", "hours", "phone", "place"))
    return values("。".join((entry.answer, *more, entry.question)))


def _check(entry: KnowledgeEntry, fact: Fact, heard: _Answer, written: Sequence[Value]) -> FactCheck:
    if not any(character.isalnum() for character in fact.value):
        return _result(fact, Agreement.UNSURE, None)  # an empty fact is the base's fault
    if fact.slot in {"materials", "place"}:
        return named.check(entry, fact, heard.utterances)
    if fact.slot == "phone" and digits(fact.value):
        return phones.check(entry, fact, heard.facts, heard.utterances)
    if fact.slot == "hours":
        return times.check(fact, heard.facts, heard.utterances)
    if dated := times.dates(fact.value):
        return times.check_date(fact, dated, heard.facts)
    if unit_kind(fact) is None:
        return named.check(entry, fact, heard.utterances)
    return _amount(entry, fact, heard, written)


def _amount(entry: KnowledgeEntry, fact: Fact, heard: _Answer, written: Sequence[Value]) -> FactCheck:
    same_kind = [said for said in heard.facts if kind_of(said) == unit_kind(fact)]
    right = [said for said in same_kind if stands(said, fact) is Standing.SAME]
    rivals = [said for said in same_kind if said.slot in _rival_slots(entry, fact) and said not in right]
    wrong = [said for said in rivals if not _stated(said, entry, written)]
    if right:
        taken_back = next((w for w in wrong if any(heard.corrected_between(w, r) for r in right)), None)
        if taken_back is not None and stands(taken_back, fact) is Standing.OTHER:
            return _result(fact, Agreement.CORRECTED, taken_back)
        return _result(fact, Agreement.AGREES, right[-1])
    clear = [said for said in wrong if stands(said, fact) is Standing.OTHER]
    perhaps = perhaps_said(fact, heard.spoken, heard.utterances, but=clear)
    if clear and not perhaps:
        return _result(fact, Agreement.CONTRADICTS, max(clear, key=lambda said: said.confidence))
    if wrong:
        return _result(fact, Agreement.UNSURE, wrong[0])
    # 单人最高45万，夫妻最高80万: the other branch of the entry may be the one that was asked about.
    branch = any(not any(stands(said, other) is Standing.SAME for other in entry.facts) for said in rivals)
    if branch or perhaps:
        return _result(fact, Agreement.UNSURE, None)
    return _result(fact, Agreement.MISSING, None)


def _rival_slots(entry: KnowledgeEntry, fact: Fact) -> set[str]:
    """Return the slots in which another value contradicts a fact; a grant may be spoken of like a fee."""
    slots = _RIVALS.get(fact.slot, set())
    if fact.slot == "amount_cap" and not any(other.slot == "fee" for other in entry.facts):
        return slots | {"amount", "fee"}
    return slots


def _stated(said: SpokenFact, entry: KnowledgeEntry, written: Sequence[Value]) -> bool:
    """Whether another fact of the entry, or its text, says the same."""
    # Years are an age or a time: the slot tells.
    as_facts = [Fact(v.slot if v.kind == "age" else "", v.value, v.unit, Decimal(0)) for v in written]
    return any(
        stands(said, other) is Standing.SAME for other in (*entry.facts, *as_facts) if unit_kind(other) == kind_of(said)
    )


def _result(fact: Fact, agreement: Agreement, said: SpokenFact | None) -> FactCheck:
    return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement, said)
