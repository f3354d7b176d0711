"""One answer of a trainee, recorded in a browser: what it is in truth, heard, measured, and kept as plain sound."""

from __future__ import annotations

import wave
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.acoustics import measure
from qa_pipeline.asr.audio import RATE_HZ, Silent, TooLong, decode, probe
from qa_pipeline.asr.channels import ChannelRoles
from qa_pipeline.asr.listening import Listener
from qa_pipeline.errors import AudioError
from qa_pipeline.models import AcousticProfile, Recording, Role, Transcript

SHORTEST_MS = 500
_ALONE = ChannelRoles((Role.OPERATOR,), 1.0)


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded answer: ``samples`` (1, samples), 16 kHz, -1..1."""

    recording: Recording
    samples: NDArray[np.float32]


def decoded(path: Path, max_seconds: int) -> Sound:
    """Decode what was sent, whatever it was called; several channels are mixed into one.

    Args:
        path: The file.
        max_seconds: What lasts longer is refused.

    Raises:
        AudioError: It is not sound, is silent, too short, too long, or damaged (Chinese).
    """
    try:
        recording = probe(path, -(-max_seconds // 60))
        samples = decode(path, recording, -(-max_seconds // 60))
    except TooLong as refused:
        raise _too_long(max_seconds) from refused
    except Silent as refused:
        raise AudioError("录音里没有声音", "看麦克风是否静音、是否选对，再录一遍") from refused
    except AudioError as refused:
        raise AudioError(
            "这个文件不是能听的录音，或者已经损坏", "重新录一遍；上传文件的，存成 wav、mp3、m4a 或 webm"
        ) from refused
    if recording.duration_ms > max_seconds * 1000:
        raise _too_long(max_seconds)
    if recording.duration_ms < SHORTEST_MS:
        raise AudioError("录音太短，不到半秒", "按空格开始，说完再按空格结束")
    mixed = samples.mean(axis=0, keepdims=True)
    return Sound(replace(recording, channels=1), mixed)


def listened(sound: Sound, listener: Listener, device: str = "cpu") -> tuple[Transcript, AcousticProfile]:
    """Recognise and measure an answer; all of it is the trainee's, who stands for the operator.

    Raises:
        AudioError: No words were heard.
        CallError: The recogniser failed.
    """
    transcript = listener.hear(sound.samples, sound.recording, _ALONE)
    if not transcript.utterances:
        raise AudioError("没有听清一个字", "靠近麦克风，声音大一些，再录一遍")
    return transcript, measure(sound.samples, transcript, device)


def write_wav(path: Path, sound: Sound) -> None:
    """Write an answer as 16-bit PCM, which every browser plays: what was sent itself is never served."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(sound.samples[0], -1, 1) * 32767).astype("<i2").tobytes())


def _too_long(max_seconds: int) -> AudioError:
    return AudioError(f"录音超过 {max_seconds} 秒", "一轮应答说短些，再录一遍")
