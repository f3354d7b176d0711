"""What an operator of the sample calls says to an angry caller: 先生，非常抱歉给您带来困扰，深夜施工影响休息."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

SAMPLE = Path(__file__).resolve().parents[3] / "recordings_sample" / "audio" / "H261003-001.mp3"
FROM_S, TO_S = 13.4, 18.6
"""See timing/H261003-001.json."""
RATE_HZ = 16_000


def operators_words() -> np.ndarray:
    """Return (1, samples) at 16 kHz of the sample's operator."""
    with av.open(str(SAMPLE)) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
        blocks = [b.to_ndarray() for frame in container.decode(audio=0) for b in resampler.resample(frame)]
    start, end = (int(at * RATE_HZ) for at in (FROM_S, TO_S))
    return np.concatenate(blocks, axis=1)[:1, start:end].astype(np.float32)
