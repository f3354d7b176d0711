"""Opening the store: engine, pragmas, migrations. One ``sessions.begin()`` is one unit of work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import SettingsError
from qa_pipeline.store import migrate
from qa_pipeline.store.errors import translated

BUSY_TIMEOUT_MS = 5000


def open_store(url: str, create: bool = False, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> sessionmaker[Session]:
    """Open the store at an SQLAlchemy URL (SQLite or PostgreSQL).

    Reads see what is committed (SQLite: each statement its own snapshot, like PostgreSQL's READ COMMITTED), so a unit
    of work that reads first and writes later is never turned away for having read. Errors of the database come as
    `TransientError` (locked, full, unreachable) or `SettingsError` with words on what to do.

    Args:
        url: Such as ``sqlite:////srv/qa/hotline-qa.sqlite3`` or ``postgresql://user@host/name``.
        create: Make the tables, or bring an older store up to date; else the store must be there and current.
        busy_timeout_ms: How long SQLite waits for a lock before it gives up.

    Raises:
        SettingsError: No store there, a store of another version, or an URL that means nothing.
    """
    target = _target(url)
    sqlite_file = Path(target.database) if target.get_backend_name() == "sqlite" and target.database else None
    if sqlite_file is not None and not create and not sqlite_file.exists():
        raise SettingsError(f"there is no store at {sqlite_file}", "run `hotline-qa init` in the workspace first")
    sessions = opened(target, busy_timeout_ms)
    engine = sessions.kw["bind"]
    try:
        if create:
            migrate.upgrade(engine)
        else:
            migrate.require_current(engine)
    except BaseException:
        engine.dispose()
        raise
    return sessions


def opened(target: URL | str, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> sessionmaker[Session]:
    """Open a database without asking what is in it: a copy of a store, or one that is to be looked at."""
    return sessionmaker(_engine(make_url(target), busy_timeout_ms), expire_on_commit=False)


def close_store(sessions: sessionmaker[Session]) -> None:
    """Close the connections of a store that is no longer used."""
    bind = sessions.kw["bind"]
    if isinstance(bind, Engine):
        bind.dispose()


def _target(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise SettingsError(
            "the database URL is not one", "write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    backend = target.get_backend_name()
    if backend in {"postgres", "postgresql"}:
        return target.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SettingsError(f"the store cannot live in {backend}", "use sqlite:///FILE or postgresql://USER@HOST/NAME")
    return target


def _engine(target: URL, busy_timeout_ms: int) -> Engine:
    try:
        # Parameters are transcripts, orders and numbers of callers: they stay out of messages and logs.
        engine = create_engine(target, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise SettingsError(
            "PostgreSQL needs a driver that is not installed", "pip install 'hotline-qa[postgres]'"
        ) from error
    event.listen(engine, "handle_error", _translate)
    if target.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _pragmas(busy_timeout_ms))
    return engine


def _translate(context: ExceptionContext) -> None:
    better = translated(context.sqlalchemy_exception) if context.sqlalchemy_exception is not None else None
    if better is not None:
        raise better from context.original_exception


def _pragmas(busy_timeout_ms: int) -> Any:
    def on_connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_timeout_ms)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        # Decisions and closings are about people's pay: a commit is on the disk before it is called done.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return on_connect
