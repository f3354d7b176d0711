"""Supervision notices: entered by one, approved by another, and the criticism notice on paper."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.persons import one_person
from qa_pipeline.models.supervision import NoticeDraft, NoticeFile, NoticeKind, NoticeState, Office, moment_ms
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.supervision import last_settled, notice_file, notice_months, notices_of, notices_waiting
from qa_pipeline.supervision.criticism import criticism_notice
from qa_pipeline.supervision.notices import approve_notice, enter_notice, reject_notice, withdraw_notice
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.refusals import Forbidden

router = family()
ENTERS = allow(*REVIEWS)
APPROVES = allow(Role.SUPERVISOR)


@router.get("/notices", dependencies=[allow(*REVIEWS, looks=True)])
def notices_page(request: Request, desk: DeskOf, person: PersonOf, month: str = "") -> Response:
    """List a month's notices, those that wait for an approval whatever their month, and ask for a new one."""
    with desk.sessions() as session:
        known = notice_months(session)
        newest = (*known, *months(session), f"{datetime.now():%Y-%m}")
        shown = month or newest[0]
        values: dict[str, Any] = {
            "known": sorted({*known, shown}, reverse=True),
            "shown": shown,
            "files": notices_of(session, shown),
            "waiting": [f for f in notices_waiting(session) if f.notice.month != shown],
            "people": operators(session),
            "settled": last_settled(session),
            "kinds": tuple(NoticeKind),
            "most": desk.settings.notice_max_points,
        }
    return page(request, "notices.html", hide=hides(desk, person), **values)


@router.post("/notices", dependencies=[ENTERS])
def post_notice(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    operator: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    happened: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
    points: Annotated[str, Form()] = "0",
    seen_by: Annotated[str, Form()] = "",
    call_id: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
) -> Response:
    """Enter what somebody saw; who saw it may be somebody without an account, who enters it is who is signed in."""
    if kind not in set(NoticeKind):
        raise UserError("没有选择监督方式", "选互相提醒、组长监管或班长巡查")
    draft = NoticeDraft(
        operator_id=operator,
        kind=NoticeKind(kind),
        seen_by=seen_by.strip() or person.name,
        happened_at=_moment(happened),
        what=what,
        evidence=evidence,
        points=points_of(points) or Decimal(0),
        call_id=call_id.strip() or None,
        at_ms=_place(at),
    )
    with desk.deciding, desk.sessions.begin() as session:
        made = enter_notice(session, desk.settings, draft, person.name, datetime.now())
        refuse_own(person, made)
    return go_to(request, f"/notices/{made.notice.notice_id}")


@router.get("/notices/criticism", dependencies=[allow(*REVIEWS, looks=True)])
def criticism_page(request: Request, desk: DeskOf, month: str, n: int = 0, reference: str = "") -> Response:
    """Show a month's criticism notice, or one notice's, as a page to print; as it is posted, with stand-ins."""
    return criticism_on_paper(request, desk, month, n, reference)


def criticism_on_paper(request: Request, desk: Desk, month: str, n: int, reference: str) -> Response:
    """Return a month's criticism notice, or (``n`` above 0) one notice's, as it is posted."""
    numbers = (n,) if n else ()
    nonce = request.scope["state"]["nonce"]
    with desk.sessions() as session:
        text = criticism_notice(
            session, desk.settings, month, numbers, datetime.now().date(), reference[:64], nonce=nonce
        )
    return HTMLResponse(text)


@router.get("/notices/{notice_id}", dependencies=[allow(*REVIEWS, looks=True)])
def notice_page(request: Request, desk: DeskOf, person: PersonOf, notice_id: int) -> Response:
    """Show one notice with all that was said to it, and what may be done next."""
    with desk.sessions() as session:
        return page(
            request,
            "notice.html",
            hide=hides(desk, person),
            **_values(session, notice_file(session, notice_id), person),
        )


@router.post("/notices/{notice_id}/approval", dependencies=[APPROVES])
def post_approval(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    notice_id: int,
    reason: Annotated[str, Form()] = "",
    points: Annotated[str, Form()] = "",
    criticised: Annotated[bool, Form()] = False,
) -> Response:
    """Approve a notice: from then on it takes its points."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_own(person, notice_file(session, notice_id))
        approve_notice(
            session,
            desk.settings,
            notice_id,
            person.name,
            Office.SUPERVISOR,
            reason,
            datetime.now(),
            points=points_of(points),
            criticised=criticised,
        )
    return go_to(request, f"/notices/{notice_id}")


@router.post("/notices/{notice_id}/rejection", dependencies=[APPROVES])
def post_rejection(
    request: Request, desk: DeskOf, person: PersonOf, notice_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """Reject a notice."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_own(person, notice_file(session, notice_id))
        reject_notice(session, notice_id, person.name, reason, datetime.now())
    return go_to(request, f"/notices/{notice_id}")


@router.post("/notices/{notice_id}/withdrawal", dependencies=[ENTERS])
def post_notice_withdrawal(
    request: Request, desk: DeskOf, person: PersonOf, notice_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """Take a notice back: who entered it before it is answered, a supervisor afterwards."""
    with desk.deciding, desk.sessions.begin() as session:
        file = notice_file(session, notice_id)
        refuse_own(person, file)
        refuse_revoking(person, file)
        withdraw_notice(session, notice_id, person.name, reason, datetime.now())
    return go_to(request, f"/notices/{notice_id}")


def points_of(text: str) -> Decimal | None:
    """Return points as they were filled in, None where nothing was.

    Raises:
        UserError: It is no number.
    """
    try:
        return Decimal(text) if text.strip() else None
    except InvalidOperation:
        raise UserError(f"“{text}”不是分数", "写 0、1、2.5 这样的数") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise UserError("没有填写发生时间，或看不懂", "填写日期和时间，如 2026-10-14 15:20") from None


def _place(text: str) -> int | None:
    if not text.strip():
        return None
    if (found := moment_ms(text)) is None:
        raise UserError(f"“{text}”不是通话中的时刻", "写成 分:秒，如 01:35")
    return found


def refuse_own(person: Person, file: NoticeFile) -> None:
    """Refuse the operator whom a notice is about, by the account's number: its name need not be the roster's."""
    if file.notice.operator_id == person.account.operator_id:
        raise Forbidden("不能办理关于自己的监督记录", "请由其他人办理；有异议的提出申诉")


def refuse_revoking(person: Person, file: NoticeFile) -> None:
    """Refuse whoever is no supervisor to take back a notice that was approved."""
    if file.state is NoticeState.APPROVED and not person.has(Role.SUPERVISOR):
        raise Forbidden("已批准的监督记录由主管撤销", "请主管办理")


def _values(session: Session, file: NoticeFile, person: Person) -> dict[str, Any]:
    notice, people = file.notice, operators(session)
    settled = closing_of(session, notice.month) is not None
    other = notice.operator_id != person.account.operator_id
    spoke = any(one_person(person.name, who, people) for who in (notice.entered_by, notice.seen_by))
    waits = file.state is NoticeState.ENTERED and not settled and other
    supervises = person.has(Role.SUPERVISOR)
    revocable = file.state is NoticeState.APPROVED and not settled and other and supervises
    return {
        "file": file,
        "who": next((o for o in people if o.operator_id == notice.operator_id), None),
        "settled": settled,
        "may_answer": waits and supervises and not spoke,
        "may_withdraw": (waits and spoke) or revocable,
        "own_word": waits and spoke,
    }
