"""Write and read the audio files of the sample calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from recordings_sample.mix import CALL_HZ


@dataclass(frozen=True, slots=True)
class Coding:
    """One way of storing a call."""

    suffix: str
    container: str
    codec: str
    channel_bps: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)


CODINGS: Mapping[str, Coding] = {
    "wav-pcm": Coding(".wav", "wav", "pcm_s16le"),
    "wav-alaw": Coding(".wav", "wav", "pcm_alaw"),
    "wav-ulaw": Coding(".wav", "wav", "pcm_mulaw"),
    "mp3": Coding(".mp3", "mp3", "libmp3lame", 24_000, {"joint_stereo": "0"}),
    "ogg": Coding(".ogg", "ogg", "libopus", 24_000, {"application": "voip"}),
}


def audio_path(folder: Path, call_id: str, audio_format: str) -> Path:
    """Return where a call's audio lies."""
    return folder / f"{call_id}{CODINGS[audio_format].suffix}"


def encode(path: Path, samples: NDArray[np.float32], audio_format: str) -> None:
    """Write samples of shape (channels, samples), 8 kHz; the same samples give the same file."""
    coding = CODINGS[audio_format]
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    layout = "stereo" if len(pcm) == 2 else "mono"
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format=coding.container, options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(coding.codec, rate=CALL_HZ, layout=layout, options=dict(coding.options))
        if not isinstance(stream, av.AudioStream):
            raise TypeError(f"{coding.codec} is no audio codec")
        if coding.channel_bps is not None:
            stream.bit_rate = coding.channel_bps * len(pcm)
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        frame = av.AudioFrame.from_ndarray(pcm.T.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = CALL_HZ
        container.mux([*stream.encode(frame), *stream.encode(None)])


def decode(path: Path) -> NDArray[np.float32]:
    """Return an audio file's samples, shape (channels, samples), brought to 8 kHz, -1..1."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="s16p", layout=stream.layout, rate=CALL_HZ)
        frames = [part for frame in container.decode(stream) for part in resampler.resample(frame)]
        frames += resampler.resample(None)
    pcm = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    return np.asarray(pcm, dtype=np.float32) / np.float32(32768)
