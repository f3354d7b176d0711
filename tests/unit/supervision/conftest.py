"""A small centre with a drawn month, made once a process: each test changes a copy of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings
from qa_pipeline.store.session import close_store
from tests.e2e.month import seed


@pytest.fixture
def month(tmp_path: Path) -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def store(month: tuple[Settings, sessionmaker[Session]]) -> sessionmaker[Session]:
    return month[1]
