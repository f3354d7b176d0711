"""Three-valued answers and Kleene's tables: yes, no, and not enough evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from qa_pipeline.models import Evidence


class Truth(StrEnum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hit lies: turns ``first`` to ``last``; of a silence, which lies between two, ``first`` is the later."""

    first: int
    last: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operator found. ``evidence`` of a NO is where it looked, so that "never said" can be played too.

    ``confidence`` is the probability, 0-1, that the answer is right. ``places`` are the hits that an anchor may mean;
    a NO has none.
    """

    truth: Truth
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 1.0
    places: tuple[Place, ...] = ()


def yes(evidence: Sequence[Evidence], confidence: float = 1.0) -> Answer:
    """Return a YES."""
    return Answer(Truth.YES, tuple(evidence), confidence)


def no(evidence: Sequence[Evidence] = (), confidence: float = 1.0) -> Answer:
    """Return a NO."""
    return Answer(Truth.NO, tuple(evidence), confidence)


def unsure(evidence: Sequence[Evidence] = (), confidence: float = 0.5) -> Answer:
    """Return an UNSURE."""
    return Answer(Truth.UNSURE, tuple(evidence), confidence)


def opened(answer: Answer) -> Answer:
    """Return an answer left open: where it was hit is not sure any more either."""
    places = tuple(replace(place, sure=False) for place in answer.places)
    return Answer(Truth.UNSURE, answer.evidence, min(answer.confidence, 0.5), places)


def all_of(answers: Sequence[Answer]) -> Answer:
    """Return Kleene's AND: one NO decides, else one UNSURE leaves it open. YES where there is nothing to ask."""
    if denied := [answer for answer in answers if answer.truth is Truth.NO]:
        return Answer(Truth.NO, _evidence(denied), max(answer.confidence for answer in denied))
    truth = Truth.UNSURE if any(answer.truth is Truth.UNSURE for answer in answers) else Truth.YES
    return _joined(truth, answers)


def any_of(answers: Sequence[Answer]) -> Answer:
    """Return Kleene's OR: one YES decides, else one UNSURE leaves it open. NO where there is nothing to ask."""
    for truth in (Truth.YES, Truth.UNSURE):
        if same := [answer for answer in answers if answer.truth is truth]:
            return Answer(truth, _evidence(same), max(answer.confidence for answer in same), _places(answers))
    return _joined(Truth.NO, answers)


def negate(answer: Answer) -> Answer:
    """Return Kleene's NOT; an UNSURE stays one."""
    turned = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNSURE: Truth.UNSURE}
    return Answer(turned[answer.truth], answer.evidence, answer.confidence)


def _joined(truth: Truth, answers: Sequence[Answer]) -> Answer:
    sure = min((answer.confidence for answer in answers), default=1.0)
    places = () if truth is Truth.NO else _places(answers)
    joined = Answer(truth, _evidence(answers), sure, places)
    return opened(joined) if truth is Truth.UNSURE else joined


def _evidence(answers: Sequence[Answer]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(piece for answer in answers for piece in answer.evidence))


def _places(answers: Sequence[Answer]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(place for answer in answers for place in answer.places))
