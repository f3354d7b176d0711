"""Calibration sessions by the API: opened, scored blind, handed in, ended, discussed; what they came to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from qa_pipeline.calibration.opening import MAX_CALLS, MAX_MEMBERS, open_session
from qa_pipeline.calibration.sessions import Said, close_session, items_of, remark
from qa_pipeline.models.calibration import Calibration, CalibrationDraft, CalibrationWord, Score
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import MAX_FAULTS
from qa_pipeline.store.queries.calibration import CalibrationLine, calibration_lines, calibrations_waiting
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import MonthGiven, Number, Values, api_family, by_token
from qa_pipeline.web.api.calibration_results import CalibrationDetail, detail_of
from qa_pipeline.web.api.shown import BlindCall, blind_call
from qa_pipeline.web.calibration import hand_in, session_view
from qa_pipeline.web.calibration_scoring import Scoring, offered, score, to_score
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import REVIEWS

router = api_family("calibration")
READS = [by_token(Scope.CALIBRATION_READ, *REVIEWS)]
LOOKS = [by_token(Scope.CALIBRATION_READ, *REVIEWS, looks=True)]
WRITES = [by_token(Scope.CALIBRATION_WRITE, *REVIEWS)]
AccountId = Annotated[int, Field(ge=1, le=2**31 - 1)]
CallId = Annotated[str, Field(min_length=1, max_length=64)]
Reason = Annotated[str, Field(max_length=500)]


class CalibrationPage(Values):
    """A page of sessions, the newest first, ``total`` in all; ``waiting`` are those that the account has to score."""

    total: int
    waiting: list[Calibration]
    sessions: list[CalibrationLine]


class OfferedCall(Values):
    """A call that a session may be about; of ``open_items`` of it nobody has decided yet."""

    call_id: str
    started_at: datetime
    duration_s: int
    open_items: int


class OfferedPerson(Values):
    """Somebody who may score in a session."""

    account_id: int
    name: str


class Offered(Values):
    """What a session is opened from: a month's calls, those on which most is open first, and people."""

    calls: list[OfferedCall]
    people: list[OfferedPerson]


class SessionGiven(Values):
    """A session before it is opened; ``reference`` is the member whom the others are compared with."""

    title: Annotated[str, Field(max_length=64)]
    due_on: date
    calls: Annotated[list[CallId], Field(max_length=MAX_CALLS)]
    members: Annotated[list[AccountId], Field(max_length=MAX_MEMBERS)]
    reference: AccountId | None = None


class ItemToScore(Values):
    """An item, or a fatal error, that is scored of each call."""

    code: str
    name: str
    how: str
    fatal: bool


class CallToScore(Values):
    """A call as one scores it: what was said, what is scored, and the account's own words.

    ``open``: something may be said now. ``unscored`` are the items of which nothing was.
    """

    call: BlindCall
    items: list[ItemToScore]
    words: list[CalibrationWord]
    unscored: list[str]
    open: bool


class ScoreGiven(Values):
    """What is said of one item; a fault needs a reason."""

    score: Score
    faults: Annotated[int, Field(ge=1, le=MAX_FAULTS)] = 1
    reason: Reason = ""


class ScoresGiven(Values):
    """What is said of items, by their codes; the others stay as they are."""

    items: dict[str, ScoreGiven]


class ClosingGiven(Values):
    """Why a session is ended."""

    reason: Reason


class RemarkGiven(Values):
    """What was said when the words were compared, of an item of a call or ('' and '') of the session."""

    text: Reason
    call_id: Annotated[str, Field(max_length=64)] = ""
    item: Annotated[str, Field(max_length=16)] = ""


