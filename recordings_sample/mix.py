"""Lay spoken turns out in time and make a telephone call of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt

from recordings_sample.callscript import DEFAULT_PAUSE_MS, CallScript, Role, ScriptInvalid
from recordings_sample.synth import SYNTH_HZ

CALL_HZ = 8_000
LEAD_IN_MS = 300
TAIL_MS = 500
SPEECH_DBFS = -26.0  # nominal level of speech on a line, ITU-T P.56 and G.100
NOISE_DBFS = (-62.0, -58.0)  # first and second channel; two lines never hiss alike
_BAND = butter(6, (300, 3400), btype="bandpass", fs=CALL_HZ, output="sos")


@dataclass(frozen=True, slots=True)
class Span:
    """When a turn is heard, in milliseconds of the recording."""

    turn: int
    who: Role
    start_ms: int
    end_ms: int


def place(script: CallScript, lengths_ms: Sequence[int]) -> tuple[Span, ...]:
    """Return when each turn is heard.

    Raises:
        ScriptInvalid: If a turn overlaps more than the whole turn before it, or a person speaks over himself.
    """
    spans: list[Span] = []
    for number, (turn, length_ms) in enumerate(zip(script.turns, lengths_ms, strict=True)):
        silence_from_ms = max((span.end_ms for span in spans), default=LEAD_IN_MS)
        pause_ms = DEFAULT_PAUSE_MS if turn.pause_ms is None else turn.pause_ms
        start_ms = silence_from_ms + (pause_ms if spans else turn.pause_ms or 0)
        if turn.overlap_ms is not None:
            start_ms = spans[-1].end_ms - turn.overlap_ms
            _check_overlap(script, number, start_ms, spans)
        spans.append(Span(number, turn.who, start_ms, start_ms + length_ms))
    return tuple(spans)


def _check_overlap(script: CallScript, number: int, start_ms: int, spans: Sequence[Span]) -> None:
    where = f"{script.call_id}.yaml: turn {number}: overlap_ms is {script.turns[number].overlap_ms}"
    before = spans[-1]
    if start_ms <= before.start_ms:
        length_ms = before.end_ms - before.start_ms
        raise ScriptInvalid(f"{where}, but turn {number - 1} lasts only {length_ms} ms", "make the overlap shorter")
    own = max((span.end_ms for span in spans if span.who == script.turns[number].who), default=0)
    if start_ms < own:
        raise ScriptInvalid(f"{where}, but the same person still speaks then", "make the overlap shorter")


def mix(script: CallScript, spoken: Sequence[NDArray[np.int16]]) -> tuple[NDArray[np.float32], tuple[Span, ...]]:
    """Make the call.

    Args:
        script: The call.
        spoken: One array a turn, shape (samples,), 24 kHz.

    Returns:
        Samples of shape (channels, samples), 8 kHz, -1..1, and the true timing of every turn.

    Raises:
        ScriptInvalid: If an overlap cannot be.
    """
    voices = [telephone(turn) * _ratio(script.turns[number].gain_db) for number, turn in enumerate(spoken)]
    spans = place(script, [round(len(voice) * 1000 / CALL_HZ) for voice in voices])
    length = (max(span.end_ms for span in spans) + TAIL_MS) * CALL_HZ // 1000
    lines = np.zeros((2, length), dtype=np.float64)
    operator = script.audio.operator_channel or 0
    for span, voice in zip(spans, voices, strict=True):
        start = span.start_ms * CALL_HZ // 1000
        lines[operator if span.who == "operator" else 1 - operator, start : start + len(voice)] += voice
    lines = lines if script.audio.layout == "stereo" else lines.sum(axis=0, keepdims=True)
    noise = np.stack([hiss(script.call_id, channel, length) for channel in range(len(lines))])
    return soft_limit(lines + noise).astype(np.float32), spans


def telephone(spoken: NDArray[np.int16]) -> NDArray[np.float64]:
    """Bring a turn to 8 kHz, 300-3400 Hz and the nominal level of speech."""
    narrow = resample_poly(spoken.astype(np.float64) / 32768, CALL_HZ, SYNTH_HZ)
    banded = sosfiltfilt(_BAND, narrow)
    frames = banded[: len(banded) // 80 * 80].reshape(-1, 80)
    power = np.mean(frames**2, axis=1)
    active = power[power > power.max() * 1e-3].mean()
    return np.asarray(banded * _ratio(SPEECH_DBFS) / np.sqrt(active))


def hiss(call_id: str, channel: int, length: int) -> NDArray[np.float64]:
    """Return the line's noise, shape (length,); seeded by the call, another colour on each channel."""
    seed = int.from_bytes(hashlib.sha256(call_id.encode()).digest()[:8])
    white = np.random.default_rng([seed, channel]).standard_normal(length + 1)
    coloured = sosfiltfilt(_BAND, white[1:] + (0.6, -0.4)[channel] * white[:-1])
    return np.asarray(coloured * _ratio(NOISE_DBFS[channel]) / np.sqrt(np.mean(coloured**2)))


def soft_limit(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bend what lies above 0.8 of full scale so that nothing clips."""
    over = np.maximum(np.abs(samples) - 0.8, 0)
    return np.sign(samples) * (np.minimum(np.abs(samples), 0.8) + 0.2 * np.tanh(over / 0.2))


def _ratio(level_db: float) -> float:
    return float(10 ** (level_db / 20))
