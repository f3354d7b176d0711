from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.store.session import close_store, open_store
from tests.postgres import NoServer, fresh_database, postgres_server

SQLITE_AND_POSTGRES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server())
        except NoServer as none:
            if os.environ.get("CI") == "true":
                pytest.fail(str(none))
            pytest.skip(str(none))
        yield url


@pytest.fixture(scope="session")
def postgres_store(postgres: str) -> Iterator[str]:
    """Name of a database with an empty store, to copy: migrating anew for each test takes ten times as long."""
    with fresh_database(postgres) as url:
        close_store(open_store(url, create=True))
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty store, to copy."""
    file = tmp_path_factory.mktemp("store") / "hotline-qa.sqlite3"
    close_store(open_store(f"sqlite:///{file}", create=True))
    return file


@pytest.fixture(params=SQLITE_AND_POSTGRES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place for a store, on each database in turn; empty unless the test asks for ``sessions``."""
    wants_store = "sessions" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "hotline-qa.sqlite3"
        if wants_store:
            shutil.copyfile(request.getfixturevalue("sqlite_store"), file)
        yield f"sqlite:///{file}"
        return
    template = request.getfixturevalue("postgres_store") if wants_store else "template1"
    with fresh_database(request.getfixturevalue("postgres"), template) as fresh:
        yield fresh


@pytest.fixture
def sessions(url: str) -> Iterator[sessionmaker[Session]]:
    opened = open_store(url, create=True)
    yield opened
    close_store(opened)
