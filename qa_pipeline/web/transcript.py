"""The transcript as the page shows it: words that can be clicked, with the punctuation that stands between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qa_pipeline.assessment.heard import as_read, without_words
from qa_pipeline.language.by_hand import by_hand, newest
from qa_pipeline.language.corrected import as_corrected
from qa_pipeline.models import CallFile, HandCorrection, Span, TermCorrection, Transcript, Utterance, Word
from qa_pipeline.review.beside import Heard, unread


@dataclass(frozen=True, slots=True)
class Piece:
    """A word with its time, or (``word`` None) punctuation between words.

    ``heard``: of a word that was corrected, what was recognised where the whole correction stands; else ''.
    ``by_hand``: a person wrote it.
    """

    text: str
    word: Word | None
    heard: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance and its pieces.

    ``made`` is what a person corrected in it, ``machine`` what was recognised there; None where nothing was. ``read``:
    the audit that counts has read it.
    """

    utterance: Utterance
    pieces: tuple[Piece, ...]
    made: HandCorrection | None = None
    machine: Utterance | None = None
    read: bool = True


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


def as_shown(file: CallFile) -> tuple[Line | Unheard, ...]:
    """Return a call's words as its audit read them, with the stretches where nothing was written, in time's order."""
    read = as_read(file)
    if read is None:
        return ()
    return in_time(lines(read, file.audit.corrections if file.audit is not None else ()), without_words(read))


def _heard(word: Word, machine: Utterance) -> bool:
    """Whether a word, or the part of one that it is, was recognised at its place."""
    return any(m.start_ms <= word.start_ms and word.end_ms <= m.end_ms and word.text in m.text for m in machine.words)


def judged_text(file: CallFile) -> Transcript | None:
    """Return a call's transcript with the words that its findings speak of, not punctuated."""
    return reading(file, None)


def with_corrections(laid: Sequence[Line], heard: Heard, until: int) -> tuple[Line, ...]:
    """Return lines with what people corrected in them; ``until`` is the last correction that the audit has read."""
    made, recognised = newest(heard.corrections), {u.index: u for u in heard.transcript.utterances}
    return tuple(_as_made(line, made.get(line.utterance.index), recognised, until) for line in laid)


def _as_made(line: Line, made: HandCorrection | None, recognised: Mapping[int, Utterance], until: int) -> Line:
    machine = recognised.get(line.utterance.index)
    if made is None or machine is None:
        return line
    read = made.correction_id <= until
    if (made.text, made.role) == (machine.text, machine.role):  # given back
        return replace(line, read=read)
    pieces_ = tuple(replace(p, by_hand=p.word is not None and not _heard(p.word, machine)) for p in line.pieces)
    return replace(line, pieces=pieces_, made=made, machine=machine, read=read)


def reading(file: CallFile, heard: Heard | None) -> Transcript | None:
    """Return a call's transcript as it reads now, not punctuated: as judged, and with what was corrected since."""
    if file.transcript is None:
        return None
    read = as_corrected(file.transcript, file.audit.corrections if file.audit is not None else ())
    if heard is None:
        return read
    since = {one.utterance for one in unread(file, heard.corrections)}
    now = {u.index: u for u in by_hand(heard.transcript, heard.corrections).utterances if u.index in since}
    return replace(read, utterances=tuple(now.get(u.index, u) for u in read.utterances))


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
