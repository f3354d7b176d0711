"""A masked clip as the worker makes it: planned, cut, changed, covered, and only then written down."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.asr.clip_sound import clip_sound
from qa_pipeline.errors import TransientError, UserError
from qa_pipeline.models.clips import SoundKind
from qa_pipeline.models.errands import Errand
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.training.clips.making import MadeSound, keep_clip, planned
from qa_pipeline.training.clips.wishes import wish_of

FOLDER = "clips"


def clip_made(
    settings: Settings,
    sessions: sessionmaker[Session],
    errand: Errand,
    now: Callable[[], datetime],
    tell: Callable[[int, int, str], None],
) -> dict[str, Any]:
    """Make the clip that an errand asks for, and return its number.

    Raises:
        UserError: Nothing may be made of the call or the passage, or the recording is gone.
        Conflict: Another clip has a part of the passage.
        AudioError: The recording cannot be read.
        TransientError: The clip cannot be written.
    """
    tell(0, 2, "")
    with sessions() as session:
        wish, plan = planned(session, wish_of(errand.parameters))
        recording = call_file(session, wish.call_id, speech=False).recording
    source = settings.workspace / (recording.path if recording is not None else "")
    if not source.is_file():
        raise UserError(f"通话 {wish.call_id} 的录音文件不在工作区，不能剪辑", "从备份恢复该文件，或重新导入录音")
    sound, length_ms = clip_sound(source, plan, wish.cover, wish.kind)
    tell(1, 2, "")
    path = _written(settings.workspace, sound, wish.kind)
    try:
        kept = MadeSound(path, hashlib.sha256(sound).hexdigest(), length_ms)
        with sessions.begin() as session:
            clip = keep_clip(session, wish, plan, kept, errand.asked_by, now())
    except BaseException:
        (settings.workspace / path).unlink(missing_ok=True)
        raise
    tell(2, 2, "")
    return {"clip": clip.clip_id}


def _written(workspace: Path, sound: bytes, kind: SoundKind) -> str:
    """Write a clip's sound under a name that has nothing to do with its call."""
    path = f"{FOLDER}/{secrets.token_hex(16)}.{kind.value}"
    try:
        (workspace / FOLDER).mkdir(parents=True, exist_ok=True)
        part = workspace / f"{path}.part"
        part.write_bytes(sound)
        part.replace(workspace / path)
    except OSError as error:
        raise TransientError(f"剪辑目录无法写入：{error.strerror}", "检查磁盘空间与权限后重试") from error
    return path
