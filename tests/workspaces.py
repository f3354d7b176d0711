"""A workspace as ``hotline-qa init`` makes it, made once a process: each test has a copy of its own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings, load_settings
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.workspace import init_workspace


def empty_centre(root: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Make a workspace in a folder, and open it."""
    return copied(_made_once(), root)


def copied(made: Path, root: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Copy a workspace that is closed, and open the copy."""
    shutil.copytree(made, root, dirs_exist_ok=True)
    settings = load_settings(root)
    return settings, open_store(settings.url)


@cache
def _made_once() -> Path:
    root = Path(tempfile.mkdtemp(prefix="empty-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    close_store(init_workspace(root)[1])
    return root
