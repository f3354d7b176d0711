"""How much of a body is read: what its route takes, and for files what the disks have room for.

Files are spooled by the form's parser before a page sees them, and then written into the workspace: both places are
looked at, before the body is read and while it is read, whatever length it was said to have.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from qa_pipeline.errors import TransientError
from qa_pipeline.settings import Settings
from qa_pipeline.uploading import FOLDER, no_room
from qa_pipeline.web.refusals import TooLarge

FORM_LIMIT = 256 * 1024
BLOCK = 1024**2
MOST_BODY = 4 * 1024**3
LOOK_EVERY = 16 * 1024**2
"""Bytes between two looks at the disks."""


def spool_into(workspace: Path) -> None:
    """Spool what is sent into the workspace: a system's own folder is often small, or its memory."""
    folder = workspace.resolve() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder)


def limit_of(settings: Settings, body_limit: int, files: int) -> int:
    """Return how many bytes a body may have; ``files`` is how many files it may bring, each as large as is taken."""
    return min(MOST_BODY, files * settings.max_upload_mb * 1024**2 + FORM_LIMIT) if files else body_limit


def refuse_length(length: str, limit: int) -> None:
    """Refuse a body that says it is larger than its route takes.

    Raises:
        TooLarge: It does.
    """
    if length.isdigit() and int(length) > limit:
        raise TooLarge(f"提交的内容有 {int(length) / 1024**2:.1f} MB，超过 {limit / 1024**2:.1f} MB", "分几次提交")


def refuse_full(settings: Settings, coming: int) -> None:
    """Refuse files that the disks have no room for, ``coming`` bytes of them yet to be read.

    Raises:
        TransientError: Less than ``min_free_mb`` would be left.
    """
    spare = settings.min_free_mb * 1_000_000
    for folder in {Path(tempfile.gettempdir()), settings.workspace}:
        if shutil.disk_usage(folder).free - spare < coming:
            raise no_room()


def bounded(receive: Receive, limit: int, settings: Settings, files: bool) -> Receive:
    """Stop reading a body beyond what its route takes, and where the disks are full."""
    read = looked = 0

    async def reading() -> Message:
        nonlocal read, looked
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(413)
        if files and read - looked >= LOOK_EVERY:
            looked = read
            _refuse_full_now(settings)
        return message

    return reading


def _refuse_full_now(settings: Settings) -> None:
    try:
        refuse_full(settings, 0)
    except TransientError as full:
        raise HTTPException(503) from full  # any other error while a form is read is called a broken form


def coming_of(length: str) -> int:
    """Return how long a body says it is, 0 where it does not say."""
    return int(length) if length.isdigit() else 0


def blocks_of(file: UploadFile) -> Iterator[bytes]:
    """Yield what was sent, a block at a time."""
    while block := file.file.read(BLOCK):
        yield block
