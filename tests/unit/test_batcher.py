"""Windows of many calls share a batch; what is lost is looked for again; one failure is one channel's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import numpy as np
import pytest

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.whisper.batcher import Batcher
from qa_pipeline.asr.whisper.decoder import FRAMES, HeardWindow, HeardWord
from qa_pipeline.asr.whisper.pace import Pace
from qa_pipeline.errors import TransientError
from qa_pipeline.models import Span

PACE = Pace(10_000, cut=True, beam=5)


@dataclass
class FakeDecoder:
    """Hears words where the samples are not zero: four a second, named by their value.

    ``deaf`` values are heard only in windows of the given frames; a window with ``fatal`` fails whatever is with it;
    of a ``curt`` value's turn only the first word is heard, but in windows of the given frames.
    """

    deaf: dict[int, int] = field(default_factory=dict)
    curt: dict[int, int] = field(default_factory=dict)
    fatal: int = -1
    trouble: Exception = field(default_factory=lambda: RuntimeError("out of memory"))
    dead: bool = False
    batches: list[tuple[int, int]] = field(default_factory=list)

    def decode(self, windows: Sequence[np.ndarray], frames: int, beam: int) -> list[HeardWindow]:
        self.batches.append((len(windows), frames))
        if self.dead or any((window == self.fatal).any() for window in windows):
            raise self.trouble
        return [HeardWindow("字", tuple(self._words(window, frames)), 1.0, 0.0, -0.1) for window in windows]

    def _words(self, window: np.ndarray, frames: int) -> Iterator[HeardWord]:
        assert len(window) <= frames * 160
        edges = np.flatnonzero(np.diff(window, prepend=0, append=0))
        for start, end in pairwise(edges):
            value = int(window[start])
            if not value or self.deaf.get(value, frames) != frames:
                continue
            words = range(start // 16, end // 16, 250)
            for ms in words[:1] if self.curt.get(value, frames) != frames else words:
                yield HeardWord(str(value), ms, min(ms + 250, end // 16), 0.9)


def channel(name: str, *turns: tuple[int, int, int]) -> ChannelAudio:
    """Make a channel with turns of (value, start_ms, end_ms)."""
    samples = np.zeros((turns[-1][2] + 1000) * 16 if turns else 16_000, dtype=np.float32)
    for value, start, end in turns:
        samples[start * 16 : end * 16] = value
    return ChannelAudio(name, 0, samples, tuple(Span(start, end) for _, start, end in turns))


def hear(decoder: FakeDecoder, *channels: ChannelAudio, size: int = 4, workers: int = 1) -> dict[str, object]:
    found = list(Batcher(decoder.decode, PACE, workers, size).run(channels))
    assert len(found) == len({one.recording_id for one in found})
    return {one.recording_id: _texts(one) if isinstance(one, ChannelWords) else one for one in found}


def _texts(heard: ChannelWords) -> list[str]:
    """Return what was heard of each turn, once a turn."""
    return [text for text, _ in groupby(word.text for word in heard.words)]


def test_windows_of_many_calls_share_a_batch() -> None:
    decoder = FakeDecoder()
    heard = hear(decoder, *(channel(f"c{n}", (n + 1, 1000, 3000)) for n in range(8)))
    assert heard == {f"c{n}": [str(n + 1)] for n in range(8)}
    assert decoder.batches == [(4, 500), (4, 500)]


def test_windows_are_given_to_the_encoder_with_others_of_their_length() -> None:
    decoder = FakeDecoder()
    hear(decoder, channel("long", (1, 0, 8000)), channel("short", (2, 0, 2000)), channel("longer", (3, 0, 8500)))
    assert sorted(decoder.batches) == [(1, 500), (2, 1000)]


def test_every_word_keeps_its_time_in_the_call() -> None:
    turns = ((1, 1000, 2500), (2, 60_000, 61_500), (3, 120_000, 121_500))
    (heard,) = Batcher(FakeDecoder().decode, PACE, 1, 4).run([channel("c", *turns)])
    assert isinstance(heard, ChannelWords)
    for value, start, end in turns:
        words = [word for word in heard.words if word.text == str(value)]
        assert len(words) == 6
        assert all(start <= word.start_ms < word.end_ms <= end for word in words)


def test_a_channel_without_speech_comes_back_empty_and_costs_nothing() -> None:
    decoder = FakeDecoder()
    assert hear(decoder, channel("silent")) == {"silent": []}
    assert decoder.batches == []


def test_speech_without_words_is_decoded_again_and_its_words_stand_in_their_place() -> None:
    decoder = FakeDecoder(deaf={2: 500})
    assert hear(decoder, channel("c", (1, 0, 3000), (2, 4000, 6000), (3, 7000, 9500))) == {"c": ["1", "2", "3"]}
    assert decoder.batches == [(1, 1250), (1, 500)]


def test_what_is_lost_twice_gets_the_whole_window_that_the_model_was_trained_on() -> None:
    decoder = FakeDecoder(deaf={2: FRAMES})
    assert hear(decoder, channel("c", (1, 0, 3000), (2, 4000, 6000))) == {"c": ["1", "2"]}
    assert decoder.batches[-1] == (1, FRAMES)


def test_what_stays_without_words_is_given_up_after_the_third_look() -> None:
    decoder = FakeDecoder(deaf={2: -1})
    assert hear(decoder, channel("c", (1, 0, 3000), (2, 4000, 6000))) == {"c": ["1"]}
    assert len(decoder.batches) == 3


def test_what_was_heard_already_is_not_heard_twice_beside_what_is_looked_for_again() -> None:
    turns = ((1, 0, 1000), (2, 1250, 2000), (3, 2250, 3000), (4, 3200, 9200))
    (heard,) = Batcher(FakeDecoder(deaf={2: 250}).decode, PACE, 1, 4).run([channel("c", *turns)])
    assert isinstance(heard, ChannelWords)
    assert "".join(word.text for word in heard.words) == "1111" + "222" + "333" + "4" * 24


def test_a_long_turn_of_which_only_the_beginning_came_back_is_decoded_again_and_heard_once() -> None:
    decoder = FakeDecoder(curt={2: FRAMES})
    (heard,) = Batcher(decoder.decode, PACE, 1, 4).run([channel("c", (1, 0, 1000), (2, 2000, 5500))])
    assert isinstance(heard, ChannelWords)
    assert "".join(word.text for word in heard.words) == "1111" + "2" * 14


@pytest.mark.parametrize("trouble", [RuntimeError("out of memory"), IndexError("您好")])
def test_a_window_that_cannot_be_decoded_fails_its_own_channel_alone(
    trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    decoder = FakeDecoder(fatal=3, trouble=trouble)
    heard = hear(decoder, *(channel(f"c{n}", (n, 0, 1000)) for n in range(1, 5)))
    failed = heard.pop("c3")
    assert isinstance(failed, ChannelFailure)
    assert type(trouble).__name__ in failed.error.message
    assert failed.error.hint
    assert heard == {"c1": ["1"], "c2": ["2"], "c4": ["4"]}
    assert "您好" not in caplog.text + str(failed.error)


def test_a_recogniser_that_fails_on_everything_ends_the_run_and_blames_no_call() -> None:
    with pytest.raises(TransientError, match="everything"):
        hear(FakeDecoder(dead=True), channel("c", (1, 0, 1000)))


def test_the_windows_of_one_call_are_shared_by_the_threads() -> None:
    decoder = FakeDecoder()
    hear(decoder, channel("c", *((n + 1, n * 9500, n * 9500 + 8000) for n in range(4))), size=8, workers=2)
    assert [count for count, _ in decoder.batches] == [2, 2]


def test_few_long_calls_are_held_at_a_time() -> None:
    taken = 0

    def long_calls() -> Iterator[ChannelAudio]:
        nonlocal taken
        for n in range(40):
            taken += 1
            hours = np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (16_000 * 3600,), (0,))
            yield ChannelAudio(f"c{n}", 0, hours, (Span(1000, 1300),))

    given = Batcher(FakeDecoder().decode, PACE, 2, 8).run(long_calls())
    for back in range(1, 41):
        next(given)
        assert taken <= back + 3


def test_a_window_of_a_rare_length_is_not_left_to_the_end() -> None:
    rare = channel("rare", (1, 0, 8000))
    calls = [rare, *(channel(f"c{n}", (2, 0, 1000)) for n in range(300))]
    order = [one.recording_id for one in Batcher(FakeDecoder().decode, PACE, 1, 2).run(calls)]
    assert order.index("rare") < 60


@pytest.mark.parametrize("workers", [1, 3])
def test_channels_are_taken_only_as_there_is_room(workers: int) -> None:
    taken = 0

    def endless() -> Iterator[ChannelAudio]:
        nonlocal taken
        for n in range(200):
            taken += 1
            yield channel(f"c{n}", (1, 0, 2000))

    given = Batcher(FakeDecoder().decode, PACE, workers, 4).run(endless())
    for back in range(1, 201):
        next(given)
        assert taken <= back + 4 * (2 * workers + 1)
    assert next(given, None) is None


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("workers", [1, 2])
def test_words_do_not_depend_on_batches_or_threads(size: int, workers: int) -> None:
    calls = [channel(f"c{n}", *((n * 10 + t, t * 4000, t * 4000 + 2500) for t in range(1, 9))) for n in range(7)]
    heard = hear(FakeDecoder(deaf={23: 500, 45: FRAMES}), *calls, size=size, workers=workers)
    assert heard == {f"c{n}": [str(n * 10 + t) for t in range(1, 9)] for n in range(7)}
