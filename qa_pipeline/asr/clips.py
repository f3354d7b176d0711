"""Cut what a reviewer must hear out of a recording, with names or numbers masked where asked."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.audio import FORMATS
from qa_pipeline.errors import AudioError
from qa_pipeline.models import Span

if TYPE_CHECKING:
    from pydub import AudioSegment

_RATE_HZ = 16_000
_FADE_MS = 8
_TONE_HZ = 440
_TONE_DB = -24.0


def cut(
    path: Path,
    start_ms: int,
    end_ms: int,
    pad_ms: int = 300,
    channel: int | None = None,
    mask: Sequence[Span] = (),
    kind: str = "mp3",
) -> bytes:
    """Return a stretch of a recording, mixed to mono.

    Args:
        path: The recording.
        start_ms: Where the words begin; ``pad_ms`` before them is kept too, as far as the recording goes.
        end_ms: Where they end.
        pad_ms: Context either side.
        channel: The one channel to hear; None for all, mixed.
        mask: Stretches of the call to replace by a tone, on the channel heard.
        kind: ``mp3`` (64 kbit/s) or ``wav``.

    Raises:
        AudioError: The file cannot be read, or ends before the stretch begins.
    """
    begin = max(0, start_ms - pad_ms)
    clip = segment(stretch(path, begin, end_ms + pad_ms, channel))
    for span in mask:
        clip = _masked(clip, span.start_ms - begin, span.end_ms - begin)
    if len(clip) > 2 * _FADE_MS:
        clip = clip.fade_in(_FADE_MS).fade_out(_FADE_MS)
    file = io.BytesIO()
    clip.export(file, format=kind, **({"bitrate": "64k"} if kind == "mp3" else {}))
    return file.getvalue()


def stretch(path: Path, begin_ms: int, end_ms: int, channel: int | None) -> NDArray[np.int16]:
    """Decode (samples,) of a stretch at 16 kHz, stopping where it ends; of one channel, or (None) all of them mixed.

    Raises:
        AudioError: The file cannot be read, or ends before the stretch begins.
    """
    first, last = begin_ms * _RATE_HZ // 1000, end_ms * _RATE_HZ // 1000
    pieces: list[NDArray[np.float32]] = []
    place = 0
    try:
        with path.open("rb") as file, av.open(file, mode="r", options={"format_whitelist": FORMATS}) as container:
            resampler = av.AudioResampler(format="fltp", rate=_RATE_HZ)
            for frame in container.decode(audio=0):
                for block in resampler.resample(frame):
                    sound = np.asarray(block.to_ndarray(), dtype=np.float32)
                    pieces.append(sound[:, max(0, first - place) : max(0, last - place)])
                    place += block.samples
                if place >= last:
                    break
    except (av.FFmpegError, ValueError, OSError) as error:
        raise AudioError(f"recording {path.name}: cannot be cut ({error})", "import the recording again") from error
    whole = np.concatenate(pieces, axis=1) if pieces else np.zeros((1, 0), dtype=np.float32)
    if whole.shape[1] == 0:
        raise AudioError(f"recording {path.name}: it ends before {begin_ms} ms", "run the audit of this call again")
    heard = whole.mean(axis=0) if channel is None or channel >= len(whole) else whole[channel]
    return np.asarray(np.clip(heard, -1, 1) * 32767, dtype=np.int16)


def segment(samples: NDArray[np.int16]) -> AudioSegment:
    """Return samples (samples,) at 16 kHz as pydub has them."""
    return _pydub()(samples.tobytes(), frame_rate=_RATE_HZ, sample_width=2, channels=1)


def _masked(clip: AudioSegment, start_ms: int, end_ms: int) -> AudioSegment:
    """Replace a stretch of a clip by a tone; nothing of the speech stays under it."""
    start, end = max(0, start_ms), min(len(clip), end_ms)
    if start >= end:
        return clip
    times = np.arange((end - start) * _RATE_HZ // 1000) / _RATE_HZ
    tone = 10 ** (_TONE_DB / 20) * np.sin(2 * np.pi * _TONE_HZ * times) * 32767
    return clip[:start] + segment(tone.astype(np.int16)) + clip[end:]


@cache
def _pydub() -> type[AudioSegment]:
    """Return pydub's segment class, with the packaged ffmpeg for mp3 (its own search warns and finds none)."""
    import imageio_ffmpeg  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment as Segment  # noqa: PLC0415
    Segment.converter = imageio_ffmpeg.get_ffmpeg_exe()
    segment: type[AudioSegment] = Segment
    return segment
