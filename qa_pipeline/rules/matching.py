"""Finds phrases in what was said: by characters and by sound, each hit with its words, times and probability.

One Aho-Corasick automaton over sound keys serves all phrases of a list; it is built once and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from qa_pipeline.language.pinyin import keys, nearest, positions
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Evidence, EvidenceKind, Utterance

# Probability that a stretch which only sounds like a phrase of so many syllables is that phrase. Two syllables
# collide often (市公/施工), five hardly ever; the recogniser's slips keep the sound in 38 of 40 terms.
_BY_SOUND = {1: 0.1, 2: 0.35, 3: 0.55, 4: 0.75}
_BY_SOUND_LONG = 0.85
_DIGITS = str.maketrans("0123456789〇幺", "零一二三四五六七八九零一")


class Phrase(BaseModel):
    """A phrase to look for. In YAML a bare text will do. ``unless``: patterns around the hit that excuse it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=40)
    unless: tuple[str, ...] = ()
    exact: bool = Field(default=False, description="只按文字，不按读音")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @field_validator("text")
    @classmethod
    def _sounds(cls, value: str) -> str:
        if not keys(value):
            raise ValueError("a phrase needs at least one character that can be spoken")
        return value

    @field_validator("unless")
    @classmethod
    def _compiles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return value


def phrases(*texts: str) -> tuple[Phrase, ...]:
    """Return phrases without exceptions."""
    return tuple(Phrase(text=text) for text in texts)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was said. ``start`` and ``end`` are characters of ``simplify(utterance.text)``.

    ``confidence``: probability, 0–1, that these were the words; ``exact``: written as the phrase is.
    """

    phrase: Phrase
    utterance: Utterance
    start: int
    end: int
    start_ms: int
    end_ms: int
    text: str
    exact: bool
    confidence: float

    def evidence(self, note: str = "") -> Evidence:
        """Return the words as evidence."""
        said = self.utterance
        return Evidence(
            EvidenceKind.WORDS,
            self.start_ms,
            self.end_ms,
            said.channel,
            said.role,
            said.index,
            self.text,
            note,
            self.confidence,
        )


def find(wanted: Sequence[Phrase], utterances: Iterable[Utterance]) -> tuple[Hit, ...]:
    """Return every hit of ``wanted`` in the order of the call; of overlapping hits the longest, then the surest."""
    chosen = tuple(wanted)
    if not chosen:
        return ()
    return tuple(hit for utterance in utterances for hit in _longest(_hits(chosen, utterance)))


def like(wanted: Sequence[Phrase], utterances: Iterable[Utterance], distance: float = 0.34) -> Utterance | None:
    """Return the first utterance in which something sounds rather like a phrase of three syllables or more.

    It guards "never said" findings: what was perhaps said is not missing.
    """
    long_enough = [p.text for p in wanted if len(keys(p.text)) >= 3]
    for utterance in utterances:
        for text in long_enough:
            match = nearest(text, utterance.text)
            if match is not None and match.distance <= distance:
                return utterance
    return None


def normal(text: str) -> str:
    """Return the spoken characters of a text: simplified, lower case, digits in Chinese, no punctuation."""
    return "".join(c for c in simplify(text).lower() if c.isalnum()).translate(_DIGITS)


@lru_cache(maxsize=256)
def _automaton(wanted: tuple[Phrase, ...]) -> Any:
    """Build the automaton of a phrase list; each key keeps the phrases that sound so."""
    by_key: dict[str, list[Phrase]] = {}
    for phrase in wanted:
        by_key.setdefault(keys(phrase.text), []).append(phrase)
    automaton = ahocorasick.Automaton()
    for key, same in by_key.items():
        automaton.add_word(key, (len(key), tuple(same)))
    automaton.make_automaton()
    return automaton


def _hits(wanted: tuple[Phrase, ...], utterance: Utterance) -> list[Hit]:
    text, places = simplify(utterance.text), positions(utterance.text)
    spans: set[tuple[Phrase, int, int]] = set()
    # The end that the automaton gives is inclusive.
    for last, (length, same) in _automaton(wanted).iter(keys(utterance.text)):
        spans.update((phrase, places[last - length + 1], places[last] + 1) for phrase in same)
    # A character with two readings may be keyed otherwise in its sentence than in the phrase alone.
    spans.update(
        (phrase, found.start(), found.end()) for phrase in wanted for found in re.finditer(re.escape(phrase.text), text)
    )
    hits = [_hit(phrase, utterance, text, start, end) for phrase, start, end in spans]
    return [hit for hit in hits if (hit.exact or not hit.phrase.exact) and not _excused(hit, text)]


def _excused(hit: Hit, text: str) -> bool:
    return any(m.start() < hit.end and hit.start < m.end() for p in hit.phrase.unless for m in re.finditer(p, text))


def _hit(phrase: Phrase, utterance: Utterance, text: str, start: int, end: int) -> Hit:
    stretch = text[start:end]
    heard, wanted = normal(stretch), normal(phrase.text)
    exact = heard == wanted
    syllables = len(keys(phrase.text))
    start_ms, end_ms, words = _timed(utterance, text, start, end)
    by_sound = _BY_SOUND.get(syllables, _BY_SOUND_LONG)
    same = sum(a == b for a, b in zip(heard, wanted, strict=False)) / max(len(wanted), 1)
    written = 1.0 if exact else by_sound + (1 - by_sound) * same**2
    confidence = round(words * written * utterance.role_confidence, 3)
    return Hit(phrase, utterance, start, end, start_ms, end_ms, stretch, exact, confidence)


def _timed(utterance: Utterance, text: str, start: int, end: int) -> tuple[int, int, float]:
    """Return start, end and mean word confidence of some characters; by proportion where words are not aligned."""
    spoken = [place for place, character in enumerate(text) if character.isalnum()]
    owners = [word for word in utterance.words for c in simplify(word.text) if c.isalnum()]
    covered = (
        [owners[i] for i, place in enumerate(spoken) if start <= place < end] if len(owners) == len(spoken) else []
    )
    if covered:
        return covered[0].start_ms, covered[-1].end_ms, sum(w.confidence for w in covered) / len(covered)
    length = utterance.end_ms - utterance.start_ms
    first = utterance.start_ms + length * start // max(len(text), 1)
    return first, utterance.start_ms + length * end // max(len(text), 1), utterance.confidence


def _longest(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, -h.confidence, h.start, h.phrase.text)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)
