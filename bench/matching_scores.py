"""Scores of phrase matching: pairs of phrase and utterance, said or not, found with a score or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench.phrase_draw import LENGTHS
from scoring.intervals import Share, share

_DRAWS = 1000
_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
_GRID = [place / 100 for place in range(50, 101)]


@dataclass(frozen=True, slots=True)
class Pair:
    """A phrase in an utterance: whether it was said there, and the score of its best hit (None: no hit)."""

    phrase: str
    utterance: int
    said: bool
    score: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs that were said and found, found and not said, said and not found; and F1's 95 % interval."""

    right: int
    false: int
    missed: int
    f1_interval: tuple[float, float] = (0.0, 1.0)

    @property
    def recall(self) -> Share:
        """Share of what was said that was found."""
        return share(self.right, self.right + self.missed)

    @property
    def precision(self) -> Share:
        """Share of what was found that was said."""
        return share(self.right, self.right + self.false)

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 0 where nothing was found."""
        return _f1(self.right, self.false, self.missed)


def score(pairs: Sequence[Pair], cut: float) -> Score:
    """Score hits of ``cut`` and more."""
    return _scored(pairs, lambda _: cut)


def crossed(pairs: Sequence[Pair], phrases: Sequence[str]) -> tuple[tuple[float, float], Score]:
    """Choose the cut of best F1 on each half of the phrases (every second one) and score the other half by it.

    Returns:
        The cuts that the first and the second half are scored by, and the score over both.
    """
    half = {phrase: number % 2 for number, phrase in enumerate(phrases)}
    best = [_best_cut([pair for pair in pairs if half[pair.phrase] == side]) for side in (0, 1)]
    return (best[1], best[0]), _scored(pairs, lambda phrase: best[1 - half[phrase]])


def _best_cut(pairs: Sequence[Pair]) -> float:
    return max(_GRID, key=lambda cut: (_f1(*_counts(pairs, lambda _: cut)), cut))


def by_length(pairs: Sequence[Pair], cut: float) -> dict[int, Score]:
    """Score the phrases of each length apart."""
    return {n: score([pair for pair in pairs if len(pair.phrase) == n], cut) for n in LENGTHS}


def bins(pairs: Sequence[Pair]) -> Iterator[tuple[float, float, float, Share]]:
    """Yield, of hits whose score lies from low to high, the mean score and the share that was truly said."""
    hits = [(pair.score, pair.said) for pair in pairs if pair.score is not None]
    for low, high in pairwise(_EDGES):
        own = [(sure, said) for sure, said in hits if low <= sure < high or (sure == high == _EDGES[-1])]
        if own:
            yield low, high, sum(sure for sure, _ in own) / len(own), share(sum(said for _, said in own), len(own))


def _scored(pairs: Sequence[Pair], cut: Callable[[str], float]) -> Score:
    return Score(*_counts(pairs, cut), _interval(pairs, cut))


def _counts(pairs: Sequence[Pair], cut: Callable[[str], float]) -> tuple[int, int, int]:
    kinds = [_kind(pair, cut(pair.phrase)) for pair in pairs]
    return kinds.count(0), kinds.count(1), kinds.count(2)


def _kind(pair: Pair, cut: float) -> int | None:
    """Return 0 for right, 1 for false, 2 for missed, None for a pair that was neither said nor found."""
    found = pair.score is not None and pair.score >= cut
    if pair.said:
        return 0 if found else 2
    return 1 if found else None


def _interval(pairs: Sequence[Pair], cut: Callable[[str], float]) -> tuple[float, float]:
    """Return the 95 % interval of F1 by drawing utterances anew; its seed is fixed."""
    counts = np.zeros((1 + max((pair.utterance for pair in pairs), default=0), 3))
    for pair in pairs:
        kind = _kind(pair, cut(pair.phrase))
        if kind is not None:
            counts[pair.utterance, kind] += 1
    chance = np.random.default_rng(1)
    drawn = counts[chance.integers(0, len(counts), (_DRAWS, len(counts)))].sum(axis=1)
    whole = np.maximum(2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2], 1)
    low, high = np.quantile(2 * drawn[:, 0] / whole, (0.025, 0.975))
    return float(low), float(high)


def _f1(right: int, false: int, missed: int) -> float:
    return 2 * right / (2 * right + false + missed) if right else 0.0
