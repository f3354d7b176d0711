"""Schema versions: bring a store up to date, or say what is wrong with its version."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from qa_pipeline.errors import SettingsError


def upgrade(engine: Engine) -> None:
    """Run the migrations that a store lacks; all of them or none.

    Raises:
        SettingsError: The store was made by a newer version of the program.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # The driver begins no transaction for DDL; without this a crash would leave half of the tables.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        revision = MigrationContext.configure(connection).get_current_revision()
        _refuse_unknown(revision)
        if revision == head():
            return
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def require_current(engine: Engine) -> None:
    """Check that a store has the version of this program.

    Raises:
        SettingsError: There are no tables, or they are of an older or newer version.
    """
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise SettingsError("the database holds no store yet", "run `hotline-qa init` in the workspace first")
    _refuse_unknown(revision)
    if revision != head():
        raise SettingsError(
            f"the store is of an older version ({revision}, this program has {head()})",
            "run `hotline-qa init` in the workspace: it brings the store up to date and keeps what is in it",
        )


def head() -> str:
    """Return the newest revision that this program knows."""
    return str(_scripts().get_current_head())


def _refuse_unknown(revision: str | None) -> None:
    if revision is not None and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise SettingsError(
            f"the store was made by a newer version of the program (its schema {revision} is not known here)",
            "use that version of hotline-qa, or one that is newer still",
        )


@cache
def _scripts() -> ScriptDirectory:
    """Return the migrations, read once a process: each is a module to load, and every store that opens asks."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
