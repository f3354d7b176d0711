"""Gated loudness by ITU-R BS.1770 of stretches whose power is known frame by frame."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.frames import HOP_MS

_BLOCK = 400 // HOP_MS
_STEP = 100 // HOP_MS
_OFFSET_DB = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0


def loudness_lufs(stretches: Iterable[NDArray[np.float32]]) -> float | None:
    """Return the integrated loudness over some stretches of one voice.

    Args:
        stretches: Arrays (frames,), K-weighted power every 10 ms. One shorter than 400 ms counts as one block.

    Returns:
        LUFS; None where nothing is above -70 LUFS, which is silence to the standard.

    Source: ITU-R BS.1770-5, annex 1, with blocks of 400 ms that overlap by 75 % and both gates.
    """
    blocks = np.concatenate([_blocks(stretch) for stretch in stretches] or [np.zeros(0)])
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE_LUFS]
    if not len(loud):
        return None
    loud = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE_GATE_LU]
    return float(_lufs(loud.mean()))


def _blocks(power: NDArray[np.float32]) -> NDArray[np.float64]:
    width = min(_BLOCK, len(power))
    if width == 0:
        return np.zeros(0)
    total = np.concatenate([[0.0], np.cumsum(power, dtype=np.float64)])
    starts = np.arange(0, len(power) - width + 1, _STEP)
    means: NDArray[np.float64] = (total[starts + width] - total[starts]) / width
    return means


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    loudness: NDArray[np.float64] = _OFFSET_DB + 10 * np.log10(np.maximum(power, 1e-12))
    return loudness
