"""What the API tells and takes of session packs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.clips import Clip, ClipTurn
from qa_pipeline.models.packs import Card, PackDownload, PackWord, Plan, Step
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.training.packs.opening import PackClip
from qa_pipeline.web.api.base import Values
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.pack_desk import made_pack


class PackLine(Values):
    """A pack in a list, and the last word on who may open it; ``downloads`` is told to whoever makes packs."""

    pack_id: int
    title: str
    aim: str
    clips: int
    minutes: int
    given: PackWord | None
    downloads: int | None


class PackLines(Values):
    """A page of packs, the newest first; ``total`` fit."""

    total: int
    packs: list[PackLine]


class PackClipLine(Values):
    """A clip of a pack, by its place (from 1): its masked words and its card, or why it may not be heard (no words).

    ``card_version`` is 0 where nobody has written the card yet.
    """

    place: int
    clip_id: int
    title: str
    duration_ms: int
    operator_disguised: bool
    card: Card
    card_version: int
    turns: list[ClipTurn]
    why_not: str


class PackRead(Values):
    """A pack as those see it who are trained with it."""

    pack_id: int
    title: str
    aim: str
    steps: list[Step]
    clips: list[PackClipLine]


class Offered(Values):
    """An approved clip that may be added to a pack."""

    clip_id: int
    duration_ms: int
    scenario: Scenario | None
    handling: Handling | None
    operator_disguised: bool
    begins: str


class PackDetail(Values):
    """A pack as those see it who make packs: all its saved plans (the newest first), and who took it away."""

    pack: PackRead
    version: int
    made_by: str
    made_at: datetime
    given: PackWord | None
    downloads: list[PackDownload]
    versions: list[Plan]
    offered: list[Offered]


class PackBegun(Values):
    """A pack before it holds anything."""

    title: Annotated[str, Query(max_length=200)]


class PlanGiven(Values):
    """Title, aim and running order, all of them; ``seen`` is the version that they were changed from."""

    seen: Annotated[int, Query(ge=0, le=2**31 - 1)]
    title: Annotated[str, Query(max_length=200)]
    aim: Annotated[str, Query(max_length=2000)] = ""
    steps: Annotated[tuple[Step, ...], Query(max_length=100)]


class Giving(Values):
    """To which team a pack is given ('': to all operators), until which day (None: until it is taken back)."""

    team: str = ""
    until: date | None = None


def pack_line(plan: Plan, word: PackWord | None, downloads: int | None = None) -> PackLine:
    """Return a pack for a list."""
    return PackLine(
        pack_id=plan.pack_id,
        title=plan.title,
        aim=plan.aim,
        clips=len(plan.clips),
        minutes=plan.minutes,
        given=word,
        downloads=downloads,
    )


def pack_read(plan: Plan, clips: tuple[PackClip, ...]) -> PackRead:
    """Return a pack as those see it who are trained with it."""
    return PackRead(
        pack_id=plan.pack_id,
        title=plan.title,
        aim=plan.aim,
        steps=list(plan.steps),
        clips=[clip_line(one) for one in clips],
    )


def clip_line(one: PackClip) -> PackClipLine:
    """Return a clip of a pack as it is told."""
    return PackClipLine(
        place=one.place,
        clip_id=one.clip.clip_id,
        title=one.title,
        duration_ms=one.clip.duration_ms,
        operator_disguised=one.clip.operator_disguised,
        card=one.card,
        card_version=0 if one.saved is None else one.saved.version,
        turns=[] if one.why_not else list(one.clip.turns),
        why_not=one.why_not,
    )


def pack_detail(desk: Desk, pack: int) -> PackDetail:
    """Return a pack as those see it who make packs; errors as `made_pack`."""
    with desk.sessions() as session:
        made = made_pack(session, pack)
    return PackDetail(
        pack=pack_read(made.file.plan, made.clips),
        version=made.file.plan.version,
        made_by=made.file.made_by,
        made_at=made.file.made_at,
        given=made.file.word,
        downloads=list(made.file.downloads),
        versions=list(made.versions),
        offered=[_offered(clip) for clip in made.offered],
    )


def _offered(clip: Clip) -> Offered:
    return Offered(
        clip_id=clip.clip_id,
        duration_ms=clip.duration_ms,
        scenario=clip.scenario,
        handling=clip.handling,
        operator_disguised=clip.operator_disguised,
        begins=clip.turns[0].text[:28] if clip.turns else "",
    )
