"""One amount of an entry (a time, a fee, a share, an age) against the amounts that were said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from qa_pipeline.knowledge import named
from qa_pipeline.knowledge.amounts import Standing, kind_of, less, perhaps_said, stands, unit_kind
from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.knowledge.branching import Branches, Relation, branches_of
from qa_pipeline.knowledge.discounts import otherwise_priced, reduced_to
from qa_pipeline.knowledge.other_matters import of_other_matter
from qa_pipeline.knowledge.reckoned import another_rate, is_rate, reckoned
from qa_pipeline.knowledge.written import written_text, written_values
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.values import Value
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, SpokenFact

# Which said slots may contradict an expected one. A date for a call back is no processing time, a grant no fee.
_RIVALS = {
    "time_limit": {"time_limit"},
    "reply_time": {"reply_time"},
    "validity": {"validity"},
    "condition": {"condition"},
    "period": {"period"},
    "fee": {"fee"},
    "amount": {"amount"},
    "amount_cap": {"amount_cap"},
    "percent": {"percent"},
    "age": {"age"},
}
# 满六十岁就能办 is a rule; 三岁小孩的医保怎么交 is somebody's age.
_REQUIRED_AGE = re.compile(r"满|够|到|以上|以下|以内|才|就能|就可以|可以|能|起|年龄|周岁|享受")
_FREE_TOO = re.compile(r"免费(?!师范)|免收|免缴|免交|不收费")
_ONE_DAY = Fact("time_limit", "2", "day")
_OPPOSED = {("at_most", "at_least"), ("at_least", "at_most")}


def check_amount(
    entry: KnowledgeEntry, fact: Fact, heard: Answer, written: Sequence[Value], caller: Mapping[str, str]
) -> FactCheck:
    """Return how what was said stands to one amount of an entry.

    Args:
        entry: The entry.
        fact: The amount.
        heard: The operator's words.
        written: Every value that the entry's text states: saying one of them contradicts nothing,
            but for another branch.
        caller: The branches that the caller is in.
    """
    alike = [value for value in written if _is_slot(value, fact)]
    own = [value for value in alike if _same_value(value, fact)]
    branches = branches_of(written_text(entry), own, alike, caller)
    priced = otherwise_priced(fact, heard, own, written, written_text(entry))
    if priced is not None:
        return _result(fact, Agreement.CONTRADICTS, priced)
    of_kind = [one for one in heard.facts if kind_of(one) == unit_kind(fact)]
    said = [one for one in of_kind if _relation(branches, one, heard) is not Relation.FOREIGN]
    right = [one for one in said if stands(one, fact) is Standing.SAME]
    slots = _rival_slots(entry, fact)
    rivals = [
        one for one in said if one not in right and (one.slot in slots or _paid_alike(branches, fact, one, heard))
    ]
    rivals = [one for one in rivals if one.slot != "age" or _REQUIRED_AGE.search(heard.clause(one) or one.text)]
    rivals = [one for one in rivals if not reduced_to(one, written)]
    rivals = [one for one in rivals if one.slot != "time_limit" or not is_rate(one, heard.clause(one))]
    wrong = [
        one for one in rivals if _relation(branches, one, heard) is Relation.SAME or not _stated(one, entry, written)
    ]
    if fact.slot == "period" and (rate := _rate(fact, heard, of_kind, own, written_text(entry))) is not None:
        return rate
    if fact.slot == "period" and (often := _another_count(heard, right, own, written_text(entry))) is not None:
        return _result(fact, Agreement.CONTRADICTS, often)
    sums = [one for one in wrong if reckoned(one, heard.text(one), written)]
    if right:
        # What was taken back was meant as the fact, whatever it happens to come to.
        wrong = [one for one in wrong if one not in sums or any(heard.corrected_between(one, r) for r in right)]
        return _said_right(entry, fact, heard, right, wrong, branches, own)
    if len(said) < len(of_kind) and not rivals:
        return _result(fact, Agreement.UNSURE, None)  # the other branch of the entry was spoken of
    if branches.elsewhere:
        return FactCheck(fact.slot, fact.value, fact.unit, False, Agreement.UNSURE)  # not this caller's
    check = _not_said(entry, fact, heard, rivals, wrong, own)
    if check.said is None and (last := _left_with(entry, fact, heard, wrong, own, written)) is not None:
        return _result(fact, Agreement.UNSURE, last)
    if check.agreement is Agreement.CONTRADICTS and check.said in sums:
        return replace(check, agreement=Agreement.UNSURE)
    if check.agreement is Agreement.CONTRADICTS and _two_values(entry, fact, branches):
        return replace(check, agreement=Agreement.UNSURE)  # the base is at fault
    return check


def check_at_once(entry: KnowledgeEntry, fact: Fact, heard: Answer) -> FactCheck:
    """Return how what was said stands to 当场 or 即时办结: days of processing contradict it."""
    check = named.check(entry, fact, heard.utterances)
    written = written_values(entry)
    slow = [
        one
        for one in heard.facts
        if one.slot == "time_limit"
        and one.unit in {"workday", "day", "month"}
        and not _stated(one, entry, written)
        and less(one, _ONE_DAY) is False
    ]
    if check.agreement is not Agreement.MISSING or not slow:
        return check
    return _result(fact, Agreement.UNSURE if heard.guessed(slow[0]) else Agreement.CONTRADICTS, slow[0])


def _rate(
    fact: Fact, heard: Answer, of_kind: Sequence[SpokenFact], own: Sequence[Value], text: str
) -> FactCheck | None:
    """Return how what was said of how often stands to an entry's: 一年两回 is 每半年1次; None where nothing was."""
    after = [text[value.end : value.end + 8] for value in own]
    for one in of_kind:
        differs = another_rate(one, heard.clause(one), fact, after)
        if differs is not None:
            return _result(fact, Agreement.CONTRADICTS if differs else Agreement.AGREES, one)
    return None


