"""How likely a text is offensive, by a small linear model of character pairs that ships with the product.

Naive Bayes weighted logistic regression over hashed characters and pairs of characters, weights in int8, trained on
COLD by ``scripts/train_hostility.py`` (see ``offensive.md`` for source, licence and figures). It was trained on what
people write about others, not on what callers say: alone it shows nothing of a caller (bench/RESULTS.md, Hostility).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.language.script import simplify

FILE = Path(__file__).with_name("offensive.npz")

THRESHOLD = 0.5
"""From this probability on a text counts as offensive. The probabilities are calibrated out of fold on the training
split, half of which is offensive."""

_LONGEST = 2_000  # characters; a text that is longer is judged by its beginning
_MIX, _FINISH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_START, _SHIFT = np.uint64(0x1234567), np.uint64(29)


@dataclass(frozen=True, slots=True)
class Weights:
    """The model: ``weights[bucket] * scale`` summed over a text's buckets, by the root of their number, plus ``bias``.

    ``slope`` and ``offset`` make a probability of that (Platt). ``weights``: (2**bits,) int8.
    """

    weights: NDArray[np.int8]
    scale: float
    bias: float
    slope: float
    offset: float

    @property
    def bits(self) -> int:
        """How many bits of a hash choose a bucket."""
        return len(self.weights).bit_length() - 1


def offensive(text: str) -> float:
    """Return the probability, 0-1, that a text offends; compare it with `THRESHOLD`. No text offends nobody: 0."""
    return probability(text, _shipped())


def probability(text: str, model: Weights) -> float:
    """Return what a model says of a text; 0 of one without letters, digits or characters."""
    found = buckets(text, model.bits)
    if not len(found):
        return 0.0
    total = int(model.weights[found].sum(dtype=np.int64)) * model.scale / sqrt(len(found)) + model.bias
    return 1 / (1 + exp(-max(-30.0, min(30.0, model.slope * total + model.offset))))


def buckets(text: str, bits: int) -> NDArray[np.int64]:
    """Return the buckets, each once and sorted, of a text's characters and pairs: simplified, NFKC, lower case."""
    plain = simplify(text[:_LONGEST]).lower()
    if not any(c.isalnum() for c in plain):
        return np.empty(0, np.int64)
    codes = np.frombuffer(f"\x02{plain}\x03".encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    single = _mixed(codes ^ _START)
    pairs = _mixed(single[:-1] ^ codes[1:])
    shift = np.uint64(64 - bits)
    hashed = np.concatenate([single, pairs]) * _FINISH >> shift
    return np.unique(hashed.astype(np.int64))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = values * _MIX
    return mixed ^ (mixed >> _SHIFT)


def load(path: Path) -> Weights:
    """Read a model file as ``scripts/train_hostility.py`` writes it.

    Raises:
        OSError: It cannot be read.
        KeyError, ValueError: It is no such file.
    """
    with np.load(path, allow_pickle=False) as held:
        numbers: Sequence[float] = held["numbers"].tolist()
        weights: NDArray[np.int8] = held["weights"]
    scale, bias, slope, offset = numbers
    if weights.dtype != np.int8 or len(weights) != 1 << (len(weights).bit_length() - 1):
        raise ValueError(f"{path}: weights must be int8, a power of two of them")
    return Weights(weights, scale, bias, slope, offset)


@cache
def _shipped() -> Weights:
    return load(FILE)
