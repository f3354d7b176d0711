"""Role-play with a pack: the caller's words play, the trainee answers, the answer is recognised and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from fastapi.responses import FileResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.packs import PackFile, Rehearsal
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries.rehearsals import rehearsals_of, rehearsals_on
from qa_pipeline.training.packs.cards import begun_card
from qa_pipeline.training.packs.cues import Cue, require_cues
from qa_pipeline.training.packs.opening import PackClip, openable_pack, pack_clips
from qa_pipeline.training.packs.original import OriginalFinding, once, original_findings
from qa_pipeline.training.packs.rehearsing import (
    MOST_BYTES,
    delete_answer,
    expired,
    keep_answer,
    rehearsal_for,
    sound_path,
)
from qa_pipeline.training.packs.suggesting import standard_phrases
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.bodies import blocks_of
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.packs import OPENS, clip_at

router = family()
HEARS_HERE = {"Permissions-Policy": "camera=(), microphone=(self), geolocation=()"}
"""On these pages alone a browser may ask for the microphone."""
_FORM_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Playing:
    """One clip of a pack in role-play; ``phrases`` are what would have served, its card's or those of its scenario."""

    file: PackFile
    clip: PackClip
    cues: tuple[Cue, ...]
    found: tuple[OriginalFinding, ...]
    phrases: tuple[str, ...]

    def of(self, cue: Cue) -> tuple[OriginalFinding, ...]:
        """Return what was found on the operator's own answer to a cue."""
        own = (f for f in self.found if any(t.start_ms < f.end_ms and f.start_ms < t.end_ms for t in cue.original))
        return once(own)


@router.get("/training/packs/{pack}/play/{place}", dependencies=[allow(*OPENS, looks=True)])
def play_page(request: Request, desk: DeskOf, person: PersonOf, pack: int, place: int, cue: int = 1) -> Response:
    """Let a trainee answer one cue of a clip, and show what was made of the answers."""
    now = datetime.now()
    with desk.sessions() as session:
        playing = _playing(desk, session, pack, place, person, now)
        at = _cue(playing, cue)
        mine = _answers(desk, session, playing, person.account.account_id, now)
    answer = page(
        request,
        "play.html",
        playing=playing,
        place=place,
        cue=at,
        found=playing.of(at),
        answers=_latest_first(mine, at.number),
        done={one.cue for one in mine if one.heard is not None},
        most_seconds=desk.settings.rehearsal_max_seconds,
        most_mb=MOST_BYTES // 1024**2,
        days=desk.settings.rehearsal_days,
    )
    answer.headers.update(HEARS_HERE)
    return answer


@router.post(
    "/training/packs/{pack}/play/{place}/answers",
    dependencies=[allow(*OPENS, body_limit=MOST_BYTES + _FORM_BYTES)],
)
def post_rehearsal(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    pack: int,
    place: int,
    sound: Annotated[UploadFile, File()],
    cue: Annotated[int, Form()] = 0,
    clip: Annotated[int, Form()] = 0,
) -> Response:
    """Keep what a trainee answered and have it listened to; the list of answers is sent back."""
    now = datetime.now()
    with desk.sessions.begin() as session:
        file = openable_pack(session, pack, person, now.date())
        where = (pack, clip_at(file.plan, place), cue - 1)
        if where[1] != clip:
            raise Conflict("课包的流程刚刚改过，这一段已经换了位置", "从课包页面重新进入，再录一遍")
        keep_answer(session, desk.settings, where, blocks_of(sound), person, now)
    if request.headers.get("hx-request") != "true":
        return go_to(request, f"/training/packs/{pack}/play/{place}?cue={cue}")
    return _answers_part(request, desk, person, pack, place, cue)


@router.get("/training/packs/{pack}/play/{place}/answers", dependencies=[allow(*OPENS)])
def answers_part(request: Request, desk: DeskOf, person: PersonOf, pack: int, place: int, cue: int = 1) -> Response:
    """Show a trainee's answers to a cue again, while one of them has yet to be recognised."""
    return _answers_part(request, desk, person, pack, place, cue)


@router.get("/training/packs/{pack}/play/{place}/whole", dependencies=[allow(*OPENS, looks=True)])
def play_whole_page(request: Request, desk: DeskOf, person: PersonOf, pack: int, place: int, of: int = 0) -> Response:
    """Show the last answer to each cue beside the operator's; ``of`` another trainee, to trainers."""
    now = datetime.now()
    whose = of or person.account.account_id
    if whose != person.account.account_id and not person.has(Role.TRAINER):
        raise NotFound("没有这位学员的演练记录", "只能看自己的")
    with desk.sessions() as session:
        playing = _playing(desk, session, pack, place, person, now)
        answers = _answers(desk, session, playing, whose, now)
    last = {one.cue: one for one in answers if one.heard is not None}
    others = answers[0].name if answers and whose != person.account.account_id else ""
    return page(request, "play_whole.html", playing=playing, place=place, last=last, others=others)


