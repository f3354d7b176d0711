"""Masked clips for training: asked for, heard beside the call as it was, approved, withdrawn, and where they went."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import Transcript
from qa_pipeline.models.clips import Clip, ClipState, ClipStep, ClipWish, Cover, SoundKind
from qa_pipeline.models.errands import ErrandKind
from qa_pipeline.models.passages import Scenario
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import clip_file, clips_page
from qa_pipeline.store.queries.errands import errands_of
from qa_pipeline.training.clips.approving import may_approve, say_of_clip
from qa_pipeline.training.clips.correcting import correct_words
from qa_pipeline.training.clips.lacking import lacking_because
from qa_pipeline.training.clips.leaving import readable
from qa_pipeline.training.clips.making import ask_for_clip, try_again
from qa_pipeline.training.clips.planning import passage
from qa_pipeline.training.clips.wishes import masks_by_hand
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.clip_hearing import heard_by, hearings, may_hear
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.typed import FormOf

router = family()
PAGE_ROWS = 50
MOST_ERRANDS = 5
_TIME = re.compile(r"(?:(\d{1,3})[:：])?(\d{1,5})(?:[.。](\d))?")
_TURN = re.compile(r"turn-\d{1,4}")


@router.get("/training/clips", dependencies=[allow(*SEES_CALLS, looks=True)])
def clips_list(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    state: str = "",
    number: int = 1,
    call: str = "",
    start_ms: int = 0,
    end_ms: int = 0,
) -> Response:
    """Show the clips, the newest first, what is being made, and what is asked to make one."""
    wanted = ClipState(state) if state in set(ClipState) else None
    with desk.sessions() as session:
        files, total = clips_page(session, wanted, PAGE_ROWS, (max(1, min(number, 10_000)) - 1) * PAGE_ROWS)
        making = errands_of(session, ErrandKind.CLIP, MOST_ERRANDS)
        sees = desk.sees_all(person)
        read = {one.clip.clip_id for one in files if sees or readable(session, one)}
    return page(
        request,
        "training_clips.html",
        files=files,
        readable=read,
        making=making,
        states=tuple(ClipState),
        state=wanted,
        number=max(1, number),
        pages=pages_of(total, PAGE_ROWS),
        total=total,
        asked={"call": call, "start": start_ms, "end": end_ms},
    )


@router.get("/training/clips/making", dependencies=[allow(*SEES_CALLS)])
def making_part(request: Request, desk: DeskOf) -> Response:
    """Show again how far the clips are that are being made."""
    with desk.sessions() as session:
        return page(request, "_making.html", making=errands_of(session, ErrandKind.CLIP, MOST_ERRANDS))


@router.post("/training/clips/making/{number}/retry", dependencies=[allow(*SEES_CALLS)])
def post_clip_retry(request: Request, desk: DeskOf, number: int) -> Response:
    """Try once more to make a clip that could not be made; what still stands in its way is said at once."""
    with desk.deciding, desk.sessions.begin() as session:
        try_again(session, number)
    return go_to(request, "/training/clips")


@router.post("/training/clips", dependencies=[allow(*SEES_CALLS)])
def post_clip(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    call: Annotated[str, Form()] = "",
    start_ms: Annotated[str, Form()] = "",
    end_ms: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    end: Annotated[str, Form()] = "",
    cover: Annotated[str, Form()] = Cover.TONE,
    kind: Annotated[str, Form()] = SoundKind.MP3,
    operator: Annotated[bool, Form()] = False,
    scenario: Annotated[str, Form()] = "",
) -> Response:
    """Ask for a clip of a passage: ``start_ms`` and ``end_ms``, or ``start`` and ``end`` as 1:05.2.

    ``scenario`` is the one under which the passage was found, where it shows several.
    """
    begin = int(start_ms) if start_ms.isdecimal() else moment_ms(start)
    until = int(end_ms) if end_ms.isdecimal() else moment_ms(end)
    faced = Scenario(scenario) if scenario in set(Scenario) else None
    wish = ClipWish(call.strip(), begin, until, _cover(cover), operator, _kind(kind), scenario=faced)
    with desk.deciding, desk.sessions.begin() as session:
        ask_for_clip(session, wish, person, datetime.now())
    return go_to(request, "/training/clips")


@router.get("/training/clips/{clip_id}", dependencies=[allow(*SEES_CALLS, looks=True)])
def clip_page(request: Request, desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Show one clip: its sound, its masked text, what was covered by whom, what was said of it, where it went."""
    hears_all = desk.sees_all(person)
    with desk.sessions() as session:
        file = clip_file(session, clip_id)
        original = _original_turns(session, file.clip) if hears_all else []
        reads = hears_all or readable(session, file)
        lacking = lacking_because(session, file.clip)
        heard = hearings(desk, session, file)
    return page(
        request,
        "training_clip.html",
        file=file,
        clip=file.clip,
        corrected={one.turn: one for one in file.clip.corrections},
        lacking=lacking if reads else None,
        heard=heard,
        hears_all=hears_all,
        hide=hides(desk, person),
        reads=reads,
        original=original,
        may_approve=may_approve(file, person, hears_all=hears_all),
        sound=_sound(file.clip, request) if may_hear(file, hears_all=hears_all) else None,
    )


