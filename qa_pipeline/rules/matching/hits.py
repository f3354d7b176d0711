"""Hits: a phrase or a pattern that was said, where, when, and how surely.

What one speaker said without being answered is searched as one passage, since the recogniser splits sentences at every
pause.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from qa_pipeline.language.nearness import sounds_of
from qa_pipeline.language.pinyin import keys
from qa_pipeline.models import Evidence, EvidenceKind, Utterance
from qa_pipeline.rules.matching.passages import Passage, Sure, normal
from qa_pipeline.rules.matching.patterns import compiled
from qa_pipeline.rules.matching.phrases import Phrase, listed
from qa_pipeline.rules.matching.reading import current

# Probability that a stretch which only sounds like a phrase of so many syllables is that phrase. Two syllables
# collide often (市公/施工), five hardly ever; the recogniser's slips keep the sound in 38 of 40 terms.
_BY_SOUND = {1: 0.1, 2: 0.3, 3: 0.55, 4: 0.75}
_BY_SOUND_LONG = 0.85
# The same characters may still be a homophone's: one or two syllables carry little context for the recogniser.
_WRITTEN = {1: 0.65, 2: 0.9}
# A stretch that only sounds like a phrase and is less likely than this accuses nobody of it.
FLOOR = 0.4
_PAUSE = re.compile(r"[，。！？；,.!?;]")
_PLACED = re.compile(r"(?<![\[\\])\^|(?<!\\)\$|\\[AzZ]")


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


def find(wanted: Sequence[Phrase], utterances: Iterable[Utterance], floor: float = FLOOR) -> tuple[Hit, ...]:
    """Return every hit of ``wanted`` in the order of the call; of overlapping hits the longest, then the surest.

    Hits by sound alone that are less likely than ``floor`` are left out.
    """
    chosen = listed(wanted)
    if not chosen:
        return ()
    read = _read(utterances)
    places = current().places(read, chosen)
    return tuple(hit for place in sorted(places) for hit in _hits(places[place], read[place], floor))


def heard(wanted: Sequence[Phrase], utterances: Iterable[Utterance]) -> tuple[Hit, ...]:
    """Return hits for the operator's good: whatever sounds like a phrase that should be said counts as said."""
    return find(wanted, utterances, 0.0)


def search(patterns: Sequence[str], utterances: Iterable[Utterance], unless: Sequence[str] = ()) -> tuple[Hit, ...]:
    """Return what regular expressions match, a passage at a time; ``unless`` excuses what it overlaps.

    Raises:
        PatternTooSlow: A pattern with lookaround did not come to an end in time.
    """
    read = [passage for passage in _read(utterances) if passage.spoken]
    return tuple(
        _matched(passage, start, end)
        for pattern in patterns
        for passage, start, end in _spans(pattern, read)
        if not overlaps(passage, unless, start, end)
    )


def _spans(pattern: str, read: Sequence[Passage]) -> list[tuple[Passage, int, int]]:
    """Return the matches of a pattern in each passage.

    All passages are searched as one text, since to start a pattern costs more than to run it; one by one only where a
    match would run from one passage into the next, or the pattern speaks of a beginning or an end.
    """
    begins = [0, *accumulate(len(passage.text) + 1 for passage in read)]
    found = []
    # What looks around itself would look into the other speaker's words.
    alone = _PLACED.search(pattern) is not None or not compiled(pattern).linear
    for start, end in [] if alone else compiled(pattern).spans(_joined(tuple(read))):
        number = bisect_right(begins, start) - 1
        if end > begins[number + 1] - 1:
            break
        found.append((read[number], start - begins[number], end - begins[number]))
    else:
        if not alone:
            return found
    return [(passage, *span) for passage in read for span in passage.matches(pattern)]


@lru_cache(maxsize=64)
def _joined(read: tuple[Passage, ...]) -> str:
    return "\n".join(passage.text for passage in read)


def like(wanted: Sequence[Phrase], utterances: Iterable[Utterance], distance: float = 0.26) -> bool:
    """Whether something in the utterances sounds rather like a phrase of four syllables or more.

    It guards "never said" findings: what was perhaps said is not missing. Shorter phrases are like everything; the
    default lets one syllable of four be another, which is right for a few utterances and too much for a whole call.
    """
    sounds = sounds_of(listed(wanted).long_enough)
    return bool((sounds.distances(*(passage.text for passage in _read(utterances))) <= distance).any())


