"""Appeals as operators file them: against an item of their own call, a notice on them, a month that counts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.appeals import AppealFile, AppealTarget
from qa_pipeline.store.queries.supervision import notices_about
from qa_pipeline.supervision.appeal_targets import item_target, notice_target, strike_target
from qa_pipeline.supervision.appeals import file_appeal
from qa_pipeline.web.access import PersonOf, family
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.own import OWN
from qa_pipeline.web.own_calls import operator_of, own_call
from qa_pipeline.web.own_month import own_appeals

router = family()


@router.post("/me/calls/{call_id:path}/appeals", dependencies=[OWN])
def post_item_appeal(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    call_id: str,
    item: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Appeal against an item of one's own call."""
    filed = appeal_item(desk, person, call_id, item, reason)
    return go_to(request, f"/appeals/{filed.appeal.appeal_id}")


@router.post("/me/notices/{notice_id}/appeals", dependencies=[OWN])
def post_notice_appeal(
    request: Request, desk: DeskOf, person: PersonOf, notice_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """Appeal against a supervision notice on oneself."""
    filed = appeal_notice(desk, person, notice_id, reason)
    return go_to(request, f"/appeals/{filed.appeal.appeal_id}")


@router.post("/me/months/{month}/appeals", dependencies=[OWN])
def post_strike_appeal(
    request: Request, desk: DeskOf, person: PersonOf, month: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Appeal against a settled month that counts towards three in a row."""
    filed = appeal_strike(desk, person, month, reason)
    return go_to(request, f"/appeals/{filed.appeal.appeal_id}")


def appeal_item(desk: Desk, person: Person, call_id: str, item: str, reason: str) -> AppealFile:
    """File an appeal against an item of one's own call; errors as of `own_call`, `item_target` and `file_appeal`."""
    with desk.deciding, desk.sessions.begin() as session:
        own_call(session, person, call_id)
        return _file(desk, session, person, item_target(session, desk.settings, call_id, item), reason)


def appeal_notice(desk: Desk, person: Person, notice_id: int, reason: str) -> AppealFile:
    """File an appeal against a notice on oneself.

    Raises:
        NotFound: There is none, or it is about somebody else. Other errors as of `file_appeal` and `notice_target`.
    """
    with desk.deciding, desk.sessions.begin() as session:
        if all(f.notice.notice_id != notice_id for f in notices_about(session, operator_of(person))):
            raise NotFound(f"您没有 {notice_id} 号监督记录", "从“我的”页面进入")
        return _file(desk, session, person, notice_target(session, notice_id), reason)


def appeal_strike(desk: Desk, person: Person, month: str, reason: str) -> AppealFile:
    """File an appeal against one's own month as failed; errors as of `file_appeal` and `strike_target`."""
    with desk.deciding, desk.sessions.begin() as session:
        return _file(desk, session, person, strike_target(session, operator_of(person), month), reason)


def own_appeal(session: Session, person: Person, appeal_id: int) -> AppealFile:
    """Return an appeal of one's own.

    Raises:
        NotFound: There is none, or it is another operator's; also to who works on appeals beside.
    """
    found = own_appeals(session, operator_of(person))
    file = next((file for file in found if file.appeal.appeal_id == appeal_id), None)
    if file is None:
        raise NotFound(f"您没有 {appeal_id} 号申诉", "从“我的”页面进入")
    return file


def _file(desk: Desk, session: Session, person: Person, target: AppealTarget, reason: str) -> AppealFile:
    # By number: an account's name may differ from the roster's where two share one.
    return file_appeal(session, desk.settings, target, operator_of(person), reason, datetime.now())
