"""Appeals by the API: what was filed, what is answered, what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.appeals import AppealFile, AppealKind, AppealState, AppealWord
from qa_pipeline.models.tokens import Scope
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.store.queries.appeals import appeal_file, appeals_of
from qa_pipeline.supervision.appeal_changes import Outcome, Ruling
from qa_pipeline.supervision.appeals import answer_appeal
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import MonthGiven, Number, Values, api_family, by_token
from qa_pipeline.web.appeal_words import adjust, refuse_unfit, rule
from qa_pipeline.web.appeals import appeals_waiting, refuse_sealed_appeal
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.sealed import note_calls_read, note_read, sealed_for
from scoring.adjustments import Adjustment

router = api_family("appeals")


class AppealLine(Values):
    """An appeal: against an item of a call, a notice, or a month as a strike; with all that was said to it."""

    appeal_id: int
    state: AppealState
    kind: AppealKind
    operator_id: str
    month: str
    call_id: str | None
    code: str | None
    notice_id: int | None
    reason: str
    filed_by: str
    filed_at: datetime
    due_on: date
    words: list[AppealWord]


class AppealsWaiting(Values):
    """What is left to do: ``pending`` waits for a word, the most pressing first; ``unadjusted`` was won and not booked.

    A person must look at those: what was settled could not be computed again.
    """

    pending: list[AppealLine]
    unadjusted: list[AppealLine]


class Answer(Values):
    """What a reviewer answers."""

    reason: Annotated[str, Query(max_length=500)]


class Decided(Values):
    """What a supervisor decides. Of ``partly`` also which finding and how many faults, or how many points, are left."""

    ruling: Outcome
    reason: Annotated[str, Query(max_length=500)]
    applies: bool = True
    code: str | None = None
    faults: Annotated[int | None, Query(ge=0, le=20)] = None
    points: Annotated[Decimal | None, Query(ge=0, le=100)] = None


@router.get("/appeals", dependencies=[by_token(Scope.APPEALS_READ, *REVIEWS, looks=True)])
def list_appeals(
    desk: DeskOf, person: PersonOf, month: MonthGiven, operator: str | None = None, state: AppealState | None = None
) -> list[AppealLine]:
    """Return a month's appeals, in the order in which they were filed.

    Without those against calls which the token's account has to judge blind first.
    """
    with desk.sessions() as session:
        sealed = set(sealed_for(desk, session, person))
        found = [f for f in appeals_of(session, month, operator) if f.appeal.target.call_id not in sealed]
    return _lines(desk, person, [file for file in found if state in {None, file.state}])


@router.get("/appeals/waiting", dependencies=[by_token(Scope.APPEALS_READ, *REVIEWS, looks=True)])
def list_waiting_appeals(desk: DeskOf, person: PersonOf) -> AppealsWaiting:
    """Return what of all months' appeals is left to do.

    Without those against calls which the token's account has to judge blind first.
    """
    with desk.sessions() as session:
        sealed = set(sealed_for(desk, session, person))
        pending, won = appeals_waiting(session)
    left, unadjusted = ([f for f in files if f.appeal.target.call_id not in sealed] for files in (pending, won))
    return AppealsWaiting(pending=_lines(desk, person, left), unadjusted=_lines(desk, person, unadjusted))


@router.get("/appeals/{appeal_id}", dependencies=[by_token(Scope.APPEALS_READ, *REVIEWS, looks=True)])
def get_appeal(desk: DeskOf, person: PersonOf, appeal_id: Number) -> AppealLine:
    """Return one appeal."""
    with desk.sessions() as session:
        file = appeal_file(session, appeal_id)
        refuse_sealed_appeal(desk, session, person, file)
        call_id = file.appeal.target.call_id
        call = desk.call(session, call_id, person) if call_id is not None else None
    if call is not None:
        note_read(desk, person, call)
    return _line(file, hides(desk, person))


@router.post("/appeals/{appeal_id}/answer", dependencies=[by_token(Scope.APPEALS_WRITE, *REVIEWS)], status_code=201)
def give_answer(desk: DeskOf, person: PersonOf, appeal_id: Number, said: Answer) -> AppealLine:
    """Answer an appeal, as somebody who did not judge what it is against."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_unfit(desk, session, person, appeal_id)
        file = answer_appeal(session, desk.settings, appeal_id, person.name, said.reason, datetime.now())
    return _line(file, hides(desk, person))


@router.post(
    "/appeals/{appeal_id}/decision", dependencies=[by_token(Scope.APPEALS_WRITE, Role.SUPERVISOR)], status_code=201
)
def give_ruling(desk: DeskOf, person: PersonOf, appeal_id: Number, said: Decided) -> AppealLine:
    """Decide an appeal that was answered; what is won of a settled month is booked at once."""
    ruling = Ruling(said.ruling, said.applies, said.code, said.faults, said.points)
    return _line(rule(desk, person, appeal_id, ruling, said.reason), hides(desk, person))


@router.post(
    "/appeals/{appeal_id}/adjustment", dependencies=[by_token(Scope.APPEALS_WRITE, Role.SUPERVISOR)], status_code=201
)
def give_adjustment(desk: DeskOf, appeal_id: Number) -> Adjustment:
    """Book what an appeal that was won changes in a settled month, where that failed before; asked twice it is one."""
    return adjust(desk, appeal_id)


def _lines(desk: Desk, person: Person, files: Sequence[AppealFile]) -> list[AppealLine]:
    """Tell appeals with all that was said: who reads that cannot judge those calls blind any more."""
    note_calls_read(desk, person, {f.appeal.target.call_id for f in files if f.appeal.target.call_id is not None})
    hide = hides(desk, person)
    return [_line(file, hide) for file in files]


def _line(file: AppealFile, hide: Hide) -> AppealLine:
    appeal, target = file.appeal, file.appeal.target
    return AppealLine(
        appeal_id=appeal.appeal_id,
        state=file.state,
        kind=target.kind,
        operator_id=target.operator_id,
        month=target.month,
        call_id=target.call_id,
        code=target.code,
        notice_id=target.notice_id,
        reason=hide(appeal.reason),
        filed_by=appeal.filed_by,
        filed_at=appeal.filed_at,
        due_on=appeal.due_on,
        words=[replace(word, reason=hide(word.reason)) for word in file.words],
    )
