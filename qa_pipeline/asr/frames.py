"""Power of every 10 ms of a call, plain and as loud as it is heard, in torch (CPU or GPU)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import lfilter

HOP_MS = 10
RATE_HZ = 16_000
HOP = RATE_HZ * HOP_MS // 1000
QUIETEST_DB = -100.0
# Each transform takes 179 frames and, before them, the samples that still ring in the filter: its response is down by
# 100 dB after 100 ms, so that 257 ms of it is all of it.
_FFT = 32_768
_STEP = 179 * HOP
_RING = _FFT - _STEP
# Transforms a batch: one minute of sound, some 30 MB with what is made of it, however long the call is.
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Frames:
    """Arrays (channels, frames) of a frame every 10 ms.

    ``power`` is the mean square against 1.0, ``weighted`` the same after the K-weighting of ITU-R BS.1770, ``peak`` the
    highest sample. The channel's mean is taken out first: cheap recorders add one.
    """

    power: NDArray[np.float32]
    weighted: NDArray[np.float32]
    peak: NDArray[np.float32]

    @property
    def levels_db(self) -> NDArray[np.float32]:
        """Levels (channels, frames) in dBFS (RMS against 1.0), not below -100."""
        levels: NDArray[np.float32] = np.maximum(10 * np.log10(self.power + 1e-12), np.float32(QUIETEST_DB))
        return levels


def frames_of(samples: NDArray[np.float32], device: str) -> Frames:
    """Return the power of every 10 ms of every channel.

    Args:
        samples: Array (channels, samples), 16 kHz, -1..1.
        device: ``cpu`` or ``cuda``.

    Source: ITU-R BS.1770-5, annex 1; its filters for 48 kHz brought to 16 kHz by the bilinear transform.
    """
    weights = torch.from_numpy(_weighting()).to(device)
    # Made before the batches: small results kept between large passing ones would break the memory up.
    measures = np.zeros((3, len(samples), samples.shape[1] // HOP), dtype=np.float32)
    for channel, own in enumerate(samples):
        _channel(own, weights, device, measures[:, channel])
    return Frames(*measures)


def _channel(samples: NDArray[np.float32], weights: torch.Tensor, device: str, measures: NDArray[np.float32]) -> None:
    """Fill the measures (3, frames) of one channel (samples,)."""
    count = measures.shape[1]
    offset = samples.mean(dtype=np.float64).astype(np.float32) if count else np.float32(0)
    for first in range(0, count, _BATCH * _STEP // HOP):
        steps = min(_BATCH, -(-(count - first) * HOP // _STEP))
        found = _batch(_cut(samples, offset, first * HOP, steps, device), weights)
        for into, measure in zip(measures[:, first:], found, strict=True):
            into[: len(measure)] = measure[: len(into)].cpu().numpy()


def _cut(samples: NDArray[np.float32], offset: np.float32, start: int, steps: int, device: str) -> torch.Tensor:
    """Return transforms (steps, _FFT) of samples from ``start`` - _RING on, less an offset; silence around the call."""
    first, last = start - _RING, start + steps * _STEP
    cut = samples[max(0, first) : last] - offset
    padded = np.pad(cut, (max(0, -first), max(0, last - len(samples))))
    return torch.from_numpy(padded).to(device).unfold(0, _FFT, _STEP)


def _batch(windows: torch.Tensor, weights: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Return power, heard power and peak (frames,) of windows (steps, _FFT)."""
    plain = windows[:, _RING:].reshape(-1, HOP)
    heard = torch.fft.irfft(torch.fft.rfft(windows) * weights, n=_FFT)[:, _RING:].reshape(-1, HOP)
    return plain.square().mean(dim=1), heard.square().mean(dim=1), plain.abs().amax(dim=1)


@cache
def _weighting() -> NDArray[np.complex64]:
    """Return the transform (_FFT // 2 + 1,) of the K-weighting's response."""
    response = np.zeros(_RING)
    response[0] = 1
    for b, a in (_high_shelf(1681.974450955533, 3.999843853973347, 0.7071752369554196), _high_pass(38.135, 0.50032704)):
        response = np.asarray(lfilter(b, a, response))
    spectrum: NDArray[np.complex64] = np.fft.rfft(response, n=_FFT).astype(np.complex64)
    return spectrum


def _high_shelf(hz: float, gain_db: float, q: float) -> tuple[list[float], list[float]]:
    """The head's own gain, as libebur128 writes the standard's coefficients for any rate."""
    k, high = np.tan(np.pi * hz / RATE_HZ), 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    norm = 1 + k / q + k * k
    b = [(high + band * k / q + k * k) / norm, 2 * (k * k - high) / norm, (high - band * k / q + k * k) / norm]
    return b, [1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]


def _high_pass(hz: float, q: float) -> tuple[list[float], list[float]]:
    k = np.tan(np.pi * hz / RATE_HZ)
    norm = 1 + k / q + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]
