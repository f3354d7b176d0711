"""Where somebody speaks: Silero voice activity per channel, without the other channel's echo."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate

from qa_pipeline.models import Span

_RATE_PER_MS = 16
# Pauses under this are inside a word or a stop consonant; shorter sounds are clicks.
_SHORTEST_PAUSE_MS = 200
_SHORTEST_SPEECH_MS = 100
# Silero's frame is 32 ms; without padding it cuts soft onsets.
_PAD_MS = 32
# An echo is fainter by at least this much and follows the other channel within 300 ms with its waveform.
_ECHO_DB = 12.0
_ECHO_LAG_MS = 300
_ECHO_CORRELATION = 0.5


def speech_spans(samples: NDArray[np.float32], channel: int) -> list[Span]:
    """Return where one channel holds speech, in order.

    Args:
        samples: Array (samples,), 16 kHz, -1..1.
        channel: Written into the spans.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415  # seconds to import

    options = VadOptions(
        threshold=0.5,
        min_silence_duration_ms=_SHORTEST_PAUSE_MS,
        min_speech_duration_ms=_SHORTEST_SPEECH_MS,
        speech_pad_ms=_PAD_MS,
    )
    found = get_speech_timestamps(samples, options)
    return [Span(s["start"] // _RATE_PER_MS, s["end"] // _RATE_PER_MS, channel) for s in found]


def same_sound(samples: NDArray[np.float32]) -> bool:
    """Whether both channels of a stereo recording carry one sound, so that it is mono in truth.

    Some recorders write the mix to both channels. Channels of two speakers correlate near 0, of one sound near 1.
    """
    if samples.shape[0] != 2:
        return False
    left, right = samples.astype(np.float64)
    scale = float(np.sqrt(np.dot(left, left) * np.dot(right, right)))
    return scale > 0 and float(np.dot(left, right)) / scale > 0.98


def without_echo(spans: Sequence[Span], samples: NDArray[np.float32]) -> list[Span]:
    """Drop the spans that are a faint copy of the other channel (cross-talk of the line).

    Args:
        spans: Speech of one channel of a stereo call.
        samples: Array (2, samples), 16 kHz.
    """
    return [span for span in spans if not _is_echo(span, samples)]


def _is_echo(span: Span, samples: NDArray[np.float32]) -> bool:
    start, end = span.start_ms * _RATE_PER_MS, span.end_ms * _RATE_PER_MS
    here = samples[span.channel, start:end].astype(np.float64)
    before = max(0, start - _ECHO_LAG_MS * _RATE_PER_MS)
    there = samples[1 - span.channel, before:end].astype(np.float64)
    energy_here, energy_there = float(np.mean(here**2)), float(np.mean(there[start - before :] ** 2))
    if energy_here * 10 ** (_ECHO_DB / 10) > energy_there or energy_here == 0:
        return False
    similar = np.abs(correlate(there, here, mode="valid", method="fft"))
    running = np.concatenate(([0.0], np.cumsum(there**2)))
    windows = running[len(here) :] - running[: -len(here)]
    scale = np.sqrt(np.maximum(windows, 1e-12) * float(np.dot(here, here)))
    return bool(np.max(similar / scale) > _ECHO_CORRELATION)
