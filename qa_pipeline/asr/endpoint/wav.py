"""Samples as the file that a server is sent."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.stretches import SHORTEST_SOUND_MS

_RATE_HZ = 16_000


def wav_of(samples: NDArray[np.float32]) -> bytes:
    """Return samples (samples,), 16 kHz, -1..1, as a WAV file of 16 bits, short ones filled up with silence."""
    short = max(0, SHORTEST_SOUND_MS * _RATE_HZ // 1000 - len(samples))
    pcm = (np.clip(np.pad(samples, (0, short)), -1, 1) * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE_HZ)
        out.writeframes(pcm.tobytes())
    return file.getvalue()
