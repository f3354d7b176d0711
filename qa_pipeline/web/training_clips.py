"""Masked clips for training: asked for, heard beside the call as it was, approved, withdrawn, and where they went."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import Response

from qa_pipeline.errors import UserError
from qa_pipeline.models.clips import Clip, ClipState, ClipStep, ClipWish, Cover, SoundKind
from qa_pipeline.models.passages import Scenario
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.clip_desk import (
    Remaking,
    ask_clip,
    ask_clip_again,
    in_the_making,
    listed_clips,
    put_words_right,
    retry_clip,
    say_word,
    seen_clip,
)
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.typed import FormOf

router = family()
PAGE_ROWS = 50
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
        first = (max(1, min(number, 10_000)) - 1) * PAGE_ROWS
        files, total, read = listed_clips(desk, session, person, wanted, PAGE_ROWS, first)
        making = in_the_making(desk, session, person)
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
def making_part(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Show again how far the clips are that are being made."""
    with desk.sessions() as session:
        return page(request, "_making.html", making=in_the_making(desk, session, person))


@router.post("/training/clips/making/{number}/retry", dependencies=[allow(*SEES_CALLS)])
def post_clip_retry(request: Request, desk: DeskOf, person: PersonOf, number: int) -> Response:
    """Try once more to make a clip that could not be made; what still stands in its way is said at once."""
    retry_clip(desk, person, number)
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
    ask_clip(desk, person, wish)
    return go_to(request, "/training/clips")


@router.get("/training/clips/{clip_id}", dependencies=[allow(*SEES_CALLS, looks=True)])
def clip_page(request: Request, desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Show one clip: its sound, its masked text, what was covered by whom, what was said of it, where it went."""
    seen = seen_clip(desk, person, clip_id)
    clip = seen.file.clip
    return page(
        request,
        "training_clip.html",
        file=seen.file,
        clip=clip,
        corrected={one.turn: one for one in clip.corrections},
        lacking=seen.lacking,
        heard=seen.heard,
        hears_all=seen.hears_all,
        hide=hides(desk, person),
        reads=seen.reads,
        original=seen.original,
        may_approve=seen.may_approve,
        sound=_sound(clip, request) if seen.hears else None,
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
    how = Remaking(
        re.findall(r"[^\s，、,]+", words),
        [(moment_ms(start), moment_ms(end))] if start or end else [],
        _cover(cover) if cover else None,
        _kind(kind) if kind else None,
        operator,
    )
    ask_clip_again(desk, person, clip_id, how)
    return go_to(request, "/training/clips")


@router.post("/training/clips/{clip_id}/text", dependencies=[allow(*SEES_CALLS)])
def post_clip_text(request: Request, desk: DeskOf, person: PersonOf, clip_id: int, form: FormOf) -> Response:
    """Put words of a clip right; it waits to be approved (anew) then."""
    texts = {int(name[5:]): str(text) for name, text in form.items() if _TURN.fullmatch(name)}
    seen = str(form.get("seen", ""))
    if not seen.isdecimal():
        raise UserError("不知道您看到的是哪一版文字", "刷新页面后再保存")
    put_words_right(desk, person, clip_id, texts, int(seen))
    return go_to(request, f"/training/clips/{clip_id}")


@router.post("/training/clips/{clip_id}/{step}", dependencies=[allow(*SEES_CALLS)])
def post_clip_word(
    request: Request, desk: DeskOf, person: PersonOf, clip_id: int, step: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Approve a clip, refuse it, or withdraw an approval."""
    if step not in set(ClipStep):
        raise UserError("没有这种操作", "刷新页面")
    say_word(desk, person, clip_id, ClipStep(step), reason)
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