_TIMES = re.compile(r"(?P<number>[一二两三四五六七八九十\d]{1,2})(?:次|回|趟)")


def _another_count(heard: Answer, right: Sequence[SpokenFact], own: Sequence[Value], text: str) -> SpokenFact | None:
    """Return what was said to be more or less often in the same time: 一年能提两次 for 每年1次."""
    written = {number for value in own if (number := _count(text[value.start : value.end + 6])) is not None}
    for one in right:
        clause = heard.clause(one)
        said = _count(clause[max(0, clause.find(one.text)) :])
        if said is not None and written and said not in written:
            return one
    return None


def _count(text: str) -> Decimal | None:
    found = _TIMES.search(text)
    return to_number(found["number"]) if found is not None else None


def _left_with(
    entry: KnowledgeEntry,
    fact: Fact,
    heard: Answer,
    wrong: Sequence[SpokenFact],
    own: Sequence[Value],
    written: Sequence[Value],
    since_ms: int = 0,
) -> SpokenFact | None:
    """Return another value that the caller was left with: said after ``since_ms``, or said back and confirmed then."""
    yes = [
        one
        for one in heard.confirmed
        if kind_of(one) == unit_kind(fact)
        and one.slot in _rival_slots(entry, fact)
        and not _stated(one, entry, written)
    ]
    later = [
        one for one in wrong if not _only_usual(heard, one, fact, own) and not _of_another(entry, fact, heard, one)
    ]
    found = [one for one in (*later, *yes) if one.start_ms > since_ms and stands(one, fact) is Standing.OTHER]
    return max(found, key=lambda one: one.start_ms, default=None)


def _of_another(entry: KnowledgeEntry, fact: Fact, heard: Answer, said: SpokenFact) -> bool:
    check = _result(fact, Agreement.CONTRADICTS, said)
    return of_other_matter(check, heard.clause(said), heard.clause_before(said), entry)


def _said_right(
    entry: KnowledgeEntry,
    fact: Fact,
    heard: Answer,
    right: Sequence[SpokenFact],
    wrong: Sequence[SpokenFact],
    branches: Branches,
    own: Sequence[Value],
) -> FactCheck:
    taken_back = next((w for w in wrong if any(heard.corrected_between(w, r) for r in right)), None)
    if taken_back is not None and stands(taken_back, fact) is Standing.OTHER:
        slip = any(heard.slip_of_the_tongue(taken_back, one) for one in right)
        return _result(fact, Agreement.AGREES if slip else Agreement.CORRECTED, right[-1] if slip else taken_back)
    best = max(
        right,
        key=lambda one: (
            _relation(branches, one, heard) is not Relation.OPEN,
            not heard.hedged(one),
            one.start_ms,
        ),
    )
    said_last = max(one.start_ms for one in right)
    if (last := _left_with(entry, fact, heard, wrong, own, written_values(entry), said_last)) is not None:
        return _result(fact, Agreement.UNSURE, last)
    # 不低于二十 is not 最多二十. And where the entry has branches, nobody knows whether this one is the caller's.
    opposed = any((value.bound, best.bound) in _OPPOSED for value in own)
    if opposed or _relation(branches, best, heard) is Relation.OPEN:
        return _result(fact, Agreement.UNSURE, best)
    return _result(fact, Agreement.AGREES, best)


