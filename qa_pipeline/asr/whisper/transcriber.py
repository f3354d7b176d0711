"""Recognition of many channels in one batch.

faster-whisper takes one file at a time: its sequential mode loads the whole model for one window after the other, its
batched mode decodes each window once and never writes what the decoder left out. Here windows of many calls share a
batch, and whatever speech came back without words is decoded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cached_property
from importlib.metadata import version

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.loading import load_whisper
from qa_pipeline.asr.screening import plausible
from qa_pipeline.asr.stopwatch import Stopwatch
from qa_pipeline.asr.utterances import clean
from qa_pipeline.asr.weights import Weights
from qa_pipeline.asr.whisper.board import Board, Window
from qa_pipeline.asr.whisper.decoder import Decoder, HeardSegment
from qa_pipeline.asr.whisper.pace import PACES, Pace
from qa_pipeline.errors import CallError
from qa_pipeline.models import ModelStamp, Word

# Bump when the same audio and weights would give another transcript.
_METHOD = "4"
_BATCH = 8
_Result = list[HeardSegment] | CallError


class WhisperTranscriber:
    """Recognises Mandarin with a Whisper model that is loaded at its first use and kept."""

    def __init__(
        self,
        weights: Weights,
        device: str,
        compute_type: str,
        threads: int,
        pace: Pace = PACES["balanced"],
        batch: int = _BATCH,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._weights = weights
        self._device = device
        self._compute_type = compute_type
        # On a CPU a thread a batch beats many threads on one: nobody waits for the others after every layer.
        self._workers = threads if device == "cpu" else 1
        self._pace = pace
        self._batch = batch
        self._stopwatch = stopwatch or Stopwatch()

    @property
    def stamp(self) -> ModelStamp:
        """Engine, weights and every setting that changes words; threads and the size of batches do not."""
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
        board = Board(self._pace)
        source = iter(channels)
        room = self._batch * (self._workers + 1)
        running: dict[Future[list[_Result]], list[Window]] = {}
        more = True
        with ThreadPoolExecutor(self._workers, thread_name_prefix="recognise") as pool:
            while more or len(board) or running:
                hurry = not more or len(board) >= room
                if len(running) < self._workers and len(board) and (hurry or board.full(self._batch)):
                    windows = board.take(self._batch)
                    running[pool.submit(self._hear, windows)] = windows
                elif more and not hurry:
                    audio = next(source, None)
                    more = audio is not None
                    if audio is not None:
                        board.add(audio)
                else:
                    for finished in wait(running, return_when=FIRST_COMPLETED).done:
                        _settle(board, running.pop(finished), finished.result())
                yield from board.done()

    def _hear(self, windows: Sequence[Window]) -> list[_Result]:
        """Decode windows of one length; where that fails, by halves, until it is known which one cannot be decoded."""
        samples = [window.stretch.samples for window in windows]
        try:
            return list(self._decoder.decode(samples, windows[0].frames, self._pace.beam))
        except (RuntimeError, MemoryError) as error:
            if len(windows) == 1:
                recording_id = windows[0].job.audio.recording_id[:12]
                return [
                    CallError(
                        f"recording {recording_id}: the recogniser failed ({error})",
                        "free memory, or set device to cpu, and run again",
                    )
                ]
        half = len(windows) // 2
        return self._hear(windows[:half]) + self._hear(windows[half:])


def _settle(board: Board, windows: Sequence[Window], results: Sequence[_Result]) -> None:
    for window, result in zip(windows, results, strict=True):
        if isinstance(result, CallError):
            board.fail(window, result)
        else:
            board.settle(window, _words(window, result))


def _words(window: Window, segments: Sequence[HeardSegment]) -> list[Word]:
    """Return the words of a window's plausible segments with their times in the channel."""
    found = []
    for segment in plausible(segments):
        following = [word.text for word in segment.words[1:]] + [""]
        for word, after in zip(segment.words, following, strict=True):
            text = clean(word.text, after)
            start = window.stretch.original_ms(word.start_ms)
            end = window.stretch.original_ms(max(word.start_ms, word.end_ms - 1))
            if text:
                found.append(Word(text, start, end, word.probability))
    return found
