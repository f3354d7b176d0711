"""Windows of speech to words, a batch at a time: features, encoder, decoder, alignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.stopwatch import Stopwatch

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

FRAMES = 3000
"""Frames of 10 ms in the 30 s window that Whisper was trained on."""

_RATE_PER_FRAME = 160


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word as recognised; times in milliseconds of the window."""

    text: str
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True, slots=True)
class HeardWindow:
    """What Whisper wrote of a window, and its measures of it."""

    text: str
    words: tuple[HeardWord, ...]
    compression_ratio: float
    no_speech_prob: float
    avg_logprob: float


class Decoder:
    """Decodes batches of windows with one loaded model; safe to use from several threads."""

    def __init__(self, model: WhisperModel, stopwatch: Stopwatch) -> None:
        from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415  # seconds to import
        from faster_whisper.transcribe import get_suppressed_tokens  # noqa: PLC0415

        self._model = model
        self._stopwatch = stopwatch
        self._tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language="zh")
        self._suppressed = list(get_suppressed_tokens(self._tokenizer, [-1]))

    def decode(self, windows: Sequence[NDArray[np.float32]], frames: int, beam: int) -> list[HeardWindow]:
        """Return what was heard in each window; it does not depend on the others.

        Args:
            windows: Arrays (samples,), 16 kHz, none longer than ``frames``.
            frames: What the encoder is given of each, in frames of 10 ms; what a window lacks is silence.
            beam: Beam size. Temperature is 0: a score that pays must come out the same twice.

        Raises:
            RuntimeError: CTranslate2 failed, most often for want of memory.
        """
        with self._stopwatch("features"):
            features = np.stack([self._features(window, frames) for window in windows])
        with self._stopwatch("encoder"):
            encoded = self._model.encode(features)
        with self._stopwatch("decoder"):
            # With time marks: without them the decoder more often stops at a pause (measured: a fifth more deletions).
            results = self._model.model.generate(
                encoded,
                [list(self._tokenizer.sot_sequence)] * len(windows),
                beam_size=beam,
                max_length=self._model.max_length,
                suppress_tokens=self._suppressed,
                return_scores=True,
                return_no_speech_prob=True,
            )
        # Not `add_word_timestamps`: it carries a time over from one window of a batch to the next.
        tokens = [[token for token in result.sequences_ids[0] if token < self._tokenizer.eot] for result in results]
        sizes = [len(window) // _RATE_PER_FRAME for window in windows]
        with self._stopwatch("alignment"):
            aligned = self._model.find_alignment(self._tokenizer, tokens, encoded, sizes)
        return [self._heard(*found) for found in zip(tokens, aligned, results, strict=True)]

    def _features(self, window: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
        padded = np.zeros(frames * _RATE_PER_FRAME, dtype=np.float32)
        padded[: len(window)] = window
        features: NDArray[np.float32] = self._model.feature_extractor(padded, padding=0)[:, :frames]
        return features.astype(np.float32)

    def _heard(self, tokens: list[int], words: list[dict[str, Any]], result: Any) -> HeardWindow:
        from faster_whisper.transcribe import get_compression_ratio  # noqa: PLC0415  # loaded by now

        text, length = self._tokenizer.decode(tokens), len(result.sequences_ids[0])
        return HeardWindow(
            text=text,
            words=tuple(
                HeardWord(w["word"], round(w["start"] * 1000), round(w["end"] * 1000), float(w["probability"]))
                for w in words
            ),
            compression_ratio=get_compression_ratio(text) if text else 0.0,
            no_speech_prob=result.no_speech_prob,
            avg_logprob=result.scores[0] * length / (length + 1),
        )
