"""Where somebody speaks: Silero voice activity per channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.models import Span

_RATE_PER_MS = 16
# Pauses under this are inside a word or a stop consonant; shorter sounds are clicks.
_SHORTEST_PAUSE_MS = 200
_SHORTEST_SPEECH_MS = 100
# Silero's frame is 32 ms; without padding it cuts soft onsets.
_PAD_MS = 32
_ONE_SOUND = 0.9


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

    Some recorders write the mix to both channels, or leave so much of each side in the other (4 dB less or louder) that
    they cannot be parted. Channels of two speakers correlate near 0, of one sound near 1.
    """
    if samples.shape[0] != 2:
        return False
    left, right = samples.astype(np.float64)
    scale = float(np.sqrt(np.dot(left, left) * np.dot(right, right)))
    return scale > 0 and float(np.dot(left, right)) / scale > _ONE_SOUND