def _not_said(
    entry: KnowledgeEntry,
    fact: Fact,
    heard: Answer,
    rivals: Sequence[SpokenFact],
    wrong: Sequence[SpokenFact],
    own: Sequence[Value],
) -> FactCheck:
    clear = [one for one in wrong if stands(one, fact) is Standing.OTHER and not _only_usual(heard, one, fact, own)]
    perhaps = perhaps_said(fact, heard.spoken, heard.utterances, but=clear)
    # 五个工作日内答复您 is the hotline's own, whatever the entry's unit has for its answer.
    if clear and not perhaps and fact.slot != "reply_time":
        return _result(fact, Agreement.CONTRADICTS, max(clear, key=lambda one: one.confidence))
    if wrong:
        return _result(fact, Agreement.UNSURE, wrong[0])
    # 单人最高45万，夫妻最高80万: the other branch of the entry may be the one that was asked about.
    branch = any(not any(stands(one, other) is Standing.SAME for other in entry.facts) for one in rivals)
    return _result(fact, Agreement.UNSURE if branch or perhaps else Agreement.MISSING, None)


def _relation(branches: Branches, said: SpokenFact, heard: Answer) -> Relation:
    return branches.relation(said, heard.clause(said), heard.clause_before(said))


def _two_values(entry: KnowledgeEntry, fact: Fact, branches: Branches) -> bool:
    """Whether the entry has another value for a fact that has one only, and does not say when which holds."""
    if fact.slot in {"time_limit", "reply_time", "amount", "condition", "period"} or branches.known:
        return False
    return any(other.slot == fact.slot and other.value != fact.value for other in entry.facts)


def _only_usual(heard: Answer, said: SpokenFact, fact: Fact, own: Sequence[Value]) -> bool:
    """Whether a value was a guess, or what is usual within a limit: 一般七个工作日 for 15个工作日内."""
    if heard.guessed(said):
        return True
    limit = not own or any(value.bound in {"at_most", ""} for value in own)
    return fact.slot in {"time_limit", "reply_time"} and limit and heard.usual(said) and less(said, fact)


def _paid_alike(branches: Branches, fact: Fact, said: SpokenFact, heard: Answer) -> bool:
    """Whether money was said of the fact's own branch, or over the end of its range.

    Whether it is paid or received is not in every clause, and 最高一万 is of what is 1000元至5000元.
    """
    if said.slot == "amount_cap" and fact.slot in {"fee", "amount"} and "-" in fact.value:
        return not less(said, fact)
    return {fact.slot, said.slot} <= {"fee", "amount"} and _relation(branches, said, heard) is Relation.SAME


def _is_slot(value: Value, fact: Fact) -> bool:
    """Whether a value of the text is of a fact's kind and, as far as that is told, of its slot."""
    as_fact = Fact(value.slot if value.kind == "age" else "", value.value, value.unit, Decimal(0))
    if unit_kind(as_fact) != unit_kind(fact):
        return False
    return value.slot == fact.slot or unit_kind(fact) in {"money", "percent", "age"}


def _same_value(value: Value, fact: Fact) -> bool:
    free = fact.slot == "fee" and value.value == "0" and fact.value.strip() in {"免费", "不收费", "0"}
    return free or (value.value.removeprefix("~") == fact.value.removeprefix("~") and value.unit == fact.unit)


def _rival_slots(entry: KnowledgeEntry, fact: Fact) -> set[str]:
    """Return the slots in which another value contradicts a fact; a grant may be spoken of like a fee."""
    slots = _RIVALS.get(fact.slot, set())
    if fact.slot in {"amount", "amount_cap"} and not any(other.slot == "fee" for other in entry.facts):
        return slots | {"amount", "fee"}
    return slots


def _stated(said: SpokenFact, entry: KnowledgeEntry, written: Sequence[Value]) -> bool:
    """Whether another fact of the entry, or its text, says the same."""
    if said.value == "0" and said.unit == "yuan" and _FREE_TOO.search(written_text(entry)):
        return True
    # Years are an age or a time: the slot tells.
    as_facts = [Fact(v.slot if v.kind == "age" else "", v.value, v.unit, Decimal(0)) for v in written]
    return any(
        stands(said, other) is Standing.SAME for other in (*entry.facts, *as_facts) if unit_kind(other) == kind_of(said)
    )


def _result(fact: Fact, agreement: Agreement, said: SpokenFact | None) -> FactCheck:
    return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement, said)
