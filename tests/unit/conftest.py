"""A centre whose month is judged, made once a process: each test changes a copy of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.store.session import close_store
from tests.judged import judged_centre


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged") / "centre"
    _, sessions = judged_centre(folder)
    close_store(sessions)
    return folder
