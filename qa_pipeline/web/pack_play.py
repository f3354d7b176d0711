"""Role-play with a pack: the caller's words play, the trainee answers, the answer is recognised and checked."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from fastapi.responses import Response

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.training.packs.rehearsing import MOST_BYTES
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.bodies import blocks_of
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.packs import OPENS
from qa_pipeline.web.rehearsal_desk import (
    ANSWER_BYTES,
    answer_sound,
    forget_answer,
    rehearsed,
    seen_round,
    seen_whole,
    send_answer,
)

router = family()
HEARS_HERE = {"Permissions-Policy": "camera=(), microphone=(self), geolocation=()"}
"""On these pages alone a browser may ask for the microphone."""


@router.get("/training/packs/{pack}/play/{place}", dependencies=[allow(*OPENS, looks=True)])
def play_page(request: Request, desk: DeskOf, person: PersonOf, pack: int, place: int, cue: int = 1) -> Response:
    """Let a trainee answer one cue of a clip, and show what was made of the answers."""
    seen = seen_round(desk, person, pack, place, cue)
    answer = page(
        request,
        "play.html",
        playing=seen.playing,
        place=place,
        cue=seen.cue,
        found=seen.playing.of(seen.cue),
        answers=seen.answers,
        done=seen.done,
        most_seconds=desk.settings.rehearsal_max_seconds,
        most_mb=MOST_BYTES // 1024**2,
        days=desk.settings.rehearsal_days,
    )
    answer.headers.update(HEARS_HERE)
    return answer


@router.post("/training/packs/{pack}/play/{place}/answers", dependencies=[allow(*OPENS, body_limit=ANSWER_BYTES)])
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
    send_answer(desk, person, pack, place, clip, cue, blocks_of(sound))
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
    seen = seen_whole(desk, person, pack, place, of)
    others = "" if of in {0, person.account.account_id} else seen.name
    return page(request, "play_whole.html", playing=seen.playing, place=place, last=seen.last, others=others)


@router.get("/training/packs/{pack}/rehearsals", dependencies=[allow(Role.TRAINER, looks=True)])
def rehearsals_page(request: Request, desk: DeskOf, person: PersonOf, pack: int) -> Response:
    """List who rehearsed what of a pack, for trainers."""
    file, found = rehearsed(desk, person, pack)
    rows = [(one.clip, one.answers) for one in found]
    return page(request, "pack_rehearsals.html", file=file, rows=rows, days=desk.settings.rehearsal_days)


@router.get("/training/rehearsals/{number}/sound.wav", dependencies=[allow(*OPENS, looks=True)])
def rehearsal_sound(desk: DeskOf, person: PersonOf, number: int) -> Response:
    """Send what a trainee answered, as it was decoded, to the trainee and to trainers."""
    return answer_sound(desk, person, number)


@router.post("/training/rehearsals/{number}/deletion", dependencies=[allow(*OPENS)])
def post_rehearsal_deletion(
    request: Request, desk: DeskOf, person: PersonOf, number: int, back: Annotated[str, Form()] = ""
) -> Response:
    """Delete one's own answer."""
    one = forget_answer(desk, person, number)
    place, _, cue = back.partition(":")
    if not (place.isdecimal() and cue.isdecimal()):
        return go_to(request, f"/training/packs/{one.pack_id}/read")
    return go_to(request, f"/training/packs/{one.pack_id}/play/{place}?cue={cue}")


def _answers_part(request: Request, desk: Desk, person: Person, pack: int, place: int, cue: int) -> Response:
    seen = seen_round(desk, person, pack, place, cue)
    return page(
        request,
        "_answers.html",
        playing=seen.playing,
        place=place,
        cue=seen.cue,
        answers=seen.answers,
        found=seen.playing.of(seen.cue),
    )
