"""Where the time of recognition goes."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up the seconds that threads spend in each stage: ``with stopwatch("encoder"): ...``."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Count the time until the block is left to a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[stage] += time.perf_counter() - began

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds by stage so far, over all threads."""
        with self._lock:
            return dict(self._seconds)
