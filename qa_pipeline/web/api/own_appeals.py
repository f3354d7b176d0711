"""An operator's own appeals by the API: filed, read, taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.appeals import AppealFile, AppealKind, AppealState, AppealStep, VerdictChange
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.appeals import adjustments_of
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, Values, api_family, by_token
from qa_pipeline.web.appeal_words import take_back
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.own import days_left
from qa_pipeline.web.own_appeals import appeal_item, appeal_notice, appeal_strike, own_appeal
from qa_pipeline.web.own_calls import operator_of
from qa_pipeline.web.own_month import own_appeals
from scoring.adjustments import Adjustment

router = api_family("me")
LOOKS = [by_token(Scope.OWN_READ, Role.OPERATOR, looks=True)]
WRITES = [by_token(Scope.OWN_WRITE, Role.OPERATOR)]
OFFICES = {AppealStep.ANSWERED: "reviewer", AppealStep.WITHDRAWN: "operator"}
"""Who says which step; a supervisor says the others."""
Reason = Annotated[str, Field(max_length=500)]


class OwnAppealWord(Values):
    """What was said to an appeal, with the office of who said it in place of their name, and what it changes."""

    step: AppealStep
    office: str
    reason: str
    changes: list[VerdictChange]
    said_at: datetime


class OwnAppeal(Values):
    """An appeal of the operator, with all that was said to it.

    ``workdays_left`` to decide it (below 0: so many overdue) is None of one that is decided. ``adjustment`` is what it
    changed of a month that was settled before.
    """

    appeal_id: int
    state: AppealState
    kind: AppealKind
    month: str
    call_id: str | None
    code: str | None
    notice_id: int | None
    reason: str
    filed_at: datetime
    due_on: date
    late_doubt: bool
    workdays_left: int | None
    words: list[OwnAppealWord]
    adjustment: Adjustment | None


class Why(Values):
    """Why an appeal is filed or taken back."""

    reason: Reason


class ItemAppealed(Values):
    """An item of a call that is appealed against, and why; ``item`` may also be a rule that judged it."""

    item: Annotated[str, Field(max_length=64)]
    reason: Reason


@router.post("/me/calls/{call_id}/appeals", dependencies=WRITES, status_code=201)
def file_item_appeal(desk: DeskOf, person: PersonOf, call_id: str, given: ItemAppealed) -> OwnAppeal:
    """Appeal against an item of one of one's own calls."""
    return _told(desk, person, appeal_item(desk, person, call_id, given.item, given.reason))


@router.post("/me/notices/{notice_id}/appeals", dependencies=WRITES, status_code=201)
def file_notice_appeal(desk: DeskOf, person: PersonOf, notice_id: Number, given: Why) -> OwnAppeal:
    """Appeal against a notice about oneself."""
    return _told(desk, person, appeal_notice(desk, person, notice_id, given.reason))


@router.post("/me/months/{month}/appeals", dependencies=WRITES, status_code=201)
def file_month_appeal(desk: DeskOf, person: PersonOf, month: str, given: Why) -> OwnAppeal:
    """Appeal against one's own settled month that counts towards three failed in a row."""
    return _told(desk, person, appeal_strike(desk, person, month, given.reason))


@router.get("/me/appeals", dependencies=LOOKS)
def list_own_appeals(desk: DeskOf, person: PersonOf) -> list[OwnAppeal]:
    """Return one's own appeals, the newest first."""
    with desk.sessions() as session:
        found = own_appeals(session, operator_of(person))
    return [_told(desk, person, file) for file in found]


@router.get("/me/appeals/{appeal_id}", dependencies=LOOKS)
def get_own_appeal(desk: DeskOf, person: PersonOf, appeal_id: Number) -> OwnAppeal:
    """Return one of one's own appeals."""
    with desk.sessions() as session:
        file = own_appeal(session, person, appeal_id)
    return _told(desk, person, file)


@router.post("/me/appeals/{appeal_id}/withdrawal", dependencies=WRITES, status_code=201)
def take_appeal_back(desk: DeskOf, person: PersonOf, appeal_id: Number, said: Why) -> OwnAppeal:
    """Take one of one's own appeals back, as long as it is not decided."""
    with desk.sessions() as session:
        own_appeal(session, person, appeal_id)
    return _told(desk, person, take_back(desk, person, appeal_id, said.reason))


def _told(desk: Desk, person: Person, file: AppealFile) -> OwnAppeal:
    appeal, target, hide = file.appeal, file.appeal.target, hides(desk, person)
    with desk.sessions() as session:
        made = adjustments_of(session, target.month, target.operator_id).get(appeal.appeal_id)
    return OwnAppeal(
        appeal_id=appeal.appeal_id,
        state=file.state,
        kind=target.kind,
        month=target.month,
        call_id=target.call_id,
        code=target.code,
        notice_id=target.notice_id,
        reason=hide(appeal.reason),
        filed_at=appeal.filed_at,
        due_on=appeal.due_on,
        late_doubt=appeal.late_doubt,
        workdays_left=days_left(desk, (file,), datetime.now().date()).get(appeal.appeal_id),
        words=[
            OwnAppealWord(
                step=word.step,
                office=OFFICES.get(word.step, "supervisor"),
                reason=hide(word.reason),
                changes=list(word.changes),
                said_at=word.said_at,
            )
            for word in file.words
        ],
        adjustment=made,
    )
