"""Questions that ask one thing in other words, put together by what they spell and sound like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import squareform

from qa_pipeline.knowledge.lay import official
from qa_pipeline.language.pinyin import fuzzy, syllables
from qa_pipeline.language.words import clauses, matter

APART = 0.76
"""Average cosine distance at which groups stay apart. Of 80 questions about 38 entries (``questions.jsonl``, a third of
them misheard) 89 % of the pairs that it puts together belong together, and 44 % of those that do are: rather two lines
on one matter than two matters on one line. Sentence embeddings (USE) beside it changed neither."""
MOST_AT_ONCE = 3_000
"""Questions compared each with each; 3,000 take 200 MB. More are grouped in parts of so many."""


def groups(texts: Sequence[str], apart: float = APART) -> list[list[int]]:
    """Return the places of texts that are alike, the largest group first; a text that is like none stands alone."""
    found: list[list[int]] = []
    for start in range(0, len(texts), MOST_AT_ONCE):
        part = texts[start : start + MOST_AT_ONCE]
        found += [[start + place for place in group] for group in _grouped(part, apart)]
    return sorted(found, key=lambda group: (-len(group), group))


def middle(texts: Sequence[str]) -> int:
    """Return the place of the text that is most like all the others."""
    return int(np.argmin(_distances(texts).sum(axis=0))) if len(texts) > 2 else 0


def _grouped(texts: Sequence[str], apart: float) -> list[list[int]]:
    if len(texts) < 2:
        return [[place] for place in range(len(texts))]
    tree = linkage(squareform(_distances(texts), checks=False), method="average")
    found: dict[int, list[int]] = {}
    for place, label in enumerate(fcluster(tree, t=apart, criterion="distance")):
        found.setdefault(int(label), []).append(place)
    return list(found.values())


def _distances(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the cosine distance of the rare characters, sounds and pairs of them in texts, each with each."""
    counted = [Counter(_grams(text)) for text in texts]
    spread = Counter(gram for grams in counted for gram in grams)
    column = {gram: number for number, gram in enumerate(spread)}
    cells = [
        (row, column[gram], sqrt(count) * log(1 + len(texts) / spread[gram]))
        for row, grams in enumerate(counted)
        for gram, count in grams.items()
    ]
    rows, columns, weights = zip(*cells, strict=True) if cells else ((), (), ())
    vectors = csr_array((weights, (rows, columns)), shape=(len(texts), max(1, len(column))))
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1), dtype=np.float64)).reshape(-1, 1)
    lengths[lengths == 0.0] = 1.0
    likeness = np.asarray((vectors @ vectors.T).todense(), dtype=np.float64) / (lengths * lengths.T)
    distances = np.clip(1.0 - likeness, 0.0, 1.0)
    np.fill_diagonal(distances, 0.0)
    return np.asarray(distances, dtype=np.float64)


def _grams(text: str) -> list[str]:
    found: list[str] = []
    for wording in (matter(text), official(text)):
        for clause in clauses(wording):
            sounds = [fuzzy(syllable) for syllable in syllables(clause)]
            found += [*clause, *(a + b for a, b in pairwise(clause))]
            found += [*sounds, *(f"{a}_{b}" for a, b in pairwise(sounds))]
    return found
