"""Acoustic measures of sounds whose measures are known."""

from __future__ import annotations

import numpy as np
import pytest

from qa_pipeline.asr.acoustics import measure, speech_rate
from qa_pipeline.asr.device import pick_device
from qa_pipeline.asr.frames import levels_db, pitches_hz
from qa_pipeline.models import Role, Span
from tests.sounds import noise, said, silence, tone, transcript

OPERATOR, CALLER, UNKNOWN = Role.OPERATOR, Role.CALLER, Role.UNKNOWN


@pytest.mark.parametrize("hz", [75.0, 110.0, 180.5, 243.0, 390.0])
def test_pitch_of_a_buzz_is_found_within_a_percent(hz: float) -> None:
    pitches = pitches_hz(tone(hz, 500) + noise(500, -50), "cpu")
    assert np.isnan(pitches).mean() < 0.05
    assert np.nanmedian(pitches) == pytest.approx(hz, rel=0.01)


def test_pitch_survives_the_telephone_band() -> None:
    buzz = tone(120, 1000)
    spectrum = np.fft.rfft(buzz)
    band = np.fft.rfftfreq(len(buzz), 1 / 16_000)
    telephone = np.fft.irfft(np.where((band > 300) & (band < 3400), spectrum, 0)).astype(np.float32)
    assert np.nanmedian(pitches_hz(telephone, "cpu")) == pytest.approx(120, rel=0.02)


@pytest.mark.parametrize("sound", [noise(500, -20), silence(500), silence(20)])
def test_noise_and_silence_have_no_pitch(sound: np.ndarray) -> None:
    pitches = pitches_hz(sound, "cpu")
    assert np.isnan(pitches).mean() > 0.9 if len(pitches) else True


def test_many_frames_are_measured_in_batches_as_few_are() -> None:
    buzz = tone(150, 100_000)
    pitches = pitches_hz(buzz, "cpu")
    assert len(pitches) == 9997
    assert np.allclose(pitches, 150, rtol=0.01)


def test_levels_are_rms_in_dbfs_per_ten_milliseconds() -> None:
    levels = levels_db(np.stack([tone(200, 1000, -12), silence(1000)]), "cpu")
    assert levels.shape == (2, 100)
    assert levels[0].mean() == pytest.approx(-12, abs=0.2)
    assert (levels[1] == -100).all()


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


def test_too_little_speech_has_no_rate() -> None:
    assert speech_rate([said(0, 0, 0, "字" * 39, OPERATOR, ms_a_word=250)]) is None
    assert speech_rate([]) is None
    call = transcript([said(0, 0, 0, "字" * 10, OPERATOR), said(1, 1, 2500, "字" * 30, CALLER)], 9000)
    profile = measure(np.zeros((2, 16 * 9000), np.float32), call)
    assert profile.operator_rate_cpm is None
    assert [u.rate_cpm for u in profile.utterances] == [None, pytest.approx(300)]


def _profile(spans: list[Span], duration_ms: int = 60_000, utterances: list | None = None) -> object:
    words = utterances or [said(n, s.channel, s.start_ms, "话", s.role) for n, s in enumerate(spans)]
    return measure(np.zeros((2, 1600), np.float32), transcript(words, duration_ms, spans))


def test_talk_over_is_by_whom_began_second_and_lasts_while_both_speak() -> None:
    profile = _profile([Span(1000, 6000, 1, CALLER), Span(4500, 9000, 0, OPERATOR)])
    (over,) = profile.talk_overs
    assert (over.start_ms, over.end_ms, over.by, over.utterance) == (4500, 6000, OPERATOR, 1)


def test_a_breath_does_not_split_a_talk_over_and_a_touch_is_none() -> None:
    spans = [Span(0, 5000, 0, OPERATOR), Span(1000, 2000, 1, CALLER), Span(2200, 3000, 1, CALLER)]
    (over,) = _profile(spans).talk_overs
    assert (over.start_ms, over.end_ms, over.by) == (1000, 3000, CALLER)
    assert _profile([Span(0, 5000, 0, OPERATOR), Span(4900, 8000, 1, CALLER)]).talk_overs == ()


def test_mono_has_no_talk_over_and_awaits_nobody() -> None:
    profile = _profile([Span(0, 5000, 0, UNKNOWN), Span(12_000, 14_000, 0, UNKNOWN)], 14_000)
    assert profile.talk_overs == ()
    assert [d.awaited for d in profile.dead_airs] == [UNKNOWN]
    assert profile.operator_rate_cpm is None


@pytest.mark.parametrize(
    ("before", "after", "words", "awaited"),
    [
        (CALLER, OPERATOR, "您好", OPERATOR),
        (CALLER, CALLER, "还有", OPERATOR),
        (OPERATOR, OPERATOR, "久等了", OPERATOR),
        (OPERATOR, CALLER, "我想想", CALLER),
        (OPERATOR, CALLER, "喂还在吗", OPERATOR),
    ],
)
def test_dead_air_awaits_who_should_have_spoken(before: Role, after: Role, words: str, awaited: Role) -> None:
    channel = {OPERATOR: 0, CALLER: 1}
    said_words = [said(0, channel[before], 0, "话", before), said(1, channel[after], 15_000, words, after)]
    spans = [Span(0, 5000, channel[before], before), Span(15_000, 20_000, channel[after], after)]
    (air,) = _profile(spans, 20_000, said_words).dead_airs
    assert (air.start_ms, air.end_ms, air.awaited, air.after) == (5000, 15_000, awaited, 0)


def test_dead_air_at_the_beginning_and_end_is_found_and_three_seconds_are_not() -> None:
    profile = _profile([Span(4000, 6000, 0, OPERATOR), Span(9000, 10_000, 1, CALLER)], 15_000)
    assert [(d.start_ms, d.end_ms, d.awaited, d.after) for d in profile.dead_airs] == [
        (0, 4000, OPERATOR, None),
        (10_000, 15_000, OPERATOR, 1),
    ]


def test_somebody_speaking_on_either_channel_is_no_dead_air() -> None:
    spans = [Span(0, 20_000, 0, OPERATOR), Span(1000, 2000, 1, CALLER), Span(19_000, 21_000, 1, CALLER)]
    assert _profile(spans, 22_000).dead_airs == ()


def test_the_device_is_the_processor_where_the_setting_says_so() -> None:
    assert pick_device("cpu") == "cpu"
    assert pick_device("auto") in {"cpu", "cuda"}
