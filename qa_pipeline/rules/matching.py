"""Finds phrases in what was said: by characters and by sound, each hit with its words, times and probability.

One Aho-Corasick automaton over sound keys serves all phrases of a list; it is built once and kept. What one speaker
said without being answered is searched as one passage, since the recogniser splits sentences at every pause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from statistics import fmean
from typing import Any, NamedTuple

import ahocorasick
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from qa_pipeline.language.pinyin import keys, nearest, positions
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Evidence, EvidenceKind, Utterance

# Probability that a stretch which only sounds like a phrase of so many syllables is that phrase. Two syllables
# collide often (市公/施工), five hardly ever; the recogniser's slips keep the sound in 38 of 40 terms.
_BY_SOUND = {1: 0.1, 2: 0.3, 3: 0.55, 4: 0.75}
_BY_SOUND_LONG = 0.85
# The same characters may still be a homophone's: one or two syllables carry little context for the recogniser.
_WRITTEN = {1: 0.65, 2: 0.9}
# A stretch that only sounds like a phrase and is less likely than this accuses nobody of it.
_FLOOR = 0.4
_SAME_BREATH_MS = 800
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


class _Sure(NamedTuple):
    """How likely the sound of a stretch is right, and all of its characters.

    Measured on 17,000 words of real speech (bench/RESULTS.md, Confidence): of stretches of two to four characters the
    sound is right about as often as the mean of their confidences says (of longer and unsure ones less often), all
    characters as often as their product says or a little more.
    """

    sound: float
    characters: float


def phrases(*texts: str) -> tuple[Phrase, ...]:
    """Return phrases without exceptions."""
    return tuple(Phrase(text=text) for text in texts)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was said, in ``utterance`` (where it begins), with the times of its words.

    ``confidence``: probability, 0-1, that these were the words; ``exact``: written as the phrase is. ``passage`` is the
    index of the utterance in which the speaker's passage began, ``before`` and ``after`` what it holds around the hit.
    """

    phrase: Phrase
    utterance: Utterance
    start_ms: int
    end_ms: int
    text: str
    exact: bool
    confidence: float
    passage: int
    before: str
    after: str

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


def find(wanted: Sequence[Phrase], utterances: Iterable[Utterance], floor: float = _FLOOR) -> tuple[Hit, ...]:
    """Return every hit of ``wanted`` in the order of the call; of overlapping hits the longest, then the surest.

    Hits by sound alone that are less likely than ``floor`` are left out.
    """
    chosen = tuple(wanted)
    if not chosen:
        return ()
    automata = _automata(chosen)
    return tuple(hit for passage in passages(utterances) for hit in _hits(automata, passage, floor))


def heard(wanted: Sequence[Phrase], utterances: Iterable[Utterance]) -> tuple[Hit, ...]:
    """Return hits for the operator's good: whatever sounds like a phrase that should be said counts as said."""
    return find(wanted, utterances, 0.0)


def search(patterns: Sequence[str], utterances: Iterable[Utterance], unless: Sequence[str] = ()) -> tuple[Hit, ...]:
    """Return what regular expressions match, a passage at a time; ``unless`` excuses what it overlaps."""
    hits = []
    for passage in passages(utterances):
        text = passage_text(passage)
        excused = [m.span() for pattern in unless for m in re.finditer(pattern, text)]
        for match in (m for pattern in patterns for m in re.finditer(pattern, text) if m.group()):
            start, end = match.span()
            if all(end <= other_start or other_end <= start for other_start, other_end in excused):
                hits.append(_hit(Phrase(text=match.group()[:40]), passage, start, end))
    return tuple(hits)


def like(wanted: Sequence[Phrase], utterances: Iterable[Utterance], distance: float = 0.26) -> bool:
    """Whether something in the utterances sounds rather like a phrase of four syllables or more.

    It guards "never said" findings: what was perhaps said is not missing. Shorter phrases are like everything; the
    default lets one syllable of four be another, which is right for a few utterances and too much for a whole call.
    """
    long_enough = [p.text for p in wanted if len(keys(p.text)) >= 4]
    matches = (nearest(text, passage_text(p)) for p in passages(utterances) for text in long_enough)
    return any(match is not None and match.distance <= distance for match in matches)


def passages(utterances: Iterable[Utterance]) -> tuple[tuple[Utterance, ...], ...]:
    """Group utterances of one speaker that follow each other, or that less than a breath parts."""
    grouped: list[list[Utterance]] = []
    for one in utterances:
        last = grouped[-1][-1] if grouped else None
        if last is not None and last.role is one.role and last.channel == one.channel and _joined(last, one):
            grouped[-1].append(one)
        else:
            grouped.append([one])
    return tuple(tuple(group) for group in grouped)


def _joined(last: Utterance, one: Utterance) -> bool:
    return one.index == last.index + 1 or 0 <= one.start_ms - last.end_ms <= _SAME_BREATH_MS


def passage_text(passage: Sequence[Utterance]) -> str:
    """Return the simplified text of a passage."""
    return "".join(simplify(u.text) for u in passage)


def normal(text: str) -> str:
    """Return the spoken characters of a text: simplified, lower case, digits in Chinese, no punctuation."""
    return "".join(c for c in simplify(text).lower() if c.isalnum()).translate(_DIGITS)


@lru_cache(maxsize=256)
def _automata(wanted: tuple[Phrase, ...]) -> tuple[Any, Any]:
    """Build the automata of a phrase list, over sound keys and over characters; each key keeps its phrases."""
    return _automaton((keys(phrase.text), phrase) for phrase in wanted), _automaton((p.text, p) for p in wanted)


