"""Texts cut up for searching: pairs of characters, and pairs of sounds.

Chinese has no spaces, and most words have two characters: a text is indexed by every two characters that follow each
other, and a word is the run of its pairs. No dictionary decides what a word is, so none can cut it wrongly.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from qa_pipeline.language.pinyin import keys, positions
from qa_pipeline.language.script import simplify

SHORTEST = 2
"""Characters: of one alone nearly every text has some."""


@dataclass(frozen=True, slots=True)
class Letters:
    """What of a text is compared, and the place in the text that each of it comes from."""

    text: str
    places: tuple[int, ...]


def letters(text: str) -> Letters:
    """Return letters, digits and characters, simplified and folded, without all else."""
    folded = [unicodedata.normalize("NFKC", c)[:1].lower() for c in simplify(text)]
    kept = [(c, place) for place, c in enumerate(folded) if c.isalnum()]
    return Letters("".join(c for c, _ in kept), tuple(place for _, place in kept))


def sounds(text: str) -> Letters:
    """Return one opaque character for each syllable; syllables that are mistaken for each other have the same."""
    return Letters(keys(text), positions(text))


def pairs(text: str) -> list[str]:
    """Return every two characters that follow each other."""
    return [text[n : n + 2] for n in range(len(text) - 1)]


def spans(line: Letters, word: str) -> list[tuple[int, int]]:
    """Return where a word stands in a line, as places of the line's own text (end exclusive), without overlaps."""
    found, start = [], line.text.find(word) if word else -1
    while start >= 0:
        found.append((line.places[start], line.places[start + len(word) - 1] + 1))
        start = line.text.find(word, start + len(word))
    return found
