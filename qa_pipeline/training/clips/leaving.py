"""The one door by which a clip's sound and text leave: approved by somebody else, and written down."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, QaError, UserError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import ClipFile, ClipState, ReadyClip
from qa_pipeline.store.queries.clips import add_clip_exports, clip_files, hold_clips
from qa_pipeline.training.clips.lacking import lacking_because
from qa_pipeline.training.clips.secrecy import secret_because

logger = logging.getLogger(__name__)


def leave(
    session: Session, clip_ids: Sequence[int], purpose: str, person: Person, now: datetime
) -> tuple[ReadyClip, ...]:
    """Let clips out, in the order asked for, and write down for what and who took them.

    Args:
        session: The unit of work in which they leave; what is withdrawn before it is committed is found by
            `still_leaving`, which whoever sends the bytes asks once more.
        clip_ids: Their numbers.
        purpose: What they leave for, as their pages list it: 课包 7.
        person: Who takes them.
        now: The centre's wall clock.

    Raises:
        NotFound: There is no such clip.
        Conflict: One is not approved, or approved no more; or its call has since been appealed or declared secret.
    """
    hold_clips(session, clip_ids)
    still_leaving(session, clip_ids)
    files = {file.clip.clip_id: file for file in clip_files(session, clip_ids)}
    ready = tuple(_ready(files[clip_id]) for clip_id in clip_ids)
    if not purpose.strip():
        raise UserError("没有写明剪辑用在哪里", "写明用途，如课包名称")
    add_clip_exports(session, ready, purpose.strip()[:128], person.name, now)
    logger.info("%d clips left", len(ready))
    return ready


def still_leaving(session: Session, clip_ids: Collection[int], *, looked_through: bool = False) -> None:
    """Refuse if any of some clips may leave no more; asked again right before bytes are sent.

    Args:
        session: The unit of work.
        clip_ids: Their numbers.
        looked_through: Whether this was asked a moment ago: then what they cover is not held against the call again.

    Raises:
        NotFound: There is no such clip.
        Conflict: One is not approved, or approved no more; its call has since been appealed or declared secret; or more
            is known of it by now than the clip covers.
    """
    session.expire_all()  # what another unit of work withdrew a moment ago counts
    files = {file.clip.clip_id: file for file in clip_files(session, clip_ids)}
    for clip_id in clip_ids:
        if clip_id not in files:
            raise NotFound(f"没有 {clip_id} 号剪辑", "从剪辑列表选取")
        _refuse_unapproved(files[clip_id])
        if (why := secret_because(session, files[clip_id].clip.call_id)) is not None:
            raise Conflict(f"{clip_id} 号剪辑现在不能外发：{why}", "换一段剪辑")
        if not looked_through and (why := lacking_because(session, files[clip_id].clip)) is not None:
            raise Conflict(f"{clip_id} 号剪辑现在不能外发：{why}", "打开剪辑按“重新制作”，审听批准后再用")


def why_not(session: Session, clip_id: int) -> str:
    """Return why a clip may not leave now (Chinese), '' where it may."""
    try:
        still_leaving(session, [clip_id])
    except QaError as refused:
        return refused.message
    return ""


def readable(session: Session, file: ClipFile) -> bool:
    """Whether who may not see personal data may read a clip's masked text: it waits to be heard, or may leave.

    What is refused or withdrawn most likely shows a word that should have been covered.
    """
    if file.state is ClipState.MADE:
        return secret_because(session, file.clip.call_id) is None and lacking_because(session, file.clip) is None
    return not why_not(session, file.clip.clip_id)


def sound_of(workspace: Path, ready: ReadyClip) -> bytes:
    """Return the sound of a clip that was let out, in its format.

    Raises:
        NotFound: Its file is gone from the workspace.
        Conflict: It is not the file that was approved.
    """
    path = workspace / ready.sound_path
    try:
        sound = path.read_bytes()
    except OSError as error:
        raise NotFound(f"{ready.clip_id} 号剪辑的声音文件不在工作区", "重新制作该剪辑") from error
    if hashlib.sha256(sound).hexdigest() != ready.sound_sha256:
        raise Conflict(f"{ready.clip_id} 号剪辑的声音文件与批准时不同", "重新制作并再次审听")
    return sound


def _refuse_unapproved(file: ClipFile) -> None:
    number, state = file.clip.clip_id, file.state
    if state is ClipState.MADE:
        raise Conflict(f"{number} 号剪辑还没有人审听批准", "请质检员或主管审听")
    if state is not ClipState.APPROVED:
        # Why is for who may see personal data: it says what was heard, and trainees and logs read this.
        raise Conflict(f"{number} 号剪辑{state.name_zh}", "换一段剪辑，或重新制作后再批准；理由见剪辑页面")


def _ready(file: ClipFile) -> ReadyClip:
    clip = file.clip
    return ReadyClip(
        clip.clip_id, clip.turns, clip.voices, clip.kind, clip.sound_path, clip.sound_sha256, clip.duration_ms
    )