def _automaton(keyed: Iterable[tuple[str, Phrase]]) -> Any:
    by_key: dict[str, list[Phrase]] = {}
    for key, phrase in keyed:
        by_key.setdefault(key, []).append(phrase)
    automaton = ahocorasick.Automaton()
    for key, same in by_key.items():
        automaton.add_word(key, (len(key), tuple(same)))
    automaton.make_automaton()
    return automaton


def _hits(automata: tuple[Any, Any], passage: tuple[Utterance, ...], floor: float) -> list[Hit]:
    text = passage_text(passage)
    found = [
        (hit, start, end)
        for phrase, start, end in _spans(automata, text)
        for hit in _kept(phrase, passage, start, end, floor)
    ]
    kept: list[tuple[Hit, int, int]] = []
    for hit, start, end in sorted(found, key=lambda one: (one[1] - one[2], -one[0].confidence, one[1])):
        if all(end <= other_start or other_end <= start for _, other_start, other_end in kept):
            kept.append((hit, start, end))
    kept = [one for one in kept if not _excused(one[0].phrase, text, one[1], one[2])]
    return [hit for hit, _, _ in sorted(kept, key=lambda one: one[1])]


def _spans(automata: tuple[Any, Any], text: str) -> list[tuple[Phrase, int, int]]:
    """Return where phrases stand in a text by sound, or by characters."""
    places = positions(text)
    by_sound, by_characters = automata
    spans: dict[tuple[Phrase, int, int], None] = {}
    # The end that an automaton gives is inclusive.
    for last, (length, same) in by_sound.iter(keys(text)):
        spans.update(dict.fromkeys((phrase, places[last - length + 1], places[last] + 1) for phrase in same))
    # A character with two readings may be keyed otherwise in its sentence than in the phrase alone.
    for last, (length, same) in by_characters.iter(text):
        spans.update(dict.fromkeys((phrase, last - length + 1, last + 1) for phrase in same))
    return list(spans)


def stand(wanted: Sequence[Phrase], text: str) -> tuple[tuple[Phrase, int, int, bool], ...]:
    """Return where phrases stand in a piece of text: phrase, start, end, and whether it is written so."""
    chosen = tuple(wanted)
    spans = _spans(_automata(chosen), text) if chosen and text else []
    found = [(phrase, start, end, normal(text[start:end]) == normal(phrase.text)) for phrase, start, end in spans]
    return tuple(one for one in found if (one[3] or not one[0].exact) and not _excused(one[0], text, one[1], one[2]))


def _kept(phrase: Phrase, passage: tuple[Utterance, ...], start: int, end: int, floor: float) -> list[Hit]:
    hit = _hit(phrase, passage, start, end)
    return [hit] if hit.exact or (not phrase.exact and hit.confidence >= floor) else []


def _excused(phrase: Phrase, text: str, start: int, end: int) -> bool:
    found = (match for pattern in phrase.unless for match in re.finditer(pattern, text))
    return any(match.start() < end and start < match.end() for match in found)


def _hit(phrase: Phrase, passage: tuple[Utterance, ...], start: int, end: int) -> Hit:
    text = passage_text(passage)
    stretch = text[start:end]
    utterance, start_ms, end_ms, sure = _timed(passage, start, end)
    confidence = round(_said_so(stretch, phrase.text, sure) * utterance.role_confidence, 3)
    exact = normal(stretch) == normal(phrase.text)
    first = passage[0].index
    return Hit(phrase, utterance, start_ms, end_ms, stretch, exact, confidence, first, text[:start], text[end:])


def _said_so(heard: str, wanted: str, sure: _Sure) -> float:
    """Return the probability that ``wanted`` was said where ``heard`` was recognised.

    Written as it is, it was said if its characters are right, and where only their sound is, as likely as anything
    else of that sound. Written otherwise, its sound decides.
    """
    heard, wanted = normal(heard), normal(wanted)
    by_sound = _BY_SOUND.get(len(keys(wanted)), _BY_SOUND_LONG)
    if heard == wanted:
        likely = sure.characters + (sure.sound - sure.characters) * by_sound
        return _WRITTEN.get(len(wanted), 1.0) * likely
    same = sum(a == b for a, b in zip(heard, wanted, strict=False)) / len(wanted)
    return sure.sound * (by_sound + (1 - by_sound) * same**3)


def _timed(passage: Sequence[Utterance], start: int, end: int) -> tuple[Utterance, int, int, _Sure]:
    """Return the utterance in which characters of a passage begin, their times and how sure they are."""
    pieces = []
    offset = 0
    for utterance in passage:
        length = len(simplify(utterance.text))
        if offset < end and start < offset + length:
            pieces.append((utterance, *_times(utterance, max(0, start - offset), min(length, end - offset))))
        offset += length
    confidences = [confidence for piece in pieces for confidence in piece[3]]
    return pieces[0][0], pieces[0][1], pieces[-1][2], _Sure(fmean(confidences), prod(confidences))


def _times(utterance: Utterance, start: int, end: int) -> tuple[int, int, list[float]]:
    """Return start, end and each character's confidence; by proportion where words are not aligned to text."""
    text = simplify(utterance.text)
    spoken = [place for place, character in enumerate(text) if character.isalnum()]
    owners = [word for word in utterance.words for c in simplify(word.text) if c.isalnum()]
    aligned = len(owners) == len(spoken)
    covered = [owners[i] for i, place in enumerate(spoken) if aligned and start <= place < end]
    if covered:
        return covered[0].start_ms, covered[-1].end_ms, [word.confidence for word in covered]
    length = utterance.end_ms - utterance.start_ms
    first = utterance.start_ms + length * start // max(len(text), 1)
    last = utterance.start_ms + length * end // max(len(text), 1)
    return first, last, [utterance.confidence] * max(1, end - start)
