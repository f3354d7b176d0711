"""What a text is searched by: what its words sound like and how they are spelt, singly and in neighbouring pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.language.pinyin import keys
from qa_pipeline.language.words import clauses

Grams = NDArray[np.int64]
"""One number a gram: a unit's code point, or two code points of neighbours, the first shifted."""
_SHIFT = 21  # bits of the highest code point


def sounds(text: str) -> Grams:
    """Return the syllables of a text, folded where accents and the recogniser confuse them, and their pairs."""
    return _grams(map(keys, clauses(text)))


def characters(text: str) -> Grams:
    """Return the characters of a text in simplified script, and their pairs."""
    return _grams(clauses(text))


VIEWS: tuple[Callable[[str], Grams], ...] = (sounds, characters)


def _grams(clauses_: Iterable[str]) -> Grams:
    # Clauses are kept apart by a character that is none, so that no pair spans two of them.
    joined = "\0".join(clauses_)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    neighbours = (codes[:-1] > 0) & (codes[1:] > 0)
    pairs = (codes[:-1] << _SHIFT | codes[1:])[neighbours]
    return np.concatenate((codes[codes > 0], pairs))
