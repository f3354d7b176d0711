"""Session packs: put together from approved clips, given out, opened by trainees, taken away as a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.packs import Step
from qa_pipeline.store.queries.packs import pack_lines
from qa_pipeline.store.queries.people import operators
from qa_pipeline.training.packs.opening import openable_pack, pack_clips
from qa_pipeline.training.packs.plans import (
    MAKERS,
    MOST_MINUTES,
    begin_pack,
    give_out,
    packs_open_to,
    save_plan,
    take_back,
)
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.pack_desk import made_pack, sound_in_pack, zip_of
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.typed import FormOf

router = family()
OPENS = (*sorted(MAKERS), Role.OPERATOR)
PAGE_ROWS = 50


@router.get("/training/packs", dependencies=[allow(*OPENS)])
def packs_page(request: Request, desk: DeskOf, person: PersonOf, number: int = 1) -> Response:
    """List the packs: all of them to whoever makes them, to an operator those that are given out."""
    first = max(1, number)
    with desk.sessions() as session:
        if not person.has(*MAKERS):
            given = packs_open_to(session, person, datetime.now().date())
            return page(request, "packs_given.html", given=given)
        lines, total = pack_lines(session, PAGE_ROWS, (first - 1) * PAGE_ROWS)
    pages = pages_of(total, PAGE_ROWS)
    return page(request, "packs.html", lines=lines, number=first, pages=pages, today=datetime.now().date())


@router.post("/training/packs", dependencies=[allow(*MAKERS)])
def post_pack(request: Request, desk: DeskOf, person: PersonOf, title: Annotated[str, Form()] = "") -> Response:
    """Begin a pack."""
    with desk.deciding, desk.sessions.begin() as session:
        plan = begin_pack(session, title, person, datetime.now())
    return go_to(request, f"/training/packs/{plan.pack_id}")


@router.get("/training/packs/{pack}", dependencies=[allow(*OPENS, looks=True)])
def pack_page(request: Request, desk: DeskOf, person: PersonOf, pack: int) -> Response:
    """Show a pack to whoever makes packs, to be changed; an operator reads it."""
    if not person.has(*MAKERS):
        return go_to(request, f"/training/packs/{pack}/read")
    with desk.sessions() as session:
        made = made_pack(session, pack)
        teams = sorted({one.team for one in operators(session)})
    return page(
        request,
        "pack.html",
        file=made.file,
        clips={one.clip.clip_id: one for one in made.clips},
        offered=made.offered,
        teams=teams,
        versions=made.versions,
        stopped=[one for one in made.clips if one.why_not],
        most_minutes=MOST_MINUTES,
        today=datetime.now().date(),
    )


@router.get("/training/packs/{pack}/read", dependencies=[allow(*OPENS, looks=True)])
def pack_reading_page(request: Request, desk: DeskOf, person: PersonOf, pack: int) -> Response:
    """Show a pack as those see it who are trained with it."""
    with desk.sessions() as session:
        file = openable_pack(session, pack, person, datetime.now().date())
        clips = pack_clips(session, file)
    return page(request, "pack_read.html", file=file, clips={one.clip.clip_id: one for one in clips})


@router.post("/training/packs/{pack}/plan", dependencies=[allow(*MAKERS)])
def post_pack_plan(request: Request, desk: DeskOf, person: PersonOf, pack: int, form: FormOf) -> Response:
    """Save title, aim and running order."""
    steps = _moved(_steps(form), str(form.get("move", "")))
    seen = _number(str(form.get("seen", "")), "版本")
    with desk.deciding, desk.sessions.begin() as session:
        title, aim = str(form.get("title", "")), str(form.get("aim", ""))
        sees = desk.sees_all(person)
        save_plan(session, pack, seen, title, aim, steps, person, datetime.now(), sees_all=sees)
    return go_to(request, f"/training/packs/{pack}")


@router.post("/training/packs/{pack}/giving", dependencies=[allow(*MAKERS)])
def post_pack_giving(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    pack: int,
    team: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Let operators open a pack."""
    with desk.deciding, desk.sessions.begin() as session:
        give_out(session, pack, team, _day(until), person, datetime.now())
    return go_to(request, f"/training/packs/{pack}")


@router.post("/training/packs/{pack}/taking-back", dependencies=[allow(*MAKERS)])
def post_pack_taking_back(request: Request, desk: DeskOf, person: PersonOf, pack: int) -> Response:
    """Let operators open a pack no more."""
    with desk.deciding, desk.sessions.begin() as session:
        take_back(session, pack, person, datetime.now())
    return go_to(request, f"/training/packs/{pack}")


@router.post("/training/packs/{pack}/zip", dependencies=[allow(*MAKERS)])
def post_pack_zip(desk: DeskOf, person: PersonOf, pack: int) -> Response:
    """Send a pack as a file that opens without the program; it is written down who took it."""
    return zip_of(desk, person, pack)


@router.get("/training/packs/{pack}/clips/{clip}/sound", dependencies=[allow(*OPENS, looks=True)])
def pack_sound_part(desk: DeskOf, person: PersonOf, pack: int, clip: int) -> Response:
    """Send the masked sound of a clip of a pack to whoever may open the pack; a Range header gets its part."""
    return sound_in_pack(desk, person, pack, clip)


def _steps(form: FormData) -> list[Step]:
    """Return the running order that a form holds: its rows by their place, then what is added."""
    rows = zip(*(form.getlist(name) for name in ("place", "clip", "text", "minutes")), strict=False)
    gone = {str(number) for number in form.getlist("gone")}
    placed = [
        (_number(str(place), "次序"), Step(_number(str(minutes), "分钟"), _clip(str(clip)), str(text)))
        for row, (place, clip, text, minutes) in enumerate(rows)
        if str(row) not in gone
    ]
    steps = [step for _, step in sorted(placed, key=lambda one: one[0])]
    added = [
        Step(_number(str(form.get("clip_minutes", "")) or "10", "分钟"), _clip(str(n))) for n in form.getlist("add")
    ]
    if text := str(form.get("new_text", "")).strip():
        added.append(Step(_number(str(form.get("new_minutes", "")) or "5", "分钟"), None, text))
    return [*steps, *added]


def _moved(steps: list[Step], move: str) -> list[Step]:
    """Return steps with one of them a place further up or down, as ``2:-1`` asks for the third."""
    place, _, by = move.partition(":")
    if not place.isdecimal() or by not in {"-1", "1"}:
        return steps
    at, to = int(place), int(place) + int(by)
    if 0 <= at < len(steps) and 0 <= to < len(steps):
        steps[at], steps[to] = steps[to], steps[at]
    return steps


def _clip(text: str) -> int | None:
    return _number(text, "剪辑") if text else None


def _number(text: str, what: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > 9:
        raise UserError(f"“{what}”写的“{text[:20]}”不是整数", "改成整数再保存")
    return int(text)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"看不懂日期“{text[:20]}”", "写成 2026-12-07 这样") from None
