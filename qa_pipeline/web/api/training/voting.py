"""Voting blind by the API: numbers, masked sound and words, and nothing that tells whose call it is."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import Response

from qa_pipeline.errors import Conflict
from qa_pipeline.models.clips import ClipTurn
from qa_pipeline.models.contest import HIGHEST, LOWEST, ContestState
from qa_pipeline.models.tokens import Scope
from qa_pipeline.training.contest.opening import VOTES
from qa_pipeline.training.contest.voting import Marks, Shown
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, Values, api_family, by_token, file_of
from qa_pipeline.web.contest_desk import Ballots, keep_marks, seen_ballots, sound_heard
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.pack_desk import SOUNDS

router = api_family("training")
VOTERS = sorted(VOTES)
READS = [by_token(Scope.TRAINING_READ, *VOTERS, looks=True)]
Mark = Annotated[int, Query(ge=LOWEST, le=HIGHEST)]
Token = Annotated[str, Path(max_length=64)]


class MarksGiven(Values):
    """What a voter gives an entry: all three, or the entry is left out."""

    tone: Mark
    clarity: Mark
    warmth: Mark


class BallotEntry(Values):
    """An entry as one voter sees it: a number and a name of theirs alone, its masked words, and the marks they gave.

    ``turns`` is None where its clip may not be heard any more.
    """

    number: int
    token: str
    turns: list[ClipTurn] | None
    given: MarksGiven | None


class Ballot(Values):
    """What a voter is to hear, in an order of their own, without their own call. ``over``: no marks are taken now."""

    contest_id: int
    title: str
    until: date | None
    over: bool
    entries: list[BallotEntry]


class Vote(Values):
    """Marks by the name that an entry has for this voter; all can be changed until the end."""

    marks: Annotated[dict[str, MarksGiven], Query(max_length=1000)]


@router.get("/training/contest/{contest_id}/vote", dependencies=READS)
def get_ballot(desk: DeskOf, person: PersonOf, contest_id: Number) -> Ballot:
    """Return a voter's own ballot."""
    seen = seen_ballots(desk, person, contest_id)
    if seen.file.state is ContestState.CLOSED:
        raise Conflict(f"{contest_id} 号评比已结束", "看结果：…/result")
    return _ballot(seen)


@router.post(
    "/training/contest/{contest_id}/vote", dependencies=[by_token(Scope.TRAINING_WRITE, *VOTERS)], status_code=201
)
def give_vote(desk: DeskOf, person: PersonOf, contest_id: Number, given: Vote) -> Ballot:
    """Keep marks."""

    def marks_of(_: tuple[Shown, ...]) -> dict[str, Marks]:
        return {token: (one.tone, one.clarity, one.warmth) for token, one in given.marks.items()}

    keep_marks(desk, person, contest_id, marks_of)
    return _ballot(seen_ballots(desk, person, contest_id))


@router.get(
    "/training/contest/{contest_id}/heard/{token}",
    dependencies=READS,
    response_class=Response,
    responses=file_of(*SOUNDS.values()),
)
def get_entry_sound(desk: DeskOf, person: PersonOf, contest_id: Number, token: Token) -> Response:
    """Return the masked sound of an entry to a voter; refused as soon as its approval is withdrawn."""
    sound, ready = sound_heard(desk, person, contest_id, token)
    return Response(sound, media_type=SOUNDS[ready.kind], headers={"Cache-Control": "private, no-store"})


def _ballot(seen: Ballots) -> Ballot:
    entries = []
    for one in seen.shown:
        turns, given = seen.turns.get(one.clip_id), one.given
        marks = None if given is None else dict(zip(("tone", "clarity", "warmth"), given.marks, strict=True))
        entries.append(
            BallotEntry(
                number=one.number,
                token=one.token,
                turns=None if turns is None else list(turns),
                given=None if marks is None else MarksGiven(**marks),
            )
        )
    return Ballot(
        contest_id=seen.file.contest.contest_id,
        title=seen.file.contest.title,
        until=None if seen.file.voting is None else seen.file.voting.until,
        over=seen.over,
        entries=entries,
    )
