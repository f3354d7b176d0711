"""How far reviewers agree: pairs of first words on one finding of one audit, per item and pair of people.

Who judges a fatal error does so blind. On ordinary items the second reviewer may have seen the first's word, so that
agreement there is no more than an upper end. A repeat is a person's word on a finding on which the same person had
spoken a day or more before. Repeats that were drawn (`qa_pipeline.models.repeats`) are blind whatever the item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from qa_pipeline.models import CallFile, Decision, Verdict
from qa_pipeline.models.repeats import Repeat
from scoring.agreement import ENOUGH, Agreement, Pair, agreement
from scoring.card import FATAL_MARK, Scorecard

REPEAT_AFTER = timedelta(days=1)
FAULT, NONE, AWAY = "有差错", "无差错", "不适用"
WORDS = (FAULT, NONE, AWAY)
NO_PAIRS = agreement((), WORDS)
SAID = {
    Verdict.CONFIRM: FAULT,
    Verdict.FAULT: FAULT,
    Verdict.OVERRULE: NONE,
    Verdict.NOT_APPLICABLE: AWAY,
}


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """What is told of one item, or of two people (``name``); ``blind``: neither saw the other's word."""

    code: str
    name: str
    blind: bool
    found: Agreement


@dataclass(frozen=True, slots=True)
class ReviewersMonth:
    """A month's agreement. Lines stand in the scorecard's order, and by name.

    Args:
        twice: Findings on which two people or more spoke; ``once``: those on which one did.
        blind: Over all fatal errors; ``seen`` over all ordinary items.
        items: By item or fatal error.
        people: By pair of people.
        repeats: Of people with themselves.
        drawn: Over all that was drawn to be judged again, blind.
        enough: With fewer pairs no coefficient is given.
    """

    month: str
    twice: int
    once: int
    blind: Agreement
    seen: Agreement
    items: tuple[AgreementLine, ...]
    people: tuple[AgreementLine, ...]
    repeats: Agreement
    drawn: Agreement = NO_PAIRS
    enough: int = ENOUGH

    @property
    def none(self) -> bool:
        """Whether nothing was judged twice."""
        return not self.twice and not self.repeats.n and not self.drawn.n


@dataclass(frozen=True, slots=True)
class _Both:
    item: str
    people: Pair
    words: Pair
    blind: bool


def reviewers_month(
    month: str, files: Iterable[CallFile], card: Scorecard, drawn: Iterable[Repeat] = ()
) -> ReviewersMonth:
    """Return how far reviewers agreed on a month's calls; ``drawn`` are those that were judged again, blind."""
    findings = [spoken for file in files for spoken in _findings(file.decisions)]
    again = [pair for repeat in drawn for pair in _pairs_again(repeat)]
    pairs = [*(pair for spoken in findings for pair in _pairs(spoken)), *again]
    names = {item.code: item.name for item in card.items} | {fatal.code: fatal.name for fatal in card.fatal_errors}
    found_items, found_people = {(pair.item, pair.blind) for pair in pairs}, {pair.people for pair in pairs}
    people = [len({_who(decision) for decision in spoken}) for spoken in findings]
    return ReviewersMonth(
        month=month,
        twice=sum(count > 1 for count in people),
        once=sum(count == 1 for count in people),
        blind=_agreement(pair for pair in pairs if pair.item.startswith(FATAL_MARK)),
        seen=_agreement(pair for pair in pairs if not pair.blind),
        items=tuple(
            AgreementLine(code, name, blind, _agreement(p for p in pairs if p.item == code and p.blind is blind))
            for code, name in names.items()
            for blind in (True, False)
            if (code, blind) in found_items
        ),
        people=tuple(
            AgreementLine(
                "、".join(two), "、".join(two), blind, _agreement(p for p in pairs if _is(p, two, blind=blind))
            )
            for two in sorted(found_people)
            for blind in (True, False)
            if any(_is(p, two, blind=blind) for p in pairs)
        ),
        repeats=agreement([pair for spoken in findings for pair in _repeats(spoken)], WORDS),
        drawn=_agreement(again),
    )


def _is(pair: _Both, people: Pair, *, blind: bool) -> bool:
    return pair.people == people and pair.blind is blind


def _agreement(pairs: Iterable[_Both]) -> Agreement:
    return agreement([pair.words for pair in pairs], WORDS)


def _findings(decisions: Iterable[Decision]) -> list[list[Decision]]:
    """Return the decisions by what they speak of, in order of time; another audit found something else."""
    by_finding: defaultdict[tuple[int, str], list[Decision]] = defaultdict(list)
    for decision in sorted(decisions, key=lambda one: (one.created_at, one.decision_id)):
        by_finding[decision.audit_id, decision.code].append(decision)
    return list(by_finding.values())


def _pairs(spoken: Sequence[Decision]) -> list[_Both]:
    # The first word of each: a later one may have been changed to agree.
    first: dict[str, Decision] = {}
    for decision in spoken:
        first.setdefault(_who(decision), decision)
    people = sorted(first)
    return [
        _Both(
            spoken[0].item,
            (first[one].reviewer, first[other].reviewer),
            (SAID[first[one].verdict], SAID[first[other].verdict]),
            spoken[0].item.startswith(FATAL_MARK),
        )
        for one, other in combinations(people, 2)
    ]


def _pairs_again(repeat: Repeat) -> list[_Both]:
    # In the order of names, as pairs of decisions are: two people are one pair, whoever was first.
    turned = repeat.second.casefold() < repeat.first.casefold()
    people = (repeat.second, repeat.first) if turned else (repeat.first, repeat.second)
    return [
        _Both(word.item, people, (word.said, word.first) if turned else (word.first, word.said), blind=True)
        for word in repeat.words
    ]


def _repeats(spoken: Sequence[Decision]) -> list[Pair]:
    by_person: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in spoken:
        by_person[_who(decision)].append(decision)
    again = [
        (words[0], next((later for later in words if later.created_at - words[0].created_at >= REPEAT_AFTER), None))
        for words in by_person.values()
    ]
    return [(SAID[first.verdict], SAID[later.verdict]) for first, later in again if later is not None]


def _who(decision: Decision) -> str:
    # One person who writes the name in two ways is still one person.
    return " ".join(decision.reviewer.split()).casefold()
