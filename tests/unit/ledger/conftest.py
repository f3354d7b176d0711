"""Settled centres to look at and to tamper with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_pipeline.settings import Settings
from qa_pipeline.store.session import close_store
from tests.settled import Store, judged_month, settled_centre


@pytest.fixture
def settled(tmp_path: Path) -> Iterator[tuple[Settings, Store]]:
    """A centre whose month is settled; the test's own."""
    settings, store = settled_centre(tmp_path)
    yield settings, store
    close_store(store)


@pytest.fixture
def store(settled: tuple[Settings, Store]) -> Store:
    return settled[1]


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[tuple[Settings, Store]]:
    """The same centre before its month is settled; the test's own."""
    settings, store = judged_month(tmp_path)
    yield settings, store
    close_store(store)


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A centre whose month is settled; nothing in it may be changed."""
    _, store = settled_centre(tmp_path_factory.mktemp("looked-at"))
    yield store
    close_store(store)
