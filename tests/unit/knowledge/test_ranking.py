"""The ranking of texts, held against the library that it puts together faster."""

from __future__ import annotations

import bm25s
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.knowledge.ranking import Ranking

GRAMS = st.lists(st.integers(1, 2**42 - 1) | st.integers(1, 8), max_size=12)


@given(st.lists(GRAMS, min_size=1, max_size=8), GRAMS)
def test_scores_are_those_of_the_library(texts: list[list[int]], asked: list[int]) -> None:
    ranking = Ranking(np.asarray(text, dtype=np.int64) for text in texts)
    got = ranking.scores(np.asarray(asked, dtype=np.int64))
    np.testing.assert_allclose(got, _by_library(texts, asked), rtol=1e-5, atol=1e-7)


def _by_library(texts: list[list[int]], asked: list[int]) -> np.ndarray:
    places: dict[int, int] = {}
    rows = [[places.setdefault(gram, len(places)) for gram in text or [0]] for text in texts]
    index = bm25s.BM25(k1=1.5, b=0.9)
    index.index((rows, places), create_empty_token=False, show_progress=False)
    return index.get_scores_from_ids([places[gram] for gram in asked if gram in places])


def test_what_stands_in_no_text_weighs_as_much_as_what_stands_in_one() -> None:
    ranking = Ranking(np.asarray(text, dtype=np.int64) for text in ([1, 2], [1, 1], []))
    assert ranking.weight(np.asarray([2])) == ranking.weight(np.asarray([9])) == ranking.rarest
    assert ranking.weight(np.asarray([1])) < ranking.rarest
    assert ranking.weight(np.asarray([2, 9, 1])) == 2 * ranking.rarest + ranking.weight(np.asarray([1]))
    assert ranking.weight(np.asarray([], dtype=np.int64)) == 0
