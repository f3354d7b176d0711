"""Role-play by the API: a clip's cues, what was answered, what was made of it; who rehearsed, for trainers.

What a trainee recorded is theirs and their trainers': a program's account is told nothing of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import File, Form, Query, UploadFile
from fastapi.responses import FileResponse, Response

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.clips import ClipTurn
from qa_pipeline.models.packs import Heard, Rehearsal
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.tokens import Scope
from qa_pipeline.training.packs.opening import PackClip
from qa_pipeline.training.packs.original import OriginalFinding
from qa_pipeline.web.access import PersonOf, allow
from qa_pipeline.web.api.base import SOUND, Number, Values, api_family, by_token
from qa_pipeline.web.api.training.pack_values import PackClipLine, clip_line
from qa_pipeline.web.bodies import blocks_of
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.packs import OPENS
from qa_pipeline.web.refusals import Forbidden
from qa_pipeline.web.rehearsal_desk import (
    ANSWER_BYTES,
    Round,
    answer_sound,
    forget_answer,
    rehearsed,
    seen_round,
    seen_whole,
    send_answer,
)

router = api_family("training")
PLAYS = [by_token(Scope.TRAINING_READ, *OPENS, looks=True)]
CueNumber = Annotated[int, Query(ge=1, le=10_000)]


class AnswerLine(Values):
    """What somebody answered to a cue (from 1); ``heard`` is None until it was listened to, or could not be."""

    rehearsal_id: int
    cue: int
    sent_at: datetime
    waits: bool
    heard: Heard | None
    error: str
    hint: str


class CueLine(Values):
    """What the caller says without being answered, what led to it, and what the operator answered; times in the clip.

    ``found`` was found on that answer, kept back (``sealed``) from who has to judge the call blind first; ``covered``:
    nothing of the answer is left to learn from. ``phrases`` would have served:
    they are told where it is covered, and else once one has answered.
    """

    cue: int
    lead: list[ClipTurn]
    caller: list[ClipTurn]
    original: list[ClipTurn]
    covered: bool
    found: list[OriginalFinding]
    sealed: bool
    phrases: list[str]


class PlayedClip(Values):
    """A clip to be answered, by its place (from 1): what its card says before one has answered, and not what to say."""

    place: int
    clip_id: int
    title: str
    duration_ms: int
    scenario: Scenario | None
    handling: Handling | None
    situation: str
    goal: str


class RoundDetail(Values):
    """One cue of ``cues`` of a clip, one's own answers to it, the latest first, and which cues one has answered."""

    clip: PlayedClip
    cues: int
    cue: CueLine
    answers: list[AnswerLine]
    done: list[int]


class WholeDetail(Values):
    """A clip with the last answer to each of its cues: one's own, or (``name``) a trainee's."""

    clip: PackClipLine
    name: str
    answers: list[AnswerLine]


class RehearsedLine(Values):
    """What one trainee answered to one clip of a pack: how many of its cues, and when last."""

    account_id: int
    name: str
    place: int
    title: str
    cues: int
    last_at: datetime


@router.get("/training/packs/{pack}/play/{place}", dependencies=PLAYS)
def play_cue(desk: DeskOf, person: PersonOf, pack: Number, place: Number, cue: CueNumber = 1) -> RoundDetail:
    """Return one cue of the clip at a place of a pack, to be answered."""
    seen = seen_round(desk, person, pack, place, cue)
    return RoundDetail(
        clip=_played(seen.playing.clip),
        cues=len(seen.playing.cues),
        cue=_cue(seen),
        answers=[_answer(one) for one in seen.answers],
        done=sorted(number + 1 for number in seen.done),
    )


@router.get("/training/packs/{pack}/play/{place}/answers", dependencies=[by_token(Scope.TRAINING_READ, *OPENS)])
def list_answers(desk: DeskOf, person: PersonOf, pack: Number, place: Number, cue: CueNumber = 1) -> list[AnswerLine]:
    """Return one's own answers to a cue, the latest first; one that ``waits`` has yet to be listened to."""
    return [_answer(one) for one in seen_round(desk, person, pack, place, cue).answers]


