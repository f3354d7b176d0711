"""Pitch of many stretches of a call at once: candidates in batches of frames, then the likeliest path, in torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from qa_pipeline.asr.frames import HOP, RATE_HZ
from qa_pipeline.models import Span

# The method and the constants are those of Praat's "To Pitch (ac)", but that voices are looked for up to 500 Hz.
LOWEST_HZ, HIGHEST_HZ = 75.0, 500.0
_WINDOW = RATE_HZ * 40 // 1000
_FFT = 1024
_SHORTEST, _LONGEST = int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ) + 1
_CANDIDATES = 6
_SILENT, _VOICED = 0.03, 0.45
_OCTAVE_COST, _JUMP_COST, _VOICING_COST = 0.01, 0.35, 0.14
_QUIETEST = 1e-4
_NONE = -10.0
# Frames a batch of transforms and a row of the path, and rows a batch: some 60 MB and 20 MB, whatever the call.
_BATCH = 2048
_ROW = 500
_ROWS = 256


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Per frame: strengths (frames, 1 + _CANDIDATES), the first that of no voice, and log2 Hz (frames, _CANDIDATES)."""

    strength: torch.Tensor
    octave: torch.Tensor

    def of(self, frames: torch.Tensor) -> _Candidates:
        """Return those of some frames, in rows as ``frames`` (rows, frames) is; -1 is a frame without a voice."""
        strength, octave = self.strength[frames], self.octave[frames]
        strength[..., 1:].masked_fill_((frames < 0)[..., None], _NONE)
        return _Candidates(strength, octave)


def pitches_hz(
    samples: NDArray[np.float32], peaks: NDArray[np.float32], stretches: Sequence[Span], device: str
) -> list[NDArray[np.float32]]:
    """Return the pitch of every 10 ms of some stretches, NaN where there is no voice.

    Args:
        samples: Array (channels, samples), 16 kHz, -1..1.
        peaks: Array (channels, frames), the highest sample of every 10 ms.
        stretches: Where to look; each is heard for itself, as a file of its own would be.
        device: ``cpu`` or ``cuda``.

    Returns:
        An array (frames,) a stretch, Hz, 75 to 500; frame n is centred on 20 ms + n x 10 ms.

    Source: Boersma (1993), Accurate short-term analysis of the fundamental frequency, with Praat's default costs.
    """
    counts = [_count(samples.shape[1], stretch) for stretch in stretches]
    found = np.full(sum(counts), np.nan, dtype=np.float32)
    bounds = np.cumsum([0, *counts])
    if found.size:
        candidates = _candidates(samples, peaks, stretches, counts, device)
        for rows in _rows(counts):
            within = torch.from_numpy(rows).to(device)
            path = _path(candidates.of(within)).cpu().numpy()
            found[rows[rows >= 0]] = path[rows >= 0]
    return [found[start:end] for start, end in pairwise(bounds)]


