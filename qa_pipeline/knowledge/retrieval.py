"""Which entry of the knowledge base a question is about, tolerant of misheard words.

Two BM25 indices, one over what words sound like and one over characters, each over single units and neighbouring
pairs, fused by min-max; jieba's words settle what the two leave close. Measured on 80 questions against 160 entries
(26 of the questions misheard): see ``tests/unit/knowledge/test_retrieval.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import exp, log
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from qa_pipeline.knowledge.lay import official
from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.language.pinyin import fuzzy, syllables
from qa_pipeline.language.words import clauses, content_words, matter
from qa_pipeline.models import KnowledgeEntry

# The library sets its own logger to DEBUG at import.
logging.getLogger("bm25s").setLevel(logging.WARNING)

# BM25's saturation and length norm: of k1 0.8, 1.2, 1.5 and b 0.5, 0.75, 0.9 this pair had the best recall@1.
_K1, _B = 1.5, 0.9
_SOUND, _SPELLING, _WORDS = 1.0, 1.0, 0.15
_LAY_WEIGHT = 0.5

# Logistic model of "the first hit is right", fitted on the 80 questions with their entry in the base and taken out of
# it: of the first hit's score a unit of the question (in parts of the rarest unit's weight, so that the size of the
# base does not matter), and of its lead over the second.
_INTERCEPT, _PER_UNIT, _LEAD = -4.3, 22.4, 3.8
_SUBSTANCE = 0.1
SURE = 0.6


@dataclass(frozen=True, slots=True)
class Match:
    """An entry for a question; ``score`` is the calibrated probability, 0–1, that it is the right one."""

    entry: KnowledgeEntry
    score: float

    @property
    def sure(self) -> bool:
        """Whether the match is good enough to hold an operator to the entry."""
        return self.score >= SURE


class KnowledgeIndex:
    """An index over all versions of all entries; a search sees those valid on its day. Immutable, so thread-safe."""

    def __init__(self, entries: Sequence[KnowledgeEntry]) -> None:
        self.entries = tuple(entries)
        texts = [_searched(entry) for entry in self.entries]
        # The weight of a unit that stands in one entry only.
        self._rarest = log(1 + (len(texts) - 0.5) / 1.5) if texts else 1.0
        self._views = [(grams, weight, _index(texts, grams)) for grams, weight in _VIEWS] if texts else []

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the trade of all entries, made at first use."""
        return Lexicon(self.entries)

    def search(self, question: str, day: date, k: int = 3) -> list[Match]:
        """Return the ``k`` likeliest entries that were valid on a day, best first; [] where nothing is shared."""
        valid = [place for place, entry in enumerate(self.entries) if entry.valid_on(day)]
        if not valid or not clauses(question):
            return []
        fused, per_unit = self._scores(question, np.asarray(valid))
        order = np.argsort(-fused, kind="stable")[: max(k, 2)]
        return [
            Match(self.entries[valid[place]], _probability(per_unit[place], _lead(fused, order, rank)))
            for rank, place in enumerate(order[:k])
            if fused[place] > 0
        ]

    def _scores(self, question: str, valid: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return, for each valid entry, the fused score and the sound score a unit of the question."""
        bare, lay = matter(question), official(question)
        fused = np.zeros(len(valid))
        per_unit = np.zeros(len(valid))
        for place, (grams, weight, index) in enumerate(self._views):
            asked = grams(bare) or grams(question)
            raw = _bm25(index, asked)[valid] + _LAY_WEIGHT * _bm25(index, grams(lay))[valid]
            fused += weight * _min_max(raw)
            if place == 0:
                per_unit = raw / (max(1, len(asked)) * self._rarest)
        return fused, per_unit


def _searched(entry: KnowledgeEntry) -> str:
    return "。".join((entry.title, entry.question, *entry.paraphrases, *entry.hotwords, entry.answer))


def _sounds(text: str) -> list[str]:
    return [gram for clause in clauses(text) for gram in _with_pairs([fuzzy(s) for s in syllables(clause)])]


def _characters(text: str) -> list[str]:
    return [gram for clause in clauses(text) for gram in _with_pairs(list(clause))]


def _words(text: str) -> list[str]:
    return [word for clause in clauses(text) for word in content_words(clause)]


def _with_pairs(units: list[str]) -> list[str]:
    return units + [f"{a}_{b}" for a, b in pairwise(units)]


_VIEWS: tuple[tuple[Callable[[str], list[str]], float], ...] = (
    (_sounds, _SOUND),
    (_characters, _SPELLING),
    (_words, _WORDS),
)


def _index(texts: Sequence[str], grams: Callable[[str], list[str]]) -> Any:  # bm25s has no types
    index = bm25s.BM25(k1=_K1, b=_B)
    index.index([grams(text) or [""] for text in texts], show_progress=False)
    return index


def _bm25(index: Any, asked: list[str]) -> NDArray[np.float64]:  # bm25s has no types
    known = [gram for gram in asked if gram in index.vocab_dict]
    if not known:
        return np.zeros(index.scores["num_docs"])
    return np.asarray(index.get_scores(known), dtype=np.float64)


def _min_max(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        # One entry, or all alike: what is shared at all counts full.
        return np.asarray(scores > 0, dtype=np.float64)
    return (scores - low) / (high - low)


def _lead(fused: NDArray[np.float64], order: NDArray[np.intp], rank: int) -> float:
    """Return how far a hit leads the best other one, in parts of the most it could have."""
    most = _SOUND + _SPELLING + _WORDS
    if len(order) == 1:
        return 0.5
    rival = order[1] if rank == 0 else order[0]
    return float(fused[order[rank]] - fused[rival]) / most


def _probability(per_unit: float, lead: float) -> float:
    # In a small base anything leads: a lead on next to nothing counts for nothing.
    lead *= min(1.0, float(per_unit) / _SUBSTANCE)
    return 1.0 / (1.0 + exp(-(_INTERCEPT + _PER_UNIT * float(per_unit) + _LEAD * lead)))
