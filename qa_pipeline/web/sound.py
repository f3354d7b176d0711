"""What the browser plays: 16-bit PCM WAV and the waveform's peaks, made once a recording and kept in ``cache/``.

Browsers do not play G.711 dependably, and a long call should not have to be decoded in the page to draw its waveform.
Nothing here hears anything: the recogniser is out of the web server's reach.
"""

from __future__ import annotations

import json
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

import av
import numpy as np
from numpy.typing import NDArray

from qa_pipeline.errors import AudioError, NotFound, TransientError
from qa_pipeline.models import Recording

PEAKS_PER_S = 50
MAX_PEAKS = 12_000
CACHE_LIMIT_BYTES = 2 * 1024**3
LEFT_OVER_S = 3600
"""A copy that took so long was left by a process that was killed."""


class SoundCache:
    """Playable copies of recordings under ``workspace/cache``; the oldest go when it outgrows ``limit_bytes``."""

    def __init__(self, workspace: Path, limit_bytes: int = CACHE_LIMIT_BYTES) -> None:
        self.workspace = workspace.resolve()
        self.folder = self.workspace / "cache"
        self.limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._making: dict[str, _Turn] = {}

    def wav(self, recording: Recording) -> Path:
        """Return the path of the playable copy.

        Raises:
            NotFound: The recording's file is gone from the workspace.
            AudioError: It cannot be decoded.
            TransientError: The copy cannot be written.
        """
        return self._made(recording, ".wav")

    def peaks(self, recording: Recording) -> Path:
        """Return the path of a JSON ``{"duration": s, "peaks": [[0..1, ...] per channel]}``; errors as `wav`."""
        return self._made(recording, ".peaks.json")

    def _made(self, recording: Recording, suffix: str) -> Path:
        target = self.folder / f"{recording.recording_id}{suffix}"
        if target.exists():  # whoever only listens does not wait for another's recording to be decoded
            return target
        with self._turn(recording.recording_id):
            if not target.exists():
                self._make(recording)
        return target

    @contextmanager
    def _turn(self, recording_id: str) -> Iterator[None]:
        """Let one at a time make a recording's copies; nobody waits for another recording's."""
        with self._lock:
            turn = self._making.setdefault(recording_id, _Turn())
            turn.waiting += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.waiting -= 1
                if not turn.waiting:
                    del self._making[recording_id]

    def _make(self, recording: Recording) -> None:
        source = (self.workspace / recording.path).resolve()
        if not source.is_file():
            raise NotFound(f"录音文件不在工作区：{recording.path}", "从备份恢复该文件，或重新导入录音")
        if not source.is_relative_to(self.workspace) and not Path(recording.path).is_absolute():
            raise NotFound(f"录音路径越出工作区：{recording.path}", "重新导入录音")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            peaks = self._write_wav(source, recording)
            self._write(f"{recording.recording_id}.peaks.json", json.dumps(peaks).encode())
            with self._lock:
                self._prune(recording.recording_id)
        except av.FFmpegError as error:
            raise AudioError(f"录音 {recording.path} 无法解码：{error}", "检查原始文件后重新导入") from error
        except OSError as error:
            raise TransientError(f"缓存目录无法写入：{error.strerror}", "检查磁盘空间与权限后重试") from error

    def _write_wav(self, source: Path, recording: Recording) -> dict[str, object]:
        peaks = _Peaks(recording)
        with NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as part:
            try:
                with wave.open(part, "wb") as out:
                    out.setnchannels(peaks.channels)
                    out.setsampwidth(2)
                    out.setframerate(recording.sample_rate_hz)
                    for block in pcm_blocks(source, recording.sample_rate_hz, peaks.channels):
                        out.writeframes(block.tobytes())
                        peaks.add(block)
                part.flush()
                Path(part.name).replace(self.folder / f"{recording.recording_id}.wav")
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        return peaks.result()

    def _write(self, name: str, content: bytes) -> None:
        with NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as part:
            part.write(content)
        Path(part.name).replace(self.folder / name)

    def _prune(self, made: str) -> None:
        """Remove the oldest copies beyond the limit; not those just made, nor what somebody is making."""
        kept, used, spared = self._copies(), 0, {made, *self._making}
        for file, (made_at, size) in sorted(kept.items(), key=lambda one: -one[1][0]):
            used += size
            making = file.suffix == ".part" and time.time() - made_at < LEFT_OVER_S
            if used > self.limit_bytes and not making and file.name.split(".")[0] not in spared:
                file.unlink(missing_ok=True)  # another process of the server may have been faster

    def _copies(self) -> dict[Path, tuple[float, int]]:
        found = {}
        for file in self.folder.iterdir():
            with suppress(FileNotFoundError):
                stat = file.stat()
                found[file] = (stat.st_mtime, stat.st_size)
        return found


@dataclass(slots=True)
class _Turn:
    """Who waits for one recording."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: int = 0


def pcm_blocks(source: Path, rate_hz: int, channels: int) -> Iterator[NDArray[np.int16]]:
    """Yield blocks of ``(frames, channels)`` little-endian 16-bit samples of an audio file's first stream."""
    with av.open(str(source)) as container:
        stream = container.streams.audio[0]
        layout = "stereo" if channels == 2 else "mono"
        resampler = av.AudioResampler(format="s16", layout=layout, rate=rate_hz)
        for frame in container.decode(stream):
            for ready in resampler.resample(frame):
                yield ready.to_ndarray().reshape(-1, channels).astype("<i2", copy=False)
        for ready in resampler.resample(None):
            yield ready.to_ndarray().reshape(-1, channels).astype("<i2", copy=False)


class _Peaks:
    """Collects the loudest sample of each short bucket while the samples go by."""

    def __init__(self, recording: Recording) -> None:
        self.channels = min(recording.channels, 2)
        self.rate_hz = recording.sample_rate_hz
        expected = recording.duration_ms * self.rate_hz // 1000
        self.bucket = max(self.rate_hz // PEAKS_PER_S, expected // MAX_PEAKS, 1)
        self.rest = np.zeros((0, self.channels), dtype=np.int16)
        self.rows: list[NDArray[np.int32]] = []
        self.frames = 0

    def add(self, block: NDArray[np.int16]) -> None:
        self.frames += len(block)
        joined = np.concatenate([self.rest, block])
        whole = len(joined) // self.bucket * self.bucket
        if whole:
            loud = np.abs(joined[:whole].astype(np.int32)).reshape(-1, self.bucket, self.channels).max(axis=1)
            self.rows.append(loud)
        self.rest = joined[whole:]

    def result(self) -> dict[str, object]:
        if len(self.rest):
            self.rows.append(np.abs(self.rest.astype(np.int32)).max(axis=0, keepdims=True))
        loudest = np.concatenate(self.rows) if self.rows else np.zeros((1, self.channels), dtype=np.int32)
        return {
            "duration": round(self.frames / self.rate_hz, 3),
            "peaks": [[round(float(v), 3) for v in column / 32768] for column in loudest.T],
        }
