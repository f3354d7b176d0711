"""A transcript with what people wrote for some of its utterances; the words that they left alone keep their times.

A person may write more or fewer characters than were recognised: what is new stands in the time of what it replaces.
Nobody measured when it was said, so it is marked as untimed; so are all words of an utterance of which the number of
characters changed, for what was said beyond the recognised ones was said within the time that others were given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby

from qa_pipeline.language.corrected import spoken
from qa_pipeline.models import HandCorrection, Transcript, UntimedWord, Utterance, Word

_SURE = 1.0
"""A person has heard it and stands for it by name."""
_Kept = tuple[int, Word]
"""A character's word with its place among the utterance's words; of a word of its own the place is -1."""


def newest(made: Iterable[HandCorrection]) -> dict[int, HandCorrection]:
    """Return the correction that counts of each utterance; ``made`` in the order in which they were written."""
    return {one.utterance: one for one in made}


def by_hand(transcript: Transcript, made: Iterable[HandCorrection]) -> Transcript:
    """Return a transcript as people corrected it.

    What was not understood stays marked so: a word put right within it does not make the rest of it heard.

    Args:
        transcript: As it was recognised.
        made: Corrections of it, in the order in which they were written.
    """
    counting = newest(made)
    if not counting:
        return transcript
    corrected = (_corrected(u, counting[u.index]) if u.index in counting else u for u in transcript.utterances)
    return replace(transcript, utterances=tuple(corrected))


def _corrected(utterance: Utterance, made: HandCorrection) -> Utterance:
    if made.role is not utterance.role:
        utterance = replace(utterance, role=made.role, role_confidence=_SURE)
    if made.text == utterance.text:
        return utterance
    written = [c for c in made.text if c.isalnum()]
    words = tuple(_words(utterance, written))
    if len(written) != sum(c.isalnum() for c in utterance.text):
        words = tuple(_untimed(word) for word in words)
    confidence = sum(word.confidence * len(word.text) for word in words) / max(1, sum(len(w.text) for w in words))
    return replace(utterance, text=made.text, words=words, confidence=confidence)


def _words(utterance: Utterance, written: Sequence[str]) -> Iterator[Word]:
    """Yield the words of what was written: whole ones that were left alone as they were, else one a character."""
    characters = list(_laid(utterance, written))
    for (place, word), run in groupby(characters, key=lambda each: each[1] if each[1][0] >= 0 else (-1, each[0])):
        kept = list(run)
        if place >= 0 and sum(c.isalnum() for c in word.text) == len(kept):
            yield utterance.words[place]
        else:
            yield from (_untimed(own) for own, _ in kept)


def _untimed(word: Word) -> UntimedWord:
    return UntimedWord(word.text, word.start_ms, word.end_ms, word.confidence, word.original)


def _laid(utterance: Utterance, written: Sequence[str]) -> Iterator[tuple[Word, _Kept]]:
    """Yield each written character as a word of its own time, with the recognised word that it is from."""
    old = list(_characters(utterance))
    compared = SequenceMatcher(None, [own.text for own, _ in old], written, autojunk=False)
    for kind, first, last, begin, end in compared.get_opcodes():
        if kind == "equal":
            yield from old[first:last]
        elif kind != "delete":
            start_ms, end_ms = _stretch(utterance, old, first, last)
            for own in _spread(written[begin:end], start_ms, end_ms, _SURE):
                yield own, (-1, own)


def _characters(utterance: Utterance) -> Iterator[tuple[Word, _Kept]]:
    """Yield each recognised character in its share of its word's time."""
    if not spoken(utterance):  # words and text do not agree: only the utterance's own time is known
        letters = [c for c in utterance.text if c.isalnum()]
        for own in _spread(letters, utterance.start_ms, utterance.end_ms, utterance.confidence):
            yield own, (-1, own)
        return
    for place, word in enumerate(utterance.words):
        letters = [c for c in word.text if c.isalnum()]
        for own in _spread(letters, word.start_ms, word.end_ms, word.confidence):
            yield own, (place, word)


def _stretch(utterance: Utterance, old: Sequence[tuple[Word, _Kept]], first: int, last: int) -> tuple[int, int]:
    """Return the time of what is replaced; of what is put between, the pause there."""
    if first < last:
        return old[first][0].start_ms, old[last - 1][0].end_ms
    before = old[first - 1][0].end_ms if first else utterance.start_ms
    after = old[first][0].start_ms if first < len(old) else utterance.end_ms
    return before, max(before, after)


def _spread(letters: Sequence[str], start_ms: int, end_ms: int, confidence: float) -> Iterator[Word]:
    """Yield one word a letter, spread evenly over a time; each lasts a millisecond at least."""
    count, length = len(letters), end_ms - start_ms
    for place, letter in enumerate(letters):
        begin, end = start_ms + length * place // count, start_ms + length * (place + 1) // count
        yield Word(letter, begin, max(begin + 1, end), confidence)