def _count(samples: int, stretch: Span) -> int:
    per_ms = RATE_HZ // 1000
    length = min(samples, stretch.end_ms * per_ms) - stretch.start_ms * per_ms
    return max(0, (length - _WINDOW) // HOP + 1)


def _rows(counts: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    """Yield the frames in rows (up to _ROWS, up to _ROW) of one stretch each, -1 after a row's end."""
    bounds = np.cumsum([0, *counts])
    starts = [(a, min(a + _ROW, end)) for start, end in pairwise(bounds) for a in range(start, end, _ROW)]
    starts.sort(key=lambda row: row[1] - row[0])
    for first in range(0, len(starts), _ROWS):
        chosen = starts[first : first + _ROWS]
        rows = np.full((len(chosen), chosen[-1][1] - chosen[-1][0]), -1, dtype=np.int64)
        for row, (a, b) in zip(rows, chosen, strict=True):
            row[: b - a] = np.arange(a, b)
        yield rows


def _candidates(
    samples: NDArray[np.float32],
    peaks: NDArray[np.float32],
    stretches: Sequence[Span],
    counts: Sequence[int],
    device: str,
) -> _Candidates:
    """Return the candidates of all frames of all stretches; frames too quiet to be a voice are not looked at."""
    channel = np.repeat([s.channel for s in stretches], counts)
    start = np.concatenate(
        [s.start_ms * (RATE_HZ // 1000) + HOP * np.arange(n) for s, n in zip(stretches, counts, strict=True)]
    )
    loud = _against_loudest(peaks, channel, start // HOP, counts)
    silent = _VOICED + np.maximum(0.0, 2.0 - loud * (1 + _VOICED) / _SILENT)
    strength = torch.full((len(loud) + 1, 1 + _CANDIDATES), _NONE, device=device)
    strength[:-1, 0] = torch.from_numpy(silent.astype(np.float32)).to(device)
    strength[-1, 0] = 0.0
    octave = torch.zeros((len(loud) + 1, _CANDIDATES), device=device)
    windows = sliding_window_view(samples, _WINDOW, axis=1)
    perhaps = np.flatnonzero(silent < 1.0)
    for first in range(0, len(perhaps), _BATCH):
        batch = perhaps[first : first + _BATCH]
        heard = torch.from_numpy(windows[channel[batch], start[batch]]).to(device)
        place = torch.from_numpy(batch).to(device)
        strength[place, 1:], octave[place] = _voices(heard)
    return _Candidates(strength, octave)


def _against_loudest(
    peaks: NDArray[np.float32], channel: NDArray[np.int64], hop: NDArray[np.int64], counts: Sequence[int]
) -> NDArray[np.float32]:
    """Return each frame's peak (middle 20 of its 40 ms) against the highest of its stretch, 0..1."""
    last = peaks.shape[1] - 1
    own = np.maximum(peaks[channel, np.minimum(hop + 1, last)], peaks[channel, np.minimum(hop + 2, last)])
    filled = [n for n in counts if n]
    highest = np.maximum.reduceat(own, np.cumsum([0, *filled[:-1]]))
    against: NDArray[np.float32] = own / np.maximum(np.repeat(highest, filled), _QUIETEST)
    return against


def _voices(windows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the strengths and log2 Hz (frames, _CANDIDATES) of the likeliest voices in windows (frames, 640)."""
    shape = torch.hann_window(_WINDOW, periodic=False, device=windows.device)
    own = _autocorrelation(shape[None])
    similar = _autocorrelation((windows - windows.mean(dim=1, keepdim=True)) * shape) / own.clamp_min(1e-3)
    inner = similar[:, _SHORTEST - 1 : _LONGEST + 2]
    middle = inner[:, 1:-1]
    peaks = (middle >= inner[:, :-2]) & (middle > inner[:, 2:]) & (middle > _VOICED / 2)
    lags = torch.arange(_SHORTEST, _LONGEST + 1, device=windows.device)
    nearer = _OCTAVE_COST * torch.log2(HIGHEST_HZ * lags / RATE_HZ)
    best = torch.where(peaks, middle - nearer, _NONE).topk(_CANDIDATES, dim=1)
    height, shift = _top(inner, best.indices)
    octave = torch.log2(RATE_HZ / (lags[best.indices] + shift))
    strength = torch.where(best.values > _NONE, height - nearer[best.indices], _NONE)
    return strength, octave


def _autocorrelation(windows: torch.Tensor) -> torch.Tensor:
    """Return autocorrelations (batch, lags), 1 at lag 0; lags up to 384 are free of what wraps around."""
    spectrum = torch.fft.rfft(windows, n=_FFT)
    power = spectrum.real.square() + spectrum.imag.square()
    similar: torch.Tensor = torch.fft.irfft(power, n=_FFT)[:, : _FFT - _WINDOW]
    return similar / similar[:, :1].clamp_min(1e-12)


def _top(inner: torch.Tensor, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return height and place (-0.5..0.5 of a lag) of the tops of parabolas through peaks and their neighbours."""
    before, top, after = (inner.gather(1, place + step) for step in (0, 1, 2))
    bend = (before - 2 * top + after).clamp_max(-1e-9)
    shift = (0.5 * (before - after) / bend).clamp(-0.5, 0.5)
    height = top - 0.25 * (before - after) * shift
    return torch.where(height > 1, 1 / height, height), shift


def _path(candidates: _Candidates) -> torch.Tensor:
    """Return the pitch (rows, frames) along the path of the greatest strength less the costs of its changes."""
    strength, octave = candidates.strength, candidates.octave
    rows, frames, choices = strength.shape
    came = torch.zeros((frames, rows, choices), dtype=torch.long, device=strength.device)
    cost = torch.full((rows, choices, choices), _VOICING_COST, device=strength.device)
    cost[:, 0, 0] = 0.0
    value = strength[:, 0]
    for frame in range(1, frames):
        jumps = (octave[:, frame - 1, :, None] - octave[:, frame, None, :]).abs()
        cost[:, 1:, 1:] = _JUMP_COST * jumps
        value, came[frame] = (value[:, :, None] - cost).max(dim=1)
        value = value + strength[:, frame]
    choice = value.argmax(dim=1, keepdim=True)
    chosen = [choice]
    for frame in range(frames - 1, 0, -1):
        choice = came[frame].gather(1, choice)
        chosen.append(choice)
    taken = torch.cat(chosen[::-1], dim=1)
    heard = torch.exp2(octave.gather(2, (taken - 1).clamp_min(0)[..., None])[..., 0])
    return torch.where(taken > 0, heard, torch.nan)
