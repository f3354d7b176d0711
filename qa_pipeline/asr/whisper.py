"""Recognition by faster-whisper, each channel as its speaker."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.activity import same_sound, speech_spans
from qa_pipeline.asr.channels import ChannelRoles, heard_roles, spans_with_roles, with_roles
from qa_pipeline.asr.crosstalk import without_crosstalk
from qa_pipeline.asr.packing import Packed, pack
from qa_pipeline.asr.screening import plausible
from qa_pipeline.asr.utterances import (
    MONO_PAUSE_MS,
    TURN_PAUSE_MS,
    clean,
    group_words,
    in_order,
    place_words,
    unintelligible,
)
from qa_pipeline.asr.weights import Weights
from qa_pipeline.errors import CallError, SettingsError
from qa_pipeline.models import ModelStamp, Recording, Role, Span, Transcript, Utterance, Word

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Word as RawWord

logger = logging.getLogger(__name__)

# Bump when the same audio and weights would give another transcript.
_METHOD = "3"
# Measured on 90 AISHELL utterances at 8 kHz µ-law (1,000 characters), by mean word confidence of an utterance: of the
# characters 60 % are wrong below 0.6, a third from 0.6 to 0.8, a tenth from 0.8.
UNSURE_BELOW = 0.6


class WhisperTranscriber:
    """Recognises Mandarin with a Whisper model that is loaded at its first use and kept."""

    def __init__(self, weights: Weights, device: str, compute_type: str, threads: int, beam_size: int) -> None:
        self._weights = weights
        self._device = device
        self._compute_type = compute_type
        self._threads = threads
        self._beam_size = beam_size

    @property
    def stamp(self) -> ModelStamp:
        """Engine, weights and every setting that changes words; the number of threads does not."""
        return ModelStamp(
            engine=f"faster-whisper {version('faster-whisper')}",
            model=self._weights.name,
            sha256=self._weights.sha256,
            settings=f"method={_METHOD} compute_type={self._compute_type} beam={self._beam_size} vad=silero",
        )

    @cached_property
    def _model(self) -> WhisperModel:
        from faster_whisper import WhisperModel  # noqa: PLC0415  # seconds to import

        try:
            return WhisperModel(
                str(self._weights.path),
                device=self._device,
                compute_type=self._compute_type,
                cpu_threads=self._threads,
                num_workers=1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise SettingsError(
                f"model {self._weights.name} cannot be loaded on {self._device} as {self._compute_type}: {error}",
                "check `model`, `device` and `compute_type`; cpu with int8 always works",
            ) from error

    def transcribe(self, samples: NDArray[np.float32], recording: Recording, roles: ChannelRoles) -> Transcript:
        """Recognise a call; see `qa_pipeline.asr.base.Transcriber`.

        Both channels of a stereo file that carry one sound are recognised once, with nobody's role told.

        Raises:
            CallError: The recogniser failed on this call.
            SettingsError: The model cannot be loaded.
        """
        if same_sound(samples):
            logger.info("recording %s is mono written to two channels", recording.recording_id[:12])
            samples, roles = samples[:1], ChannelRoles((Role.UNKNOWN,), 0.0)
        if len(samples) == 2:
            samples = without_crosstalk(samples)
        speech = [speech_spans(channel, number) for number, channel in enumerate(samples)]
        try:
            words = [self._words(channel, spans) for channel, spans in zip(samples, speech, strict=True)]
        except (RuntimeError, MemoryError) as error:
            raise CallError(
                f"recording {recording.recording_id[:12]}: the recogniser failed ({error})",
                "free memory, or set device to cpu, and run again",
            ) from error
        return self._assemble(recording, roles, speech, words)

    def _assemble(
        self,
        recording: Recording,
        roles: ChannelRoles,
        speech: Sequence[Sequence[Span]],
        words: Sequence[Sequence[Word]],
    ) -> Transcript:
        pause_ms = TURN_PAUSE_MS if len(words) == 2 else MONO_PAUSE_MS
        grouped: list[Utterance] = [u for number, said in enumerate(words) for u in group_words(said, number, pause_ms)]
        utterances = in_order(grouped)
        roles = heard_roles(roles, utterances)
        unsure = [unintelligible(spans, said, UNSURE_BELOW) for spans, said in zip(speech, words, strict=True)]
        return Transcript(
            recording_id=recording.recording_id,
            duration_ms=recording.duration_ms,
            utterances=with_roles(utterances, roles),
            speech=spans_with_roles([span for spans in speech for span in spans], roles),
            unintelligible=spans_with_roles([span for spans in unsure for span in spans], roles),
            stamp=self.stamp,
        )

    def _words(self, samples: NDArray[np.float32], speech: Sequence[Span]) -> list[Word]:
        """Recognise one channel (samples,), its silences cut out; return its words, placed in its speech."""
        if not speech:
            return []
        packed = pack(samples, speech)
        # Temperature 0 alone: retries sample at random, and a score that pays must come out the same twice.
        segments, _ = self._model.transcribe(
            packed.samples,
            language="zh",
            beam_size=self._beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
        )
        heard = [word for segment in plausible(segments) for word in _read(segment.words or [], packed)]
        return place_words(heard, speech)


def _read(words: Sequence[RawWord], packed: Packed) -> list[Word]:
    """Return the words of a segment with their times in the call."""
    following = [word.word for word in words[1:]] + [""]
    read = [
        Word(
            clean(word.word, after),
            packed.original_ms(word.start * 1000),
            packed.original_ms(word.end * 1000 - 1),
            float(word.probability),
        )
        for word, after in zip(words, following, strict=True)
    ]
    return [word for word in read if word.text]
