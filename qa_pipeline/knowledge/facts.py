"""Typed facts that were said in a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_pipeline.language.script import simplify
from qa_pipeline.language.values import Value, things, values
from qa_pipeline.models import Role, SpokenFact, Transcript, Utterance

# A number read out in groups goes on over a pause of this length, also while the other says 嗯.
_GOES_ON_MS = 4_000
# An amount that had to be mended by sound is no more than a guess; in a row of digits 要 can only be 幺.
_MENDED = 0.5


@dataclass(frozen=True, slots=True)
class _Placed:
    """A character of a speaker's joined text: whose it is and where it stands there."""

    utterance: Utterance
    offset: int


def spoken_facts(transcript: Transcript) -> tuple[SpokenFact, ...]:
    """Return every amount, number and time that was said, in order of time, whoever said it.

    ``confidence`` is the lowest of the recogniser's over the words that carry the value. Slots beside those of
    `qa_pipeline.models.Fact` are listed in `qa_pipeline.language.speech_roles`; date and measure are slots too.
    """
    found = [fact for role in Role for fact in _facts_of(transcript.of(role), values)]
    return tuple(sorted(found, key=lambda fact: (fact.start_ms, fact.end_ms)))


def spoken_things(utterances: Sequence[Utterance]) -> tuple[SpokenFact, ...]:
    """Return the documents, places, channels, weekdays, ordinals and fractions of one speaker's utterances."""
    return tuple(_facts_of(utterances, things))


def values_of(utterance: Utterance) -> tuple[SpokenFact, ...]:
    """Return the amounts, numbers and times of one utterance, whoever said it."""
    return tuple(_facts_of((utterance,), values))


def said_words(utterance: Utterance, start: int, end: int, slot: str, value: str = "", unit: str = "") -> SpokenFact:
    """Return characters ``start`` to ``end`` of an utterance's simplified text as a fact in words, with their times.

    ``value`` is what they mean, the words themselves where it is left out; ``confidence`` is their least sure word's.
    """
    text = simplify(utterance.text)
    heard = [one for place in range(start, min(end, len(text))) if (one := _heard(utterance, place)) is not None]
    return SpokenFact(
        slot,
        value or text[start:end],
        unit,
        utterance.index,
        utterance.role,
        heard[0][0] if heard else utterance.start_ms,
        heard[-1][1] if heard else utterance.end_ms,
        text[start:end],
        min((confidence for _, _, confidence in heard), default=float(utterance.confidence)),
    )


def _facts_of(utterances: Sequence[Utterance], read: Callable[[str], Sequence[Value]]) -> list[SpokenFact]:
    text, places = _join(utterances)
    return [_spoken(value, places) for value in read(text)]


def _join(utterances: Sequence[Utterance]) -> tuple[str, list[_Placed | None]]:
    """Join one speaker's utterances: a comma where a number may go on, a full stop where it may not."""
    text, places = "", list[_Placed | None]()
    before: Utterance | None = None
    for utterance in utterances:
        if before is not None:
            text += "，" if utterance.start_ms - before.end_ms <= _GOES_ON_MS else "。"
            places.append(None)
        said = simplify(utterance.text)
        text += said
        places.extend(_Placed(utterance, offset) for offset in range(len(said)))
        before = utterance
    return text, places


def _spoken(value: Value, places: Sequence[_Placed | None]) -> SpokenFact:
    covered = [place for place in places[value.start : value.end] if place is not None]
    timed = [one for place in covered if (one := _heard(place.utterance, place.offset)) is not None]
    owner, last = covered[0].utterance, covered[-1].utterance
    confidence = min((c for _, _, c in timed), default=owner.confidence)
    guessed = value.mended and value.kind != "phone"
    return SpokenFact(
        slot=value.slot,
        value=value.value,
        unit=value.unit,
        utterance=owner.index,
        role=owner.role,
        start_ms=timed[0][0] if timed else owner.start_ms,
        end_ms=timed[-1][1] if timed else last.end_ms,
        text=value.text,
        confidence=round(float(confidence) * (_MENDED if guessed else 1.0), 3),
        bound=value.bound,
        condition=value.condition,
        mended=guessed,
    )


def _heard(utterance: Utterance, offset: int) -> tuple[int, int, float] | None:
    """Return time and confidence of the word that a character belongs to; None for punctuation."""
    text = simplify(utterance.text)
    if not text[offset].isalnum():
        return None
    number = sum(c.isalnum() for c in text[:offset])
    for word in utterance.words:
        length = sum(c.isalnum() for c in word.text)
        if number < length:
            return word.start_ms, word.end_ms, word.confidence
        number -= length
    return None
