"""A transcript with stretches read as other words of as many characters; the recognised words stay beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa_pipeline.models import TermCorrection, Transcript, Utterance, Word

PRECISION = 0.9
"""A corrected word is never surer than this. On held-out speech (``bench/terms.py``) 57 of 57 corrections were right,
so that the share is above 0.93 with 95 % confidence; the speech is synthetic, so less is taken."""


def spoken(utterance: Utterance) -> tuple[Word, ...]:
    """Return the word of every spoken character of an utterance's text; () where words and text do not agree."""
    owners = [(word, character) for word in utterance.words for character in word.text if character.isalnum()]
    text = [character for character in utterance.text if character.isalnum()]
    return tuple(word for word, _ in owners) if [character for _, character in owners] == text else ()


def as_corrected(transcript: Transcript, corrections: Iterable[TermCorrection]) -> Transcript:
    """Return a transcript as it was recognised with corrections read into it; times and number of words stay.

    A correction that does not fit the transcript (another recogniser's) is left out.
    """
    by_utterance: dict[int, list[TermCorrection]] = {}
    for correction in corrections:
        by_utterance.setdefault(correction.utterance, []).append(correction)
    if not by_utterance:
        return transcript
    return replace(
        transcript,
        utterances=tuple(corrected_utterance(u, by_utterance.get(u.index, ())) for u in transcript.utterances),
    )


def corrected_utterance(utterance: Utterance, corrections: Sequence[TermCorrection]) -> Utterance:
    """Return an utterance with its corrections; words that change keep what was recognised as their ``original``."""
    owners = spoken(utterance)
    characters = [c for c in utterance.text if c.isalnum()]
    before = list(characters)
    least: dict[int, float] = {}
    for one in corrections:
        end = one.start + len(one.written)
        if owners and "".join(before[one.start : end]) == one.heard and len(one.heard) == len(one.written):
            characters[one.start : end] = one.written
            least.update(dict.fromkeys(range(one.start, end), one.confidence))
    if characters == before:
        return utterance
    words = tuple(_words(utterance.words, characters, least))
    return replace(
        utterance,
        text=_refilled(utterance.text, characters),
        words=words,
        confidence=sum(word.confidence * len(word.text) for word in words) / sum(len(word.text) for word in words),
    )


def _words(words: Sequence[Word], characters: Sequence[str], least: dict[int, float]) -> Iterable[Word]:
    place = 0
    for word in words:
        count = sum(c.isalnum() for c in word.text)
        text = _refilled(word.text, characters[place : place + count])
        sure = min((least[p] for p in range(place, place + count) if p in least), default=1.0)
        place += count
        if text == word.text:
            yield word
        else:
            yield replace(word, text=text, original=word.recognised, confidence=min(word.confidence, sure))


def _refilled(text: str, characters: Sequence[str]) -> str:
    """Put other spoken characters into a text's places; punctuation stays."""
    rest = iter(characters)
    return "".join(next(rest) if character.isalnum() else character for character in text)
