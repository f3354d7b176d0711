"""The lines in which something was found, cut to what stands around it, with the match marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_pipeline.language.search_tokens import letters, sounds, spans
from qa_pipeline.models.search import By, SearchText

BEFORE, AFTER = 24, 60
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; ``marked``: it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """One line; ``whole`` as it is, ``pieces`` what is shown of it; ``start_ms`` when it was said."""

    start_ms: int
    whole: str
    pieces: tuple[Piece, ...]


def snippets(text: SearchText, terms: Sequence[str], by: By, at_most: int | None = SHOWN) -> tuple[Snippet, ...]:
    """Return the lines of a text in which any of the terms stands, in order.

    Args:
        text: What was found.
        terms: As `qa_pipeline.store.queries.search.terms_of` gives them.
        by: What the terms are.
        at_most: So many lines; None for all.
    """
    found: list[Snippet] = []
    for line, start in zip(text.lines, text.starts, strict=True):
        cut = sounds(line) if by is By.SOUND else letters(line)
        marks = sorted(span for term in terms for span in spans(cut, term))
        if marks:
            found.append(Snippet(start, line, _pieces(line, _joined(marks))))
        if at_most is not None and len(found) == at_most:
            break
    return tuple(found)


def _joined(marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in marks:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _pieces(line: str, marks: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    first = max(0, marks[0][0] - BEFORE)
    last = min(len(line), marks[0][1] + AFTER)
    found, at = [Piece("…", marked=False)] if first else [], first
    for start, end in marks:
        if start >= last:
            break
        at, before = min(end, last), at
        found += [Piece(line[before:start], marked=False), Piece(line[start:at], marked=True)]
    found += [Piece(line[at:last], marked=False), *([Piece("…", marked=False)] if last < len(line) else [])]
    return tuple(piece for piece in found if piece.text)
