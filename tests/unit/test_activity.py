"""Echo and doubled channels, on sounds that stand for voices."""

from __future__ import annotations

import numpy as np
import pytest

from qa_pipeline.asr.activity import same_sound, speech_spans, without_echo
from qa_pipeline.models import Span
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


@pytest.mark.parametrize("delay_ms", [0, 40, 250])
def test_a_faint_late_copy_of_the_other_channel_is_dropped(delay_ms: int) -> None:
    left = np.concatenate([_voice(1), silence(1000)])
    right = np.roll(left, delay_ms * 16) * 0.1 + noise(3000, -60, 5)
    assert without_echo([Span(delay_ms, 2000 + delay_ms, 1)], np.stack([left, right])) == []


def test_the_louder_side_of_an_echo_stays() -> None:
    left = np.concatenate([_voice(1), silence(1000)])
    span = Span(0, 2000, 0)
    assert without_echo([span], np.stack([left, left * 0.1])) == [span]


def test_a_faint_speaker_who_talks_over_another_stays() -> None:
    span = Span(200, 1800, 1)
    assert without_echo([span], np.stack([_voice(1), 0.05 * _voice(2)])) == [span]


@pytest.mark.parametrize(
    "sound",
    [silence(5000), noise(5000, -40), np.tile(np.concatenate([tone(450, 1000, -20), silence(4000)]), 2)],
    ids=["silence", "noise", "ring"],
)
def test_silence_noise_and_ring_tone_hold_no_speech(sound: np.ndarray) -> None:
    assert speech_spans(sound, 0) == []
