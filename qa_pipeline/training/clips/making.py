"""From the wish for a clip to the clip: asked for by one person, made by the worker, kept with what was covered."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip, ClipFile, ClipMask, ClipPlan, ClipState, ClipStep, ClipWish, ClipWord
from qa_pipeline.models.errands import Errand, ErrandKind
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import add_clip, add_clip_word, clip_file, clips_of, hold_call, hold_clips
from qa_pipeline.store.queries.errands import add_errand, errand, go_on, open_errands_of
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.training.clips.facing import as_found
from qa_pipeline.training.clips.planning import plan
from qa_pipeline.training.clips.secrecy import secret_because
from qa_pipeline.training.clips.wishes import parameters_of, wish_of

logger = logging.getLogger(__name__)
STANDING = frozenset((ClipState.MADE, ClipState.APPROVED))


@dataclass(frozen=True, slots=True)
class MadeSound:
    """The sound of a clip as it lies in the workspace."""

    path: str
    sha256: str
    duration_ms: int


def ask_for_clip(session: Session, wish: ClipWish, person: Person, now: datetime) -> Errand:
    """Ask for a clip; the one that it replaces is approved no more from this moment on.

    Raises:
        NotFound: There is no such call, or no such clip to be made again.
        UserError: Nothing may be made of the call, or of this passage (see `plan`).
        Conflict: Another clip has a part of the passage, or somebody else has it made again.
    """
    if wish.replaces is not None:
        hold_clips(session, (wish.replaces,))
    wished = planned(session, wish if wish.replaces is not None else as_found(session, wish))[0]
    if wish.replaces is not None:
        _refuse_second(session, wished)
        _put_aside(session, clip_file(session, wish.replaces), person, now)
    return add_errand(session, ErrandKind.CLIP, parameters_of(wished), person.name, now)


def try_again(session: Session, errand_id: int) -> None:
    """Have a clip made that could not be made; whose it will be stays as it was asked for.

    Raises:
        NotFound: No clip was asked for by that number.
        UserError: Nothing may be made of the call, or of this passage, still (see `plan`).
        Conflict: It did not fail, the same is under way, or another clip has a part of the passage by now.
    """
    asked = errand(session, errand_id)
    if asked.kind is not ErrandKind.CLIP:
        raise NotFound(f"{errand_id} 号任务不是制作剪辑", "从剪辑列表进入")
    wished = planned(session, wish_of(asked.parameters))[0]
    if wished.replaces is not None:
        hold_clips(session, (wished.replaces,))
        _refuse_second(session, wished)
    go_on(session, errand_id)


def _refuse_second(session: Session, wish: ClipWish) -> None:
    """Refuse what somebody wants covered in a clip that is being made again: one of two would be covered alone.

    The same wish once more is no second one.
    """
    parameters = parameters_of(wish)
    for waiting in open_errands_of(session, ErrandKind.CLIP):
        if waiting.parameters.get("replaces") == str(wish.replaces) and waiting.parameters != parameters:
            raise Conflict(
                f"{wish.replaces} 号剪辑已在重新制作（{waiting.asked_by}）", "等做好以后，在新的一份上再遮盖"
            )


def planned(session: Session, wish: ClipWish) -> tuple[ClipWish, ClipPlan]:
    """Return a wish with what people covered in the passage before, and how it is made; errors as above.

    What somebody heard in a clip that was refused or withdrawn is said there still when the passage is cut anew.
    """
    if (why := secret_because(session, wish.call_id)) is not None:
        raise UserError(f"通话 {wish.call_id} 不能剪辑：{why}", "换一通")
    public = public_words(entries(session))
    file = call_file(session, wish.call_id)
    if wish.replaces is not None:
        wish = _after(clip_file(session, wish.replaces).clip, wish)
    before = clips_of(session, wish.call_id)
    wish = _with_masks(wish, (mask for one in before for mask in one.clip.masks if mask.by))
    made = plan(file, wish, public)
    refuse_overlap(before, made, wish.replaces)
    return _with_masks(replace(wish, masks=()), (mask for mask in wish.masks if _touches(mask, made))), made


def _after(before: Clip, wish: ClipWish) -> ClipWish:
    """Return a wish for a clip that is made again, of the same passage and found under the same."""
    return replace(
        wish,
        call_id=before.call_id,
        start_ms=before.start_ms,
        end_ms=before.end_ms,
        scenario=before.scenario,
        handling=before.handling,
    )


def _with_masks(wish: ClipWish, masks: Iterable[ClipMask]) -> ClipWish:
    """Return a wish with more masks, in order, each once."""
    every = {*wish.masks, *masks}
    return replace(wish, masks=tuple(sorted(every, key=lambda m: (m.start_ms, m.end_ms, m.by))))


def _touches(mask: ClipMask, made: ClipPlan) -> bool:
    return mask.start_ms < made.end_ms and mask.end_ms > made.start_ms


def refuse_overlap(files: Collection[ClipFile], made: ClipPlan | Clip, own: int | None) -> None:
    """Refuse a second clip of the same words: two masks, or two disguises, tell more than one.

    Args:
        files: The clips of the call.
        made: What is to be made, or to be approved.
        own: The clip that it is, or replaces.

    Raises:
        Conflict: Another clip that stands has a part of its passage.
    """
    for file in files:
        clip = file.clip
        touches = clip.start_ms < made.end_ms and clip.end_ms > made.start_ms
        if touches and file.state in STANDING and clip.clip_id != own:
            raise Conflict(
                f"这一段与 {clip.clip_id} 号剪辑（{file.state.name_zh}）重叠，两份合起来会露出各自遮住的",
                "用那一份，或打开它按“重新制作”；不要了的先退回或撤回",
            )


def _put_aside(session: Session, file: ClipFile, person: Person, now: datetime) -> None:
    step = {ClipState.MADE: ClipStep.REFUSED, ClipState.APPROVED: ClipStep.WITHDRAWN}.get(file.state)
    if step is not None:
        add_clip_word(session, ClipWord(file.clip.clip_id, len(file.words), step, person.name, "重新制作", now))


def keep_clip(session: Session, wish: ClipWish, made: ClipPlan, sound: MadeSound, asked_by: str, now: datetime) -> Clip:
    """Write a clip that was made.

    Raises:
        UserError: Meanwhile its call was declared secret or appealed.
        Conflict: Meanwhile another clip has a part of the passage.
    """
    hold_call(session, wish.call_id)  # of two workers the second finds what the first wrote
    if (why := secret_because(session, wish.call_id)) is not None:
        raise UserError(f"通话 {wish.call_id} 不能剪辑：{why}", "换一通")
    refuse_overlap(clips_of(session, wish.call_id), made, wish.replaces)
    clip = add_clip(
        session,
        Clip(
            clip_id=0,
            call_id=wish.call_id,
            start_ms=made.start_ms,
            end_ms=made.end_ms,
            made_by=_maker(session, wish, made, asked_by),
            made_at=now,
            cover=wish.cover,
            voices=made.voices,
            masks=made.masks,
            turns=made.turns,
            kind=wish.kind,
            sound_path=sound.path,
            sound_sha256=sound.sha256,
            duration_ms=sound.duration_ms,
            replaces=wish.replaces,
            scenario=wish.scenario,
            handling=wish.handling,
        ),
    )
    logger.info("clip %d made, %d masks", clip.clip_id, len(clip.masks))
    return clip


def _maker(session: Session, wish: ClipWish, made: ClipPlan, asked_by: str) -> str:
    """Return whose clip it is: who only covers more in another's clip does not make it theirs, and may approve it."""
    if wish.replaces is None:
        return asked_by
    before = clip_file(session, wish.replaces).clip
    same = (before.voices, before.cover, before.kind) == (made.voices, wish.cover, wish.kind)
    return before.made_by if same else asked_by
