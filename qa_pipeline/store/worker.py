"""Who works on a job, and whether it still lives."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

import psutil

_SAME_START_S = 1.0  # process start times are kept in clock ticks; formatting must not tell one process from itself


@dataclass(frozen=True, slots=True)
class Worker:
    """One process of one machine; the start time tells it from a later process with the same number."""

    host: str
    pid: int
    started_s: float

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}:{self.started_s:.2f}"


def this_worker() -> Worker:
    """Return the worker that this process is."""
    return Worker(socket.gethostname().replace(":", "-"), os.getpid(), psutil.Process().create_time())


def parse_worker(text: str) -> Worker:
    """Return the worker that a text names.

    Raises:
        ValueError: It names none.
    """
    host, pid, started_s = text.split(":")
    return Worker(host, int(pid), float(started_s))


def is_dead(text: str, here: Worker) -> bool:
    """Whether a worker of this machine is surely gone; of other machines nothing is known, only its lease tells."""
    try:
        worker = parse_worker(text)
    except ValueError:
        return False
    if worker.host != here.host:
        return False
    try:
        process = psutil.Process(worker.pid)
        return process.status() == psutil.STATUS_ZOMBIE or abs(process.create_time() - worker.started_s) > _SAME_START_S
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