def stand(wanted: Sequence[Phrase], text: str) -> tuple[tuple[Phrase, int, int, bool], ...]:
    """Return where phrases stand in a piece of text: phrase, start, end, and whether it is written so."""
    if not wanted or not text:
        return ()
    piece = Passage.of_text(text)
    found = []
    for phrase, first, last in current().places((piece,), listed(wanted)).get(0, ()):
        start, end = piece.stretch(first, last)
        written = piece.spoken[first:last] == phrase.spoken
        if (written or not phrase.exact) and not overlaps(piece, phrase.unless, start, end):
            found.append((phrase, start, end, written))
    return tuple(sorted(found, key=lambda one: (one[1], one[2])))


def _read(utterances: Iterable[Utterance]) -> tuple[Passage, ...]:
    return current().passages(tuple(utterances))


def _hits(places: Sequence[tuple[Phrase, int, int]], passage: Passage, floor: float) -> list[Hit]:
    found = [
        (hit, first, last)
        for phrase, first, last in places
        if not overlaps(passage, phrase.unless, *passage.stretch(first, last))
        and (hit := _kept(phrase, passage, first, last, floor)) is not None
    ]
    if not found:
        return []
    kept: list[tuple[Hit, int, int]] = []
    taken = bytearray(len(passage.spoken))
    for hit, first, last in sorted(found, key=lambda one: (one[1] - one[2], -one[0].confidence, one[1])):
        if not any(taken[first:last]):
            taken[first:last] = b"\x01" * (last - first)
            kept.append((hit, first, last))
    return [hit for hit, _, _ in sorted(kept, key=lambda one: one[1])]


def _kept(phrase: Phrase, passage: Passage, first: int, last: int, floor: float) -> Hit | None:
    """Return the hit of a phrase at spoken characters ``first`` to ``last``; None where it is too unlikely."""
    exact = passage.spoken[first:last] == phrase.spoken
    if not exact and phrase.exact:
        return None
    hit = _hit(phrase, passage, first, last)
    if not exact and floor > 0 and _PAUSE.search(hit.text):
        # 您不要慌，我马上帮您 sounds like 不要烦我 and is two clauses: over a pause sound alone accuses nobody.
        return None
    return hit if exact or hit.confidence >= floor else None


def _matched(passage: Passage, start: int, end: int) -> Hit:
    """Return the hit of a pattern on a stretch of text."""
    text = passage.text[start:end]
    said = text if normal(text) else passage.text[start : end + 1] or "。"
    phrase = Phrase.model_construct(text=said[:40], unless=(), exact=True)
    return _hit(phrase, passage, *passage.spoken_at(start, end), stretch=(start, end))


def overlaps(passage: Passage, patterns: Sequence[str], start: int, end: int) -> bool:
    """Whether any pattern matches over a stretch of a passage's text."""
    return any(first < end and start < last for pattern in patterns for first, last in passage.matches(pattern))


def _hit(phrase: Phrase, passage: Passage, first: int, last: int, stretch: tuple[int, int] | None = None) -> Hit:
    start, end = stretch or passage.stretch(first, last)
    begins, ends = passage.characters[first], passage.characters[last - 1]
    spoken = passage.spoken[first:last]
    return Hit(
        phrase,
        begins.utterance,
        begins.start_ms,
        ends.end_ms,
        passage.text[start:end],
        bool(stretch) or spoken == phrase.spoken,
        round(likely(passage, spoken if stretch else phrase.spoken, first, last), 3),
        passage.utterances[0].index,
        passage.text[:start],
        passage.text[end:],
    )


def likely(passage: Passage, wanted: str, first: int, last: int) -> float:
    """Return the probability that ``wanted`` was said at spoken characters ``first`` to ``last`` of a passage."""
    said = _said_so(passage.spoken[first:last], wanted, passage.sure(first, last))
    return said * passage.characters[first].utterance.role_confidence


def _said_so(heard: str, wanted: str, sure: Sure) -> float:
    """Return the probability that ``wanted`` was said where ``heard`` was recognised.

    Written as it is, it was said if its characters are right, and where only their sound is, as likely as anything
    else of that sound. Written otherwise, its sound decides.
    """
    by_sound = _BY_SOUND.get(len(keys(wanted)), _BY_SOUND_LONG)
    if heard == wanted:
        likely = sure.characters + (sure.sound - sure.characters) * by_sound
        return _WRITTEN.get(len(wanted), 1.0) * likely
    same = sum(a == b for a, b in zip(heard, wanted, strict=False)) / len(wanted)
    return sure.sound * (by_sound + (1 - by_sound) * same**3)
