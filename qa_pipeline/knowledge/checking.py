"""The facts of every exchange's entry against what was answered, with doubt where words may belong elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from qa_pipeline.knowledge.compare import compare
from qa_pipeline.knowledge.confirmed import confirmed
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.models import Agreement, Exchange, FactCheck, KnowledgeEntry, Role, SpokenFact, Transcript, Utterance


def checked(found: Sequence[Exchange], transcript: Transcript, day: date) -> tuple[Exchange, ...]:
    """Return the exchanges with their entries' facts compared with what was said.

    What the operator only asked back with contradicts nothing, but leaves nothing out either. A value that contradicts
    one exchange's entry and agrees with another's belongs to that one, or nobody can tell: it is left unsure. Of an
    entry that nobody asked for nothing can be missing.
    """
    heard = _Heard(transcript, day)
    compared = [replace(exchange, checks=heard.checks(exchange)) for exchange in found]
    return tuple(_with_doubt(exchange, compared) for exchange in compared)


class _Heard:
    def __init__(self, transcript: Transcript, day: date) -> None:
        self._day = day
        self._facts = spoken_facts(transcript)
        self._by_place = {u.index: u for u in transcript.utterances}

    def checks(self, exchange: Exchange) -> tuple[FactCheck, ...]:
        entry = exchange.entry
        if entry is None:
            return ()
        answered = self._compared(entry, exchange.answer, exchange.question)
        if exchange.volunteered:
            return tuple(check for check in answered if check.agreement is not Agreement.MISSING)
        if not exchange.clarified:
            return answered
        mentioned = self._compared(entry, (*exchange.answer, *exchange.clarified), exchange.question)
        # After the entry's facts come what words contradict and what the entry does not say: both are the answer's.
        facts = len(entry.facts)
        return (*map(_named, answered[:facts], mentioned[:facts]), *answered[facts:])

    def _compared(
        self, entry: KnowledgeEntry, places: Collection[int], asked: Collection[int]
    ) -> tuple[FactCheck, ...]:
        said: list[SpokenFact] = [fact for fact in self._facts if fact.utterance in places]
        spoken: list[Utterance] = [self._by_place[place] for place in sorted(places)]
        answer = [utterance for utterance in spoken if utterance.role is Role.OPERATOR]
        # The caller may have told the branch (我是外地户口) anywhere before the end of the answer.
        last = max(places, default=-1)
        told = [u for u in self._by_place.values() if u.role is Role.CALLER and u.index < last]
        within = range(min(places, default=0), last + 2)
        said_yes = confirmed(tuple(self._by_place.values()), {*asked, *within})
        return compare(entry, said, answer, told, self._day, said_yes)


def _named(answered: FactCheck, mentioned: FactCheck) -> FactCheck:
    """Take what was named in asking back for said where the answer itself left it out."""
    left_out = answered.agreement is Agreement.MISSING
    return mentioned if left_out and mentioned.agreement is not Agreement.CONTRADICTS else answered


def _with_doubt(exchange: Exchange, others: Sequence[Exchange]) -> Exchange:
    agreed = {
        _value(check.said)
        for other in others
        if other is not exchange
        for check in other.checks
        if check.said is not None and check.agreement is Agreement.AGREES
    }
    checks = tuple(
        replace(check, agreement=Agreement.UNSURE)
        if check.agreement is Agreement.CONTRADICTS and check.said is not None and _value(check.said) in agreed
        else check
        for check in exchange.checks
    )
    return replace(exchange, checks=checks)


def _value(said: SpokenFact) -> tuple[int, str, str, str]:
    return said.utterance, said.slot, said.value, said.unit
