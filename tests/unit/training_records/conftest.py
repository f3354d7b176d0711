"""Stores for the tests of training: made once, each test writes into a unit of work that is taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings
from qa_pipeline.store.session import close_store
from tests.e2e.month import seed
from tests.trained import fill_training
from tests.workspaces import empty_centre


@pytest.fixture(scope="module")
def settings_and_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    settings, sessions = seed(tmp_path_factory.mktemp("centre"))
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def session(settings_and_store: tuple[Settings, sessionmaker[Session]]) -> Iterator[Session]:
    """A unit of work in the small centre that is taken back."""
    with settings_and_store[1]() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="module")
def trained_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sessionmaker[Session]]:
    _, sessions = empty_centre(tmp_path_factory.mktemp("trained"))
    with sessions.begin() as session:
        fill_training(session)
    yield sessions
    close_store(sessions)


@pytest.fixture
def trained(trained_store: sessionmaker[Session]) -> Iterator[Session]:
    """A unit of work in the centre where some of each team were trained, taken back."""
    with trained_store() as session:
        yield session
        session.rollback()
