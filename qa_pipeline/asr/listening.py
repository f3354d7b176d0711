"""From the samples of calls to their transcripts: all that is not the recogniser's own.

Before it: cross-talk, voice activity. After it: words to utterances, utterances to speakers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.activity import same_sound, speech_spans
from qa_pipeline.asr.attribution import attribute
from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords, Transcriber
from qa_pipeline.asr.channels import ChannelRoles, heard_roles, only_channel, spans_with_roles, with_roles
from qa_pipeline.asr.confidence import calibrated, calibration_of, with_confidence
from qa_pipeline.asr.crosstalk import without_crosstalk
from qa_pipeline.asr.speakers import Diarization, Diarizer
from qa_pipeline.asr.utterances import (
    MONO_PAUSE_MS,
    TURN_PAUSE_MS,
    group_words,
    in_order,
    place_words,
    unintelligible,
)
from qa_pipeline.errors import CallError
from qa_pipeline.models import ModelStamp, Recording, Role, Span, Transcript, Utterance, Word

logger = logging.getLogger(__name__)

# A stretch of which more characters are expected to be wrong than right. Measured (bench/RESULTS.md, Confidence): of
# utterances below it a third of the characters is right, from 0.5 to 0.6 the half, from 0.8 to 0.9 86 %.
UNSURE_BELOW = 0.5
# Less likely than this are two voices on the only channel with speech: then it is the one whom the log puts there.
_ONE_VOICE_BELOW = 0.2
_NOBODY = ChannelRoles((Role.UNKNOWN,), 0.0)


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """A call ready to be recognised.

    ``samples`` (channels, samples) as decoded, for measuring; ``clean`` is what is recognised: the same without
    cross-talk, and one channel where both carry one sound. ``speech`` holds the stretches of each clean channel.
    ``voices`` says whose voice is where on a single clean channel, None where that was not looked for; ``channel`` is
    the channel of the recording that this one is.
    """

    recording: Recording
    samples: NDArray[np.float32]
    clean: NDArray[np.float32]
    roles: ChannelRoles
    speech: tuple[tuple[Span, ...], ...]
    voices: Diarization | None = None
    channel: int = 0


def prepare(
    samples: NDArray[np.float32], recording: Recording, roles: ChannelRoles, diarizer: Diarizer | None = None
) -> PreparedCall:
    """Find what of a call is to be recognised; runs in a thread of its own while other calls are recognised.

    Args:
        samples: Array (channels, samples), 16 kHz, -1..1, as `qa_pipeline.asr.audio.decode` gives it.
        recording: What was decoded.
        roles: Who speaks on which channel, as far as the call log says.
        diarizer: Tells the voices of a single channel apart; without one nobody is named there.
    """
    short_id = recording.recording_id[:12]
    clean = samples
    if same_sound(samples):
        logger.info("recording %s is mono written to two channels", short_id)
        clean, roles = samples.mean(axis=0, keepdims=True), _NOBODY
    elif len(samples) == 2:
        clean = without_crosstalk(samples)
    speech = tuple(tuple(speech_spans(channel, number)) for number, channel in enumerate(clean))
    if len(clean) == 1:
        voices = None if diarizer is None else diarizer.voices(clean[0], speech[0])
        return PreparedCall(recording, samples, clean, roles, speech, voices)
    alone = only_channel(speech)
    if alone is not None:
        voices = None if diarizer is None else diarizer.voices(clean[alone], speech[alone])
        if voices is None or voices.two >= _ONE_VOICE_BELOW:
            logger.warning("recording %s: channel %d may carry both voices, the other none", short_id, alone)
            spans = tuple(replace(span, channel=0) for span in speech[alone])
            return PreparedCall(recording, samples, clean[alone : alone + 1], _NOBODY, (spans,), voices, alone)
    return PreparedCall(recording, samples, clean, roles, speech)


@dataclass(slots=True)
class _Waiting:
    """A call of which some channels are still being recognised."""

    call: PreparedCall
    words: dict[int, tuple[Word, ...]] = field(default_factory=dict)
    error: CallError | None = None


class Listener:
    """Turns prepared calls into transcripts with one recogniser, many calls at a time.

    ``diarizer`` is the one that the calls are prepared with; it is part of the stamp.
    """

    def __init__(self, transcriber: Transcriber, diarizer: Diarizer | None = None) -> None:
        self._transcriber = transcriber
        self._diarizer = diarizer

    @property
    def stamp(self) -> ModelStamp:
        """The recogniser's stamp, with what its confidences were calibrated by and what tells voices apart."""
        stamp = with_confidence(self._transcriber.stamp)
        voices = self._diarizer.stamp if self._diarizer else "none"
        return replace(stamp, settings=f"{stamp.settings} voices={voices}")

    def listen(self, calls: Iterable[PreparedCall]) -> Iterator[tuple[PreparedCall, Callable[[], Transcript]]]:
        """Recognise calls; each comes back once, as soon as all of it is recognised.

        With it comes a function that returns its transcript, or raises a `CallError`.

        Calls are taken as the recogniser has room for them. Two calls of one recording must not be under way together.

        Raises:
            SettingsError: The model cannot be loaded.
            TransientError: The recogniser is out of reach for now.
        """
        waiting: dict[str, _Waiting] = {}
        calibration = calibration_of(self._transcriber.stamp)
        for heard in self._transcriber.transcribe(_channels(calls, waiting)):
            entry = waiting[heard.recording_id]
            if isinstance(heard, ChannelFailure):
                entry.error = heard.error
            words = heard.words if isinstance(heard, ChannelWords) else ()
            entry.words[heard.channel] = tuple(calibrated(words, calibration))
            if len(entry.words) == len(entry.call.clean):
                del waiting[heard.recording_id]
                yield entry.call, partial(self._transcript, entry)
            # Samples of a long call are a gigabyte: let go of them before others are waited for.
            del entry

    def hear(self, samples: NDArray[np.float32], recording: Recording, roles: ChannelRoles) -> Transcript:
        """Recognise one call alone.

        Raises:
            CallError: The recogniser failed on this call.
        """
        ((_, transcript),) = self.listen([prepare(samples, recording, roles, self._diarizer)])
        return transcript()

    def _transcript(self, heard: _Waiting) -> Transcript:
        if heard.error is not None:
            raise heard.error
        call = heard.call
        words = [place_words(heard.words[channel], spans) for channel, spans in enumerate(call.speech)]
        if call.voices is not None:
            made = self._mono_transcript(call, call.voices, words[0])
        else:
            made = self._stereo_transcript(call, words)
        return _on_channel(made, call.channel) if call.channel else made

    def _stereo_transcript(self, call: PreparedCall, words: Sequence[Sequence[Word]]) -> Transcript:
        """Return the transcript of channels with one voice each, or of one of which the voices were not looked for."""
        pause_ms = TURN_PAUSE_MS if len(words) == 2 else MONO_PAUSE_MS
        grouped: list[Utterance] = [u for number, said in enumerate(words) for u in group_words(said, number, pause_ms)]
        utterances = in_order(grouped)
        roles = heard_roles(call.roles, utterances)
        unsure = [unintelligible(spans, said, UNSURE_BELOW) for spans, said in zip(call.speech, words, strict=True)]
        return Transcript(
            recording_id=call.recording.recording_id,
            duration_ms=call.recording.duration_ms,
            utterances=with_roles(utterances, roles),
            speech=spans_with_roles([span for spans in call.speech for span in spans], roles),
            unintelligible=spans_with_roles([span for spans in unsure for span in spans], roles),
            stamp=self.stamp,
        )

    def _mono_transcript(self, call: PreparedCall, voices: Diarization, words: Sequence[Word]) -> Transcript:
        """Return the transcript of one channel with both voices."""
        said = attribute(words, call.speech[0], voices)
        utterances = in_order(said.utterances)
        # What is not known to be the caller's may be what the operator is said to have left out.
        known = any(u.role is not Role.UNKNOWN for u in utterances)
        nobodys = [Span(u.start_ms, u.end_ms) for u in utterances if known and u.role is Role.UNKNOWN]
        unsure = unintelligible(said.speech, words, UNSURE_BELOW)
        return Transcript(
            recording_id=call.recording.recording_id,
            duration_ms=call.recording.duration_ms,
            utterances=utterances,
            speech=said.speech,
            unintelligible=tuple(sorted({*unsure, *nobodys}, key=lambda span: (span.start_ms, span.end_ms))),
            stamp=self.stamp,
        )


def _channels(calls: Iterable[PreparedCall], waiting: dict[str, _Waiting]) -> Iterator[ChannelAudio]:
    """Yield the channels of calls one by one, noting each call as under way."""
    for call in calls:
        recording_id = call.recording.recording_id
        waiting[recording_id] = _Waiting(call)
        for channel, (samples, speech) in enumerate(zip(call.clean, call.speech, strict=True)):
            yield ChannelAudio(recording_id, channel, samples, speech)
        # Let go of this call before the next is waited for; a call has a channel, so that all of these are there.
        del call, samples, speech


def _on_channel(transcript: Transcript, channel: int) -> Transcript:
    """Return the transcript of a single channel as of that of the recording: there it is measured and played."""
    return replace(
        transcript,
        utterances=tuple(replace(u, channel=channel) for u in transcript.utterances),
        speech=tuple(replace(span, channel=channel) for span in transcript.speech),
        unintelligible=tuple(replace(span, channel=channel) for span in transcript.unintelligible),
    )
