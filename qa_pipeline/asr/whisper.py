"""Recognition by faster-whisper, each channel as its speaker."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.loading import load_whisper
from qa_pipeline.asr.packing import Packed, pack
from qa_pipeline.asr.screening import plausible
from qa_pipeline.asr.utterances import clean
from qa_pipeline.asr.weights import Weights
from qa_pipeline.errors import CallError
from qa_pipeline.models import ModelStamp, Span, Word

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Word as RawWord

logger = logging.getLogger(__name__)

# Bump when the same audio and weights would give another transcript.
_METHOD = "3"


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
        return load_whisper(self._weights, self._device, self._compute_type, self._threads)

    def transcribe(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords | ChannelFailure]:
        """Recognise channels one after the other; see `qa_pipeline.asr.base.Transcriber`."""
        for audio in channels:
            try:
                words = self._words(audio.samples, audio.speech)
            except (RuntimeError, MemoryError) as error:
                failed = CallError(
                    f"recording {audio.recording_id[:12]}: the recogniser failed ({error})",
                    "free memory, or set device to cpu, and run again",
                )
                yield ChannelFailure(audio.recording_id, audio.channel, failed)
            else:
                yield ChannelWords(audio.recording_id, audio.channel, tuple(words))

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
        return [word for segment in plausible(segments) for word in _read(segment.words or [], packed)]


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
