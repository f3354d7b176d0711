"""Join the speech of a channel so that the recogniser's 30 s window is full, and find the way back.

A window costs the same however little speech it holds: single turns are five times dearer than packed ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.models import Span

_RATE_PER_MS = 16
# Context either side of speech; longer silences than the two contexts are cut out.
_CONTEXT_MS = 400


@dataclass(frozen=True, slots=True)
class Packed:
    """Pieces of a channel, end to end: ``samples`` (samples,), and where each piece stood and now stands."""

    samples: NDArray[np.float32]
    starts_ms: tuple[int, ...]
    packed_starts_ms: tuple[int, ...]

    def original_ms(self, packed_ms: float) -> int:
        """Return the time in the call of a time in the packed samples."""
        piece = max(0, bisect_right(self.packed_starts_ms, packed_ms) - 1)
        return round(packed_ms - self.packed_starts_ms[piece] + self.starts_ms[piece])


def pack(samples: NDArray[np.float32], speech: Sequence[Span]) -> Packed:
    """Cut out the silences.

    Args:
        samples: Array (samples,), 16 kHz.
        speech: Where that channel speaks, in order.
    """
    pieces: list[tuple[int, int]] = []
    last_ms = samples.shape[0] // _RATE_PER_MS
    for span in speech:
        start, end = max(0, span.start_ms - _CONTEXT_MS), min(last_ms, span.end_ms + _CONTEXT_MS)
        if pieces and start <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    packed_starts = np.cumsum([0, *(end - start for start, end in pieces)])[:-1]
    cut = [samples[start * _RATE_PER_MS : end * _RATE_PER_MS] for start, end in pieces]
    return Packed(
        np.concatenate(cut) if cut else np.zeros(0, dtype=np.float32),
        tuple(start for start, _ in pieces),
        tuple(int(start) for start in packed_starts),
    )
