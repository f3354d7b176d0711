"""What waits to be decoded: windows of the speech of many channels, each decoded with others of its length."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.stretches import Stretch, cut
from qa_pipeline.asr.utterances import place_words
from qa_pipeline.asr.whisper.decoder import FRAMES
from qa_pipeline.asr.whisper.lost import better, lost_spans
from qa_pipeline.asr.whisper.pace import STEP_FRAMES, Pace
from qa_pipeline.errors import CallError
from qa_pipeline.models import Span, Word

_FRAME_MS = 10
_RATE_PER_MS = 16
# Silence after a window's speech, so that the decoder hears it end.
_TAIL_FRAMES = 50
# A window of a rare length is not passed over more often than this.
_LONGEST_WAIT = 12
_LAST_LOOK = 2


@dataclass(slots=True)
class Job:
    """One channel on its way: how many of its windows are out, and the words that came of the others."""

    audio: ChannelAudio
    out: int = 0
    words: list[Word] = field(default_factory=list)
    error: CallError | None = None

    @property
    def length_ms(self) -> int:
        """Length of the channel's sound."""
        return len(self.audio.samples) // _RATE_PER_MS


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a channel to be decoded with ``frames`` of encoder input; ``look`` counts earlier tries at it."""

    job: Job
    stretch: Stretch
    frames: int
    look: int
    since: int


class Board:
    """Windows waiting, by their length, and the channels that are done."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._waiting: dict[int, deque[Window]] = defaultdict(deque)
        self._done: deque[ChannelWords | ChannelFailure] = deque()
        self._taken = 0
        self.held_ms = 0
        """Length of all channels that are not done: what their samples take in memory."""

    def __len__(self) -> int:
        """Return how many windows wait."""
        return sum(map(len, self._waiting.values()))

    def add(self, audio: ChannelAudio) -> None:
        """Cut the speech of a channel into windows."""
        job = Job(audio)
        self.held_ms += job.length_ms
        self._put(job, cut(audio.samples, audio.speech, None, self._pace.window_ms, even=True), 0)
        self._end_if_done(job)

    def full(self, size: int) -> bool:
        """Whether ``size`` windows of one length wait."""
        return any(len(row) >= size for row in self._waiting.values())

    def take(self, size: int) -> list[Window]:
        """Take up to ``size`` windows of one length: of which most wait, or whose first was passed over too often."""
        rows = [row for row in self._waiting.values() if row]
        oldest = min(rows, key=lambda row: row[0].since)
        late = self._taken - oldest[0].since > _LONGEST_WAIT
        row = oldest if late else max(rows, key=lambda row: (min(size, len(row)), row[0].frames))
        self._taken += 1
        return [row.popleft() for _ in range(min(size, len(row)))]

    def settle(self, window: Window, words: Sequence[Word]) -> None:
        """Keep a window's words (in the channel's time); what of its speech was lost is put on the board again."""
        job, spans = window.job, window.stretch.speech
        job.out -= 1
        placed = place_words(words, spans) if words else []
        found = better(job.words, placed, spans) if window.look else job.words + placed
        job.words = sorted(found, key=lambda word: (word.start_ms, word.end_ms))
        lost = lost_spans(spans, job.words)
        if lost and window.look < _LAST_LOOK and job.error is None:
            self._look_again(window, lost)
        self._end_if_done(job)

    def fail(self, window: Window, error: CallError) -> None:
        """Give a channel up."""
        window.job.out -= 1
        window.job.error = error
        self._end_if_done(window.job)

    def done(self) -> Iterator[ChannelWords | ChannelFailure]:
        """Take the channels that are done."""
        while self._done:
            yield self._done.popleft()

    def _look_again(self, window: Window, lost: Sequence[Span]) -> None:
        """First decode what was lost without what was heard; what is lost even then, each by itself in 30 s."""
        gap_ms, longest_ms = (None, self._pace.window_ms // 2) if window.look == 0 else (0, self._pace.window_ms)
        audio = window.job.audio
        stretches = cut(audio.samples, lost, gap_ms, longest_ms, even=True, among=audio.speech)
        self._put(window.job, stretches, window.look + 1)

    def _put(self, job: Job, stretches: Sequence[Stretch], look: int) -> None:
        for stretch in stretches:
            frames = FRAMES if look == _LAST_LOOK else self._frames(stretch)
            self._waiting[frames].append(Window(job, stretch, frames, look, self._taken))
        job.out += len(stretches)

    def _frames(self, stretch: Stretch) -> int:
        if not self._pace.cut:
            return FRAMES
        needed = stretch.length_ms // _FRAME_MS + _TAIL_FRAMES
        return min(FRAMES, -(-needed // STEP_FRAMES) * STEP_FRAMES)

    def _end_if_done(self, job: Job) -> None:
        if job.out:
            return
        self.held_ms -= job.length_ms
        audio = job.audio
        if job.error is not None:
            self._done.append(ChannelFailure(audio.recording_id, audio.channel, job.error))
            return
        self._done.append(ChannelWords(audio.recording_id, audio.channel, tuple(job.words)))
