"""Answers that trainees record: kept as they come, theirs alone, and gone after a term."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound, TransientError, UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.errands import ErrandKind
from qa_pipeline.models.packs import Rehearsal
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.errands import add_errand, forget_errands
from qa_pipeline.store.queries.rehearsals import (
    add_rehearsal,
    delete_rehearsals,
    kept_sounds,
    rehearsal,
    rehearsals_before,
    rehearsals_of,
)
from qa_pipeline.training.clips.leaving import still_leaving
from qa_pipeline.training.packs.cards import clip_of_pack
from qa_pipeline.training.packs.cues import require_cues

FOLDER = "rehearsals"
MOST_BYTES = 16 * 1024**2
"""Two minutes of uncompressed 48 kHz sound are 11 MB; browsers send a tenth of that."""
_LEFT_OVER = timedelta(hours=1)
MOST_TRIES = 50
"""Answers that one trainee may keep to one cue; the oldest are the trainee's to delete."""


def keep_answer(
    session: Session,
    settings: Settings,
    where: tuple[int, int, int],
    sent: Iterable[bytes],
    person: Person,
    now: datetime,
) -> Rehearsal:
    """Keep an answer and ask the worker to listen to it; what it is in truth is found there.

    Args:
        session: The unit of work.
        settings: The workspace.
        where: Numbers of the pack, the clip and the cue.
        sent: The file, a block at a time.
        person: Whose it is.
        now: The centre's wall clock.

    Raises:
        NotFound: The pack has no such clip, or the clip no such cue.
        UserError: The file is empty or too large, or there are too many answers already.
        Conflict: The clip may not be heard any more.
        TransientError: The disk is full.
    """
    pack_id, clip_id, cue = where
    clip = clip_of_pack(session, pack_id, clip_id)
    still_leaving(session, [clip_id])
    if not 0 <= cue < len(require_cues(clip.turns)):
        raise NotFound(f"这个剪辑没有第 {cue + 1} 轮", "刷新页面")
    mine = rehearsals_of(session, pack_id, clip_id, person.account.account_id)
    if sum(one.cue == cue for one in mine) >= MOST_TRIES:
        raise UserError(f"第 {cue + 1} 轮已有 {MOST_TRIES} 次录音", "删掉几次旧的再录")
    path = _write(settings, sent)
    one = Rehearsal(0, pack_id, clip_id, cue, person.account.account_id, person.name, f"{FOLDER}/{path.name}", now)
    try:
        kept = add_rehearsal(session, one)
        # Whose it is stands with the answer, which goes after its term; errands stay.
        add_errand(session, ErrandKind.REHEARSAL, _asked(kept), "", now)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return kept


def rehearsal_for(session: Session, rehearsal_id: int, person: Person) -> Rehearsal:
    """Return an answer to whoever may hear it: whose it is, and trainers.

    Raises:
        NotFound: There is none, or it is nothing to this person.
    """
    one = rehearsal(session, rehearsal_id)
    if one.account_id != person.account.account_id and not person.has(Role.TRAINER):
        raise NotFound(f"没有 {rehearsal_id} 号演练录音，或已到期删除", "从课包的演练页进入")
    return one


def delete_answer(session: Session, settings: Settings, rehearsal_id: int, person: Person, now: datetime) -> Rehearsal:
    """Delete one's own answer with its sound, and what was asked of the worker about it.

    Raises:
        NotFound: There is none of this person's.
    """
    one = rehearsal(session, rehearsal_id)
    if one.account_id != person.account.account_id:
        raise NotFound(f"没有 {rehearsal_id} 号演练录音，或已到期删除", "只能删除自己的")
    _delete(session, [one], now)
    _remove(settings, [one])
    return one


def forget_expired(settings: Settings, sessions: sessionmaker[Session], now: datetime) -> int:
    """Delete answers older than ``rehearsal_days`` with their sounds, and sounds that nobody knows; return how many."""
    gone = 0
    while True:
        with sessions.begin() as session:
            old = rehearsals_before(session, now - timedelta(days=settings.rehearsal_days))
            _delete(session, old, now)
        _remove(settings, old)
        gone += len(old)
        if not old:
            break
    _remove_unknown(settings, sessions, now)
    return gone


def expired(one: Rehearsal, settings: Settings, now: datetime) -> bool:
    """Whether an answer's term is over, though it was not deleted yet: it is shown no more."""
    return now - one.sent_at > timedelta(days=settings.rehearsal_days)


def sound_path(settings: Settings, one: Rehearsal) -> Path:
    """Return where the sound of an answer lies.

    Raises:
        NotFound: It is not there (any more).
    """
    path = settings.workspace / one.sound_path
    if not one.sound_path or not path.is_file():
        raise NotFound("这段演练录音已不在服务器上", "重新录一遍")
    return path


def _write(settings: Settings, sent: Iterable[bytes]) -> Path:
    folder, size = settings.workspace / FOLDER, 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        room = shutil.disk_usage(folder).free - settings.min_free_mb * 1_000_000
        with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            try:
                for block in sent:
                    size += len(block)
                    _refuse_size(size, room)
                    part.write(block)
                if size == 0:
                    raise UserError("录音是空的", "重新录一遍；上传文件的，看文件是否有内容")
                part.flush()
                os.fsync(part.fileno())
                # A name of its own: two people may send the same sound, and each deletes only theirs.
                return Path(part.name).rename(folder / f"{secrets.token_hex(16)}.sent")
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise TransientError(f"录音写不下来：{error.strerror}", "检查磁盘空间后重试") from error


def _refuse_size(size: int, room: int) -> None:
    if size > MOST_BYTES:
        raise UserError(f"录音超过 {MOST_BYTES // 1024**2} MB", "录短些；上传文件的，存成 mp3、m4a 或 webm")
    if size > room:
        raise TransientError("磁盘剩余空间不足，没有接收", "请管理员清理磁盘（设置项 min_free_mb）")


def _delete(session: Session, gone: Sequence[Rehearsal], now: datetime) -> None:
    delete_rehearsals(session, [one.rehearsal_id for one in gone])
    forget_errands(session, ErrandKind.REHEARSAL, [_asked(one) for one in gone], now)


def _asked(one: Rehearsal) -> dict[str, str]:
    """Return what the worker is asked about an answer."""
    return {"rehearsal": str(one.rehearsal_id)}


def _remove(settings: Settings, gone: Iterable[Rehearsal]) -> None:
    for one in gone:
        if one.sound_path:
            (settings.workspace / one.sound_path).unlink(missing_ok=True)


def _remove_unknown(settings: Settings, sessions: sessionmaker[Session], now: datetime) -> None:
    """Remove what a transfer or a worker that was killed left behind."""
    folder = settings.workspace / FOLDER
    if not folder.is_dir():
        return
    with sessions() as session:
        known = kept_sounds(session)
    for path in folder.iterdir():
        written_at = datetime.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ006  # the centre's wall clock
        if f"{FOLDER}/{path.name}" not in known and now - written_at > _LEFT_OVER:
            path.unlink(missing_ok=True)
