"""Who hears a clip says whether it may leave: approved by another than its maker, refused, or withdrawn again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip, ClipFile, ClipState, ClipStep, ClipWord
from qa_pipeline.store.queries.clips import add_clip_word, clip_file, clips_of, hold_call, hold_clips
from qa_pipeline.training.clips.lacking import lacking_because
from qa_pipeline.training.clips.making import refuse_overlap
from qa_pipeline.training.clips.secrecy import secret_because

logger = logging.getLogger(__name__)
_FROM = {
    ClipStep.APPROVED: ClipState.MADE,
    ClipStep.REFUSED: ClipState.MADE,
    ClipStep.WITHDRAWN: ClipState.APPROVED,
}
LONGEST_REASON = 2000


def say_of_clip(
    session: Session,
    clip_id: int,
    step: ClipStep,
    person: Person,
    reason: str,
    now: datetime,
    *,
    hears_all: bool,
    heard: Callable[[Clip], bool],
) -> ClipFile:
    """Say that a clip may leave, may not, or may no more.

    Args:
        session: The unit of work.
        clip_id: Which clip.
        step: What is said.
        person: By whom.
        reason: Why; needed for all but an approval.
        now: The centre's wall clock.
        hears_all: Whether the person may hear the call as it was: who cannot hear what should be covered cannot say
            that it is.
        heard: Says whether the person has asked for a clip's sound since it was made; only asked of an approval.

    Raises:
        NotFound: There is no such clip.
        UserError: By whom it may not be approved, unheard, without a reason, or its call is secret or appealed by now;
            or the step is not said but written (`correcting`).
        Conflict: It stands otherwise by now; or another clip that stands has a part of the passage.
    """
    if step not in _FROM:
        raise UserError("没有这种操作", "刷新页面")
    hold_clips(session, (clip_id,))
    file, why = clip_file(session, clip_id), reason.strip()[:LONGEST_REASON]
    if file.state is not _FROM[step]:
        raise Conflict(f"{clip_id} 号剪辑{file.state.name_zh}，不能{step.name_zh}", "刷新页面看最新状态")
    if step is ClipStep.APPROVED:
        _refuse_approval(session, file, person, hears_all=hears_all)
        if not heard(file.clip):
            raise UserError(f"您还没有听过 {clip_id} 号剪辑，不能批准", "先播放剪辑，对照原声听完，再批准")
    elif not why:
        raise UserError(f"没有写{step.name_zh}的理由", "写明理由，制作人看得到；不要写被遮盖的内容")
    word = ClipWord(clip_id, len(file.words), step, person.name, why, now)
    add_clip_word(session, word)
    logger.info("clip %d %s", clip_id, step.value)
    return ClipFile(file.clip, (*file.words, word), file.exports)


def may_approve(file: ClipFile, person: Person, *, hears_all: bool) -> bool:
    """Whether a person may approve a clip: somebody who may hear the original, and has not made it."""
    return hears_all and person.name != file.clip.made_by


def _refuse_approval(session: Session, file: ClipFile, person: Person, *, hears_all: bool) -> None:
    clip = file.clip
    if not hears_all:
        raise UserError("批准前要对照原声审听，您的角色不能听原声", "请质检员或主管审听批准")
    if not may_approve(file, person, hears_all=hears_all):
        raise UserError("不能批准自己制作的剪辑", "请另一人审听批准")
    if (because := secret_because(session, clip.call_id)) is not None:
        raise UserError(f"{clip.clip_id} 号剪辑不能批准：{because}", "退回这份剪辑")
    if (lacking := lacking_because(session, clip)) is not None:
        raise UserError(f"{clip.clip_id} 号剪辑不能批准：{lacking}", "按“重新制作”")
    hold_call(session, clip.call_id)
    refuse_overlap(clips_of(session, clip.call_id), clip, clip.clip_id)
