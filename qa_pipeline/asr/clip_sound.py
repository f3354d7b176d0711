"""The sound of a masked clip: cut, voices changed, levelled, and covered last, so that nothing lies under a mask."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from qa_pipeline.asr.clips import segment, stretch
from qa_pipeline.asr.crosstalk import without_crosstalk
from qa_pipeline.asr.disguise import RATE_HZ, Disguise, chance_disguise, disguised
from qa_pipeline.asr.frames import HOP, frames_of
from qa_pipeline.asr.loudness import loudness_lufs
from qa_pipeline.models.clips import ClipPlan, Cover, SoundKind
from qa_pipeline.models.speech import Span

Sound = NDArray[np.float32]

LOUDNESS_LUFS = -23.0
"""As broadcasters level speech (EBU R 128): its peaks have room, so that none is turned down again for them."""
_MOST_GAIN_DB = 30.0
_PEAK = 0.9
_EDGE = RATE_HZ * 20 // 1000
_TONE_HZ, _TONE_DB = 440, -26.0
_TONE_EDGE = RATE_HZ * 5 // 1000
_BARE = [
    "-map_metadata",
    "-1",
    "-fflags",
    "+bitexact",
    "-flags:a",
    "+bitexact",
    "-write_xing",
    "0",
    "-id3v2_version",
    "0",
]
"""Nothing of where a clip comes from goes into its file, nor what wrote it."""


def clip_sound(path: Path, plan: ClipPlan, cover: Cover, kind: SoundKind) -> tuple[bytes, int]:
    """Return a clip's sound in its format, and how long it is in milliseconds.

    The amounts by which voices are changed are drawn here and are gone when this returns.

    Args:
        path: The recording.
        plan: What is heard, whose voice is changed, what is covered.
        cover: Tone or silence.
        kind: mp3 (64 kbit/s) or wav, mono, 16 kHz.

    Raises:
        AudioError: The file cannot be read, or ends before the clip begins.
    """
    mixed = made(path, plan, {channel: chance_disguise() for channel in plan.channels})
    whole = covered(mixed, _places(((m.start_ms, m.end_ms) for m in plan.masks), plan.start_ms), cover)
    return encoded(whole, kind), len(whole) * 1000 // RATE_HZ


def made(path: Path, plan: ClipPlan, disguises: dict[int, Disguise]) -> Sound:
    """Return the samples (samples,) of a clip before anything is covered, its voices changed and levelled."""
    cuts = [stretch(path, plan.start_ms, plan.end_ms, channel) for channel in plan.channels]
    sounds = np.divide([cut[: min(map(len, cuts))] for cut in cuts], 32767, dtype=np.float32)
    if len(sounds) == 2:  # a caller who leaks into the operator's channel is not changed there
        sounds = without_crosstalk(sounds)
    parts = []
    for channel, own in zip(plan.channels, sounds, strict=True):
        sound: Sound = own
        if plan.heard:
            sound = np.multiply(sound, _envelope(plan.heard, channel, plan.start_ms, len(sound)), dtype=np.float32)
        natural = _envelope(plan.natural, channel, plan.start_ms, len(sound))
        if natural.min() < 1:
            changed = disguised(sound, disguises[channel])
            sound = np.asarray(natural * sound + (1 - natural) * changed, dtype=np.float32)
        parts.append(levelled(sound))
    mixed = np.sum(parts, axis=0, dtype=np.float32)
    return np.asarray(mixed * min(1.0, _PEAK / max(float(np.abs(mixed).max(initial=0)), 1e-6)), dtype=np.float32)


def levelled(sound: Sound) -> Sound:
    """Return a voice (samples,) as loud as every other (`LOUDNESS_LUFS`); silence as it is."""
    if len(sound) < HOP:
        return sound
    loudness = loudness_lufs(frames_of(sound[None], "cpu").weighted)
    if loudness is None:
        return sound
    gain_db = min(LOUDNESS_LUFS - loudness, _MOST_GAIN_DB)
    return np.asarray(sound * np.float32(10 ** (gain_db / 20)), dtype=np.float32)


def covered(sound: Sound, places: Iterable[tuple[int, int]], cover: Cover) -> Sound:
    """Return a sound (samples,) with some of its samples replaced: nothing of them stays.

    Args:
        sound: The mixed clip.
        places: First and last sample of each stretch.
        cover: A tone, or silence.
    """
    done = sound.copy()
    for first, last in places:
        start, end = max(0, first), min(len(done), last)
        if start < end:
            done[start:end] = _tone(end - start) if cover is Cover.TONE else 0
    return done


def encoded(sound: Sound, kind: SoundKind) -> bytes:
    """Return samples in a file's format, with nothing in it but sound."""
    clip = segment((np.clip(sound, -1, 1) * 32767).astype(np.int16))
    file = io.BytesIO()
    if kind is SoundKind.MP3:
        clip.export(file, format="mp3", bitrate="64k", parameters=_BARE)
    else:
        clip.export(file, format="wav")
    return file.getvalue()


def _tone(length: int) -> Sound:
    tone = 10 ** (_TONE_DB / 20) * np.sin(2 * np.pi * _TONE_HZ * np.arange(length) / RATE_HZ)
    edge = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / _TONE_EDGE)
    return np.asarray(tone * edge, dtype=np.float32)


def _places(spans: Iterable[tuple[int, int]], start_ms: int) -> list[tuple[int, int]]:
    return [((start - start_ms) * RATE_HZ // 1000, (end - start_ms) * RATE_HZ // 1000) for start, end in spans]


def _envelope(spans: Sequence[Span], channel: int, start_ms: int, length: int) -> Sound:
    """Return 1 within the stretches of a channel and 0 outside, (length,), with short slopes between."""
    inside = np.zeros(length, dtype=np.float32)
    for first, last in _places(((s.start_ms, s.end_ms) for s in spans if s.channel == channel), start_ms):
        inside[max(0, first) : max(0, last)] = 1
    return np.asarray(uniform_filter1d(inside, _EDGE, mode="nearest"), dtype=np.float32)
