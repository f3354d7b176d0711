"""What the operator said, held against the facts of an entry. Made to be right when it says "contradicts"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from qa_pipeline.knowledge import listed, named, phones, times, weekdays
from qa_pipeline.knowledge.amount_checks import check_amount, check_at_once
from qa_pipeline.knowledge.amounts import unit_kind
from qa_pipeline.knowledge.answer import NOT_ASSERTED, Answer
from qa_pipeline.knowledge.assertions import worded
from qa_pipeline.knowledge.beyond import beyond
from qa_pipeline.knowledge.copies import check_copies
from qa_pipeline.knowledge.facts import spoken_things
from qa_pipeline.knowledge.floors import check_floors
from qa_pipeline.knowledge.measures import check_measures
from qa_pipeline.knowledge.other_matters import OF_ANOTHER, of_other_matter
from qa_pipeline.knowledge.written import AT_ONCE, written_values
from qa_pipeline.language.branches import known
from qa_pipeline.language.numerals import digits
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, Role, SpokenFact, Utterance

_GUESS = 0.4
"""Of values with a word below this half were heard wrong (bench/RESULTS.md, Confidence): they contradict nothing."""


def compare(
    entry: KnowledgeEntry,
    facts: Sequence[SpokenFact],
    answer: Sequence[Utterance] = (),
    asked: Sequence[Utterance] = (),
    day: date | None = None,
    confirmed: Sequence[SpokenFact] = (),
) -> tuple[FactCheck, ...]:
    """Return, for every fact of an entry, how what was said stands to it, and then what contradicts its text.

    Args:
        entry: The version that was valid on the day of the call.
        facts: Typed values of the call; the caller's are left out here.
        answer: The operator's utterances, in which places, documents and corrections are looked for.
        asked: The caller's utterances, which tell the branch that the caller is in (我是外地户口).
        day: The day of the call, on which 明天 and 月底 are resolved; left out, the first day of the entry.
        confirmed: Values of the caller's that the operator said yes to: another one than the entry's is a doubt.

    Returns:
        One check a fact, in the entry's order; then one for each sentence, limit, number of copies or floor of the
        entry that words contradict, and one for each value that the entry says nothing of (`Agreement.BEYOND`).
        A contradiction never rests on a word that was mended or was no better than a guess: it is UNSURE. So is what
        contradicts or is missing in an answer with words of a dialect, what the operator was not sure of himself, and
        what contradicts a fact that has two values in the entry.
    """
    spoken = tuple(f for f in facts if f.role is not Role.CALLER)
    own = tuple(u for u in answer if u.role is not Role.CALLER)
    asserted = tuple(f for f in spoken if f.slot not in NOT_ASSERTED)
    heard = Answer(asserted, spoken, spoken_things(own), tuple(answer), day or entry.valid_from, tuple(confirmed))
    caller = known("。".join(u.text for u in asked))
    checks = [_as_confirmed(fact, _check(entry, fact, heard, caller)) for fact in entry.facts]
    told = worded(entry, own) if not any(c.agreement is Agreement.CONTRADICTS for c in checks) else ()
    more = () if told else (*check_measures(entry, heard), *check_copies(entry, heard), *check_floors(entry, own))
    found = (*checks, *told, *more, *beyond(entry, heard, checks))
    return tuple(_guarded(check, entry, heard) for check in found)


def _as_confirmed(fact: Fact, check: FactCheck) -> FactCheck:
    """A fact that its owner has not confirmed yet says that something may be wrong, and never that it is."""
    if fact.confirmed or check.agreement is Agreement.AGREES:
        return check
    return replace(check, agreement=Agreement.UNSURE)


def _check(entry: KnowledgeEntry, fact: Fact, heard: Answer, caller: Mapping[str, str]) -> FactCheck:
    if not any(character.isalnum() for character in fact.value):
        return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, Agreement.UNSURE)  # the base's fault
    if fact.slot in {"materials", "place"}:
        return named.check(entry, fact, heard.utterances)
    if fact.slot == "phone" and digits(fact.value):
        return phones.check(entry, fact, heard.facts, heard.utterances)
    if fact.slot == "hours":
        return times.check(entry, fact, heard.facts, heard.utterances)
    if fact.slot in {"weekday", "closed"}:
        return weekdays.check(entry, fact, heard)
    if fact.slot in {"ordinal", "fraction", "channel"}:
        return listed.check(entry, fact, heard)
    if dated := times.dates(fact.value):
        return times.check_date(entry, fact, dated, heard)
    if fact.slot == "time_limit" and AT_ONCE.search(f"{fact.value}办"):
        return check_at_once(entry, fact, heard)
    if unit_kind(fact) is None:
        return named.check(entry, fact, heard.utterances)
    return check_amount(entry, fact, heard, written_values(entry), caller)


def _guarded(check: FactCheck, entry: KnowledgeEntry, heard: Answer) -> FactCheck:
    """Leave open what would contradict by a word that was not well heard, or of another matter, or in dialect."""
    if heard.in_dialect and check.agreement in {Agreement.CONTRADICTS, Agreement.MISSING}:
        return replace(check, agreement=Agreement.UNSURE)
    if check.agreement is Agreement.AGREES and check.said is not None and heard.hedged(check.said):
        return replace(check, agreement=Agreement.UNSURE)
    if check.agreement is not Agreement.CONTRADICTS or check.said is None:
        return check
    clause = heard.clause(check.said)
    # A value that runs over two utterances has no clause that tells whether it was meant.
    elsewhere = bool(heard.utterances and not clause) or of_other_matter(
        check, clause, heard.clause_before(check.said), entry
    )
    elsewhere = elsewhere or OF_ANOTHER.search(heard.clause_after(check.said)) is not None
    if check.said.mended or check.said.confidence < _GUESS or elsewhere:
        return replace(check, agreement=Agreement.UNSURE)
    return check
