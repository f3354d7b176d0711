"""A month with its people, and a unit of work in it that is undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings
from qa_pipeline.store.session import close_store
from tests.e2e.month import seed

Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path_factory.mktemp("packs"))
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def session(centre: Centre) -> Iterator[Session]:
    with centre[1]() as opened:
        yield opened
        opened.rollback()
