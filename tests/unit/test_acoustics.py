"""Acoustic measures of sounds whose measures are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_pipeline.asr.acoustics import measure, speech_rate
from qa_pipeline.asr.device import pick_device
from qa_pipeline.asr.frames import frames_of
from qa_pipeline.asr.loudness import loudness_lufs
from qa_pipeline.asr.pitch import pitches_hz
from qa_pipeline.models import AcousticProfile, Role, Span
from qa_pipeline.store.codec import decode, encode
from tests.sounds import noise, said, silence, tone, transcript

OPERATOR, CALLER, UNKNOWN = Role.OPERATOR, Role.CALLER, Role.UNKNOWN


def pitches(sound: np.ndarray) -> np.ndarray:
    """The pitch of one stretch, heard alone."""
    frames = frames_of(sound[None], "cpu")
    (found,) = pitches_hz(sound[None], frames.peak, [Span(0, len(sound) // 16)], "cpu")
    return found


@pytest.mark.parametrize("hz", [77.0, 110.0, 180.5, 243.0, 390.0, 490.0])
def test_pitch_of_a_buzz_is_found_within_a_percent(hz: float) -> None:
    found = pitches(tone(hz, 500) + noise(500, -50))
    assert np.isnan(found).mean() < 0.05
    assert np.nanmedian(found) == pytest.approx(hz, rel=0.01)


def test_pitch_survives_the_telephone_band() -> None:
    buzz = tone(120, 1000)
    spectrum = np.fft.rfft(buzz)
    band = np.fft.rfftfreq(len(buzz), 1 / 16_000)
    telephone = np.fft.irfft(np.where((band > 300) & (band < 3400), spectrum, 0)).astype(np.float32)
    assert np.nanmedian(pitches(telephone)) == pytest.approx(120, rel=0.02)


@pytest.mark.parametrize("sound", [noise(500, -20), silence(500), silence(20)])
def test_noise_and_silence_have_no_pitch(sound: np.ndarray) -> None:
    found = pitches(sound)
    assert np.isnan(found).mean() > 0.9 if len(found) else True


def test_many_frames_are_measured_in_batches_and_rows_as_few_are() -> None:
    found = pitches(tone(150, 100_000))
    assert len(found) == 9997
    assert np.allclose(found, 150, rtol=0.01)


def test_stretches_of_all_lengths_are_measured_together_as_each_alone() -> None:
    sounds = [tone(hz, ms) + noise(ms, -40, seed=ms) for hz, ms in ((120, 700), (210, 30), (310, 6_300), (95, 1_000))]
    call = np.stack([np.concatenate(sounds), noise(8_030, -40)])
    ends = np.cumsum([len(s) // 16 for s in sounds])
    spans = [Span(int(end) - len(s) // 16, int(end)) for s, end in zip(sounds, ends, strict=True)]
    together = pitches_hz(call, frames_of(call, "cpu").peak, [*spans[::-1], Span(0, 500, 1)], "cpu")
    assert [len(p) for p in together] == [97, 627, 0, 67, 47]
    for sound, found in zip(sounds[::-1], together, strict=False):
        assert np.allclose(pitches(sound), found, rtol=0.001, equal_nan=True)


def test_a_voice_that_jumps_an_octave_for_one_frame_is_held_to_its_path() -> None:
    buzz = tone(200, 500)
    buzz[4000:4160] += tone(100, 10, -12)
    assert np.nanmax(np.abs(pitches(buzz) - 200)) < 10


def levels(samples: np.ndarray) -> np.ndarray:
    return frames_of(samples, "cpu").levels_db


def test_levels_are_rms_in_dbfs_per_ten_milliseconds() -> None:
    found = levels(np.stack([tone(200, 1000, -12), silence(1000)]))
    assert found.shape == (2, 100)
    assert found[0].mean() == pytest.approx(-12, abs=0.2)
    assert (found[1] == -100).all()


def test_levels_and_weights_do_not_show_where_a_batch_ends() -> None:
    steady = tone(200, 130_000, -20)
    frames = frames_of(steady[None], "cpu")
    weighted = 10 * np.log10(frames.weighted[0, 50:])
    assert np.ptp(frames.levels_db) < 0.01
    assert np.ptp(weighted) < 0.01


def test_a_constant_that_a_recorder_adds_is_no_sound() -> None:
    assert levels((silence(4000) + np.float32(0.1))[None]).max() < -60


def test_loudness_of_the_standards_tone_is_what_the_standard_says() -> None:
    times = np.arange(16_000 * 5) / 16_000
    sine = np.sin(2 * np.pi * 997 * times).astype(np.float32)[None]
    assert loudness_lufs(frames_of(sine, "cpu").weighted) == pytest.approx(-3.01, abs=0.1)
    assert loudness_lufs(frames_of(sine / 100, "cpu").weighted) == pytest.approx(-43.01, abs=0.1)


def test_pauses_are_gated_out_of_loudness_and_silence_has_none() -> None:
    speech, pause = np.full(300, 1e-2, np.float32), np.full(900, 1e-6, np.float32)
    alone = loudness_lufs([speech])
    assert loudness_lufs([speech, pause]) == pytest.approx(alone)
    assert loudness_lufs([np.concatenate([speech, pause])]) == pytest.approx(alone, abs=0.3)
    assert loudness_lufs([pause[:9]]) == pytest.approx(-60.7, abs=0.1)
    assert loudness_lufs([np.zeros(100, np.float32)]) is None
    assert loudness_lufs([]) is None


@settings(max_examples=25)
@given(st.floats(-40, -6), st.floats(-20, 20))
def test_a_louder_microphone_is_no_louder_person(level_db: float, gain_db: float) -> None:
    gain = np.float32(10 ** (gain_db / 20))
    sound = np.concatenate([tone(200, 2000, level_db - 30), silence(1000)]) + noise(3000, level_db - 60)
    call = transcript([said(0, 0, 0, "一二三四五六七八九十", OPERATOR)], 3000)
    plain, loud = (measure(sound[None] * g, call).utterances[0] for g in (np.float32(1), gain))
    assert loud.loudness_db - plain.loudness_db == pytest.approx(gain_db, abs=0.1)
    if plain.above_floor_db is not None and loud.above_floor_db is not None:
        assert loud.above_floor_db == pytest.approx(plain.above_floor_db, abs=0.1)
    assert loud.pitch_hz == pytest.approx(plain.pitch_hz, rel=0.01)


def test_a_line_that_sends_no_noise_has_no_floor_to_stand_above() -> None:
    sound = np.concatenate([tone(200, 2000, -20), silence(1000)])
    call = transcript([said(0, 0, 0, "一二三四五六七八九十", OPERATOR)], 3000)
    assert measure(sound[None], call).utterances[0].above_floor_db is None


def test_a_voice_is_measured_over_all_that_its_role_said() -> None:
    rising = [tone(hz, 1000, -20) for hz in (150, 200, 250)]
    sound = np.stack([np.concatenate([*rising, silence(1000)]), np.concatenate([silence(3000), tone(110, 1000, -32)])])
    sound += np.stack([noise(4000, -60), noise(4000, -60, seed=2)])
    call = transcript(
        [said(n, 0, n * 1000, "五个字五个", OPERATOR) for n in range(3)] + [said(3, 1, 3000, "五个字五个", CALLER)],
        4000,
    )
    profile = measure(sound, call)
    operator, caller = profile.voices
    assert (operator.role, caller.role) == (OPERATOR, CALLER)
    assert operator.pitch_hz == pytest.approx(200, rel=0.02)
    assert operator.pitch_range_semitones == pytest.approx(12 * np.log2(250 / 150), abs=0.3)
    assert caller.pitch_hz == pytest.approx(110, rel=0.02)
    assert operator.above_floor_db == pytest.approx(40, abs=2)
    assert caller.above_floor_db == pytest.approx(28, abs=2)
    assert operator.loudness_lufs - caller.loudness_lufs == pytest.approx(12, abs=2)
    assert profile.channel_lufs[0] == pytest.approx(operator.loudness_lufs, abs=0.5)


def test_an_utterance_has_its_loudness_and_pitch() -> None:
    left = np.concatenate([tone(220, 2000, -18), silence(3000)]) + noise(5000, -65)
    right = np.concatenate([silence(2500), tone(110, 2000, -30), silence(500)]) + noise(5000, -55, seed=2)
    call = transcript([said(0, 0, 0, "您好请问什么事情呢", OPERATOR), said(1, 1, 2600, "路灯坏了", CALLER)], 5000)
    profile = measure(np.stack([left, right]), call)
    first, second = profile.utterances
    assert (first.index, second.index) == (0, 1)
    assert first.loudness_db == pytest.approx(-18, abs=0.5)
    assert second.loudness_db == pytest.approx(-30, abs=0.5)
    assert first.pitch_hz == pytest.approx(220, rel=0.01)
    assert second.pitch_hz == pytest.approx(110, rel=0.01)
    assert profile.noise_floor_db == (pytest.approx(-65, abs=1.5), pytest.approx(-55, abs=1.5))


def test_pauses_inside_an_utterance_do_not_lower_its_loudness() -> None:
    sound = np.concatenate([tone(200, 1000, -20), silence(1000), tone(200, 1000, -20)]) + noise(3000, -70)
    call = transcript([said(0, 0, 0, "一二三四五六七八九十一二三四五", UNKNOWN)], 3000)
    assert measure(sound[None], call).utterances[0].loudness_db == pytest.approx(-20, abs=0.5)


def test_speech_rate_leaves_long_pauses_out() -> None:
    steady = said(0, 0, 0, "字" * 60, OPERATOR, ms_a_word=250)
    later = said(1, 0, 30_000, "字" * 60, OPERATOR, ms_a_word=250)
    assert speech_rate([steady]) == pytest.approx(240)
    assert speech_rate([steady, later]) == pytest.approx(240)
    joined = said(0, 0, 0, "字" * 60, OPERATOR, ms_a_word=250)
    object.__setattr__(joined, "words", (*steady.words, *later.words))
    assert speech_rate([joined]) == pytest.approx(240)


def test_octaves_heard_wrongly_do_not_widen_the_range_of_a_voice() -> None:
    voice = [tone(hz, 300, -20) for hz in (120, 130, 140, 130, 120, 135, 125)]
    call = transcript([said(0, 0, 0, "一二三四五六七八九十一", OPERATOR)], 2400)
    ranges = []
    for last in (tone(130, 300, -20), tone(390, 300, -20)):
        sound = np.concatenate([*voice, last])[None] + noise(2400, -60)
        ranges.append(measure(sound, call).utterances[0].pitch_range_semitones)
    assert ranges[1] == pytest.approx(ranges[0], abs=0.3)
    assert ranges[0] == pytest.approx(12 * np.log2(140 / 120), abs=0.3)


def test_too_little_speech_has_no_rate() -> None:
    assert speech_rate([said(0, 0, 0, "字" * 39, OPERATOR, ms_a_word=250)]) is None
    assert speech_rate([]) is None
    call = transcript([said(0, 0, 0, "字" * 10, OPERATOR), said(1, 1, 2500, "字" * 30, CALLER)], 9000)
    profile = measure(np.zeros((2, 16 * 9000), np.float32), call)
    assert profile.operator_rate_cpm is None
    assert [u.rate_cpm for u in profile.utterances] == [None, pytest.approx(300)]


def test_what_is_measured_can_be_stored_and_read_and_so_can_what_was_stored_before() -> None:
    call = transcript([said(0, 0, 0, "您好请问", OPERATOR), said(1, 1, 900, "我问一下", CALLER)], 2500)
    profile = measure(np.stack([tone(200, 2500), tone(120, 2500)]), call)
    assert decode(AcousticProfile, encode(profile)) == profile
    before = (
        '{"utterances":[{"index":0,"loudness_db":-21.5,"pitch_hz":null,"rate_cpm":240.25}],"talk_overs":[{"start_ms":1000'
        ',"end_ms":2500,"by":"operator","utterance":null}],"dead_airs":[],"operator_rate_cpm":240.25,'
        '"caller_rate_cpm":null,"noise_floor_db":[-60.5,-58.0]}'
    )
    read = decode(AcousticProfile, before)
    assert read.utterances[0].loudness_lufs is None
    assert read.talk_overs[0].into_ms is None
    assert (read.voices, read.responses, read.ending, read.response_median_ms) == ((), (), None, None)


def test_a_call_of_nothing_is_measured() -> None:
    profile = measure(np.zeros((2, 0), np.float32), transcript([], 0))
    assert profile.utterances == ()
    assert profile.channel_lufs == (None, None)


def test_the_device_is_the_processor_where_the_setting_says_so() -> None:
    assert pick_device("cpu") == "cpu"
    assert pick_device("auto") in {"cpu", "cuda"}
