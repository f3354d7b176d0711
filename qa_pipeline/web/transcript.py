"""The transcript as the page shows it: words that can be clicked, with the punctuation that stands between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_pipeline.models import Span, TermCorrection, Transcript, Utterance, Word


@dataclass(frozen=True, slots=True)
class Piece:
    """A word with its time, or (``word`` None) punctuation between words.

    ``heard``: of a word that was corrected, what was recognised where the whole correction stands; else ''.
    """

    text: str
    word: Word | None
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance and its pieces."""

    utterance: Utterance
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Unheard:
    """A stretch where somebody spoke and nothing was written."""

    span: Span


def in_time(spoken: Sequence[Line], bare: Sequence[Span]) -> tuple[Line | Unheard, ...]:
    """Return lines, and stretches without words, as they follow in the call."""
    timed = [(line.utterance.start_ms, line) for line in spoken] + [(span.start_ms, Unheard(span)) for span in bare]
    return tuple(entry for _, entry in sorted(timed, key=lambda one: one[0]))


def lines(transcript: Transcript, corrections: Sequence[TermCorrection] = ()) -> tuple[Line, ...]:
    """Return the lines of a call in order; the transcript is as corrected."""
    return tuple(Line(u, tuple(_with_heard(u, corrections))) for u in transcript.utterances)


def _with_heard(utterance: Utterance, corrections: Sequence[TermCorrection]) -> Iterator[Piece]:
    own = [one for one in corrections if one.utterance == utterance.index]
    for piece in pieces(utterance.text, utterance.words):
        word = piece.word
        if word is None or word.original is None:
            yield piece
        else:
            heard = (one.heard for one in own if one.start_ms < word.end_ms and one.end_ms > word.start_ms)
            yield replace(piece, heard=next(heard, word.original))


def pieces(text: str, words: tuple[Word, ...]) -> tuple[Piece, ...]:
    """Lay words along the text that they are from; what lies between is kept as it is.

    Where a word is not found in the text (another spelling), the words alone are shown, so that none loses its time.
    """
    if not words:
        return (Piece(text, None),) if text else ()
    laid: list[Piece] = []
    position = 0
    for word in words:
        found = _place(text, position, word.text)
        if found is None:
            return tuple(Piece(w.text, w) for w in words)
        start, end = found
        if start > position:
            laid.append(Piece(text[position:start], None))
        laid.append(Piece(text[start:end], word))
        position = end
    if position < len(text):
        laid.append(Piece(text[position:], None))
    return tuple(laid)


def _place(text: str, position: int, word: str) -> tuple[int, int] | None:
    """Return where a word stands from a position on; punctuation before and inside it is passed over."""
    letters = [c for c in word if c.isalnum()]
    start, at = None, position
    for letter in letters:
        while at < len(text) and not text[at].isalnum():
            at += 1
        if at == len(text) or text[at] != letter:
            return None
        start = at if start is None else start
        at += 1
    return (position, position) if start is None else (start, at)
