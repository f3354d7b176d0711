"""What a calibration session shows: how far people agree, by item and by person, and where they do not.

Each two people's words on one item of one call are a pair. Where there are more than two people the pairs of one call
and item hang together, so that the intervals of all pairs are too narrow: they say where to talk, not how good anybody
is. Each person is compared with the reference, or, where there is none, with what most of the others said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from qa_pipeline.assessment.agreement import AWAY, FAULT, NONE, WORDS
from qa_pipeline.calibration.sessions import items_of
from qa_pipeline.models.calibration import CalibrationFile, CalibrationMember, CalibrationWord, Score
from scoring.agreement import Agreement, Pair, agreement
from scoring.scorecard import Scorecard

SAID = {Score.FAULT: FAULT, Score.NONE: NONE, Score.NOT_APPLICABLE: AWAY}
Place = tuple[str, str]
"""A call and an item."""


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """How far all pairs of people agree on one item."""

    code: str
    name: str
    found: Agreement


@dataclass(frozen=True, slots=True)
class PersonAgreement:
    """How far one person agrees with the reference, or with most of the others.

    ``stricter``: so often they found a fault where the other did not; ``milder`` the other way round.
    """

    member: CalibrationMember
    found: Agreement
    stricter: int
    milder: int
    is_reference: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An item of a call on which people differ, in the verdict or (``count_only``) in the number of faults.

    ``consensus`` is the reference's word, or what most said; None where neither is to be had.
    """

    call_id: str
    item: str
    name: str
    words: tuple[tuple[CalibrationMember, CalibrationWord], ...]
    consensus: Score | None
    count_only: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a session comes to; items in the scorecard's order, those first on which people agree least told apart.

    ``judged`` items of calls had two words or more, of which ``same`` were all alike.
    """

    overall: Agreement
    items: tuple[ItemAgreement, ...]
    people: tuple[PersonAgreement, ...]
    disagreements: tuple[Disagreement, ...]
    judged: int
    same: int


def compare(file: CalibrationFile, card: Scorecard) -> Comparison:
    """Return what the words of a session come to. Pure; whether they may be shown is for the caller to ask."""
    by_place = _by_place(file.words)
    names = {i.code: i.name for i in card.items} | {e.code: e.name for e in card.fatal_errors}
    places = [
        (call.call_id, code) for call in file.calls for code in items_of(card) if len(by_place[call.call_id, code]) > 1
    ]
    differing = tuple(
        d for place in places if (d := _disagreement(file, place, names[place[1]], by_place[place])) is not None
    )
    items = tuple(
        ItemAgreement(code, name, agreement(_pairs(by_place[p] for p in places if p[1] == code), WORDS))
        for code, name in names.items()
        if any(place[1] == code for place in places)
    )
    return Comparison(
        overall=agreement(_pairs(by_place[place] for place in places), WORDS),
        items=items,
        people=tuple(_person(file, member, by_place) for member in file.members),
        disagreements=differing,
        judged=len(places),
        same=len(places) - len(differing),
    )


def consensus(words: Iterable[CalibrationWord]) -> Score | None:
    """Return what more than half of the words say, None where no verdict has so many."""
    counts = Counter(word.score for word in words)
    if not counts:
        return None
    score, most = counts.most_common(1)[0]
    return score if 2 * most > counts.total() else None


def _by_place(words: Iterable[CalibrationWord]) -> defaultdict[Place, dict[int, CalibrationWord]]:
    found: defaultdict[Place, dict[int, CalibrationWord]] = defaultdict(dict)
    for word in words:
        found[word.call_id, word.item][word.account_id] = word
    return found


def _pairs(places: Iterable[Mapping[int, CalibrationWord]]) -> list[Pair]:
    return [
        (SAID[said[one].score], SAID[said[other].score])
        for said in places
        for one, other in combinations(sorted(said), 2)
    ]


def _standard(file: CalibrationFile, said: Mapping[int, CalibrationWord], but: int) -> Score | None:
    """Return what somebody's word on a place is held against; None where nothing is."""
    reference = file.session.reference_id
    if reference is not None:
        return said[reference].score if reference in said and reference != but else None
    # Without their own word: of two people each would else be half of what they are compared with.
    return consensus(word for who, word in said.items() if who != but)


def _person(
    file: CalibrationFile, member: CalibrationMember, by_place: Mapping[Place, Mapping[int, CalibrationWord]]
) -> PersonAgreement:
    me = member.account_id
    compared = [
        (said[me].score, standard)
        for said in by_place.values()
        if me in said and (standard := _standard(file, said, me)) is not None
    ]
    return PersonAgreement(
        member,
        agreement([(SAID[mine], SAID[other]) for mine, other in compared], WORDS),
        stricter=sum(mine is Score.FAULT and other is not Score.FAULT for mine, other in compared),
        milder=sum(mine is not Score.FAULT and other is Score.FAULT for mine, other in compared),
        is_reference=me == file.session.reference_id,
    )


def _disagreement(
    file: CalibrationFile, place: Place, name: str, said: Mapping[int, CalibrationWord]
) -> Disagreement | None:
    if len({(word.score, word.faults) for word in said.values()}) < 2:
        return None
    reference = file.session.reference_id
    standard = said[reference].score if reference is not None and reference in said else consensus(said.values())
    words = tuple((member, said[member.account_id]) for member in file.members if member.account_id in said)
    return Disagreement(*place, name, words, standard, count_only=len({word.score for word in said.values()}) == 1)
