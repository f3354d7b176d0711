"""Work is carried out one step ahead of itself and holds nothing that is done with."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator

from qa_pipeline.engine import InProcess


class Samples:
    """Stands for the samples of a long call."""


def _gone(samples: weakref.ref[Samples]) -> bool:
    """Whether it goes within a second: the thread that made it lets go a moment after it has told of it."""
    for _ in range(100):
        if samples() is None:
            return True
        time.sleep(0.01)
    return False


def test_what_was_prepared_for_a_task_is_gone_once_its_taker_lets_go_of_it() -> None:
    known: list[weakref.ref[Samples]] = []

    def work(stream: Iterator[tuple[int, Callable[[], Samples]]]) -> None:
        for _, prepared in stream:
            samples = prepared()
            known.append(weakref.ref(samples))
            del prepared, samples
            assert _gone(known[-1])

    InProcess().run(range(4), lambda _task: Samples(), work)
    assert len(known) == 4
