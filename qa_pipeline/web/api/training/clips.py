"""Masked clips by the API: which there are, one with its words, asked for, put right, approved and withdrawn."""

from __future__ import annotations

from qa_pipeline.models.clips import ClipState, ClipStep, ClipWish
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, api_family, by_token
from qa_pipeline.web.api.training.clip_values import (
    AskedAgain,
    ClipAsked,
    ClipDetail,
    ClipLines,
    ClipReason,
    Making,
    WordsGiven,
    clip_detail,
    clip_told,
    making_told,
)
from qa_pipeline.web.api.training.shared import After, Limit
from qa_pipeline.web.clip_desk import (
    Remaking,
    ask_clip,
    ask_clip_again,
    in_the_making,
    listed_clips,
    put_words_right,
    retry_clip,
    say_word,
)
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import SEES_CALLS

router = api_family("training")
READS = [by_token(Scope.TRAINING_READ, *SEES_CALLS, looks=True)]
WRITES = [by_token(Scope.TRAINING_WRITE, *SEES_CALLS)]


@router.get("/training/clips", dependencies=READS)
def list_clips(
    desk: DeskOf, person: PersonOf, state: ClipState | None = None, after: After = 0, limit: Limit = 50
) -> ClipLines:
    """Return the clips that stand so."""
    with desk.sessions() as session:
        files, total, read = listed_clips(desk, session, person, state, limit, after)
    return ClipLines(total=total, clips=[clip_told(file, reads=file.clip.clip_id in read) for file in files])


@router.get("/training/clips/making", dependencies=[by_token(Scope.TRAINING_READ, *SEES_CALLS)])
def list_making(desk: DeskOf, person: PersonOf) -> list[Making]:
    """Return the newest clips that are being made or could not be, the newest first."""
    with desk.sessions() as session:
        return [making_told(desk, person, one) for one in in_the_making(desk, session, person)]


@router.post("/training/clips", dependencies=WRITES, status_code=202)
def ask_new_clip(desk: DeskOf, person: PersonOf, asked: ClipAsked) -> Making:
    """Ask for a clip, which the worker makes; somebody else hears and approves it."""
    wish = ClipWish(
        asked.call_id, asked.start_ms, asked.end_ms, asked.cover, asked.operator, asked.kind, scenario=asked.scenario
    )
    return making_told(desk, person, ask_clip(desk, person, wish))


@router.post("/training/clips/making/{number}/retry", dependencies=WRITES, status_code=202)
def retry_making(desk: DeskOf, person: PersonOf, number: Number) -> Making:
    """Try once more to make a clip that could not be made."""
    return making_told(desk, person, retry_clip(desk, person, number))


@router.get("/training/clips/{clip_id}", dependencies=READS)
def get_clip(desk: DeskOf, person: PersonOf, clip_id: Number) -> ClipDetail:
    """Return one clip."""
    return clip_detail(desk, person, clip_id)


@router.post("/training/clips/{clip_id}/again", dependencies=WRITES, status_code=202)
def ask_clip_anew(desk: DeskOf, person: PersonOf, clip_id: Number, asked: AskedAgain) -> Making:
    """Have a clip made again; from now on the one that it replaces is approved no more."""
    how = Remaking(asked.words, asked.spans, asked.cover, asked.kind, asked.operator)
    return making_told(desk, person, ask_clip_again(desk, person, clip_id, how))


@router.post("/training/clips/{clip_id}/text", dependencies=WRITES, status_code=201)
def correct_clip(desk: DeskOf, person: PersonOf, clip_id: Number, given: WordsGiven) -> ClipDetail:
    """Put words of a clip right; it waits to be approved (anew) then."""
    put_words_right(desk, person, clip_id, given.texts, given.seen)
    return clip_detail(desk, person, clip_id)


@router.post("/training/clips/{clip_id}/approval", dependencies=WRITES, status_code=201)
def approve_clip(desk: DeskOf, person: PersonOf, clip_id: Number, said: ClipReason) -> ClipDetail:
    """Say that a clip may leave: as somebody who has heard it, may hear the call, and has not made it."""
    say_word(desk, person, clip_id, ClipStep.APPROVED, said.reason)
    return clip_detail(desk, person, clip_id)


@router.post("/training/clips/{clip_id}/refusal", dependencies=WRITES, status_code=201)
def refuse_clip(desk: DeskOf, person: PersonOf, clip_id: Number, said: ClipReason) -> ClipDetail:
    """Say, with a reason, that a clip may not leave."""
    say_word(desk, person, clip_id, ClipStep.REFUSED, said.reason)
    return clip_detail(desk, person, clip_id)


@router.post("/training/clips/{clip_id}/withdrawal", dependencies=WRITES, status_code=201)
def withdraw_clip(desk: DeskOf, person: PersonOf, clip_id: Number, said: ClipReason) -> ClipDetail:
    """Take an approval back, with a reason."""
    say_word(desk, person, clip_id, ClipStep.WITHDRAWN, said.reason)
    return clip_detail(desk, person, clip_id)
