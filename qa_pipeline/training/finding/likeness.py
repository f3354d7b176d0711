"""More passages like one: by what the caller says, and by how the passage sounds.

By words: the cosine of the meanings of what the caller said, and for the nearest of them the share of characters and of
neighbouring pairs that they have in common; the mean of both. By sound: the profiles' distance, each measure by how
much it differs between passages. It tells how somebody speaks, and not who.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.knowledge.grams import characters
from qa_pipeline.models.passages import SoundProfile
from qa_pipeline.store.queries.passages import Compared

NEWEST = 2_000
"""Passages that are compared, of the newest months."""
_READ = 24
"""The nearest by meaning, whose characters are compared too."""
_FEWEST_MEASURES = 4
Key = tuple[str, int]
"""A passage's call and start in milliseconds."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A passage that is like another; ``likeness`` 0-1."""

    key: Key
    likeness: float


def alike_in_words(
    wanted: Key, known: Sequence[Compared], texts_of: Callable[[Sequence[Key]], Sequence[str]], most: int
) -> tuple[Alike, ...]:
    """Return the passages in which the likest things are said, the likest first.

    Args:
        wanted: One of ``known``; where it is not, nothing is like it.
        known: Passages with the vectors of their words.
        texts_of: Returns what the caller said in each of some passages; asked for the nearest only.
        most: How many are returned.
    """
    mine = next((_vector(one) for one in known if one.key == wanted), None)
    if mine is None:
        return ()
    others = ((_cosine(mine, _vector(one)), one.key) for one in known if one.key != wanted)
    nearest = sorted(others, key=lambda one: (-one[0], one[1]))[:_READ]
    grams, *theirs = map(characters, texts_of([wanted, *(key for _, key in nearest)]))
    ranked = [
        Alike(key, round((meaning + _in_common(grams, own)) / 2, 3))
        for (meaning, key), own in zip(nearest, theirs, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda one: -one.likeness)[:most])


def alike_in_sound(wanted: Key, known: Sequence[Compared], most: int) -> tuple[Alike, ...]:
    """Return the passages that sound most like one, the likest first; nothing where too little of it was measured."""
    heard = [(one.key, one.sound) for one in known if one.sound is not None]
    place = next((number for number, (key, _) in enumerate(heard) if key == wanted), None)
    if place is None:
        return ()
    profiles = np.asarray([_measures(sound) for _, sound in heard], dtype=np.float64)
    distances = _distances(profiles, profiles[place])
    near = sorted((d, n) for n, d in enumerate(distances) if n != place and np.isfinite(d))
    return tuple(Alike(heard[n][0], round(float(np.exp(-d)), 3)) for d, n in near[:most])


def _distances(profiles: NDArray[np.float64], mine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each is from ``mine``: root mean square, in standard deviations; inf where too little is known."""
    known = np.isfinite(profiles)
    counted = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, profiles, 0).sum(axis=0) / counted
    spread = np.sqrt((np.where(known, profiles - mean, 0) ** 2).sum(axis=0) / counted)
    # A spread of nothing is rounding: with two of one kind nothing tells them apart.
    scaled = np.where(spread > 1e-9, (profiles - mine) / np.where(spread > 1e-9, spread, 1), 0)
    both = known & np.isfinite(mine)
    n = both.sum(axis=1)
    squares = (np.where(both, scaled, 0) ** 2).sum(axis=1)
    distances: NDArray[np.float64] = np.where(n >= _FEWEST_MEASURES, np.sqrt(squares / np.maximum(n, 1)), np.inf)
    return distances


def _measures(sound: SoundProfile) -> list[float]:
    return [np.nan if value is None else float(value) for value in astuple(sound)]


def _vector(one: Compared) -> NDArray[np.float32]:
    return np.frombuffer(one.words, np.float16).astype(np.float32)


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return max(0.0, float(one @ other)) if one.shape == other.shape else 0.0


def _in_common(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    mine, theirs = set(one.tolist()), set(other.tolist())
    return len(mine & theirs) / max(1, len(mine | theirs))
