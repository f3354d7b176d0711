"""Cross-talk and doubled channels, on sounds that stand for voices."""

from __future__ import annotations

import numpy as np
import pytest

from qa_pipeline.asr.activity import same_sound, speech_spans
from qa_pipeline.asr.crosstalk import without_crosstalk
from tests.sounds import noise, silence, tone


def _voice(seed: int, ms: int = 2000) -> np.ndarray:
    """Noise under a slow envelope: unlike any other of another seed."""
    times = np.arange(ms * 16) / 16_000
    return (noise(ms, -20, seed) * (1 + np.sin(2 * np.pi * 3 * times + seed))).astype(np.float32)


def test_both_channels_with_one_sound_are_known() -> None:
    voice = _voice(1)
    assert same_sound(np.stack([voice, voice]))
    assert same_sound(np.stack([voice, 0.5 * voice + noise(2000, -50, 9)]))


def test_two_speakers_mono_and_a_dead_channel_are_not_one_sound() -> None:
    voice = _voice(1)
    assert not same_sound(np.stack([voice, _voice(2)]))
    assert not same_sound(voice[None])
    assert not same_sound(np.stack([voice, np.zeros_like(voice)]))


@pytest.mark.parametrize("delay_ms", [0, 45, 250])
@pytest.mark.parametrize("leak_db", [-14, -26])
def test_a_faint_late_copy_of_the_other_channel_is_muted(delay_ms: int, leak_db: float) -> None:
    left = np.concatenate([_voice(1), silence(3000)])
    own = np.concatenate([silence(3000), _voice(2)])
    right = own + np.roll(left, delay_ms * 16) * 10 ** (leak_db / 20) + noise(5000, -60, 5)
    samples = np.stack([left, right.astype(np.float32)])
    clean = without_crosstalk(samples)
    assert np.sqrt(np.mean(np.square(clean[1, : 16 * 2500]))) < 0.002
    assert np.array_equal(clean[1, 16 * 3000 :], samples[1, 16 * 3000 :])
    assert np.array_equal(clean[0], left)


def test_one_who_talks_over_a_leak_is_still_heard() -> None:
    left, own = _voice(1, 6000), np.concatenate([silence(3000), 0.5 * _voice(2, 3000)])
    samples = np.stack([left, (own + 0.05 * left).astype(np.float32)])
    clean = without_crosstalk(samples)
    assert np.sqrt(np.mean(np.square(clean[1, : 16 * 2900]))) < 0.002
    kept = np.square(clean[1, 16 * 3000 :]).sum() / np.square(samples[1, 16 * 3000 :]).sum()
    assert kept > 0.9


def test_a_faint_speaker_over_a_loud_one_is_no_leak() -> None:
    samples = np.stack([_voice(1), 0.05 * _voice(2)]).astype(np.float32)
    assert without_crosstalk(samples) is samples


def test_silent_channels_and_very_short_calls_leak_nothing() -> None:
    assert without_crosstalk(np.zeros((2, 100), np.float32)).shape == (2, 100)
    samples = np.stack([_voice(1), silence(2000)])
    assert without_crosstalk(samples) is samples


@pytest.mark.parametrize(
    "sound",
    [silence(5000), noise(5000, -40), np.tile(np.concatenate([tone(450, 1000, -20), silence(4000)]), 2)],
    ids=["silence", "noise", "ring"],
)
def test_silence_noise_and_ring_tone_hold_no_speech(sound: np.ndarray) -> None:
    assert speech_spans(sound, 0) == []


@pytest.mark.parametrize("leak_db", [-12, -8, -6])
def test_a_loud_leak_both_ways_leaves_each_their_own(leak_db: float) -> None:
    left = np.concatenate([_voice(1, 3000), silence(3000)])
    right = np.concatenate([silence(3000), _voice(2, 3000)])
    gain = np.float32(10 ** (leak_db / 20))
    hiss = np.stack([noise(6000, -60, 5), noise(6000, -60, 6)])
    clean = without_crosstalk(np.stack([left + gain * right, right + gain * left]) + hiss)
    power = np.square(clean.reshape(2, 2, -1)).mean(axis=2)
    assert power[0, 0] > 300 * power[0, 1]
    assert power[1, 1] > 300 * power[1, 0]


def test_sides_that_leak_too_much_to_be_parted_are_one_sound() -> None:
    left = np.concatenate([_voice(1, 3000), silence(3000)])
    right = np.concatenate([silence(3000), _voice(2, 3000)])
    assert same_sound(np.stack([left + 0.8 * right, right + 0.8 * left]))
    assert not same_sound(np.stack([left + 0.5 * right, right + 0.5 * left]))


def test_what_is_put_in_place_of_a_leak_sounds_like_a_telephone_line() -> None:
    left = np.concatenate([_voice(1), silence(3000)])
    right = np.concatenate([silence(3000), _voice(2)]) + 0.05 * left + noise(5000, -60, 5)
    clean = without_crosstalk(np.stack([left, right.astype(np.float32)]))
    spectrum = np.square(np.abs(np.fft.rfft(clean[1, : 16 * 1900])))
    above = np.fft.rfftfreq(16 * 1900, 1 / 16_000) > 4000
    assert spectrum[above].sum() < 0.05 * spectrum.sum()
