"""How the work of a run is carried out. The one engine there is works in this process, one step ahead of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")
P = TypeVar("P")


class Engine(Protocol):
    """Carries out tasks: ``prepare`` may run elsewhere and ahead, ``work`` takes the tasks in their order."""

    def run(
        self,
        tasks: Iterable[T],
        prepare: Callable[[T], P],
        work: Callable[[Iterator[tuple[T, Callable[[], P]]]], None],
    ) -> None:
        """Prepare and work through all tasks.

        Args:
            tasks: Taken one by one, at most one ahead of what ``work`` has taken.
            prepare: Makes what the work needs, such as the samples of a recording.
            work: Gets each task with a function that returns what was prepared, or raises what preparing it raised.
        """


class InProcess:
    """Prepares the next task in one thread while this thread works; so decoding costs no time and little memory."""

    def run(
        self,
        tasks: Iterable[T],
        prepare: Callable[[T], P],
        work: Callable[[Iterator[tuple[T, Callable[[], P]]]], None],
    ) -> None:
        """Prepare and work through all tasks, see `Engine.run`."""
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prepare")
        try:
            work(self._ahead(iter(tasks), lambda task: pool.submit(prepare, task)))
        finally:
            pool.shutdown(cancel_futures=True)

    @staticmethod
    def _ahead(tasks: Iterator[T], submit: Callable[[T], Future[P]]) -> Iterator[tuple[T, Callable[[], P]]]:
        ahead = [(task, submit(task)) for task in _next(tasks)]
        while ahead:
            task, prepared = ahead.pop()
            ahead = [(following, submit(following)) for following in _next(tasks)]
            # Samples of a long call are a gigabyte: while this waits, only who took them holds them.
            handed = [prepared.result]
            del prepared
            yield task, handed.pop()


def _next(tasks: Iterator[T]) -> list[T]:
    """Return the next task, none at the end."""
    for task in tasks:
        return [task]
    return []