@router.get("/training/packs/{pack}/rehearsals", dependencies=[allow(Role.TRAINER, looks=True)])
def rehearsals_page(request: Request, desk: DeskOf, person: PersonOf, pack: int) -> Response:
    """List who rehearsed what of a pack, for trainers."""
    now = datetime.now()
    with desk.sessions() as session:
        file = openable_pack(session, pack, person, now.date())
        clips = pack_clips(session, file)
        kept = [one for one in rehearsals_on(session, pack) if not expired(one, desk.settings, now)]
    rows: dict[tuple[int, int], list[Rehearsal]] = {}
    for one in kept:
        rows.setdefault((one.account_id, one.clip_id), []).append(one)
    titles = {one.clip.clip_id: one for one in clips}
    shown = [(titles[clip], of) for (_, clip), of in rows.items() if clip in titles]
    return page(request, "pack_rehearsals.html", file=file, rows=shown, days=desk.settings.rehearsal_days)


@router.get("/training/rehearsals/{number}/sound.wav", dependencies=[allow(*OPENS, looks=True)])
def rehearsal_sound(desk: DeskOf, person: PersonOf, number: int) -> Response:
    """Send what a trainee answered, as it was decoded, to the trainee and to trainers."""
    with desk.sessions() as session:
        one = rehearsal_for(session, number, person)
    if one.heard is None or expired(one, desk.settings, datetime.now()):
        raise NotFound(f"{number} 号演练录音还没有识别，或已到期", "稍后刷新页面")
    headers = {"Cache-Control": "private, no-cache"}
    return FileResponse(sound_path(desk.settings, one), media_type="audio/wav", headers=headers)


@router.post("/training/rehearsals/{number}/deletion", dependencies=[allow(*OPENS)])
def post_rehearsal_deletion(
    request: Request, desk: DeskOf, person: PersonOf, number: int, back: Annotated[str, Form()] = ""
) -> Response:
    """Delete one's own answer."""
    with desk.sessions.begin() as session:
        one = delete_answer(session, desk.settings, number, person, datetime.now())
    place, _, cue = back.partition(":")
    if not (place.isdecimal() and cue.isdecimal()):
        return go_to(request, f"/training/packs/{one.pack_id}/read")
    return go_to(request, f"/training/packs/{one.pack_id}/play/{place}?cue={cue}")


def _answers_part(request: Request, desk: Desk, person: Person, pack: int, place: int, cue: int) -> Response:
    now = datetime.now()
    with desk.sessions() as session:
        playing = _playing(desk, session, pack, place, person, now)
        at = _cue(playing, cue)
        mine = _answers(desk, session, playing, person.account.account_id, now)
    answers = _latest_first(mine, at.number)
    return page(
        request,
        "_answers.html",
        playing=playing,
        place=place,
        cue=at,
        answers=answers,
        found=playing.of(at),
    )


def _playing(desk: Desk, session: Session, pack: int, place: int, person: Person, now: datetime) -> Playing:
    file = openable_pack(session, pack, person, now.date())
    clip_at(file.plan, place)
    clip = pack_clips(session, file)[place - 1]
    if clip.why_not:
        raise UserError(f"这段录音现在不能演练：{clip.why_not}", "换一段；培训师可以换掉它")
    card = clip.card if clip.saved is not None else begun_card(session, clip.clip)
    suggested = (one.text for one in standard_phrases(card.scenario, ruleset_of(desk.settings)))
    return Playing(
        file,
        clip,
        require_cues(clip.clip.turns),
        original_findings(session, desk.card, clip.clip),
        card.phrase_lines or tuple(suggested),
    )


def _cue(playing: Playing, number: int) -> Cue:
    if not 1 <= number <= len(playing.cues):
        raise NotFound(f"这段录音没有第 {number} 轮", "从课包页面进入")
    return playing.cues[number - 1]


def _answers(desk: Desk, session: Session, playing: Playing, account_id: int, now: datetime) -> list[Rehearsal]:
    kept = rehearsals_of(session, playing.file.plan.pack_id, playing.clip.clip.clip_id, account_id)
    return [one for one in kept if not expired(one, desk.settings, now)]


def _latest_first(answers: Sequence[Rehearsal], cue: int) -> list[Rehearsal]:
    return [one for one in reversed(answers) if one.cue == cue]
