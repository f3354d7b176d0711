"""Vectors of texts, computed once: in memory while the program runs, and in a file that outlives it."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.language.meaning import DIMENSIONS

_LOG = logging.getLogger(__name__)
# A kilobyte each: what 5,000 entries of four texts need.
_IN_MEMORY = 20_000
_WAIT_S = 2.0
_BYTES = 2 * DIMENSIONS

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
        self._file = _VectorFile(path)

    def __call__(self, text: str) -> Vector:
        """Return the vector of a text."""
        with self._lock:
            known = self._memory.get(text)
            if known is not None:
                self._memory.move_to_end(text)
                return known
            key = self._key(text)
            kept = self._file.read(key)
        vector = kept if kept is not None else self._make(text).astype(np.float16)
        with self._lock:
            if kept is None:
                self._file.write(key, vector)
            self._memory[text] = vector
            if len(self._memory) > _IN_MEMORY:
                self._memory.popitem(last=False)
        return vector

    def keep(self, texts: Iterable[str], ended: Callable[[], bool]) -> int:
        """Make the vectors of texts that the file lacks, until all are kept or ``ended``; none where there is no file.

        They are not held in memory. Returns how many were made.
        """
        with self._lock:
            kept = self._file.keys()
        made = 0
        for text in texts:
            if kept is None or ended():
                break
            key = self._key(text)
            if key in kept:
                continue
            vector = self._make(text).astype(np.float16)
            with self._lock:
                self._file.write(key, vector)
            kept.add(key)
            made += 1
        return made

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._stamp}\n{text}".encode()).digest()


class _VectorFile:
    """Vectors in a SQLite file. Used under a lock; it is opened at first use, and let go of where it fails."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def read(self, key: bytes) -> Vector | None:
        for row in self._run("SELECT vector FROM vectors WHERE key = ?", (key,)):
            if len(row[0]) == _BYTES:
                return np.frombuffer(row[0], dtype=np.float16)
        return None

    def write(self, key: bytes, vector: Vector) -> None:
        self._run("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, vector.tobytes()))

    def keys(self) -> set[bytes] | None:
        """Return what is kept; None where nothing can be."""
        rows = self._run("SELECT key FROM vectors")
        return None if self._path is None else {row[0] for row in rows}

    def _run(self, sql: str, values: tuple[bytes, ...] = ()) -> list[tuple[bytes, ...]]:
        if self._path is None:
            return []
        try:
            if self._connection is None:
                self._connection = _opened(self._path)
            rows: list[tuple[bytes, ...]] = self._connection.execute(sql, values).fetchall()
        except (OSError, sqlite3.Error) as error:
            _LOG.warning(
                "%s cannot be used (%s): delete it, or free its folder; searches go on, slower", self._path, error
            )
            self._path = None
            return []
        return rows


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
    # What is lost in a power cut is made again.
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = OFF")
    file.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    return file
