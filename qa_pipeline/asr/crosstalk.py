"""Mute what leaks from one channel of a stereo call into the other, so that nobody is charged with another's words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import butter, sosfilt

_RATE_HZ = 16_000
_FRAME = _RATE_HZ // 50
# A leak is looked for where one side is this much louder (a loud leak leaves no frames for the first), up to this
# late, in the first minutes of a call.
_LOUDER_DB = (12.0, 4.0)
_AUDIBLE_DB = -45.0
_LATEST = _RATE_HZ * 300 // 1000
_LEARN_FROM = _RATE_HZ * 300
_SHORTEST_FRAMES = 50
# Correlation of the faint side with the loud one: near 0 without a leak, near 1 with one.
_LEAKS_ABOVE = 0.3
# The faint side is muted where it is no louder than the leak explains, give or take this much; less for a loud leak,
# or a speaker's own voice, come back from the other side, would explain itself.
_MARGIN_DB = 8.0
# What a telephone line hisses: white noise up to 8 kHz over speech up to 3.4 made voice activity deaf to the next words
# (a quarter of the own speech lost, against 7 % by noise of a telephone's band; bench/speakers.py).
_BAND = butter(6, (300, 3400), "bandpass", fs=_RATE_HZ, output="sos")
_HOLD_FRAMES = 5


def without_crosstalk(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mute the frames of each channel that hold no more than the other channel's leak.

    Args:
        samples: Array (2, samples), 16 kHz, -1..1.

    Returns:
        The samples themselves where nothing leaks, else a copy.
    """
    levels = np.stack([_levels_db(channel) for channel in samples])
    leaks = [_found(samples[1 - to], samples[to], levels[1 - to], levels[to]) for to in (0, 1)]
    if leaks == [None, None]:
        return samples
    clean = samples.copy()
    for to, leak in enumerate(leaks):
        if leak is not None:
            _mute(clean[to], levels[1 - to], levels[to], *leak)
    return clean


def _levels_db(channel: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the level of every 20 ms of a channel (samples,) in dBFS."""
    frames = len(channel) // _FRAME
    power = np.mean(np.square(channel[: frames * _FRAME].reshape(frames, _FRAME)), axis=1, dtype=np.float64)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-10)))


def _found(
    source: NDArray[np.float32],
    target: NDArray[np.float32],
    source_db: NDArray[np.float64],
    target_db: NDArray[np.float64],
) -> tuple[int, float] | None:
    """Return the leak of a source in a target, see `_leak`: the first that is found, from the plainest frames on."""
    tried = (_leak(source, target, source_db, target_db, louder_db) for louder_db in _LOUDER_DB)
    return next((leak for leak in tried if leak is not None), None)


def _leak(
    source: NDArray[np.float32],
    target: NDArray[np.float32],
    source_db: NDArray[np.float64],
    target_db: NDArray[np.float64],
    louder_db: float,
) -> tuple[int, float] | None:
    """Return by how many frames and decibels a source comes late and fainter in a target; None if it does not."""
    alone = (source_db > target_db + louder_db) & (source_db > _AUDIBLE_DB)
    alone[_LEARN_FROM // _FRAME :] = False
    if alone.sum() < _SHORTEST_FRAMES:
        return None
    length = min(len(source_db) * _FRAME, _LEARN_FROM)
    chosen = np.repeat(alone, _FRAME)[:length]
    loud, faint = source[:length] * chosen, target[:length] * chosen
    size = next_fast_len(length + _LATEST)
    similar = irfft(rfft(faint, size) * np.conj(rfft(loud, size)), size)[:_LATEST]
    lag = int(np.abs(similar).argmax())
    energy, other = float(np.dot(loud, loud)), float(np.dot(faint, faint))
    if other == 0 or abs(similar[lag]) / np.sqrt(energy * other) < _LEAKS_ABOVE:
        return None
    return round(lag / _FRAME), 10 * float(np.log10(other / energy))


def _mute(
    target: NDArray[np.float32],
    source_db: NDArray[np.float64],
    target_db: NDArray[np.float64],
    late: int,
    gain_db: float,
) -> None:
    """Put noise, in place, where a target holds no more than its source's leak: at the target's own background.

    Not silence: voice activity hears gaps of nothing as ends of speech. Not the leak turned down: however faint, it is
    still heard as speech. The noise is the same each time, so that a call gives the same transcript twice.
    """
    expected = np.full(len(target_db), -np.inf)
    for step in range(_HOLD_FRAMES):
        begin = late + step
        shifted = source_db[: len(source_db) - begin]
        np.maximum(expected[begin:], shifted, out=expected[begin:])
    margin_db = min(_MARGIN_DB, -gain_db / 2)
    muted = (expected > _AUDIBLE_DB) & (target_db < expected + gain_db + margin_db)
    background_db = float(np.percentile(target_db, 10))
    covered = np.repeat(muted & (target_db > background_db), _FRAME)
    hiss = sosfilt(_BAND, np.random.default_rng(0).standard_normal(int(covered.sum()))).astype(np.float32)
    level = max(float(np.sqrt(np.mean(np.square(hiss)))), 1e-6) if len(hiss) else 1.0
    target[: len(covered)][covered] = hiss * np.float32(10 ** (background_db / 20) / level)
