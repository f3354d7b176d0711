"""Takes a file that somebody sends: streamed to disk under its hash, whatever it says it is called."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import TransientError, UserError
from qa_pipeline.models.errands import Upload
from qa_pipeline.models.files import UPLOAD_SUFFIXES
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.uploads import add_upload

FOLDER = "uploads"
MOST_NAME_BYTES = 240
"""File systems take 255."""


def receive(
    settings: Settings, sessions: sessionmaker[Session], name: str, blocks: Iterable[bytes], by: str, now: datetime
) -> Upload:
    """Keep what somebody sends and return it.

    Args:
        settings: The workspace; the file goes into ``uploads``.
        sessions: The store.
        name: As it was sent; shown, and looked at for its ending.
        blocks: Its content.
        by: Who sends it.
        now: The centre's wall clock.

    Raises:
        UserError: Its ending is none that is taken, its name none that a disk takes, or it is empty or larger than
            ``max_upload_mb``.
        TransientError: The disk is full, or would have less than ``min_free_mb`` left: the store needs some.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in UPLOAD_SUFFIXES:
        known = " ".join(sorted(UPLOAD_SUFFIXES))
        raise UserError(f"{name[:100]} 不是能导入的文件类型“{suffix}”", f"可上传：{known}")
    if len(name.encode(errors="replace")) > MOST_NAME_BYTES or any(char < " " for char in name):
        raise UserError(f"文件名“{name[:60]}”过长或含有控制字符", "改名后再上传")
    folder = settings.workspace / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        room = shutil.disk_usage(folder).free - settings.min_free_mb * 1_000_000
        digest, size = _write(folder, name, blocks, settings.max_upload_mb * 1024**2, room)
    except OSError as error:
        raise TransientError(f"上传的文件写不下来：{error.strerror}", "检查磁盘空间后重试") from error
    with sessions.begin() as session:
        return add_upload(session, name, digest, size, by, now)


def no_room() -> TransientError:
    """Return what is said where a disk has no room for what is sent."""
    return TransientError("磁盘剩余空间不足，没有接收", "请管理员清理磁盘（设置项 min_free_mb），再上传")


def _write(folder: Path, name: str, blocks: Iterable[bytes], most: int, room: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
        try:
            for block in blocks:
                size += len(block)
                if size > most:
                    raise UserError(f"{name[:100]} 超过 {most / 1024**2:.0f} MB", "分成几个文件再上传")
                if size > room:
                    raise no_room()
                digest.update(block)
                part.write(block)
            if size == 0:
                raise UserError(f"{name[:100]} 是空文件", "重新导出后再上传")
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(folder / digest.hexdigest())
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    return digest.hexdigest(), size
