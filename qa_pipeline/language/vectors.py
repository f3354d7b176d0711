"""Vectors of texts, computed once: in memory while the program runs, and in a file that outlives it."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)
# A kilobyte each: what 5,000 entries of four texts need.
_IN_MEMORY = 20_000
_WAIT_S = 2.0

Vector = NDArray[np.float16]


class VectorCache:
    """Vectors by the text they are of. Thread-safe; several processes may share a file.

    They are kept, and handed out, in half precision, so that a vector is the same whether it was kept or made just now.
    A file that cannot be read or written costs time and nothing else: vectors are then made anew.
    """

    def __init__(self, make: Callable[[str], NDArray[np.float32]], stamp: str, path: Path | None = None) -> None:
        self._make, self._stamp = make, stamp
        self._memory: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()
        self._file = _opened(path) if path is not None else None

    def __call__(self, text: str) -> Vector:
        """Return the vector of a text."""
        with self._lock:
            known = self._memory.get(text)
            if known is not None:
                self._memory.move_to_end(text)
                return known
            key = hashlib.sha256(f"{self._stamp}\n{text}".encode()).digest()
            kept = self._read(key)
        vector = kept if kept is not None else self._make(text).astype(np.float16)
        with self._lock:
            if kept is None:
                self._write(key, vector)
            self._memory[text] = vector
            if len(self._memory) > _IN_MEMORY:
                self._memory.popitem(last=False)
        return vector

    def _read(self, key: bytes) -> Vector | None:
        if self._file is None:
            return None
        with suppress(sqlite3.Error):
            row = self._file.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            return None if row is None else np.frombuffer(row[0], dtype=np.float16)
        return None

    def _write(self, key: bytes, vector: Vector) -> None:
        if self._file is None:
            return
        try:
            self._file.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, vector.tobytes()))
        except sqlite3.Error as error:
            _LOG.warning("vectors are not kept any longer (%s); searches go on, slower", error)
            self._file = None


def _opened(path: Path) -> sqlite3.Connection | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        # What is lost in a power cut is made again.
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = OFF")
        file.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    except (OSError, sqlite3.Error) as error:
        _LOG.warning("vector cache %s cannot be used (%s): delete it or free its folder; searches go on", path, error)
        return None
    return file
