"""How alike in meaning a question and entries are, by vectors that are made once: beside a run, or at first need."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.language.meaning import encode, encoded, encoder_stamp
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
        self._vectors = VectorCache(encode, encoder_stamp(), path)

    def likeness(self, question: str, entries: Sequence[KnowledgeEntry]) -> NDArray[np.float64]:
        """Return for each entry the cosine, 0–1: the mean of its likest way of asking and of its answer."""
        # What a citizen said goes into no file.
        asked = encoded(simplify(question)[:_ASKED])
        return np.asarray([self._like(asked, entry) for entry in entries], dtype=np.float64)

    @contextmanager
    def keeping(self, entries: Sequence[KnowledgeEntry]) -> Iterator[None]:
        """Make and keep what the file lacks of entries in a thread beside the block, and leave off at its end.

        A text takes 2 ms, so that 5,000 entries may take a minute: while the first calls are heard nobody waits for
        it. What is not reached is made at the next time, or when it comes into question.
        """
        ended = threading.Event()
        texts = (text for entry in entries for text in (*_ways(entry), *_answers(entry)))
        keeper = threading.Thread(target=self._vectors.keep, args=(texts, ended.is_set), name="meanings", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join()

    def _like(self, asked: NDArray[np.float32], entry: KnowledgeEntry) -> float:
        likest = max((self._cosine(asked, way) for way in _ways(entry)), default=0.0)
        answers = [self._cosine(asked, answer) for answer in _answers(entry)]
        return (likest + answers[0]) / 2 if answers else likest

    def _cosine(self, asked: NDArray[np.float32], text: str) -> float:
        vector: Vector = self._vectors(text)
        return max(0.0, float(asked @ vector.astype(np.float32)))


def _ways(entry: KnowledgeEntry) -> list[str]:
    """Return the ways of asking for an entry that are compared."""
    ways = dict.fromkeys(filter(None, (entry.title, entry.question, *entry.paraphrases)))
    return [simplify(way[:_ASKED]) for way in list(ways)[:_MOST_WAYS]]


def _answers(entry: KnowledgeEntry) -> list[str]:
    """Return what is compared of an entry's answer, [] where it has none."""
    return [simplify(entry.answer[:_ANSWER])] if entry.answer else []
