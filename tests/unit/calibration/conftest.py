"""A small centre with a drawn month and its people; each test opens sessions of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models.accounts import Account
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.session import close_store
from tests.e2e.month import seed


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    settings, sessions = seed(tmp_path_factory.mktemp("centre"))
    yield settings, sessions
    close_store(sessions)


@pytest.fixture(scope="module")
def store(centre: tuple[Settings, sessionmaker[Session]]) -> sessionmaker[Session]:
    return centre[1]


@pytest.fixture(scope="module")
def people(store: sessionmaker[Session]) -> dict[str, Account]:
    with store() as session:
        return {account.login: account for account in accounts(session)}
