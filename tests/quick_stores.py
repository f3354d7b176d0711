"""What hundreds of stores of a test process share: how a statement is written in SQL, and how empty tables are made.

A user's process opens one store; the tests open a new one every few moments, and each would compile its statements
and run each migration anew, a third of the time that the tests with a store take. Only SQLite is meant: the tests
with PostgreSQL and those of the migrations go the program's own way.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, inspect

_STATEMENTS = 5000
UPGRADE = command.upgrade
"""What runs the migrations, one after the other."""


def share(process: pytest.MonkeyPatch) -> None:
    """Let the stores that are opened from now on share both."""
    process.setattr("qa_pipeline.store.session.create_engine", _engine)
    process.setattr(command, "upgrade", _upgrade)


@cache
def _first() -> Engine:
    """Return the engine whose dialect and compiled statements the others take; one connection tells it its version."""
    engine = create_engine("sqlite://", query_cache_size=_STATEMENTS)
    engine.connect().close()
    return engine


def _engine(url: Any, **given: Any) -> Engine:
    engine = create_engine(url, **given)
    if engine.dialect.name == "sqlite":
        # Compiled statements are found by the dialect, too, so it must be one and the same object.
        engine.dialect = engine.pool._dialect = _first().dialect
        engine._compiled_cache = _first()._compiled_cache
    return engine


def _upgrade(config: Config, revision: str) -> None:
    connection: Connection = config.attributes["connection"]
    empty = connection.dialect.name == "sqlite" and not inspect(connection).get_table_names()
    if revision != "head" or not empty:
        UPGRADE(config, revision)
        return
    for statement in _tables(config.get_main_option("script_location") or ""):
        connection.exec_driver_sql(statement)


@cache
def _tables(migrations: str) -> tuple[str, ...]:
    """Return the statements that make what the migrations make in an empty store."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "made.sqlite3"
        engine = create_engine(f"sqlite:///{file}")
        with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", migrations)
            config.attributes["connection"] = connection
            UPGRADE(config, "head")
            connection.commit()
        engine.dispose()
        made = sqlite3.connect(file)
        found = made.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        (version,) = made.execute("SELECT version_num FROM alembic_version").fetchone()
        made.close()
    indexes = tuple(f"{name}_" for name, sql in found if sql.startswith("CREATE VIRTUAL TABLE"))
    own = [sql for name, sql in found if not name.startswith(("sqlite_", *indexes))]  # SQLite and indexes make theirs
    return (*own, f"INSERT INTO alembic_version VALUES ('{version}')")
