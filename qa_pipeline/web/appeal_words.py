"""What is said to an appeal in the browser: taken back, answered, decided, booked."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import QaError, UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.appeals import AppealFile
from qa_pipeline.store.queries.appeals import appeal_file
from qa_pipeline.supervision.appeal_changes import Outcome, Ruling
from qa_pipeline.supervision.appeals import answer_appeal, decide_appeal, withdraw_appeal
from qa_pipeline.supervision.recomputing import book_adjustment, unadjusted
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.appeals import appeal_for, refuse_sealed_appeal
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.refusals import Forbidden
from scoring.adjustments import Adjustment

router = family()
logger = logging.getLogger(__name__)


@router.post("/appeals/{appeal_id}/withdrawal", dependencies=[allow(Role.OPERATOR)])
def post_withdrawal(
    request: Request, desk: DeskOf, person: PersonOf, appeal_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """Take one's own appeal back."""
    take_back(desk, person, appeal_id, reason)
    return go_to(request, f"/appeals/{appeal_id}")


def take_back(desk: Desk, person: Person, appeal_id: int, reason: str) -> AppealFile:
    """Take one's own appeal back.

    Raises:
        NotFound: There is none, or it is another operator's.
        Forbidden: Somebody who works on appeals would take another's back.
    """
    with desk.deciding, desk.sessions.begin() as session:
        file = appeal_for(session, person, appeal_id)
        if file.appeal.target.operator_id != person.account.operator_id:
            raise Forbidden("只有申诉人本人可以撤回", "不同意申诉的，答复后由主管裁定")
        return withdraw_appeal(session, appeal_id, str(person.account.operator_id), reason, datetime.now())


@router.post("/appeals/{appeal_id}/answer", dependencies=[allow(*REVIEWS)])
def post_answer(
    request: Request, desk: DeskOf, person: PersonOf, appeal_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """Answer an appeal, as somebody who did not judge what it is against."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_unfit(desk, session, person, appeal_id)
        answer_appeal(session, desk.settings, appeal_id, person.name, reason, datetime.now())
    return go_to(request, f"/appeals/{appeal_id}")


@router.post("/appeals/{appeal_id}/decision", dependencies=[allow(Role.SUPERVISOR)])
def post_ruling(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    appeal_id: int,
    ruling: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    not_applicable: Annotated[bool, Form()] = False,
    code: Annotated[str, Form()] = "",
    faults: Annotated[str, Form()] = "",
    points: Annotated[str, Form()] = "",
) -> Response:
    """Decide an appeal that was answered; what is won of a settled month is booked at once."""
    given = ruling_of(ruling, not_applicable=not_applicable, code=code, faults=faults, points=points)
    rule(desk, person, appeal_id, given, reason)
    return go_to(request, f"/appeals/{appeal_id}")


def rule(desk: Desk, person: Person, appeal_id: int, ruling: Ruling, reason: str) -> AppealFile:
    """Decide an appeal that was answered, and book at once what is won of a settled month."""
    with desk.deciding:
        with desk.sessions.begin() as session:
            refuse_unfit(desk, session, person, appeal_id)
            decided = decide_appeal(session, desk.settings, appeal_id, person.name, ruling, reason, datetime.now())
        _book(desk, appeal_id)
    return decided


@router.post("/appeals/{appeal_id}/adjustment", dependencies=[allow(Role.SUPERVISOR)])
def post_adjustment(request: Request, desk: DeskOf, appeal_id: int) -> Response:
    """Book what an appeal that was won changes in a settled month, where that failed before."""
    adjust(desk, appeal_id)
    return go_to(request, f"/appeals/{appeal_id}")


def adjust(desk: Desk, appeal_id: int) -> Adjustment:
    """Book what an appeal that was won changes in a settled month; asked twice it is one."""
    with desk.deciding, desk.sessions.begin() as session:
        return book_adjustment(session, desk.settings, appeal_id, datetime.now())


def ruling_of(ruling: str, *, not_applicable: bool, code: str, faults: str, points: str) -> Ruling:
    """Return a ruling as it was filled in; what belongs to another ruling is left aside.

    Raises:
        UserError: None was chosen, or a number is none.
    """
    if ruling not in set(Outcome):
        raise UserError("没有选择裁定结论", "选“成立”“部分成立”或“不成立”")
    step = Outcome(ruling)
    if step is not Outcome.PARTLY:
        return Ruling(step, applies=not (not_applicable and step is Outcome.UPHELD))
    if faults and not faults.isdecimal():
        raise UserError(f"“{faults}”不是处数", "写 0、1、2 这样的整数")
    return Ruling(step, code=code or None, faults=int(faults) if faults else None, points=_points(points))


def _points(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise UserError(f"“{text}”不是分数", "写 0.5、1、2 这样的数") from None


def _book(desk: Desk, appeal_id: int) -> None:
    """Book an appeal's adjustment. Where that fails the decision stands, and the lists say that a person must look."""
    with desk.sessions() as session:
        waits = any(file.appeal.appeal_id == appeal_id for file in unadjusted(session))
    if not waits:
        return
    try:
        with desk.sessions.begin() as session:
            book_adjustment(session, desk.settings, appeal_id, datetime.now())
    except QaError as error:
        logger.warning("appeal %d was decided and not booked: %s", appeal_id, error)


def refuse_unfit(desk: Desk, session: Session, person: Person, appeal_id: int) -> None:
    """Refuse the operator judged, by the account's number (its name need not be the roster's), and who judges blind.

    Raises:
        Forbidden: It is their own.
        Conflict: They have to judge the call blind first.
    """
    file = appeal_file(session, appeal_id)
    if file.appeal.target.operator_id == person.account.operator_id:
        raise Forbidden("不能办理自己的申诉", "请由其他人办理")
    refuse_sealed_appeal(desk, session, person, file)
