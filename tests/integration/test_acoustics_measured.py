"""The acoustic measures against Praat and pyloudnorm on real speech, and against the known turns of sample calls."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import parselmouth
import pyloudnorm
import pytest
from ruamel.yaml import YAML

from qa_pipeline.asr.activity import speech_spans
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.crosstalk import without_crosstalk
from qa_pipeline.asr.frames import frames_of
from qa_pipeline.asr.loudness import loudness_lufs
from qa_pipeline.asr.pitch import HIGHEST_HZ, LOWEST_HZ, pitches_hz
from qa_pipeline.asr.turns import dead_airs, responses, talk_overs
from qa_pipeline.models import Role, Span, Transcript
from tests.sounds import noise, tone, transcript

ROOT = Path(__file__).resolve().parents[2]
SPEECH = ROOT.parent / "shared" / "data" / "speech" / "wav"
SAMPLES = ROOT / "recordings_sample"
FULL_SCALE_DB = 93.979  # Praat's dB against 20 micropascals, of a signal whose RMS is 1


@pytest.fixture(scope="module")
def spoken() -> list[np.ndarray]:
    """Every twentieth of the real utterances."""
    names = sorted(SPEECH.glob("*.flac"))[::20]
    if not names:
        pytest.skip("no real speech beside the checkout (../shared/data/speech)")
    return [decode(name, probe(name, 120), 120)[0] for name in names]


def by_praat(sound: np.ndarray) -> parselmouth.Pitch:
    heard = parselmouth.Sound(sound.astype(np.float64), 16_000)
    return heard.to_pitch_ac(time_step=0.01, pitch_floor=LOWEST_HZ, pitch_ceiling=HIGHEST_HZ)


def ours(sound: np.ndarray) -> np.ndarray:
    frames = frames_of(sound[None], "cpu")
    return pitches_hz(sound[None], frames.peak, [Span(0, len(sound) // 16)], "cpu")[0]


def test_pitch_of_real_speech_is_praats(spoken: list[np.ndarray]) -> None:
    gross, voiced, disagreeing, frames, medians = 0, 0, 0, 0, []
    for sound in spoken:
        pitch, praat = ours(sound), by_praat(sound)
        reference = praat.selected_array["frequency"]
        places = np.round((0.02 + 0.01 * np.arange(len(pitch)) - praat.xs()[0]) / 0.01).astype(int)
        other = reference[np.clip(places, 0, len(reference) - 1)]
        heard, expected = ~np.isnan(pitch), other > 0
        both = heard & expected
        gross += int((abs(pitch[both] / other[both] - 1) > 0.2).sum())
        voiced, frames = voiced + int(both.sum()), frames + len(pitch)
        disagreeing += int((heard != expected).sum())
        medians.append(abs(12 * np.log2(np.nanmedian(pitch) / np.median(reference[reference > 0]))))
    assert voiced > 1000
    assert gross / voiced < 0.01
    assert disagreeing / frames < 0.05
    assert np.mean(medians) < 0.2


def test_level_of_real_speech_is_praats_intensity(spoken: list[np.ndarray]) -> None:
    for sound in spoken:
        heard = parselmouth.Sound(sound.astype(np.float64), 16_000).to_intensity(minimum_pitch=100, time_step=0.01)
        level = 10 * np.log10(frames_of(sound[None], "cpu").power.mean())
        assert level == pytest.approx(heard.get_average(None, None, "ENERGY") - FULL_SCALE_DB, abs=0.3)


def test_loudness_of_real_speech_is_the_standards(spoken: list[np.ndarray]) -> None:
    meter = pyloudnorm.Meter(16_000, filter_class="DeMan")
    for sound in spoken:
        expected = meter.integrated_loudness(sound.astype(np.float64))
        assert loudness_lufs(frames_of(sound[None], "cpu").weighted) == pytest.approx(expected, abs=0.3)
    whole = np.concatenate(spoken)
    expected = meter.integrated_loudness(whole.astype(np.float64))
    assert loudness_lufs(frames_of(whole[None], "cpu").weighted) == pytest.approx(expected, abs=0.05)


def test_loudness_of_made_up_sound_is_the_standards() -> None:
    sound = np.concatenate([tone(150, 3000, -18), noise(3000, -50), tone(1200, 2000, -30)])
    expected = pyloudnorm.Meter(16_000, filter_class="DeMan").integrated_loudness(sound.astype(np.float64))
    assert loudness_lufs(frames_of(sound[None], "cpu").weighted) == pytest.approx(expected, abs=0.05)


def sample(call_id: str) -> tuple[Transcript, Transcript]:
    """A stereo sample call as voice activity hears it, and as it was laid out."""
    (path,) = (SAMPLES / "audio").glob(f"{call_id}.*")
    script = YAML(typ="safe").load((SAMPLES / "scripts" / f"{call_id}.yaml").read_text(encoding="utf-8"))
    operator = script["audio"]["operator_channel"]
    channels = {Role.OPERATOR: operator, Role.CALLER: 1 - operator}
    recording = probe(path, 120)
    samples = without_crosstalk(decode(path, recording, 120))
    heard = [replace(s, role=r) for r, c in channels.items() for s in speech_spans(samples[c], c)]
    times = json.loads((SAMPLES / "timing" / f"{call_id}.json").read_text(encoding="utf-8"))
    true = [Span(t["start_ms"], t["end_ms"], channels[Role(t["who"])], Role(t["who"])) for t in times]
    return transcript([], recording.duration_ms, heard), transcript([], recording.duration_ms, true)


def test_the_talk_overs_of_a_sample_call_are_found_with_who_began_and_how_long() -> None:
    heard, true = (talk_overs(t) for t in sample("H261018-001"))
    assert [t.by for t in heard] == [t.by for t in true] == [Role.OPERATOR] * 3
    for found, known in zip(heard, true, strict=True):
        assert found.start_ms == pytest.approx(known.start_ms, abs=300)
        assert found.end_ms - found.start_ms == pytest.approx(known.end_ms - known.start_ms, abs=250)
        assert found.gave_way is known.gave_way is Role.CALLER


def test_the_dead_air_and_the_responses_of_a_sample_call_are_found() -> None:
    heard, true = sample("H261012-001")
    for found, known in zip(dead_airs(heard), dead_airs(true), strict=True):
        assert (found.start_ms, found.end_ms) == pytest.approx((known.start_ms, known.end_ms), abs=300)
        assert found.awaited is known.awaited is Role.OPERATOR
    assert len(responses(heard)) == len(responses(true)) > 3
    for answer, known_answer in zip(responses(heard), responses(true), strict=True):
        assert answer.latency_ms == pytest.approx(known_answer.latency_ms, abs=400)
