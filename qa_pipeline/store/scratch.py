"""A copy of the store to try something on: whatever is written there, nobody waits for it and nothing of it is kept."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import TransientError
from qa_pipeline.store.session import BUSY_TIMEOUT_MS, close_store, opened


@contextmanager
def scratch(sessions: sessionmaker[Session], folder: Path, spare_bytes: int = 0) -> Iterator[Session]:
    """Yield a unit of work that ends undone.

    SQLite has one lock for all writers, which a large unit of work would hold for as long as it lasts: it works on a
    copy of the file, which SQLite makes without keeping writers waiting (WAL). PostgreSQL locks rows alone, so that a
    transaction is rolled back there; keep it short all the same.

    Args:
        sessions: The store.
        folder: Where a copy may lie for a moment, in a folder that only this user reads.
        spare_bytes: What must stay free on its disk.

    Raises:
        TransientError: The disk has no room for a copy.
    """
    engine = sessions.kw["bind"]
    if engine.dialect.name != "sqlite":
        with sessions() as session:
            yield session
            session.rollback()
        return
    with tempfile.TemporaryDirectory(prefix="import-", dir=folder) as aside:
        copy = Path(aside) / "store.sqlite3"
        _copy(engine, copy, shutil.disk_usage(folder).free - spare_bytes)
        copied = opened(f"sqlite:///{copy}", BUSY_TIMEOUT_MS)
        try:
            with copied() as session:
                yield session
                session.rollback()
        finally:
            close_store(copied)


def _copy(engine: Engine, target: Path, room: int) -> None:
    import sqlite3  # noqa: PLC0415  # a store in PostgreSQL does without it

    file = Path(str(engine.url.database))
    if 2 * file.stat().st_size > room:  # the copy, and what is written into it
        raise TransientError("磁盘剩余空间不足，不能预览", "请管理员清理磁盘（设置项 min_free_mb），再重试")
    source: Any = engine.raw_connection()
    try:
        with sqlite3.connect(target) as copy:
            source.driver_connection.backup(copy)  # in one step: who writes meanwhile does not make it begin again
        copy.close()
    finally:
        source.close()