@router.get("/calibration", dependencies=READS)
def list_calibrations(
    desk: DeskOf,
    person: PersonOf,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CalibrationPage:
    """List the sessions; ``after`` so many."""
    with desk.sessions() as session:
        rows, total = calibration_lines(session, limit, after)
        waiting = calibrations_waiting(session, person.account.account_id)
    return CalibrationPage(total=total, waiting=list(waiting), sessions=list(rows))


@router.post("/calibration", dependencies=WRITES, status_code=201)
def send_calibration(desk: DeskOf, person: PersonOf, given: SessionGiven) -> CalibrationDetail:
    """Open a session."""
    draft = CalibrationDraft(given.title, given.due_on, tuple(given.calls), tuple(given.members), given.reference)
    with desk.deciding, desk.sessions.begin() as session:
        made = open_session(session, draft, person.account, datetime.now())
    return detail_of(person, session_view(desk, person, made.session.session_id))


@router.get("/calibration/offered", dependencies=READS)
def list_offered(desk: DeskOf, month: MonthGiven) -> Offered:
    """Return the calls that a session may be about and the people who may score in it."""
    with desk.sessions() as session:
        calls, people = offered(session, month)
    return Offered(
        calls=[
            OfferedCall(
                call_id=one.call_id,
                started_at=one.started_at,
                duration_s=one.duration_s,
                open_items=len(one.open_items),
            )
            for one in calls
        ],
        people=[OfferedPerson(account_id=one.account_id, name=one.name) for one in people],
    )


@router.get("/calibration/{session_id}", dependencies=LOOKS)
def get_calibration(desk: DeskOf, person: PersonOf, session_id: Number) -> CalibrationDetail:
    """Return how far a session is, and once all have finished or it was ended, what it came to."""
    return detail_of(person, session_view(desk, person, session_id))


@router.get("/calibration/{session_id}/calls/{call_id}", dependencies=LOOKS)
def get_call_to_score(desk: DeskOf, person: PersonOf, session_id: Number, call_id: str) -> CallToScore:
    """Return one call to be scored, without the machine's findings and others' words."""
    return _to_score(to_score(desk, person, session_id, call_id))


@router.post("/calibration/{session_id}/calls/{call_id}", dependencies=WRITES, status_code=201)
def give_scores(desk: DeskOf, person: PersonOf, session_id: Number, call_id: str, given: ScoresGiven) -> CallToScore:
    """Keep what the account says of items of a call, all of them or not yet."""
    said = {item: Said(one.score, one.faults, one.reason) for item, one in given.items.items()}
    score(desk, person, session_id, call_id, lambda _: said)
    return _to_score(to_score(desk, person, session_id, call_id))


@router.post("/calibration/{session_id}/finish", dependencies=WRITES, status_code=201)
def finish_calibration(desk: DeskOf, person: PersonOf, session_id: Number) -> CalibrationDetail:
    """Hand the account's words in: from then on they stand."""
    hand_in(desk, person, session_id)
    return detail_of(person, session_view(desk, person, session_id))


@router.post("/calibration/{session_id}/closing", dependencies=WRITES, status_code=201)
def end_calibration(desk: DeskOf, person: PersonOf, session_id: Number, given: ClosingGiven) -> CalibrationDetail:
    """End a session, whoever has finished: by who opened it, or a supervisor."""
    with desk.deciding, desk.sessions.begin() as session:
        close_session(session, session_id, person.account, given.reason, datetime.now())
    return detail_of(person, session_view(desk, person, session_id))


@router.post("/calibration/{session_id}/remarks", dependencies=WRITES, status_code=201)
def give_remark(desk: DeskOf, person: PersonOf, session_id: Number, given: RemarkGiven) -> CalibrationDetail:
    """Keep what was said when the words were compared."""
    with desk.deciding, desk.sessions.begin() as session:
        remark(session, session_id, person.account, given.text, datetime.now(), given.call_id, given.item)
    return detail_of(person, session_view(desk, person, session_id))


def _to_score(found: Scoring) -> CallToScore:
    items = [ItemToScore(code=one.code, name=one.name, how=one.how, fatal=False) for one in found.card.items]
    fatal = [ItemToScore(code=one.code, name=one.name, how="", fatal=True) for one in found.card.fatal_errors]
    return CallToScore(
        call=blind_call(found.call),
        items=[*items, *fatal],
        words=list(found.said.values()),
        unscored=[item for item in items_of(found.card) if item not in found.said],
        open=found.open,
    )
