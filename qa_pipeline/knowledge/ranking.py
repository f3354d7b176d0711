"""BM25 over the grams of many texts, in the scores of the library bm25s.

Its own index of 100,000 entries takes three times as long to make, for it counts in sets and dictionaries, text by
text. A test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.knowledge.grams import Grams

# BM25's saturation and length norm: of k1 0.8, 1.2, 1.5 and b 0.5, 0.75, 0.9 this pair had the best recall@1.
_K1, _B = 1.5, 0.9
_NOTHING = np.zeros(1, dtype=np.int64)


class Ranking:
    """Texts by how much they share with a question. Immutable, so thread-safe. From one text to two million."""

    def __init__(self, texts: Iterable[Grams]) -> None:
        # A text without grams keeps its place among the others by one that nothing asks for.
        rows = [grams if grams.size else _NOTHING for grams in texts]
        lengths = np.asarray([row.size for row in rows])
        counts = _counted(rows, lengths)
        self._size = len(rows)
        self._grams, self._ends, self._texts = counts.grams, counts.ends, counts.texts
        texts_with = np.diff(counts.ends)
        self._weights = np.log(1 + (len(rows) - texts_with + 0.5) / (texts_with + 0.5))
        # The weight of a gram that stands in one text only.
        self.rarest = log(1 + (len(rows) - 0.5) / 1.5)
        norms = (_K1 * (1 - _B + _B * lengths / lengths.mean())).astype(np.float32)
        self._scores = counts.times / (norms[counts.texts] + counts.times)
        self._scores *= np.repeat(self._weights.astype(np.float32), texts_with)

    def scores(self, grams: Grams) -> NDArray[np.float32]:
        """Return the score of every text, 0 where nothing is shared."""
        scores = np.zeros(self._size, dtype=np.float32)
        columns, known = self._columns(grams)
        for column in columns[known].tolist():
            here = slice(self._ends[column], self._ends[column + 1])
            scores[self._texts[here]] += self._scores[here]
        return scores

    def weight(self, grams: Grams) -> float:
        """Return what grams weigh in all, those that stand in no text as much as those that stand in one."""
        columns, known = self._columns(grams)
        return float(np.where(known, self._weights[columns], self.rarest).sum())

    def _columns(self, grams: Grams) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return each gram's column, any for one that stands in no text, and whether it stands in one."""
        columns = np.minimum(np.searchsorted(self._grams, grams), self._grams.size - 1)
        return columns, self._grams[columns] == grams


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many ``times`` a gram stands in which of the ``texts``: column by column, of ``grams`` in order.

    The column of gram number ``n`` is what lies from ``ends[n]`` to ``ends[n + 1]``.
    """

    grams: Grams
    ends: NDArray[np.int64]
    texts: NDArray[np.int32]
    times: NDArray[np.float32]


def _counted(rows: Sequence[Grams], lengths: NDArray[np.int64]) -> _Counts:
    """Count by one sort: a gram and the place of its text are one number."""
    bits = len(rows).bit_length()
    pairs = np.concatenate(rows)
    pairs <<= bits
    pairs |= np.repeat(np.arange(len(rows)), lengths)
    pairs.sort()
    first = _beginnings(pairs)
    times = np.diff(first, append=pairs.size).astype(np.float32)
    pairs = pairs[first]
    grams = pairs >> bits
    columns = _beginnings(grams)
    texts = (pairs & ((1 << bits) - 1)).astype(np.int32)
    return _Counts(grams[columns], np.append(columns, grams.size), texts, times)


def _beginnings(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places where another number begins."""
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
