"""Windows of many calls through the decoder, a batch on each thread, whatever call each window is of.

faster-whisper takes one file at a time: its sequential mode loads the whole model for one window after the other, its
batched mode decodes each window once and never writes what the decoder left out. Here windows of many calls share a
batch, and speech that came back without words is decoded again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.screening import plausible
from qa_pipeline.asr.utterances import clean
from qa_pipeline.asr.whisper.board import Board, Window
from qa_pipeline.asr.whisper.decoder import HeardWindow
from qa_pipeline.asr.whisper.pace import Pace
from qa_pipeline.errors import CallError, TransientError
from qa_pipeline.models import Word

logger = logging.getLogger(__name__)

Decode = Callable[[Sequence[NDArray[np.float32]], int, int], list[HeardWindow]]
"""Windows (samples,), frames of encoder input and beam size to what was heard in each."""

_Result = HeardWindow | CallError
_RATE_HZ = 16_000
# Sound of channels under way beyond which none is taken: half a gigabyte of samples.
_HELD_MS = 8_000_000


@dataclass(frozen=True, slots=True)
class Batcher:
    """Runs windows through ``decode``: ``size`` at a time on each of ``workers`` threads."""

    decode: Decode
    pace: Pace
    workers: int
    size: int

    def run(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords | ChannelFailure]:
        """Recognise channels; they are taken until a batch more waits than threads are at work.

        Raises:
            TransientError: Nothing can be decoded any more.
        """
        board = Board(self.pace)
        source = iter(channels)
        running: dict[Future[list[_Result]], list[Window]] = {}
        more = True
        with ThreadPoolExecutor(self.workers, thread_name_prefix="recognise") as pool:
            while more or len(board) or running:
                enough = not more or len(board) >= self.size * (self.workers + 1) or board.held_ms >= _HELD_MS
                if len(running) < self.workers and len(board) and (enough or board.full(self.size)):
                    # At the end, what is left is shared by the threads; more threads do more than larger batches.
                    share = self.size if more else min(self.size, -(-len(board) // (self.workers - len(running))))
                    windows = board.take(share)
                    running[pool.submit(self._hear, windows)] = windows
                elif running and enough:
                    for finished in wait(running, return_when=FIRST_COMPLETED).done:
                        _settle(board, running.pop(finished), finished.result())
                else:
                    audio = next(source, None)
                    more = audio is not None
                    if audio is not None:
                        board.add(audio)
                yield from board.done()

    def _hear(self, windows: Sequence[Window]) -> list[_Result]:
        """Decode windows of one length; where that fails, by halves, until it is known which one cannot be decoded."""
        try:
            return list(self.decode([w.stretch.samples for w in windows], windows[0].frames, self.pace.beam))
        except Exception as error:  # noqa: BLE001  # see below
            # Whatever a library raises on one window must not end the run. The message may quote what was said.
            logger.warning("%d windows could not be decoded: %s", len(windows), type(error).__name__)
            if len(windows) == 1:
                return [self._failed(windows[0], error)]
        half = len(windows) // 2
        return self._hear(windows[:half]) + self._hear(windows[half:])

    def _failed(self, window: Window, error: Exception) -> CallError:
        """Return what is wrong with a window.

        Raises:
            TransientError: Nothing can be decoded any more, not even silence.
        """
        try:
            self.decode([np.zeros(_RATE_HZ, dtype=np.float32)], window.frames, self.pace.beam)
        except Exception as broken:
            raise TransientError(
                f"the recogniser fails on everything ({type(broken).__name__})",
                "start again; where that does not help, free memory or set device to cpu",
            ) from broken
        return CallError(
            f"recording {window.job.audio.recording_id[:12]}: the recogniser failed ({type(error).__name__})",
            "free memory, or set device to cpu, and run again with --retry",
        )


def _settle(board: Board, windows: Sequence[Window], results: Sequence[_Result]) -> None:
    for window, result in zip(windows, results, strict=True):
        if isinstance(result, CallError):
            board.fail(window, result)
        else:
            board.settle(window, _words(window, result) if plausible(result) else [])


def _words(window: Window, heard: HeardWindow) -> list[Word]:
    """Return the words of a window with their times in the channel."""
    found = []
    following = [*(word.text for word in heard.words[1:]), ""]
    for word, after in zip(heard.words, following, strict=False):  # none after none
        text = clean(word.text, after)
        start = window.stretch.original_ms(word.start_ms)
        end = window.stretch.original_ms(max(word.start_ms, word.end_ms - 1))
        if text:
            found.append(Word(text, start, end, word.probability))
    return found
