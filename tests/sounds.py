"""Sounds and recordings made up for tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from qa_pipeline.models import ModelStamp, Recording, Role, Span, Transcript, Utterance, Word

RATE_HZ = 16_000
STAMP = ModelStamp("fake", "none", "0" * 64, "")


def tone(hz: float, ms: int, level_db: float = -20.0, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    """Return a buzz (samples,) with ten harmonics, as a voice has, at an RMS level."""
    times = np.arange(ms * rate_hz // 1000) / rate_hz
    wave = sum(np.sin(2 * np.pi * hz * n * times) / n for n in range(1, 11) if hz * n < rate_hz / 2)
    wave = np.asarray(wave) / np.sqrt(np.mean(np.square(wave))) * 10 ** (level_db / 20)
    return wave.astype(np.float32)


def noise(ms: int, level_db: float, seed: int = 1, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    """Return white noise (samples,) at an RMS level."""
    wave = np.random.default_rng(seed).standard_normal(ms * rate_hz // 1000)
    return (wave * 10 ** (level_db / 20)).astype(np.float32)


def silence(ms: int, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    return np.zeros(ms * rate_hz // 1000, dtype=np.float32)


def write_wav(path: Path, samples: NDArray[np.float32], rate_hz: int = 8000, codec: str = "pcm_s16le") -> Path:
    """Write (channels, samples) at ``rate_hz`` as wav."""
    layout = {1: "mono", 2: "stereo"}.get(len(samples), f"{len(samples)} channels")
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm.T.reshape(1, -1).copy(), format="s16", layout=layout)
        frame.sample_rate = rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


def convert(source: Path, target: Path, *options: str) -> Path:
    """Convert by the ffmpeg program; the target's format is its suffix or ``-f``."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([ffmpeg, "-v", "error", "-y", "-i", str(source), *options, str(target)], check=True)
    return target


def piped(source: Path, kind: str) -> bytes:
    """Convert to a pipe: the header then holds no length."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(source), "-f", kind, "pipe:1"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def recording(channels: int = 2, duration_ms: int = 60_000) -> Recording:
    return Recording("a" * 64, "call.wav", "pcm_alaw", 8000, channels, duration_ms)


def said(index: int, channel: int, start_ms: int, text: str, role: Role, ms_a_word: int = 200) -> Utterance:
    """Return an utterance whose characters follow each other without pauses."""
    words = tuple(
        Word(character, start_ms + n * ms_a_word, start_ms + (n + 1) * ms_a_word, 0.9)
        for n, character in enumerate(text)
    )
    return Utterance(index, role, channel, start_ms, words[-1].end_ms, text, words, 0.9)


def transcript(utterances: list[Utterance], duration_ms: int, speech: list[Span] | None = None) -> Transcript:
    """Return a transcript; without ``speech``, each utterance is a stretch of it."""
    spans = speech or [Span(u.start_ms, u.end_ms, u.channel, u.role) for u in utterances]
    spans = sorted(spans, key=lambda s: s.start_ms)
    return Transcript("a" * 64, duration_ms, tuple(utterances), tuple(spans), (), STAMP)
