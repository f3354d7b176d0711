"""Which entry of the knowledge base a question is about, tolerant of misheard words.

Two BM25 rankings, over what words sound like and over characters, each of single units and neighbouring pairs and each
with the official words for the caller's lay ones; the likeliest entries of these are ranked anew with the likeness of
meaning (Universal Sentence Encoder). What it finds, how surely and at what cost: ``bench/retrieval.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.knowledge.certainty import Support
from qa_pipeline.knowledge.grams import VIEWS
from qa_pipeline.knowledge.lay import official
from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.knowledge.meanings import Meanings
from qa_pipeline.knowledge.ranking import Ranking
from qa_pipeline.language.words import clauses, matter
from qa_pipeline.models import KnowledgeEntry

# Official words against the caller's own, and meaning against both rankings: recall@1 on 190 questions was the same
# for 0.75–1 and for 2–6.
_OFFICIAL, _MEANING = 0.75, 4.0
_MOST = len(VIEWS) + _MEANING
# So much of the weight of the caller's words is the least that official ones are taken as parts of.
_LEAST_OFFICIAL = 0.3
# Of one character (管) everything is known and nothing told: the least is what two characters and their pair weigh.
_LEAST_GRAMS = 3
# Entries that meanings are compared of. Each costs some 5 ms once; of 190 questions all had theirs among them.
_CANDIDATES = 32
# How far hits of one matter lie apart where there is no other entry at all.
_ALONE = 0.5
SURE = 0.6

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry for a question; ``score`` is the calibrated probability, 0–1, that it is the right one."""

    entry: KnowledgeEntry
    score: float

    @property
    def sure(self) -> bool:
        """Whether the match is good enough to hold an operator to the entry."""
        return self.score >= SURE


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry with all that speaks for it; ``place`` is its place among the index's entries."""

    place: int
    support: Support


class KnowledgeIndex:
    """An index over all versions of all entries; a search sees those valid on its day. Immutable, so thread-safe.

    Args:
        entries: All versions.
        cache: File that the meanings of entries are kept in from one start to the next (4 KB an entry); None: nowhere.
        by_meaning: Whether meanings are compared at all; without, a question takes a tenth of the time.
    """

    def __init__(
        self, entries: Sequence[KnowledgeEntry], cache: Path | None = None, *, by_meaning: bool = True
    ) -> None:
        self.entries = tuple(entries)
        texts = [_searched(entry) for entry in self.entries]
        self._rankings = [Ranking(map(view, texts)) for view in VIEWS] if texts else []
        self._from = np.asarray([entry.valid_from.toordinal() for entry in self.entries])
        self._to = np.asarray([(entry.valid_to or date.max).toordinal() for entry in self.entries])
        self._meanings = Meanings(cache) if by_meaning else None

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the trade of all entries, made at first use."""
        return Lexicon(self.entries)

    def search(self, question: str, day: date, k: int = 3) -> list[Match]:
        """Return the ``k`` likeliest entries that were valid on a day, best first; [] where nothing is shared.

        Of an entry with several versions valid on the day (an error of the base) the newest is returned.
        """
        return [Match(self.entries[hit.place], hit.support.probability) for hit in self.hits(question, day, k)]

    def hits(self, question: str, day: date, k: int = 3) -> list[Hit]:
        """Return what `search` does, with what speaks for each entry."""
        if not self.entries or not clauses(question):
            return []
        asked = _Asked(question, self._rankings)
        by_words = np.where(self._valid(day), asked.scores, 0.0)
        places = self._newest(_best(by_words, max(k, _CANDIDATES)))
        likeness = self._likeness(question, places)
        fused = by_words[places] + (0.0 if likeness is None else _MEANING * likeness)
        order = np.argsort(-fused, kind="stable")
        return [
            Hit(places[at], asked.support(places[at], None if likeness is None else float(likeness[at]), lead))
            for at, lead in zip(order[:k].tolist(), _leads(fused[order])[:k], strict=True)
        ]

    def keeping(self) -> AbstractContextManager[None]:
        """Make and keep the meanings of all entries beside the block, as far as it lasts."""
        return nullcontext() if self._meanings is None else self._meanings.keeping(self.entries)

    def overlapping(self, entry: KnowledgeEntry, day: date) -> list[KnowledgeEntry]:
        """Return the other versions of an entry that claim the same day: which of them held, nobody can say."""
        places = np.flatnonzero(self._valid(day)).tolist()
        same = [self.entries[place] for place in places if self.entries[place].entry_id == entry.entry_id]
        return [other for other in same if other.version != entry.version]

    def _valid(self, day: date) -> NDArray[np.bool_]:
        return (self._from <= day.toordinal()) & (day.toordinal() <= self._to)

    def _newest(self, places: Sequence[int]) -> list[int]:
        """Keep of versions of one entry the newest, in the place of the best."""
        newest: dict[str, int] = {}
        for place in places:
            name = self.entries[place].entry_id
            newest[name] = max(newest.get(name, place), place, key=lambda p: (self._from[p], self.entries[p].version))
        return list(newest.values())

    def _likeness(self, question: str, places: Sequence[int]) -> Scores | None:
        if self._meanings is None or not places:
            return None
        return self._meanings.likeness(question, [self.entries[place] for place in places])


class _Asked:
    """A question against all entries: ``scores`` are fused over the rankings, 0 where nothing is shared."""

    def __init__(self, question: str, rankings: Sequence[Ranking]) -> None:
        bare, lay = matter(question), official(question)
        self.scores: Scores = np.zeros(1)
        for view, ranking in zip(VIEWS, rankings, strict=True):
            grams, lay_grams = view(bare), view(lay)
            own, extra = ranking.scores(grams), ranking.scores(lay_grams)
            both = own + _OFFICIAL * extra
            self.scores = self.scores + both.astype(np.float64) / max(float(both.max()), 1e-9)
            if view is VIEWS[0]:
                weight = max(ranking.weight(grams), _LEAST_GRAMS * ranking.rarest)
                self._own, self._own_most = own, weight
                # One official word for a long question is little, however well it fits.
                self._extra, self._extra_most = extra, max(ranking.weight(lay_grams), _LEAST_OFFICIAL * weight)

    def support(self, place: int, likeness: float | None, lead: float) -> Support:
        own, extra = float(self._own[place]) / self._own_most, float(self._extra[place]) / self._extra_most
        return Support(own, extra, likeness, lead, len(self.scores))


def _searched(entry: KnowledgeEntry) -> str:
    return "。".join((entry.title, entry.question, *entry.paraphrases, *entry.hotwords, entry.answer))


def _best(scores: Scores, count: int) -> list[int]:
    """Return the places of the best scores above 0, best first, of equals the first."""
    if len(scores) > count:
        # A whole sort of 100,000 takes 10 ms.
        least = np.partition(scores, -count)[-count]
        places = np.flatnonzero(scores >= max(least, np.finfo(float).tiny))
    else:
        places = np.flatnonzero(scores > 0)
    order = places[np.argsort(-scores[places], kind="stable")]
    return [int(place) for place in order[:count]]


def _leads(fused: Scores) -> list[float]:
    """Return how far each of the sorted scores leads the best other one, in parts of the most it could."""
    if len(fused) <= 1:
        return [_ALONE / _MOST] * len(fused)
    first, second = float(fused[0]), float(fused[1])
    return [(first - second) / _MOST, *((float(score) - first) / _MOST for score in fused[1:])]
