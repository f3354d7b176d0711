"""Decode recordings of any common format, and refuse those that cannot be heard, each with its reason."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import av
import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.headers import missing_share
from qa_pipeline.errors import AudioError
from qa_pipeline.models import Recording

logger = logging.getLogger(__name__)

RATE_HZ = 16_000
SILENT_DB = -60.0
# Encoders pad and headers round: less than this is not worth refusing a call for.
_TOLERATED_SHARE = 0.02
_TOLERATED_MS = 1_000
# Only sound containers: a playlist would make FFmpeg open other files.
FORMATS = "wav,w64,mp3,ogg,flac,mov,mp4,matroska,aac,amr,aiff,au,caf,asf,gsm,g722"
_LEVEL_SAMPLES = RATE_HZ // 20
_SUFFIXES = {
    ".wav": "wav",
    ".mp3": "mp3",
    ".ogg": "ogg",
    ".oga": "ogg",
    ".opus": "ogg",
    ".flac": "flac",
    ".m4a": "mov,mp4,m4a,3gp,3g2,mj2",
    ".amr": "amr",
}


class TooLong(AudioError):
    """The recording lasts longer than is allowed."""


class Silent(AudioError):
    """The recording has no sound in it."""


def probe(path: Path, max_minutes: int) -> Recording:
    """Read a recording's hash and header and decode all of it once, holding no more than a block of it.

    Raises:
        AudioError: Empty, not audio, no samples, over two channels, too long, damaged, truncated or silent.
    """
    if not path.is_file():
        raise AudioError(f"recording {path}: there is no such file", "check the call log's file name, or import it")
    try:
        if path.stat().st_size == 0:
            raise AudioError(f"recording {path.name}: the file is empty (0 bytes)", "export it from the recorder again")
        with path.open("rb") as file, _open(file, path) as container:
            return _probed(container, path, max_minutes)
    except OSError as error:
        raise AudioError(
            f"recording {path.name}: it cannot be read ({error.strerror})", "check the file's rights and its disk"
        ) from error


def _probed(container: av.container.InputContainer, path: Path, max_minutes: int) -> Recording:
    stream = _audio_stream(container, path)
    _refuse_long_header(container, stream, path, max_minutes)
    samples, peak_db = 0, -np.inf
    for block in _blocks(container, stream, path, max_minutes):
        samples += block.shape[1]
        peak_db = max(peak_db, _level_db(block))
    duration_ms = round(samples * 1000 / RATE_HZ)
    _refuse_unheard(path, _promised_ms(container, stream), duration_ms, peak_db)
    recording = Recording(
        recording_id=_sha256(path),
        path=str(path),
        codec=stream.codec_context.codec.name,
        sample_rate_hz=stream.rate,
        channels=stream.channels,
        duration_ms=duration_ms,
    )
    if _SUFFIXES.get(path.suffix.lower(), container.format.name) != container.format.name:
        logger.warning("recording %s is %s in truth", recording.recording_id[:12], container.format.name)
    return recording


def decode(path: Path, recording: Recording, max_minutes: int) -> NDArray[np.float32]:
    """Decode a recording that was probed, each channel to 16 kHz.

    Returns:
        Array (channels, samples), float32, -1..1.

    Raises:
        AudioError: The file is gone, changed so that it cannot be decoded, or longer than ``max_minutes``.
    """
    if not path.is_file():
        raise AudioError(f"recording {path}: there is no such file", "import the recording again")
    room = min(recording.duration_ms, max_minutes * 60_000) * RATE_HZ // 1000 + RATE_HZ
    samples = np.zeros((recording.channels, room), dtype=np.float32)
    filled = 0
    with path.open("rb") as file, _open(file, path) as container:
        for block in _blocks(container, _audio_stream(container, path), path, max_minutes):
            end = filled + block.shape[1]
            if block.shape[0] != recording.channels or end > room:
                raise AudioError(f"recording {path.name}: it changed since it was imported", "import it again")
            samples[:, filled:end] = block
            filled = end
    return samples[:, :filled]


def _open(file: IO[bytes], path: Path) -> av.container.InputContainer:
    try:
        return av.open(file, mode="r", options={"format_whitelist": FORMATS}, metadata_errors="replace")
    except (av.FFmpegError, ValueError, OSError) as error:
        raise AudioError(
            f"recording {path.name}: the file is not audio that can be read",
            "play it in an audio player; export it as wav, mp3 or ogg",
        ) from error


def _audio_stream(container: av.container.InputContainer, path: Path) -> av.AudioStream:
    if not container.streams.audio:
        raise AudioError(f"recording {path.name}: the file holds no sound track", "export the call's audio")
    stream = container.streams.audio[0]
    if stream.channels > 2:
        raise AudioError(
            f"recording {path.name}: it has {stream.channels} channels",
            "export it in mono, or in stereo with the operator and the caller on a channel each",
        )
    return stream


def _promised_ms(container: av.container.InputContainer, stream: av.AudioStream) -> int:
    if stream.duration and stream.time_base:
        return round(stream.duration * stream.time_base * 1000)
    return round((container.duration or 0) / 1000)


def _refuse_long_header(
    container: av.container.InputContainer, stream: av.AudioStream, path: Path, max_minutes: int
) -> None:
    promised_ms = _promised_ms(container, stream)
    if promised_ms > max_minutes * 60_000 and missing_share(path) <= _TOLERATED_SHARE:
        raise _too_long(path, f"lasts {promised_ms / 60_000:.1f} minutes", max_minutes)


def _too_long(path: Path, what: str, max_minutes: int) -> AudioError:
    return TooLong(
        f"recording {path.name}: it {what}, {max_minutes} are allowed",
        "split it into calls, or raise max_recording_minutes",
    )


def _blocks(
    container: av.container.InputContainer, stream: av.AudioStream, path: Path, max_minutes: int
) -> Iterator[NDArray[np.float32]]:
    """Yield blocks (channels, samples) at 16 kHz; stop with an error as soon as they exceed the limit."""
    resampler = av.AudioResampler(format="fltp", rate=RATE_HZ)
    seen = 0
    try:
        for frame in container.decode(stream):
            for block in resampler.resample(frame):
                seen += block.samples
                if seen > max_minutes * 60 * RATE_HZ:
                    raise _too_long(path, f"goes on after {max_minutes} minutes", max_minutes)
                yield _floats(block)
        for block in resampler.resample(None):
            yield _floats(block)
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(
            f"recording {path.name}: it is damaged after {_clock(seen * 1000 // RATE_HZ)}",
            "export it from the recorder again",
        ) from error


def _floats(block: av.AudioFrame) -> NDArray[np.float32]:
    return np.asarray(block.to_ndarray(), dtype=np.float32)


def _refuse_unheard(path: Path, promised_ms: int, duration_ms: int, peak_db: float) -> None:
    if duration_ms == 0:
        raise Silent(f"recording {path.name}: it has a header and no samples", "export it from the recorder again")
    missing_ms = promised_ms - duration_ms
    cut = missing_ms > max(_TOLERATED_MS, _TOLERATED_SHARE * promised_ms)
    if cut or missing_share(path) > max(_TOLERATED_SHARE, _TOLERATED_MS / max(promised_ms, duration_ms)):
        of = f" of {_clock(promised_ms)}" if cut else ""
        raise AudioError(
            f"recording {path.name}: it is cut short, the file ends after {_clock(duration_ms)}{of}",
            "copy it again in full from the recorder",
        )
    if peak_db < SILENT_DB:
        raise Silent(
            f"recording {path.name}: it is silent throughout (nothing above {SILENT_DB:.0f} dBFS)",
            "check the recorder's line for this extension",
        )


def _level_db(block: NDArray[np.float32]) -> float:
    """Return the level of the loudest 50 ms of a block in dBFS, over its channels."""
    length = block.shape[1] // _LEVEL_SAMPLES * _LEVEL_SAMPLES
    pieces = block[:, :length].reshape(block.shape[0], -1, _LEVEL_SAMPLES) if length else block[:, None, :]
    power = float(np.max(np.mean(np.square(pieces), axis=-1), initial=0.0))
    return 10 * float(np.log10(power)) if power > 0 else -np.inf


def _clock(milliseconds: int) -> str:
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02d}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
