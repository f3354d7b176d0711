"""What retrieval is held against: libraries that rank the same entries for the same questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bench.question_sets import DAY
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.language.meaning import encoded
from qa_pipeline.language.pinyin import syllables
from qa_pipeline.language.script import bare
from qa_pipeline.language.words import words
from qa_pipeline.models import KnowledgeEntry

Method = Callable[[str], Sequence[int]]
"""Gives the places of entries for a question, best first, five at most."""
TOP = 5
WORDS_ONLY, OURS = "ours, without meaning", "ours"


def methods(entries: Sequence[KnowledgeEntry]) -> Mapping[str, Method]:
    """Return every method over a base, made ready."""
    texts = [f"{entry.title}。{entry.question}。{entry.answer}" for entry in entries]
    return {
        "BM25 (bm25s) on jieba words": _bm25(texts, lambda text: list(words(text))),
        "BM25 (bm25s) on characters": _bm25(texts, lambda text: list(bare(text))),
        "BM25 (bm25s) on toneless pinyin": _bm25(texts, lambda text: list(syllables(text))),
        "rapidfuzz `token_set_ratio`, jieba words": _fuzzy(texts),
        "USE alone (title and text)": _meaning(entries),
        WORDS_ONLY: _ours(KnowledgeIndex(entries, by_meaning=False)),
        OURS: _ours(KnowledgeIndex(entries)),
    }


def _bm25(texts: Sequence[str], units: Callable[[str], list[str]]) -> Method:
    index = bm25s.BM25()
    index.index([units(text) for text in texts], show_progress=False)

    def ranked(question: str) -> Sequence[int]:
        asked = [unit for unit in units(question) if unit in index.vocab_dict]
        return _best(index.get_scores(asked)) if asked else ()

    return ranked


def _fuzzy(texts: Sequence[str]) -> Method:
    cut = [" ".join(words(text)) for text in texts]

    def ranked(question: str) -> Sequence[int]:
        found = process.extract(" ".join(words(question)), cut, scorer=fuzz.token_set_ratio, limit=TOP)
        return [place for _, _, place in found]

    return ranked


def _meaning(entries: Sequence[KnowledgeEntry]) -> Method:
    vectors = np.stack([encoded(entry.title) + encoded(entry.answer) for entry in entries])
    return lambda question: _best(vectors @ encoded(question))


def _ours(index: KnowledgeIndex) -> Method:
    return lambda question: [hit.place for hit in index.hits(question, DAY, TOP)]


def _best(scores: NDArray[np.float32]) -> Sequence[int]:
    return [int(place) for place in np.argsort(-scores, kind="stable")[:TOP]]
