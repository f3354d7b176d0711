"""How alike in meaning a question and entries are, by vectors that are made when an entry first comes into question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.language.meaning import encoded, encoder_stamp
from qa_pipeline.language.script import simplify
from qa_pipeline.language.vectors import Vector, VectorCache
from qa_pipeline.models import KnowledgeEntry

# Of a workspace: what the meanings of its entries are kept in. Anybody may delete it.
CACHE = Path("cache", "knowledge", "meanings.sqlite3")

# What an encoder takes a text's time by; an answer says in its first sentences what it is about.
_ANSWER = 160
_ASKED = 200
# Ways of asking that are compared; further ones cost 2 ms each and have said nothing new.
_MOST_WAYS = 10


class Meanings:
    """Thread-safe. ``path`` is where vectors are kept from one start to the next; None keeps them in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        self._vectors = VectorCache(encoded, encoder_stamp(), path)

    def likeness(self, question: str, entries: Sequence[KnowledgeEntry]) -> NDArray[np.float64]:
        """Return for each entry the cosine, 0–1: the mean of its likest way of asking and of its answer."""
        # What a citizen said goes into no file.
        asked = encoded(simplify(question)[:_ASKED])
        return np.asarray([self._like(asked, entry) for entry in entries], dtype=np.float64)

    def _like(self, asked: NDArray[np.float32], entry: KnowledgeEntry) -> float:
        ways = list(dict.fromkeys(filter(None, (entry.title, entry.question, *entry.paraphrases))))[:_MOST_WAYS]
        likest = max((self._cosine(asked, way[:_ASKED]) for way in ways), default=0.0)
        if not entry.answer:
            return likest
        return (likest + self._cosine(asked, entry.answer[:_ANSWER])) / 2

    def _cosine(self, asked: NDArray[np.float32], text: str) -> float:
        vector: Vector = self._vectors(simplify(text))
        return max(0.0, float(asked @ vector.astype(np.float32)))
