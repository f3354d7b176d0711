"""The application on a seeded month, without a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.settings import Settings
from qa_pipeline.store.session import close_store
from tests.e2e.month import seed
from tests.people import HOME, client_as

__all__ = ["HOME"]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    """Seed one month for the tests of a module."""
    settings, sessions = seed(tmp_path_factory.mktemp("month"))
    yield settings, sessions
    close_store(sessions)


@pytest.fixture(scope="module")
def client(month: tuple[Settings, sessionmaker[Session]]) -> Iterator[TestClient]:
    """Ask the application as a reviewer's browser does."""
    settings, sessions = month
    with client_as(sessions, settings) as asking:
        yield asking