@router.post(
    "/training/packs/{pack}/play/{place}/answers",
    dependencies=[allow(*OPENS, scope=Scope.TRAINING_WRITE, body_limit=ANSWER_BYTES)],
    status_code=202,
)
def send_rehearsal(
    desk: DeskOf,
    person: PersonOf,
    pack: Number,
    place: Number,
    sound: Annotated[UploadFile, File()],
    cue: Annotated[int, Form(ge=1, le=10_000)],
    clip: Annotated[int, Form(ge=1, le=2**31 - 1)],
) -> AnswerLine:
    """Keep what one answered, and have it listened to; ``clip`` is the one that stood at the place when it played."""
    return _answer(send_answer(desk, person, pack, place, clip, cue, blocks_of(sound)))


@router.get("/training/packs/{pack}/play/{place}/whole", dependencies=PLAYS)
def play_whole(
    desk: DeskOf, person: PersonOf, pack: Number, place: Number, of: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> WholeDetail:
    """Return one's last answer to each cue; to trainers that of the account ``of``."""
    _refuse_program(person)
    seen = seen_whole(desk, person, pack, place, of)
    return WholeDetail(
        clip=clip_line(seen.playing.clip),
        name=seen.name,
        answers=[_answer(one) for _, one in sorted(seen.last.items())],
    )


@router.get("/training/packs/{pack}/rehearsals", dependencies=[by_token(Scope.TRAINING_READ, Role.TRAINER, looks=True)])
def list_rehearsals(desk: DeskOf, person: PersonOf, pack: Number) -> list[RehearsedLine]:
    """Return who rehearsed what of a pack."""
    _refuse_program(person)
    return [
        RehearsedLine(
            account_id=one.answers[0].account_id,
            name=one.answers[0].name,
            place=one.clip.place,
            title=one.clip.title,
            cues=len({answer.cue for answer in one.answers}),
            last_at=one.answers[-1].sent_at,
        )
        for one in rehearsed(desk, person, pack)[1]
    ]


@router.get(
    "/training/rehearsals/{number}/sound.wav",
    dependencies=PLAYS,
    response_class=FileResponse,
    responses=SOUND,
)
def get_rehearsal_sound(desk: DeskOf, person: PersonOf, number: Number) -> Response:
    """Return what a trainee answered, to the trainee and to trainers; a Range header gets its part."""
    _refuse_program(person)
    return answer_sound(desk, person, number)


@router.post(
    "/training/rehearsals/{number}/deletion", dependencies=[by_token(Scope.TRAINING_WRITE, *OPENS)], status_code=204
)
def delete_rehearsal(desk: DeskOf, person: PersonOf, number: Number) -> None:
    """Delete one's own answer with its sound."""
    forget_answer(desk, person, number)


def _refuse_program(person: Person) -> None:
    if person.account.is_program:
        raise Forbidden("学员的演练录音不给程序账号", "由学员本人或培训师用自己的令牌")


def _cue(seen: Round) -> CueLine:
    cue, playing = seen.cue, seen.playing
    served = playing.phrases if cue.original and cue.covered else playing.clip.card.phrase_lines if seen.answers else ()
    return CueLine(
        cue=cue.number + 1,
        lead=list(cue.lead),
        caller=list(cue.caller),
        original=list(cue.original),
        covered=cue.covered,
        found=list(playing.of(cue)),
        sealed=playing.told.sealed,
        phrases=list(served),
    )


def _played(one: PackClip) -> PlayedClip:
    card = one.card
    return PlayedClip(
        place=one.place,
        clip_id=one.clip.clip_id,
        title=one.title,
        duration_ms=one.clip.duration_ms,
        scenario=card.scenario,
        handling=card.handling,
        situation=card.situation,
        goal=card.goal,
    )


def _answer(one: Rehearsal) -> AnswerLine:
    return AnswerLine(
        rehearsal_id=one.rehearsal_id,
        cue=one.cue + 1,
        sent_at=one.sent_at,
        waits=one.waits,
        heard=one.heard,
        error=one.error,
        hint=one.hint,
    )
