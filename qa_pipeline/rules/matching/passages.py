"""What one speaker said in a go: the recogniser cuts it at every pause, and phrases are looked for across its cuts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import prod
from typing import NamedTuple

from qa_pipeline.language.pinyin import keys, positions
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Utterance, Word
from qa_pipeline.rules.matching.patterns import compiled

_SAME_BREATH_MS = 800
_DIGITS = str.maketrans("0123456789〇幺", "零一二三四五六七八九零一")


class _Normal(dict[int, str | None]):
    """What each character is compared as, found out once; None is left out."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        self[code] = character.lower()[:1].translate(_DIGITS) if character.isalnum() else None
        return self[code]


_NORMAL = _Normal()


class Sure(NamedTuple):
    """How likely the sound of a stretch is right, and all of its characters.

    Measured on 17,000 words of real speech (bench/RESULTS.md, Confidence): of stretches of two to four characters the
    sound is right about as often as the mean of their confidences says (of longer and unsure ones less often), all
    characters as often as their product says or a little more.
    """

    sound: float
    characters: float


class Spoken(NamedTuple):
    """One spoken character: whose it is, when, and how sure."""

    utterance: Utterance
    start_ms: int
    end_ms: int
    confidence: float


def normal(text: str) -> str:
    """Return the spoken characters of a text: simplified, lower case, digits in Chinese, no punctuation."""
    return simplify(text).translate(_NORMAL)


class Passage:
    """Utterances of one speaker that follow each other, with what is looked up in them again and again.

    ``text`` is their simplified text; ``spoken`` its spoken characters as phrases are compared with them, ``sound``
    their sound keys, ``places`` where each stands in ``text``: three sequences of one length.
    """

    def __init__(self, utterances: tuple[Utterance, ...], text: str | None = None) -> None:
        self.utterances = utterances
        self.text = passage_text(utterances) if text is None else text
        self._matches: dict[str, list[tuple[int, int]]] = {}

    @classmethod
    def of_text(cls, text: str) -> Passage:
        """Return a passage of simplified text that nobody is known to have said: without times."""
        return cls((), text)

    @cached_property
    def spoken(self) -> str:
        """The spoken characters."""
        return normal(self.text)

    @cached_property
    def sound(self) -> str:
        """The sound keys of the spoken characters."""
        return keys(self.text)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The place of each spoken character in the text."""
        return positions(self.text)

    @cached_property
    def characters(self) -> tuple[Spoken, ...]:
        """Each spoken character with its time and confidence; by proportion where words are not aligned to text."""
        return tuple(one for utterance in self.utterances for one in _characters(utterance))

    def sure(self, start: int, end: int) -> Sure:
        """Return how sure spoken characters ``start`` to ``end`` are."""
        confidences = [one.confidence for one in self.characters[start:end]]
        return Sure(sum(confidences) / len(confidences), prod(confidences))

    def spoken_at(self, start: int, end: int) -> tuple[int, int]:
        """Return the spoken characters that lie in a stretch of the text; at least one."""
        first = min(bisect_left(self.places, start), len(self.places) - 1)
        return first, max(first + 1, bisect_left(self.places, end))

    def stretch(self, first: int, last: int) -> tuple[int, int]:
        """Return start and end in the text of spoken characters ``first`` to ``last``."""
        return self.places[first], self.places[last - 1] + 1

    def matches(self, pattern: str) -> list[tuple[int, int]]:
        """Return where a pattern matches the text; looked for once."""
        if pattern not in self._matches:
            self._matches[pattern] = compiled(pattern).spans(self.text)
        return self._matches[pattern]


def passages(utterances: Iterable[Utterance]) -> tuple[tuple[Utterance, ...], ...]:
    """Group utterances of one speaker that follow each other, or that less than a breath parts.

    First what one breath holds, also where the other's 嗯 lies within it, then what nothing of the other parts. So it
    makes no difference where the recogniser cut an utterance in two.
    """
    breaths: list[list[Utterance]] = []
    latest: dict[tuple[str, int], list[Utterance]] = {}
    for one in utterances:
        own = latest.get((one.role, one.channel))
        if own is not None and one.start_ms - own[-1].end_ms <= _SAME_BREATH_MS:
            own.append(one)
        else:
            breaths.append([one])
            latest[one.role, one.channel] = breaths[-1]
    grouped: list[list[Utterance]] = []
    for breath in breaths:
        before = grouped[-1] if grouped else None
        if before is not None and _speaker(before[0]) == _speaker(breath[0]) and _nothing_between(before, breath):
            before += breath
        else:
            grouped.append(breath)
    return tuple(tuple(group) for group in grouped)


def _speaker(one: Utterance) -> tuple[str, int]:
    return one.role, one.channel


def _nothing_between(before: Sequence[Utterance], after: Sequence[Utterance]) -> bool:
    return after[0].index == before[0].index + len(before)


def passage_text(passage: Sequence[Utterance]) -> str:
    """Return the simplified text of a passage."""
    return "".join(simplify(u.text) for u in passage)


def _characters(utterance: Utterance) -> list[Spoken]:
    text = simplify(utterance.text)
    count = sum(c.isalnum() for c in text)
    owners: list[Word] = [word for word in utterance.words for c in simplify(word.text) if c.isalnum()]
    if len(owners) == count:
        return [Spoken(utterance, word.start_ms, word.end_ms, word.confidence) for word in owners]
    length, size = utterance.end_ms - utterance.start_ms, max(len(text), 1)
    spoken = [place for place, c in enumerate(text) if c.isalnum()]
    return [
        Spoken(
            utterance,
            utterance.start_ms + length * place // size,
            utterance.start_ms + length * (place + 1) // size,
            utterance.confidence,
        )
        for place in spoken
    ]
