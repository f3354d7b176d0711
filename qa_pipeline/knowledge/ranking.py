"""BM25 over the grams of many texts."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.knowledge.grams import Grams
from qa_pipeline.knowledge.word_ranks import BM25

# BM25's saturation and length norm: of k1 0.8, 1.2, 1.5 and b 0.5, 0.75, 0.9 this pair had the best recall@1.
_K1, _B = 1.5, 0.9


class Ranking:
    """Texts by how much they share with a question. Immutable, so thread-safe. At least one text."""

    def __init__(self, texts: Iterable[Grams]) -> None:
        self._places: dict[int, int] = {}
        rows = [self._numbered(grams) for grams in texts]
        self._index = BM25(k1=_K1, b=_B)
        self._index.index((rows, self._places), create_empty_token=False, show_progress=False)
        ends = np.asarray(self._index.scores["indptr"])
        texts_with = ends[1:] - ends[:-1]
        self._weights = np.log(1 + (len(rows) - texts_with + 0.5) / (texts_with + 0.5))
        # The weight of a gram that stands in one text only.
        self.rarest = log(1 + (len(rows) - 0.5) / 1.5)

    def scores(self, grams: Grams) -> NDArray[np.float32]:
        """Return the score of every text, 0 where nothing is shared."""
        known = [place for place in map(self._places.get, grams.tolist()) if place is not None]
        scores: NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores

    def weight(self, grams: Grams) -> float:
        """Return what grams weigh in all, those that stand in no text as much as those that stand in one."""
        places = [self._places.get(gram, -1) for gram in grams.tolist()]
        return float(sum(self.rarest if place < 0 else self._weights[place] for place in places))

    def _numbered(self, grams: Grams) -> NDArray[np.int32]:
        places = self._places
        # A text without grams keeps its place among the others by one that nothing asks for.
        numbers = [places.setdefault(gram, len(places)) for gram in grams.tolist() or [0]]
        return np.asarray(numbers, dtype=np.int32)
