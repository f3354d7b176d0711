"""The transcript as the page shows it: words that can be clicked, with the punctuation that stands between them."""

from __future__ import annotations

from dataclasses import dataclass

from qa_pipeline.models import Transcript, Utterance, Word


@dataclass(frozen=True, slots=True)
class Piece:
    """A word with its time, or (``word`` None) punctuation between words."""

    text: str
    word: Word | None


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance and its pieces."""

    utterance: Utterance
    pieces: tuple[Piece, ...]


def lines(transcript: Transcript) -> tuple[Line, ...]:
    """Return the lines of a call in order."""
    return tuple(Line(u, pieces(u.text, u.words)) for u in transcript.utterances)


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
