"""Loudness and pitch on batches of frames, in torch (CPU or GPU)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

HOP_MS = 10
_RATE_HZ = 16_000
_HOP = _RATE_HZ * HOP_MS // 1000
_PITCH_WINDOW = _RATE_HZ * 40 // 1000
_FFT = 2048
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 400.0
# Praat's voicing threshold is 0.45. Of peaks nearly as high as the highest, the shortest period is the voice's own.
_VOICED = 0.45
_NEARLY = 0.9
_QUIETEST_DB = -100.0
# Frames a batch: 8192 windows of 2048 points are 64 MB.
_BATCH = 8192


def levels_db(samples: NDArray[np.float32], device: str) -> NDArray[np.float32]:
    """Return the level of every 10 ms of every channel.

    Args:
        samples: Array (channels, samples), 16 kHz, -1..1.
        device: ``cpu`` or ``cuda``.

    Returns:
        Array (channels, frames), dBFS (RMS against 1.0), not below -100.
    """
    frames = samples.shape[1] // _HOP
    cut = torch.from_numpy(np.ascontiguousarray(samples[:, : frames * _HOP])).to(device)
    power = cut.reshape(samples.shape[0], frames, _HOP).square().mean(dim=2)
    levels: NDArray[np.float32] = (10 * torch.log10(power.clamp_min(10 ** (_QUIETEST_DB / 10)))).cpu().numpy()
    return levels


def pitches_hz(samples: NDArray[np.float32], device: str) -> NDArray[np.float32]:
    """Return the pitch of every 10 ms of one stretch, NaN where it is not voiced.

    Args:
        samples: Array (samples,), 16 kHz, -1..1.
        device: ``cpu`` or ``cuda``.

    Returns:
        Array (frames,), Hz, between 60 and 400; frame n is centred on 20 ms + n x 10 ms.

    Source: Boersma (1993), autocorrelation of a Hann window divided by the window's own.
    """
    if samples.shape[0] < _PITCH_WINDOW:
        return np.zeros(0, dtype=np.float32)
    windows = torch.from_numpy(np.ascontiguousarray(samples)).to(device).unfold(0, _PITCH_WINDOW, _HOP)
    found = [_pitch_of(batch) for batch in torch.split(windows, _BATCH)]
    pitches: NDArray[np.float32] = torch.cat(found).cpu().numpy()
    return pitches


def _pitch_of(windows: torch.Tensor) -> torch.Tensor:
    """Return the pitch (batch,) of windows (batch, 640)."""
    shape = torch.hann_window(_PITCH_WINDOW, periodic=False, device=windows.device)
    centred = (windows - windows.mean(dim=1, keepdim=True)) * shape
    lowest, highest = int(_RATE_HZ / _HIGHEST_HZ), int(_RATE_HZ / _LOWEST_HZ) + 1
    own = _autocorrelation(shape[None])
    similar = _autocorrelation(centred) / own.clamp_min(1e-3)
    inner = similar[:, lowest - 1 : highest + 2]
    peaks = (inner[:, 1:-1] >= inner[:, :-2]) & (inner[:, 1:-1] > inner[:, 2:])
    heights = torch.where(peaks, inner[:, 1:-1], torch.zeros_like(inner[:, 1:-1]))
    best = heights.max(dim=1, keepdim=True).values
    first = (heights >= _NEARLY * best).float().argmax(dim=1)
    period = first + lowest + _shift(inner, first)
    voiced = (best[:, 0] >= _VOICED) & (centred.square().mean(dim=1) > 10 ** (_QUIETEST_DB / 10))
    return torch.where(voiced, _RATE_HZ / period, torch.full_like(period, torch.nan))


def _autocorrelation(windows: torch.Tensor) -> torch.Tensor:
    """Return autocorrelations (batch, lags), 1 at lag 0."""
    spectrum = torch.fft.rfft(windows, n=_FFT)
    similar: torch.Tensor = torch.fft.irfft(spectrum.abs().square(), n=_FFT)[:, :_PITCH_WINDOW]
    return similar / similar[:, :1].clamp_min(1e-12)


def _shift(inner: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """Return where the top of a parabola through a peak and its neighbours lies, -0.5..0.5 of a lag."""
    columns = (place + 1)[:, None]
    before, top, after = (inner.gather(1, columns + step)[:, 0] for step in (-1, 0, 1))
    bend = (before - 2 * top + after).clamp_max(-1e-9)
    shift: torch.Tensor = (0.5 * (before - after) / bend).clamp(-0.5, 0.5)
    return shift
