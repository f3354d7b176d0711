"""``except``: what takes a hit away. It never makes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from qa_pipeline.rules.conditions.language import Unless
from qa_pipeline.rules.matching import find, search
from qa_pipeline.rules.operators.found import Seen, doubted
from qa_pipeline.rules.operators.kleene import Answer, Place, Truth, no, opened
from qa_pipeline.rules.turns import Call, Turn

Evaluate = Callable[..., Answer]
"""`qa_pipeline.rules.conditions.evaluating.evaluate`, which calls what is here."""
_BEFORE_GAP_MS = 15_000
"""What was said this long before a silence still tells of it: 请稍候，我帮您查一下 takes some seconds to say."""


def excuse(hits: Iterable[Seen], unless: Unless, call: Call, evaluate: Evaluate) -> tuple[Seen, ...]:
    """Return the hits without those that are excused; one that perhaps is excused no longer counts as sure."""
    if not unless:
        return tuple(hits)
    kept = []
    for hit in hits:
        match _holds(unless, _near(hit.place, call), hit.place, call, evaluate):
            case Truth.NO:
                kept.append(hit)
            case Truth.UNSURE:
                kept.append(doubted(hit, call.sure))
    return tuple(kept)


def excused(answer: Answer, unless: Unless, call: Call, window: Sequence[Turn], evaluate: Evaluate) -> Answer:
    """Return an answer that speaks of a whole range, such as an absence, after its exceptions."""
    if answer.truth is Truth.NO or not unless:
        return answer
    place = Place(window[0].number, window[-1].number) if window else None
    match _holds(unless, window, place, call, evaluate):
        case Truth.YES:
            return no(answer.evidence, answer.confidence)
        case Truth.UNSURE:
            return opened(answer)
    return answer


def _near(place: Place | None, call: Call) -> Sequence[Turn]:
    """Return the turns whose words may excuse a hit: its own, or of a silence those shortly before it."""
    if place is None:
        return ()
    if place.first <= place.last:
        return call.turns[place.first : place.last + 1]
    before = call.turns[: place.first]
    return [turn for turn in before if before[-1].end_ms - turn.end_ms <= _BEFORE_GAP_MS] if before else ()


def _holds(unless: Unless, near: Sequence[Turn], place: Place | None, call: Call, evaluate: Evaluate) -> Truth:
    spoken = call.utterances(near)
    if unless.patterns and search(unless.patterns, spoken):
        return Truth.YES
    said = [hit.confidence for hit in find(unless.phrases, spoken)]
    truths = [Truth.YES if confidence >= call.sure else Truth.UNSURE for confidence in said]
    truths += [evaluate(condition, call, place).truth for condition in unless.conditions]
    return next((truth for truth in (Truth.YES, Truth.UNSURE) if truth in truths), Truth.NO)
