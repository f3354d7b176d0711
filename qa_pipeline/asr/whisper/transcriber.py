"""Recognition with a Whisper model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.metadata import version

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.loading import load_whisper
from qa_pipeline.asr.stopwatch import Stopwatch
from qa_pipeline.asr.weights import Weights
from qa_pipeline.asr.whisper.batcher import Batcher
from qa_pipeline.asr.whisper.decoder import Decoder
from qa_pipeline.asr.whisper.pace import PACES, Pace
from qa_pipeline.models import ModelStamp

# Bump when the same audio and weights would give another transcript.
_METHOD = "7"
# Larger batches gain nothing on a CPU; a GPU takes what its memory holds.
_BATCH = {"cpu": 8, "cuda": 32}


class WhisperTranscriber:
    """Recognises Mandarin with a Whisper model that is loaded at its first use and kept."""

    def __init__(
        self,
        weights: Weights,
        device: str,
        compute_type: str,
        threads: int,
        pace: Pace = PACES["balanced"],
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._weights = weights
        self._device = device
        self._compute_type = compute_type
        # On a CPU a thread a batch beats many threads on one batch: none waits for the others after every layer.
        self._workers = threads if device == "cpu" else 1
        self._pace = pace
        self._stopwatch = stopwatch or Stopwatch()

    @property
    def stamp(self) -> ModelStamp:
        """Engine, weights and every setting that changes words; threads and batches do not."""
        pace = self._pace
        return ModelStamp(
            engine=f"faster-whisper {version('faster-whisper')}",
            model=self._weights.name,
            sha256=self._weights.sha256,
            settings=f"method={_METHOD} compute_type={self._compute_type} beam={pace.beam} "
            f"window={pace.window_ms} cut={pace.cut} vad=silero",
        )

    @cached_property
    def _decoder(self) -> Decoder:
        model = load_whisper(self._weights, self._device, self._compute_type, 1, self._workers)
        return Decoder(model, self._stopwatch)

    def transcribe(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords | ChannelFailure]:
        """Recognise channels; see `qa_pipeline.asr.base.Transcriber`."""
        return Batcher(self._decoder.decode, self._pace, self._workers, _BATCH[self._device]).run(channels)
