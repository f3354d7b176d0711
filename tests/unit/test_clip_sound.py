"""Voices that are changed, and sound under which nothing is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa_pipeline.asr.clip_sound import LOUDNESS_LUFS, clip_sound, covered, encoded, made
from qa_pipeline.asr.disguise import RATE_HZ, Disguise, bent, chance_disguise, disguised, shifted
from qa_pipeline.asr.frames import frames_of
from qa_pipeline.asr.loudness import loudness_lufs
from qa_pipeline.models import Role, Span
from qa_pipeline.models.clips import ClipMask, ClipPlan, Cover, MaskKind, SoundKind
from tests.sounds import write_wav

Sound = NDArray[np.float32]
PLAN = ClipPlan(0, 2000, (0, 1), (), (), (Role.CALLER,), (), ())
KEEP = Disguise(1.0, 0.0)


def buzz(hz: float, seconds: float = 2.0) -> Sound:
    """A voice without words: a row of overtones."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(sum(np.sin(2 * np.pi * hz * n * at) / n for n in range(1, 12)) * 0.1, dtype=np.float32)


def hum(hz: float) -> Sound:
    """A sound without peaks."""
    return np.asarray(0.3 * np.sin(2 * np.pi * hz * np.arange(2 * RATE_HZ) / RATE_HZ), dtype=np.float32)


def pitch_of(sound: Sound) -> float:
    """Return the fundamental by autocorrelation, 60 to 500 Hz."""
    middle = sound[len(sound) // 4 : len(sound) // 4 + 8000]
    alike = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    first, last = RATE_HZ // 500, RATE_HZ // 60
    return RATE_HZ / (first + int(np.argmax(alike[first:last])))


@pytest.mark.parametrize("semitones", [-3.0, 3.0])
def test_a_voice_is_shifted_by_so_many_semitones_and_lasts_as_long(semitones: float) -> None:
    voice = buzz(150)
    moved = shifted(voice, semitones)
    assert len(moved) == len(voice)
    assert pitch_of(moved) == pytest.approx(150 * 2 ** (semitones / 12), rel=0.03)


def test_resonances_are_moved_and_the_pitch_is_not() -> None:
    voice = buzz(150)
    other = bent(voice, 0.9)
    assert pitch_of(other) == pytest.approx(150, rel=0.03)
    before, after = (np.abs(np.fft.rfft(sound)) for sound in (voice, other))
    assert np.abs(before / before.sum() - after / after.sum()).sum() > 0.1


def test_a_coefficient_of_one_changes_nothing_to_speak_of() -> None:
    voice = buzz(150)
    assert np.abs(bent(voice, 1.0) - voice).max() < 0.02


def test_silence_and_a_breath_of_sound_are_taken_as_they_are() -> None:
    assert not disguised(np.zeros(5000, np.float32), Disguise(0.95, 3)).any()
    for length in (0, 1, 100, 700):
        assert len(disguised(buzz(150)[:length], Disguise(0.95, -3))) == length


def test_no_two_clips_are_changed_alike() -> None:
    drawn = {chance_disguise() for _ in range(20)}
    assert len(drawn) == 20
    assert all(2.1 < one.semitones < 3.4 and 0.93 < one.bend < 1.07 for one in drawn)


@pytest.mark.parametrize("cover", list(Cover))
def test_nothing_of_what_is_covered_is_left_in_the_samples(cover: Cover) -> None:
    one, other = (covered(buzz(hz), [(8_000, 16_000)], cover)[8_000:16_000] for hz in (150, 230))
    assert np.array_equal(one, other)
    assert one.any() == (cover is Cover.TONE)


def stereo(tmp_path: Path) -> Path:
    """A recording with an operator's voice left and a caller's right."""
    return write_wav(tmp_path / "call.wav", np.stack([buzz(220), buzz(120)]), RATE_HZ)


def test_only_the_callers_channel_is_changed(tmp_path: Path) -> None:
    path = stereo(tmp_path)
    natural = replace(PLAN, channels=(0,), natural=(Span(0, 2000, 0),))
    assert pitch_of(made(path, natural, {0: Disguise(1, 4)})) == pytest.approx(220, rel=0.03)
    assert pitch_of(made(path, replace(PLAN, channels=(1,)), {1: Disguise(1, 4)})) == pytest.approx(
        120 * 2 ** (4 / 12), rel=0.03
    )


def test_a_channel_is_heard_only_where_its_own_speaker_speaks(tmp_path: Path) -> None:
    heard = (Span(0, 800, 0), Span(1200, 2000, 1))
    natural = (Span(0, 2000, 0), Span(0, 2000, 1))
    sound = made(stereo(tmp_path), replace(PLAN, heard=heard, natural=natural), {0: KEEP, 1: KEEP})
    assert pitch_of(np.tile(sound[1600:11_000], 3)) == pytest.approx(220, rel=0.05)
    assert np.abs(sound[14_400:17_600]).max() < 1e-3


def test_both_sides_are_as_loud_as_each_other_and_as_every_other_clip(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", np.stack([hum(220) * 0.02, hum(120)]), RATE_HZ)
    for channel in (0, 1):
        plan = replace(PLAN, channels=(channel,), natural=(Span(0, 2000, channel),))
        loudness = loudness_lufs(frames_of(made(path, plan, {channel: KEEP})[None], "cpu").weighted)
        assert loudness == pytest.approx(LOUDNESS_LUFS, abs=1)


@pytest.mark.parametrize("kind", list(SoundKind))
def test_a_clip_is_covered_after_everything_else_and_written_without_tags(tmp_path: Path, kind: SoundKind) -> None:
    mask = ClipMask(500, 1500, None, MaskKind.NAME)
    sound, length_ms = clip_sound(stereo(tmp_path), replace(PLAN, masks=(mask,)), Cover.SILENCE, kind)
    assert length_ms == 2000
    assert b"Lavf" not in sound
    assert b"call" not in sound
    assert encoded(np.zeros(16_000, np.float32), kind)


def test_a_caller_who_leaks_into_the_operators_channel_is_not_heard_there_unchanged(tmp_path: Path) -> None:
    caller, operator = buzz(120, 4.0), np.concatenate([np.zeros(32_000, np.float32), buzz(220)])
    caller[32_000:] = 0
    path = write_wav(tmp_path / "call.wav", np.stack([operator + 0.15 * caller, caller]), RATE_HZ)
    plan = replace(PLAN, end_ms=4000, channels=(0, 1), natural=(Span(0, 4000, 0),))
    sound = made(path, plan, {0: KEEP, 1: Disguise(1, 4)})
    spectrum = np.abs(np.fft.rfft(sound[4_000:28_000]))
    hertz = np.fft.rfftfreq(24_000, 1 / RATE_HZ)
    own, moved = (
        spectrum[np.abs(hertz - hz).argmin() - 3 : np.abs(hertz - hz).argmin() + 4].max() for hz in (120, 151)
    )
    assert moved > 10 * own
