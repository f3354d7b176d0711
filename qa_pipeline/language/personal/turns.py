"""Personal data of a call: over the utterances of a speaker's turn, with the time of each part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from qa_pipeline.language.personal.finder import LIKELY, find
from qa_pipeline.language.personal.finding import Personal
from qa_pipeline.models import Role, Transcript, Utterance, Word

MARGIN_MS = 150
"""Added either side of a stretch that is to be masked: more than half a syllable at 250 characters a minute. How far
recognised word times are off has not been measured for this yet."""
_PAUSE_MS = 8_000  # who writes a number down is waited for
_INTERJECTED = 12  # spoken characters: 嗯, 好的您说, or four digits read back
JOINT = "，"


@dataclass(frozen=True, slots=True)
class Part:
    """Characters ``start`` to ``end`` of one utterance's text and when they were said (milliseconds, with margin)."""

    utterance: int
    start: int
    end: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class SpokenPersonal:
    """Personal data that was said; ``parts`` are one an utterance. Places in ``found`` count in the whole turn."""

    found: Personal
    role: Role
    channel: int
    parts: tuple[Part, ...]

    @property
    def start_ms(self) -> int:
        """When it begins, less the margin."""
        return self.parts[0].start_ms

    @property
    def end_ms(self) -> int:
        """When it ends, with the margin."""
        return self.parts[-1].end_ms


def find_in_call(
    transcript: Transcript, public: Collection[str] = (), floor: float = LIKELY, margin_ms: int = MARGIN_MS
) -> tuple[SpokenPersonal, ...]:
    """Return the personal data of a call in order of time.

    A number that is read out in several utterances is one, also where the other speaker says 嗯 or repeats a group
    between them; what the other asked before tells what it is.

    Args:
        transcript: As it was recognised or corrected.
        public: What anybody may know (see `find`).
        floor: The least probability.
        margin_ms: Silence or speech either side that belongs to the stretch.
    """
    spoken = [
        one
        for turn, context in _turns(transcript.utterances)
        for one in _find(turn, context, public, floor, margin_ms, transcript.duration_ms)
    ]
    return tuple(sorted(spoken, key=lambda one: one.start_ms))


def _turns(utterances: Sequence[Utterance]) -> Iterator[tuple[list[Utterance], str]]:
    """Yield each speaker's turns with what the other one said before."""
    for speaker in dict.fromkeys((u.role, u.channel) for u in utterances):
        turn: list[Utterance] = []
        context, between = "", ""
        for one in utterances:
            if (one.role, one.channel) != speaker:
                between += one.text
                continue
            if turn and (_spoken(between) > _INTERJECTED or one.start_ms - turn[-1].end_ms > _PAUSE_MS):
                yield turn, context
                turn = []
            if not turn:
                context = between
            turn, between = [*turn, one], ""
        if turn:
            yield turn, context


def _spoken(text: str) -> int:
    return sum(letter.isalnum() for letter in text)


def _find(
    turn: Sequence[Utterance], context: str, public: Collection[str], floor: float, margin_ms: int, last_ms: int
) -> Iterator[SpokenPersonal]:
    text = JOINT.join(u.text for u in turn)
    for found in find(text, context, public, floor):
        parts = tuple(_parts(turn, found, margin_ms, last_ms))
        if parts:
            yield SpokenPersonal(found, turn[0].role, turn[0].channel, parts)


def _parts(turn: Sequence[Utterance], found: Personal, margin_ms: int, last_ms: int) -> Iterator[Part]:
    begin = 0
    for one in turn:
        start, end = max(found.start - begin, 0), min(found.end - begin, len(one.text))
        begin += len(one.text) + len(JOINT)
        if start < end:
            first, last = _time(one, start, end)
            yield Part(one.index, start, end, max(0, first - margin_ms), min(last_ms, last + margin_ms))


def _time(one: Utterance, start: int, end: int) -> tuple[int, int]:
    """Return when characters of an utterance were said: their words' times, else their share of its length."""
    owners = _owners(one)
    said = [word for place, word in owners if start <= place < end]
    if said:
        return min(w.start_ms for w in said), max(w.end_ms for w in said)
    length, spoken_ms = max(1, len(one.text)), one.end_ms - one.start_ms
    return one.start_ms + spoken_ms * start // length, one.start_ms + spoken_ms * end // length


def _owners(one: Utterance) -> list[tuple[int, Word]]:
    """Return the word of each spoken character with its place in the text; [] where words and text do not agree."""
    places = [place for place, letter in enumerate(one.text) if letter.isalnum()]
    letters = [(letter, word) for word in one.words for letter in word.text if letter.isalnum()]
    agree = "".join(one.text[place] for place in places) == "".join(letter for letter, _ in letters)
    return [(place, word) for place, (_, word) in zip(places, letters, strict=True)] if agree else []
