"""Two voices among embeddings: agglomerative clustering for a start, then two centres, whatever else is heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

# The tree is made of at most so many embeddings, evenly chosen: it takes memory by their square (8 MB).
_MOST_IN_TREE = 1_000
# A voice is sought among the larger branches of the tree, so that a bit of music or a third voice is not taken for one.
_CUTS = range(2, 9)
_BRANCHES = 4
_ROUNDS = 5
# What is further from a centre than this does not move it: music, noise, both at once.
_NEAR = 0.4
# A voice has this share of the call at least.
_LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class TwoVoices:
    """The centres (2, dimensions) of two voices, rows of length 1; the first has more of the call."""

    centres: NDArray[np.float32]

    @property
    def likeness(self) -> float:
        """Cosine of the centres: near 1 for one voice in two."""
        return float(self.centres[0] @ self.centres[1])

    def plainness(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how plainly pieces (pieces,) are one voice: about 1 the first, about -1 the second, 0 neither."""
        nearer = embeddings @ (self.centres[0] - self.centres[1])
        plain: NDArray[np.float32] = nearer / np.float32(max(1 - self.likeness, 0.05))
        return plain


def two_voices(embeddings: NDArray[np.float32], weights: NDArray[np.float64]) -> TwoVoices | None:
    """Find the two voices of a call; None where there are too few embeddings to look for two.

    Args:
        embeddings: Array (pieces, dimensions), rows of length 1.
        weights: How long each piece is, any unit.
    """
    if len(embeddings) < 2:
        return None
    best, best_fit = None, -np.inf
    for first, second in _starts(embeddings, weights):
        centres = np.stack([_centre(embeddings, weights * chosen) for chosen in (first, second)])
        centres, fit = _settled(centres, embeddings, weights)
        if fit > best_fit:
            best, best_fit = centres, fit
    if best is None:
        return None
    shares = [float(weights[(embeddings @ best.T).argmax(axis=1) == voice].sum()) for voice in (0, 1)]
    return TwoVoices(best if shares[0] >= shares[1] else best[::-1].copy())


def _starts(
    embeddings: NDArray[np.float32], weights: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield pairs of branches of the tree, as masks (pieces,)."""
    chosen = np.unique(np.linspace(0, len(embeddings) - 1, min(len(embeddings), _MOST_IN_TREE)).astype(int))
    tree = linkage(embeddings[chosen].astype(np.float64), "average", metric="cosine")
    for cut in _CUTS:
        if cut > len(chosen):
            return
        labels = fcluster(tree, cut, "maxclust")
        sizes = {label: float(weights[chosen[labels == label]].sum()) for label in np.unique(labels)}
        enough = [label for label in sizes if sizes[label] >= _LEAST_SHARE * weights[chosen].sum()]
        for pair in combinations(sorted(enough, key=lambda label: -sizes[label])[:_BRANCHES], 2):
            masks = []
            for label in pair:
                mask = np.zeros(len(embeddings), dtype=bool)
                mask[chosen[labels == label]] = True
                masks.append(mask)
            yield masks[0], masks[1]


def _settled(
    centres: NDArray[np.float32], embeddings: NDArray[np.float32], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float32], float]:
    """Move two centres to what is nearest to each, a few times; return them and how near all is to them, 0-1."""
    for _ in range(_ROUNDS):
        near = embeddings @ centres.T
        nearest = near.argmax(axis=1)
        counted = weights * (near.max(axis=1) > _NEAR)
        members = [counted * (nearest == voice) for voice in (0, 1)]
        if not all(member.any() for member in members):
            return centres, -1.0
        centres = np.stack([_centre(embeddings, member) for member in members])
    if min(member.sum() for member in members) < _LEAST_SHARE * weights.sum():
        return centres, -1.0
    fit = np.maximum((embeddings @ centres.T).max(axis=1), _NEAR)
    return centres, float((fit * weights).sum() / weights.sum())


def _centre(embeddings: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    mean = (embeddings * weights[:, None].astype(np.float32)).sum(axis=0)
    centre: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return centre
