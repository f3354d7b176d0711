"""What the API tells and takes of masked clips."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import (
    ClipCorrection,
    ClipExport,
    ClipFile,
    ClipState,
    ClipTurn,
    ClipWord,
    Cover,
    MaskKind,
    SoundKind,
)
from qa_pipeline.models.errands import Errand, ErrandState
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.speech import Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.api.base import Values
from qa_pipeline.web.clip_desk import seen_clip
from qa_pipeline.web.clip_hearing import Hearing
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.errand_desk import errand_seen
from qa_pipeline.web.hiding import hides

Moment = Annotated[int, Query(ge=0, le=86_400_000)]
Said = Annotated[str, Query(max_length=2000)]


class ClipLine(Values):
    """A clip in a list; ``turns`` are its first two, and none to whom its words are not shown (not ``readable``)."""

    clip_id: int
    state: ClipState
    scenario: Scenario | None
    handling: Handling | None
    readable: bool
    turns: list[ClipTurn]
    duration_ms: int
    masks: int
    exports: int
    made_by: str
    made_at: datetime


class ClipLines(Values):
    """A page of clips, the newest first; ``total`` stand so."""

    total: int
    clips: list[ClipLine]


class Mask(Values):
    """A stretch that is covered, in milliseconds of the clip, and who put it there ('' for the program)."""

    start_ms: int
    end_ms: int
    kind: MaskKind
    by: str


class ClipDetail(Values):
    """A clip as the token's account may see it; times in the clip.

    ``call_id`` and ``start_ms`` say where it was cut from, and ``original`` what was said in each turn, to who may hear
    the call, by a token that reads calls (``calls:read``): to others they are None and empty.
    ``seen`` counts what was said of it, for whoever puts words right. ``lacking`` says why it must be made again.
    """

    clip: ClipLine
    call_id: str | None
    start_ms: int | None
    cover: Cover
    kind: SoundKind
    voices: list[Role]
    replaces: int | None
    turns: list[ClipTurn]
    original: list[str]
    corrections: list[ClipCorrection]
    masks: list[Mask]
    words: list[ClipWord]
    exports: list[ClipExport]
    heard: list[Hearing]
    may_hear: bool
    may_approve: bool
    lacking: str | None
    seen: int


class Making(Values):
    """A clip that was asked for and is not made yet, or could not be (``error``).

    Of which call, and from when to when in it, is None to who may not hear the call.
    """

    errand_id: int
    state: ErrandState
    call_id: str | None
    start_ms: int | None
    end_ms: int | None
    replaces: int | None
    asked_by: str
    asked_at: datetime
    error: str
    hint: str


class ClipAsked(Values):
    """A passage of a call (it begins and ends at turns, wherever the times are), and how it is to be masked.

    ``scenario`` is the one under which the passage was found, where it shows several.
    """

    call_id: Annotated[str, Query(max_length=128)]
    start_ms: Moment
    end_ms: Moment
    cover: Cover = Cover.TONE
    kind: SoundKind = SoundKind.MP3
    operator: bool = False
    scenario: Scenario | None = None


class AskedAgain(Values):
    """What is to be covered besides: words, wherever they are said, and stretches of the clip. None: as it was."""

    words: Annotated[tuple[Annotated[str, Query(pattern=r"^[^\s，、,]{1,40}$")], ...], Query(max_length=20)] = ()
    spans: Annotated[tuple[tuple[Moment, Moment], ...], Query(max_length=20)] = ()
    cover: Cover | None = None
    kind: SoundKind | None = None
    operator: bool | None = None


class WordsGiven(Values):
    """What was heard in turns, by their numbers from 0, masked words as 〔姓名〕; ``seen`` as the clip told it."""

    texts: Annotated[dict[Annotated[int, Query(ge=0, le=9999)], Said], Query(max_length=1000)]
    seen: Annotated[int, Query(ge=0, le=2**31 - 1)]


class ClipReason(Values):
    """Why, or a remark; it tells nothing of what is masked."""

    reason: Said = ""


def clip_told(file: ClipFile, *, reads: bool) -> ClipLine:
    """Return a clip for a list, with its first words to who ``reads`` it."""
    clip = file.clip
    return ClipLine(
        clip_id=clip.clip_id,
        state=file.state,
        scenario=clip.scenario,
        handling=clip.handling,
        readable=reads,
        turns=list(clip.turns[:2]) if reads else [],
        duration_ms=clip.duration_ms,
        masks=len(clip.masks),
        exports=len(file.exports),
        made_by=clip.made_by,
        made_at=clip.made_at,
    )


def clip_detail(desk: Desk, person: Person, clip_id: int) -> ClipDetail:
    """Return a clip as somebody may see it; errors as `seen_clip`."""
    seen, hide = seen_clip(desk, person, clip_id), hides(desk, person)
    file, clip = seen.file, seen.file.clip
    of_call = seen.hears_all and not person.lacks({Scope.CALLS_READ})
    return ClipDetail(
        clip=clip_told(file, reads=seen.reads),
        call_id=clip.call_id if of_call else None,
        start_ms=clip.start_ms if of_call else None,
        cover=clip.cover,
        kind=clip.kind,
        voices=list(clip.voices),
        replaces=clip.replaces,
        turns=list(clip.turns) if seen.reads else [],
        original=seen.original if of_call else [],
        corrections=list(clip.corrections) if seen.reads else [],
        masks=[
            Mask(start_ms=m.start_ms - clip.start_ms, end_ms=m.end_ms - clip.start_ms, kind=m.kind, by=m.by)
            for m in clip.masks
        ],
        words=[replace(word, reason=hide(word.reason)) for word in file.words],
        exports=list(file.exports),
        heard=seen.heard,
        may_hear=seen.hears,
        may_approve=seen.may_approve,
        lacking=seen.lacking,
        seen=len(file.words),
    )


def making_told(desk: Desk, person: Person, errand: Errand) -> Making:
    """Return an errand for a clip as somebody may see it, without what is to be covered in it."""
    one = errand_seen(desk, person, errand)
    asked, where = one.parameters, "call" in one.parameters
    return Making(
        errand_id=one.errand_id,
        state=one.state,
        call_id=asked["call"] if where else None,
        start_ms=int(asked["start_ms"]) if where else None,
        end_ms=int(asked["end_ms"]) if where else None,
        replaces=int(asked["replaces"]) if asked["replaces"] else None,
        asked_by=one.asked_by,
        asked_at=one.asked_at,
        error=one.error,
        hint=one.hint,
    )
