"""Session packs by the API: begun, put together, given out and taken back, read, heard, taken away as a file."""

from __future__ import annotations

from datetime import datetime

from fastapi.responses import FileResponse, Response

from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.packs import pack_lines
from qa_pipeline.training.packs.opening import openable_pack, pack_clips
from qa_pipeline.training.packs.plans import MAKERS, begin_pack, give_out, packs_open_to, save_plan, take_back
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, api_family, by_token, file_of, sound_of
from qa_pipeline.web.api.training.pack_values import (
    Giving,
    PackBegun,
    PackDetail,
    PackLines,
    PackRead,
    PlanGiven,
    pack_detail,
    pack_line,
    pack_read,
)
from qa_pipeline.web.api.training.shared import After, Limit
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.pack_desk import SOUNDS, sound_in_pack, zip_of
from qa_pipeline.web.packs import OPENS

router = api_family("training")
OPEN = [by_token(Scope.TRAINING_READ, *OPENS, looks=True)]
MAKE = [by_token(Scope.TRAINING_WRITE, *MAKERS)]


@router.get("/training/packs", dependencies=[by_token(Scope.TRAINING_READ, *OPENS)])
def list_packs(desk: DeskOf, person: PersonOf, after: After = 0, limit: Limit = 50) -> PackLines:
    """Return the packs: all to whoever makes them, to an operator those that are given out to them."""
    with desk.sessions() as session:
        if person.has(*MAKERS):
            lines, total = pack_lines(session, limit, after)
            return PackLines(total=total, packs=[pack_line(one.plan, one.word, one.downloads) for one in lines])
        given = packs_open_to(session, person, datetime.now().date())
    return PackLines(total=len(given), packs=[pack_line(plan, word) for plan, word in given[after : after + limit]])


@router.post("/training/packs", dependencies=MAKE, status_code=201)
def begin_new_pack(desk: DeskOf, person: PersonOf, given: PackBegun) -> PackDetail:
    """Begin a pack."""
    with desk.deciding, desk.sessions.begin() as session:
        plan = begin_pack(session, given.title, person, datetime.now())
    return pack_detail(desk, plan.pack_id)


@router.get("/training/packs/{pack}", dependencies=[by_token(Scope.TRAINING_READ, *MAKERS, looks=True)])
def get_pack(desk: DeskOf, pack: Number) -> PackDetail:
    """Return a pack to whoever makes packs."""
    return pack_detail(desk, pack)


@router.get("/training/packs/{pack}/read", dependencies=OPEN)
def read_pack(desk: DeskOf, person: PersonOf, pack: Number) -> PackRead:
    """Return a pack to whoever may open it now."""
    with desk.sessions() as session:
        file = openable_pack(session, pack, person, datetime.now().date())
        return pack_read(file.plan, pack_clips(session, file))


@router.post("/training/packs/{pack}/plan", dependencies=MAKE, status_code=201)
def save_pack_plan(desk: DeskOf, person: PersonOf, pack: Number, given: PlanGiven) -> PackDetail:
    """Save title, aim and running order as a new version."""
    with desk.deciding, desk.sessions.begin() as session:
        sees = desk.sees_all(person)
        save_plan(session, pack, given.seen, given.title, given.aim, given.steps, person, datetime.now(), sees_all=sees)
    return pack_detail(desk, pack)


@router.post("/training/packs/{pack}/giving", dependencies=MAKE, status_code=201)
def give_pack(desk: DeskOf, person: PersonOf, pack: Number, given: Giving) -> PackDetail:
    """Let operators open a pack."""
    with desk.deciding, desk.sessions.begin() as session:
        give_out(session, pack, given.team, given.until, person, datetime.now())
    return pack_detail(desk, pack)


@router.post("/training/packs/{pack}/taking-back", dependencies=MAKE, status_code=201)
def take_pack_back(desk: DeskOf, person: PersonOf, pack: Number) -> PackDetail:
    """Let operators open a pack no more."""
    with desk.deciding, desk.sessions.begin() as session:
        take_back(session, pack, person, datetime.now())
    return pack_detail(desk, pack)


@router.post(
    "/training/packs/{pack}/zip", dependencies=MAKE, response_class=Response, responses=file_of("application/zip")
)
def take_pack_away(desk: DeskOf, person: PersonOf, pack: Number) -> Response:
    """Return a pack as a file that opens without the program; it is written down who took it."""
    return zip_of(desk, person, pack)


@router.get(
    "/training/packs/{pack}/clips/{clip}/sound",
    dependencies=OPEN,
    response_class=FileResponse,
    responses=sound_of(*SOUNDS.values()),
)
def get_pack_sound(desk: DeskOf, person: PersonOf, pack: Number, clip: Number) -> Response:
    """Return the masked sound of a clip of a pack; a Range header gets its part."""
    return sound_in_pack(desk, person, pack, clip)
