"""Masked clips as somebody may see them, and what people do with one: made again, put right, approved, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby

from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import Role, Transcript
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip, ClipFile, ClipState, ClipStep, ClipWish, Cover, SoundKind
from qa_pipeline.models.errands import Errand, ErrandKind
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import clip_file, clips_page
from qa_pipeline.store.queries.errands import errand, errands_of
from qa_pipeline.training.clips.approving import may_approve, say_of_clip
from qa_pipeline.training.clips.correcting import correct_words
from qa_pipeline.training.clips.lacking import lacking_because
from qa_pipeline.training.clips.leaving import readable
from qa_pipeline.training.clips.making import ask_for_clip, try_again
from qa_pipeline.training.clips.planning import passage
from qa_pipeline.training.clips.wishes import masks_by_hand
from qa_pipeline.web.clip_hearing import Hearing, heard_by, hearings, may_hear
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.errand_desk import call_unnamed, errand_seen

MOST_ERRANDS = 5


@dataclass(frozen=True, slots=True)
class ClipView:
    """One clip as somebody sees it.

    Args:
        file: The clip, what was said of it and where it went.
        hears_all: Whether they may hear the call as it was.
        reads: Whether they may read the masked text.
        hears: Whether they may hear the masked sound.
        may_approve: Whether they may approve it once they have heard it.
        original: What was said in each turn, as it was heard; [] for who may not read that, or where it is not known.
        lacking: Why it must be made again, to who reads it; None where it need not be.
        heard: Who has heard it.
    """

    file: ClipFile
    hears_all: bool
    reads: bool
    hears: bool
    may_approve: bool
    original: list[str]
    lacking: str | None
    heard: list[Hearing]


@dataclass(frozen=True, slots=True)
class Remaking:
    """How a clip is made again; None: as it was. ``words`` and ``spans`` (milliseconds of the clip) are covered too."""

    words: Sequence[str] = ()
    spans: Sequence[tuple[int, int]] = ()
    cover: Cover | None = None
    kind: SoundKind | None = None
    operator: bool | None = None


def seen_clip(desk: Desk, person: Person, clip_id: int) -> ClipView:
    """Return one clip as somebody may see it.

    Raises:
        NotFound: There is no such clip.
    """
    hears_all = desk.sees_all(person)
    with desk.sessions() as session:
        file = clip_file(session, clip_id)
        reads = hears_all or readable(session, file)
        return ClipView(
            file=file,
            hears_all=hears_all,
            reads=reads,
            hears=may_hear(file, hears_all=hears_all),
            may_approve=may_approve(file, person, hears_all=hears_all),
            original=_original_turns(session, file.clip) if hears_all else [],
            lacking=lacking_because(session, file.clip) if reads else None,
            heard=hearings(desk, session, file),
        )


def listed_clips(
    desk: Desk, session: Session, person: Person, state: ClipState | None, limit: int, offset: int
) -> tuple[tuple[ClipFile, ...], int, set[int]]:
    """Return some clips, the newest first, how many there are, and the numbers of those that somebody may read."""
    files, total = clips_page(session, state, limit, offset)
    sees = desk.sees_all(person)
    return files, total, {one.clip.clip_id for one in files if sees or readable(session, one)}


def in_the_making(desk: Desk, session: Session, person: Person) -> tuple[Errand, ...]:
    """Return the newest clips that are being made, or could not be, as somebody may see them."""
    return tuple(errand_seen(desk, person, one) for one in errands_of(session, ErrandKind.CLIP, MOST_ERRANDS))


def ask_clip(desk: Desk, person: Person, wish: ClipWish) -> Errand:
    """Ask for a clip of a passage; errors as `ask_for_clip`."""
    with desk.deciding, desk.sessions.begin() as session:
        return ask_for_clip(session, wish, person, datetime.now())


def ask_clip_again(desk: Desk, person: Person, clip_id: int, how: Remaking) -> Errand:
    """Ask for a clip to be made again, with what a person wants covered besides; errors as `masks_by_hand` besides."""
    with desk.deciding, desk.sessions.begin() as session:
        before = clip_file(session, clip_id).clip
        transcript = call_file(session, before.call_id).transcript
        wish = ClipWish(
            before.call_id, before.start_ms, before.end_ms, how.cover or before.cover,
            Role.OPERATOR in before.voices if how.operator is None else how.operator,
            how.kind or before.kind, replaces=clip_id,
        )  # fmt: skip
        spans = [(start + before.start_ms, end + before.start_ms) for start, end in how.spans]
        if transcript is not None:
            hears_all = desk.sees_all(person)
            masks = masks_by_hand(transcript, before, how.words, spans, person.name, hears_all=hears_all)
            wish = replace(wish, masks=masks)
        with call_unnamed(desk, person, before.call_id):
            return ask_for_clip(session, wish, person, datetime.now())


def retry_clip(desk: Desk, person: Person, number: int) -> Errand:
    """Try once more to make a clip that could not be made; errors as `try_again`."""
    with desk.deciding, desk.sessions.begin() as session:
        call_id = errand(session, number).parameters.get("call", "")
        with call_unnamed(desk, person, call_id):
            try_again(session, number)
        return errand(session, number)


def put_words_right(desk: Desk, person: Person, clip_id: int, texts: Mapping[int, str], seen: int) -> ClipFile:
    """Put words of a clip right, by the number of the turn; errors as `correct_words`."""
    with desk.deciding, desk.sessions.begin() as session:
        hears_all = desk.sees_all(person)
        return correct_words(session, clip_id, texts, seen, person, datetime.now(), hears_all=hears_all)


def say_word(desk: Desk, person: Person, clip_id: int, step: ClipStep, reason: str) -> ClipFile:
    """Approve a clip, refuse it, or withdraw an approval; errors as `say_of_clip`."""
    with desk.deciding, desk.sessions.begin() as session:
        heard = partial(heard_by, session, person)
        hears_all = desk.sees_all(person)
        return say_of_clip(session, clip_id, step, person, reason, datetime.now(), hears_all=hears_all, heard=heard)


def _original_turns(session: Session, clip: Clip) -> list[str]:
    """Return what was said in each turn of a clip, as it was heard; [] where the call was heard otherwise since."""
    transcript: Transcript | None = call_file(session, clip.call_id).transcript
    if transcript is None:
        return []
    try:
        said = passage(transcript, clip.start_ms, clip.end_ms)
    except UserError:
        return []
    turns = ["，".join(u.text for u in same) for _, same in groupby(said, key=lambda u: u.role)]
    return turns if len(turns) == len(clip.turns) else []
