"""How the work of a run is carried out. The one engine there is works in this process, one step ahead of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")
P = TypeVar("P")


class Engine(Protocol):
    """Carries out tasks: ``prepare`` may run elsewhere and ahead, ``work`` runs once a task, in the order of tasks."""

    def run(self, tasks: Iterable[T], prepare: Callable[[T], P], work: Callable[[T, Callable[[], P]], None]) -> None:
        """Prepare and work through all tasks.

        Args:
            tasks: Taken one by one, at most one ahead of the task at work.
            prepare: Makes what the work needs, such as the samples of a recording.
            work: Gets the task and a function that returns what was prepared, or raises what preparing it raised.
        """


class InProcess:
    """Prepares the next task in one thread while this thread works; so decoding costs no time and little memory."""

    def run(self, tasks: Iterable[T], prepare: Callable[[T], P], work: Callable[[T, Callable[[], P]], None]) -> None:
        """Prepare and work through all tasks, see `Engine.run`."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prepare") as ahead:
            for task, prepared in _one_ahead(tasks, lambda task: ahead.submit(prepare, task)):
                work(task, prepared.result)


def _one_ahead(tasks: Iterable[T], submit: Callable[[T], Future[P]]) -> Iterator[tuple[T, Future[P]]]:
    waiting: tuple[T, Future[P]] | None = None
    for task in tasks:
        following = (task, submit(task))
        if waiting is not None:
            yield waiting
        waiting = following
    if waiting is not None:
        yield waiting
