"""What of a call is recognised, who is said to speak on it, and on which channel that is measured."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from qa_pipeline.asr import listening
from qa_pipeline.asr.acoustics import measure
from qa_pipeline.asr.base import ChannelAudio, ChannelWords
from qa_pipeline.asr.channels import ChannelRoles
from qa_pipeline.asr.listening import Listener, PreparedCall, prepare
from qa_pipeline.asr.speakers import Diarization, SpeakerTurn
from qa_pipeline.models import ModelStamp, Role, Span, Transcript, Word
from tests.sounds import STAMP, noise, recording, silence, tone

OPERATOR, CALLER, UNKNOWN = Role.OPERATOR, Role.CALLER, Role.UNKNOWN
Samples = NDArray[np.float32]
STATED = ChannelRoles((OPERATOR, CALLER), 1.0)
OPENING = "您好欢迎拨打12345热线请问有什么可以帮您"


@dataclass(frozen=True, slots=True)
class FakeDiarizer:
    """Finds two voices as likely as told: one in the first half of the speech, the other in the second."""

    two: float
    stamp: str = "fake"

    def voices(self, samples: Samples, speech: Sequence[Span]) -> Diarization:
        middle = (speech[0].start_ms + speech[-1].end_ms) // 2
        first = SpeakerTurn(speech[0].start_ms, middle, 0, 0.98)
        return Diarization((first, SpeakerTurn(middle, speech[-1].end_ms, 1, 0.98)), self.two)


class FakeTranscriber:
    """Hears an opening in the first span of each channel."""

    stamp: ModelStamp = STAMP

    def transcribe(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords]:
        for audio in channels:
            start = audio.speech[0].start_ms if audio.speech else 0
            words = [Word(c, start + 40 * n, start + 40 * n + 40, 0.99) for n, c in enumerate(OPENING)]
            answer = ChannelWords(audio.recording_id, audio.channel, tuple(words) if audio.speech else ())
            del audio
            yield answer


@pytest.fixture(autouse=True)
def loud_is_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take for speech what is loud: made-up sounds are no voices."""

    def spans(samples: Samples, channel: int) -> list[Span]:
        loud = np.flatnonzero(np.abs(samples) > 0.01)
        return [Span(int(loud[0]) // 16, int(loud[-1]) // 16, channel)] if len(loud) else []

    monkeypatch.setattr(listening, "speech_spans", spans)


def _voice(before_ms: int, ms: int, after_ms: int, hz: float = 150) -> Samples:
    return np.concatenate([silence(before_ms), tone(hz, ms), silence(after_ms)])


def _one_live(live: int) -> Samples:
    sides = [noise(8000, -90, 3), noise(8000, -90, 4)]
    sides[live] = sides[live] + _voice(1000, 5000, 2000)
    return np.stack(sides)


def _heard(call: PreparedCall) -> Transcript:
    ((_, transcript),) = Listener(FakeTranscriber()).listen([call])
    return transcript()


def test_two_channels_keep_the_roles_of_the_log() -> None:
    samples = np.stack([_voice(0, 3000, 4000), _voice(4000, 2500, 500, 230)])
    call = prepare(samples, recording(), STATED, FakeDiarizer(0.99))
    assert (call.roles, len(call.clean), call.voices, call.channel) == (STATED, 2, None, 0)


def test_one_sound_on_two_channels_is_mono_and_nobody_is_named() -> None:
    voice = _voice(500, 4000, 500)
    call = prepare(np.stack([voice, voice]), recording(), STATED)
    assert (len(call.clean), call.roles.roles, call.roles.confidence) == (1, (UNKNOWN,), 0.0)
    assert {u.role for u in _heard(call).utterances} == {UNKNOWN}


def test_mono_is_looked_through_for_voices() -> None:
    nobody = ChannelRoles((UNKNOWN,), 0.0)
    call = prepare(_voice(500, 4000, 500)[None], recording(1), nobody, FakeDiarizer(0.99))
    assert call.voices is not None
    assert call.voices.two == 0.99


@pytest.mark.parametrize("live", [0, 1])
@pytest.mark.parametrize("diarizer", [None, FakeDiarizer(0.2), FakeDiarizer(0.5), FakeDiarizer(0.99)])
def test_where_one_channel_is_dead_the_log_names_nobody_on_the_other(live: int, diarizer: FakeDiarizer | None) -> None:
    call = prepare(_one_live(live), recording(), STATED, diarizer)
    assert (call.roles.roles, call.roles.confidence, call.channel) == ((UNKNOWN,), 0.0, live)
    assert len(call.clean) == len(call.speech) == 1


@pytest.mark.parametrize("live", [0, 1])
def test_without_a_diarizer_even_an_operators_opening_names_nobody_on_the_only_live_channel(live: int) -> None:
    heard = _heard(prepare(_one_live(live), recording(), STATED))
    assert {(u.role, u.role_confidence, u.channel) for u in heard.utterances} == {(UNKNOWN, 0.0, live)}
    assert {(s.role, s.channel) for s in heard.speech} == {(UNKNOWN, live)}


@pytest.mark.parametrize("live", [0, 1])
def test_one_voice_on_the_only_live_channel_is_whose_the_log_says(live: int) -> None:
    call = prepare(_one_live(live), recording(), STATED, FakeDiarizer(0.19))
    assert (call.roles, len(call.clean)) == (STATED, 2)


@pytest.mark.parametrize("live", [0, 1])
@pytest.mark.parametrize("diarizer", [None, FakeDiarizer(0.1), FakeDiarizer(0.99)])
def test_what_is_heard_on_the_only_live_channel_is_measured_and_played_there(
    live: int, diarizer: FakeDiarizer | None
) -> None:
    call = prepare(_one_live(live), recording(duration_ms=8000), STATED, diarizer)
    heard = _heard(call)
    assert {u.channel for u in heard.utterances} == {s.channel for s in heard.speech} == {live}
    assert {s.channel for s in heard.unintelligible} <= {live}
    assert all(u.loudness_db > -40 for u in measure(call.samples, heard).utterances)


def test_a_calls_samples_are_gone_when_the_next_call_is_waited_for() -> None:
    known: list[weakref.ref[Samples]] = []

    def ready(number: int) -> PreparedCall:
        samples = _one_live(0)
        known.append(weakref.ref(samples))
        return prepare(samples, replace(recording(), recording_id=str(number)), STATED)

    def calls() -> Iterator[PreparedCall]:
        for number in range(3):
            assert all(samples() is None for samples in known)
            yield ready(number)

    for call, transcript in Listener(FakeTranscriber()).listen(calls()):
        assert transcript().recording_id == call.recording.recording_id
        del call, transcript
    assert len(known) == 3