@router.post("/training/clips/{clip_id}/again", dependencies=[allow(*SEES_CALLS)])
def post_clip_again(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    clip_id: int,
    words: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    end: Annotated[str, Form()] = "",
    cover: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    operator: Annotated[bool, Form()] = False,
) -> Response:
    """Make a clip again, with what a person wants covered besides; ``start`` and ``end`` are in the clip."""
    with desk.deciding, desk.sessions.begin() as session:
        before = clip_file(session, clip_id).clip
        transcript = call_file(session, before.call_id).transcript
        wish = ClipWish(
            before.call_id, before.start_ms, before.end_ms, _cover(cover or before.cover), operator,
            _kind(kind or before.kind), replaces=clip_id,
        )  # fmt: skip
        spans = [(moment_ms(start) + before.start_ms, moment_ms(end) + before.start_ms)] if start or end else []
        if transcript is not None:
            wanted = re.findall(r"[^\s，、,]+", words)
            masks = masks_by_hand(transcript, before, wanted, spans, person.name, hears_all=desk.sees_all(person))
            wish = replace(wish, masks=masks)
        ask_for_clip(session, wish, person, datetime.now())
    return go_to(request, "/training/clips")


@router.post("/training/clips/{clip_id}/text", dependencies=[allow(*SEES_CALLS)])
def post_clip_text(request: Request, desk: DeskOf, person: PersonOf, clip_id: int, form: FormOf) -> Response:
    """Put words of a clip right; it waits to be approved (anew) then."""
    texts = {int(name[5:]): str(text) for name, text in form.items() if _TURN.fullmatch(name)}
    seen = str(form.get("seen", ""))
    if not seen.isdecimal():
        raise UserError("不知道您看到的是哪一版文字", "刷新页面后再保存")
    with desk.deciding, desk.sessions.begin() as session:
        hears_all = desk.sees_all(person)
        correct_words(session, clip_id, texts, int(seen), person, datetime.now(), hears_all=hears_all)
    return go_to(request, f"/training/clips/{clip_id}")


@router.post("/training/clips/{clip_id}/{step}", dependencies=[allow(*SEES_CALLS)])
def post_clip_word(
    request: Request, desk: DeskOf, person: PersonOf, clip_id: int, step: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Approve a clip, refuse it, or withdraw an approval."""
    if step not in set(ClipStep):
        raise UserError("没有这种操作", "刷新页面")
    with desk.deciding, desk.sessions.begin() as session:
        heard = partial(heard_by, session, person)
        hears_all = desk.sees_all(person)
        say_of_clip(session, clip_id, ClipStep(step), person, reason, datetime.now(), hears_all=hears_all, heard=heard)
    return go_to(request, f"/training/clips/{clip_id}")


def moment_ms(text: str) -> int:
    """Return a time that somebody wrote: 65, 1:05 or 1:05.2.

    Raises:
        UserError: It is none.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UserError("时间没有填写，或看不懂", "写成 1:05 或 1:05.2 这样（分:秒）")
    return int(found[1] or 0) * 60_000 + int(found[2]) * 1000 + int(found[3] or 0) * 100


def _cover(text: str) -> Cover:
    if text not in set(Cover):
        raise UserError("没有选遮盖方式", "选提示音或静音")
    return Cover(text)


def _kind(text: str) -> SoundKind:
    if text not in set(SoundKind):
        raise UserError("没有选声音格式", "选 mp3 或 wav")
    return SoundKind(text)


def _sound(clip: Clip, request: Request) -> dict[str, Any]:
    """Return what the player's script needs; times in seconds of the clip."""
    number = clip.clip_id
    return {
        "audio": str(request.url_for("clip_sound", clip_id=number).path),
        "heard": str(request.url_for("post_clip_heard", clip_id=number).path),
        "peaks": str(request.url_for("clip_peaks", clip_id=number).path),
        "masks": [
            {"start": (m.start_ms - clip.start_ms) / 1000, "end": (m.end_ms - clip.start_ms) / 1000} for m in clip.masks
        ],
    }


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
