"""Supervision notices by the API: entered, approved, rejected, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.supervision import Notice, NoticeDraft, NoticeFile, NoticeKind, NoticeState, NoticeWord, Office
from qa_pipeline.models.tokens import Scope
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.store.queries.supervision import notice_file, notices_of, notices_waiting
from qa_pipeline.supervision.criticism import criticised_of
from qa_pipeline.supervision.notices import approve_notice, enter_notice, reject_notice, withdraw_notice
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import MonthGiven, Number, Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.notices import criticism_on_paper, refuse_own, refuse_revoking

router = api_family("notices")
READS = [by_token(Scope.NOTICES_READ, *REVIEWS, looks=True)]
ENTERS = [by_token(Scope.NOTICES_WRITE, *REVIEWS)]
APPROVES = [by_token(Scope.NOTICES_WRITE, Role.SUPERVISOR)]
Points = Annotated[Decimal, Query(ge=0, le=100)]
Said = Annotated[str, Query(max_length=500)]


class NoticeLine(Values):
    """A notice: what it takes now, and all that was said to it."""

    state: NoticeState
    taken: Decimal
    criticised: bool
    notice: Notice
    words: list[NoticeWord]


class CriticismLine(Values):
    """A notice that led to criticism which stands after appeals; ``points`` are what it takes now.

    ``place`` is the call and moment that show it, '' where there is none.
    """

    notice_id: int
    operator_id: str
    name: str
    team: str
    happened_at: datetime
    kind: NoticeKind
    what: str
    evidence: str
    place: str
    points: Decimal


class Entered(Values):
    """A notice before it is entered; ``at_ms`` is a moment of the call."""

    operator_id: str
    kind: NoticeKind
    happened_at: datetime
    what: Annotated[str, Query(max_length=2000)]
    evidence: Annotated[str, Query(max_length=2000)]
    points: Points = Decimal(0)
    seen_by: Annotated[str, Query(max_length=64)] = ""
    call_id: str | None = None
    at_ms: Annotated[int | None, Query(ge=0, le=86_400_000)] = None


class Approved(Values):
    """An approval; without ``points`` those that were proposed."""

    reason: Said = ""
    points: Points | None = None
    criticised: bool = False


class Reason(Values):
    """Why."""

    reason: Said


@router.get("/notices", dependencies=READS)
def list_notices(desk: DeskOf, person: PersonOf, month: MonthGiven) -> list[NoticeLine]:
    """Return a month's notices."""
    with desk.sessions() as session:
        return [_line(file, hides(desk, person)) for file in notices_of(session, month)]


@router.get("/notices/waiting", dependencies=READS)
def list_waiting_notices(desk: DeskOf, person: PersonOf) -> list[NoticeLine]:
    """Return the notices of all months that wait for an approval."""
    with desk.sessions() as session:
        return [_line(file, hides(desk, person)) for file in notices_waiting(session)]


@router.get("/notices/criticism", dependencies=READS)
def list_criticism(desk: DeskOf, month: MonthGiven) -> list[CriticismLine]:
    """Return what a month's criticism notice (通报批评) lists, as it is posted: with stand-ins for personal data."""
    with desk.sessions() as session:
        lines = criticised_of(session, desk.settings, month)
    return [
        CriticismLine(
            notice_id=line.file.notice.notice_id,
            operator_id=line.file.notice.operator_id,
            name=line.name,
            team=line.team,
            happened_at=line.file.notice.happened_at,
            kind=line.file.notice.kind,
            what=line.what,
            evidence=line.evidence,
            place=line.place,
            points=line.standing.points,
        )
        for line in lines
    ]


@router.get(
    "/notices/criticism.html",
    dependencies=READS,
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "The notice"}},
)
def print_criticism(
    request: Request,
    desk: DeskOf,
    month: MonthGiven,
    notice_id: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    reference: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Return a month's criticism notice, or (``notice_id`` above 0) one notice's, as a page that prints on A4."""
    return criticism_on_paper(request, desk, month, notice_id, reference)


@router.get("/notices/{notice_id}", dependencies=READS)
def get_notice(desk: DeskOf, person: PersonOf, notice_id: Number) -> NoticeLine:
    """Return one notice."""
    with desk.sessions() as session:
        return _line(notice_file(session, notice_id), hides(desk, person))


@router.post("/notices", dependencies=ENTERS, status_code=201)
def send_notice(desk: DeskOf, person: PersonOf, given: Entered) -> NoticeLine:
    """Enter a notice; another person approves it."""
    happened_at = given.happened_at.replace(tzinfo=None)
    values = given.model_dump() | {"seen_by": given.seen_by.strip() or person.name, "happened_at": happened_at}
    with desk.deciding, desk.sessions.begin() as session:
        made = enter_notice(session, desk.settings, NoticeDraft(**values), person.name, datetime.now())
        refuse_own(person, made)
    return _line(made, hides(desk, person))


@router.post("/notices/{notice_id}/approval", dependencies=APPROVES, status_code=201)
def give_approval(desk: DeskOf, person: PersonOf, notice_id: Number, said: Approved) -> NoticeLine:
    """Approve a notice: from then on it takes its points."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_own(person, notice_file(session, notice_id))
        file = approve_notice(
            session, desk.settings, notice_id, person.name, Office.SUPERVISOR, said.reason, datetime.now(),
            points=said.points, criticised=said.criticised,
        )  # fmt: skip
    return _line(file, hides(desk, person))


@router.post("/notices/{notice_id}/rejection", dependencies=APPROVES, status_code=201)
def give_rejection(desk: DeskOf, person: PersonOf, notice_id: Number, said: Reason) -> NoticeLine:
    """Reject a notice."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_own(person, notice_file(session, notice_id))
        file = reject_notice(session, notice_id, person.name, said.reason, datetime.now())
    return _line(file, hides(desk, person))


@router.post("/notices/{notice_id}/withdrawal", dependencies=ENTERS, status_code=201)
def take_notice_back(desk: DeskOf, person: PersonOf, notice_id: Number, said: Reason) -> NoticeLine:
    """Take a notice back: who entered it before it is answered, a supervisor afterwards."""
    with desk.deciding, desk.sessions.begin() as session:
        before = notice_file(session, notice_id)
        refuse_own(person, before)
        refuse_revoking(person, before)
        file = withdraw_notice(session, notice_id, person.name, said.reason, datetime.now())
    return _line(file, hides(desk, person))


def _line(file: NoticeFile, hide: Hide) -> NoticeLine:
    notice = replace(file.notice, what=hide(file.notice.what), evidence=hide(file.notice.evidence))
    words = [replace(word, reason=hide(word.reason)) for word in file.words]
    return NoticeLine(state=file.state, taken=file.points, criticised=file.criticised, notice=notice, words=words)
