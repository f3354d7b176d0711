"""What the API tells and takes of 声音里的微笑."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.accounts import Person
from qa_pipeline.models.contest import ContestClosing, ContestEntry, ContestFile, ContestState, EntryWord
from qa_pipeline.training.contest.voting import placed, whole_ballots
from qa_pipeline.web.api.base import Values
from qa_pipeline.web.contest_desk import choices, may_close, sealed_entries
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.training_records import TRAINS

Text = Annotated[str, Query(max_length=500)]
Id = Annotated[int, Query(ge=1, le=2**31 - 1)]


class ContestTold(Values):
    """A contest in a list: how many entries, voters, and voters who gave marks."""

    contest_id: int
    title: str
    period: str
    state: ContestState
    entries: int
    voters: int
    voted: int
    until: date | None
    opened_by: str
    opened_at: datetime


class Contests(Values):
    """A page of contests, the newest first; ``total`` were held."""

    total: int
    contests: list[ContestTold]


class EntryLine(Values):
    """A call of the shortlist, whose it is, why it was chosen, and who took it off (None: it stands).

    ``call_id`` is None to who may not hear the call: its clips are named beside it.
    Why and how good an example it is (``value``) is kept back from who has to judge the call blind first (None, []).
    ``clip_id`` is the clip that is heard, ``clips`` those of the call that may be, while one is chosen.
    """

    entry_id: int
    call_id: str | None
    operator_id: str
    operator: str
    team: str
    value: float | None
    reasons: list[str]
    removed: EntryWord | None
    clip_id: int | None
    clips: list[int]


class VoterLine(Values):
    """Somebody who may be asked to vote."""

    account_id: int
    name: str


class ContestDetail(Values):
    """A contest to who runs it. What was voted is told to nobody before it is closed, only how many voted.

    ``whole`` voters gave marks to all that they were to hear; ``may_be_asked`` may vote blind, while voters are chosen.
    """

    contest_id: int
    title: str
    period: str
    state: ContestState
    opened_by: str
    opened_at: datetime
    entries: list[EntryLine]
    until: date | None
    voters: list[str]
    voted: int
    whole: int
    may_be_asked: list[VoterLine]
    may_close: bool


class PlaceLine(Values):
    """An entry's place (None: nobody marked it), its mean of ``n`` voters with an interval, and each mark's mean.

    ``apart``: whether it is beyond chance that it is before the next; None where that cannot be told. ``call_id`` is
    told to who runs contests and may hear the call.
    """

    place: int | None
    operator_id: str
    operator: str
    team: str
    call_id: str | None
    n: int
    mean: Decimal | None
    low: Decimal | None
    high: Decimal | None
    parts: list[Decimal]
    apart: bool | None


class ContestResult(Values):
    """The result of a closed contest, the best first: an honour, which is no pay."""

    contest_id: int
    title: str
    period: str
    voters: int
    voted: int
    closing: ContestClosing | None
    places: list[PlaceLine]


class ContestGiven(Values):
    """A contest: its name, of which month or quarter (2026-10, 2026-Q4), with so many calls a team."""

    title: Text
    period: Annotated[str, Query(max_length=16)]
    per_team: int


class EntryReason(Values):
    """Why an entry is taken off, or put back."""

    reason: Text


class ClipChosen(Values):
    """Which clip of an entry's call is heard."""

    clip_id: Id


class VotingGiven(Values):
    """Until which day marks are taken, and the accounts that may give them."""

    until: date
    voters: Annotated[tuple[Id, ...], Query(max_length=1000)]


def contest_detail(desk: Desk, person: Person, file: ContestFile) -> ContestDetail:
    """Return a contest to who runs it; of a closed one the entries that stood, and none to who votes blind in it."""
    with desk.sessions() as session:
        clips, people = choices(session, file)
        sealed = sealed_entries(desk, session, person, file)
    contest, removed, heard, hears = file.contest, file.removed, file.heard_as, desk.sees_all(person)
    entries = [
        EntryLine(
            entry_id=one.entry_id,
            call_id=one.call_id if hears else None,
            operator_id=one.operator_id,
            operator=one.operator,
            team=one.team,
            value=None if one.entry_id in sealed else one.value,
            reasons=[] if one.entry_id in sealed else list(one.reasons),
            removed=removed.get(one.entry_id),
            clip_id=heard.get(one.entry_id),
            clips=[of.clip.clip_id for of in clips.get(one.entry_id, ())],
        )
        for one in _entries_for(file, person)
    ]
    return ContestDetail(
        contest_id=contest.contest_id,
        title=contest.title,
        period=contest.period,
        state=file.state,
        opened_by=contest.opened_by,
        opened_at=contest.opened_at,
        entries=entries,
        until=None if file.voting is None else file.voting.until,
        voters=[voter.name for voter in file.voters],
        voted=len({ballot.account_id for ballot in file.ballots}),
        whole=whole_ballots(file),
        may_be_asked=[VoterLine(account_id=one.account_id, name=one.name) for one in people],
        may_close=may_close(file, person),
    )


def votes_blind(file: ContestFile, person: Person) -> bool:
    """Whether somebody is to hear the entries without knowing whose they are."""
    return file.state is not ContestState.CLOSED and file.voter(person.account.account_id) is not None


def _entries_for(file: ContestFile, person: Person) -> tuple[ContestEntry, ...]:
    if votes_blind(file, person):
        return ()
    return file.standing if file.state is ContestState.CLOSED else file.entries


def contest_result(desk: Desk, file: ContestFile, person: Person) -> ContestResult:
    """Return the result of a closed contest.

    Raises:
        Conflict: It is not closed.
    """
    named = person.has(*TRAINS) and desk.sees_all(person)
    places = [
        PlaceLine(
            place=one.result.place,
            operator_id=one.entry.operator_id,
            operator=one.entry.operator,
            team=one.entry.team,
            call_id=one.entry.call_id if named else None,
            n=one.result.n,
            mean=one.result.mean,
            low=None if one.result.interval is None else one.result.interval.low,
            high=None if one.result.interval is None else one.result.interval.high,
            parts=list(one.result.parts),
            apart=one.result.apart,
        )
        for one in placed(file)
    ]
    return ContestResult(
        contest_id=file.contest.contest_id,
        title=file.contest.title,
        period=file.contest.period,
        voters=len(file.voters),
        voted=len({ballot.account_id for ballot in file.ballots}),
        closing=file.closing,
        places=places,
    )
