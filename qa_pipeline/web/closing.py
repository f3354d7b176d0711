"""Settling a month: what is still open, the word and password of who settles it, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment import ClosedLine, closed_line
from qa_pipeline.errors import Conflict, LedgerBroken, UserError
from qa_pipeline.ledger.chain import Head
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.review import close_month
from qa_pipeline.review.checklist import Check, Checklist, Point, closing_checklist
from qa_pipeline.review.draws import draw_fault
from qa_pipeline.settling.closing import head_of
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.ledger import last_entry_of
from qa_pipeline.store.queries.month import Closing, closing_of
from qa_pipeline.web.access import PersonOf, address_of, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.signing import prove_again

router = family()
MONTH = "/months/{month}/close"


class NotAccepted(UserError):
    """Something is open, and nobody said that the month is to be settled with it."""


@dataclass(frozen=True, slots=True)
class SettledLine:
    """One operator as settled, with what nobody had decided by then."""

    name: str
    line: ClosedLine
    open_items: int
    unheard: int
    unreviewed: int


@router.get(MONTH, dependencies=[allow(Role.SUPERVISOR, looks=True)])
def close_page(request: Request, desk: DeskOf, month: str, settled: bool = False) -> Response:
    """Show what is still open, or what was settled."""
    return _page(request, desk, month, just=settled)


@router.post(MONTH, dependencies=[allow(Role.SUPERVISOR)])
def post_close(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    month: str,
    password: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
    accept: Annotated[bool, Form()] = False,
) -> Response:
    """Settle the month as its checklist was seen; who does it gives the password once more."""
    try:
        prove_again(desk, person, password, address_of(request))
    except UserError as refused:
        return _page(request, desk, month, refused, accept=accept)
    try:
        settle(desk, person, month, seen, accept=accept)
    except NotAccepted as refused:
        return _page(request, desk, month, refused)
    return RedirectResponse(f"/months/{month}/close?settled=true", status_code=303)


def settle(desk: Desk, person: Person, month: str, seen: str, *, accept: bool) -> None:
    """Settle a month as its checklist was seen; whoever does it has proved who they are.

    Raises:
        Conflict: The checklist is another one by now, or the month is settled.
        NotAccepted: Something is open, and ``accept`` does not say that it stays so.
        UserError: Something forbids it.
    """
    now = datetime.now()
    with desk.deciding, desk.sessions.begin() as session:
        found = checklist_of(desk, session, month, now)
        if not found.forbidden and found.seen != seen:
            raise Conflict(f"{month} 的清单在您看过之后变了，没有结账", "刷新页面，看过新的清单再结账")
        if found.to_accept and not found.forbidden and not accept:
            raise NotAccepted("没有勾选认可未决内容，没有结账", "看过后勾选，或复核完再结账")
        close_month(session, desk.settings, month, person.name, now, accept_open=accept)


@router.get(f"{MONTH}/draw", dependencies=[allow(Role.SUPERVISOR)])
def draw_part(request: Request, desk: DeskOf, month: str) -> Response:
    """Draw the month again by its seed, and say whether the same calls come out."""
    with desk.sessions() as session:
        fault = draw_fault(session, month)
    return page(request, "_close_draw.html", fault=fault)


@router.get(f"{MONTH}/verified", dependencies=[allow(Role.SUPERVISOR)])
def verified_part(request: Request, desk: DeskOf, month: str) -> Response:
    """Hold the month's ledger against the store."""
    broken, verified = None, None
    with desk.sessions() as session:
        try:
            verified = verify_store(session, month)
        except LedgerBroken as error:
            broken = error
    return page(request, "_close_verified.html", broken=broken, verified=verified)


def _page(
    request: Request,
    desk: Desk,
    month: str,
    refused: UserError | None = None,
    *,
    accept: bool = False,
    just: bool = False,
) -> Response:
    with desk.sessions() as session:
        closing = closing_of(session, month)
        values: dict[str, Any] = {"month": month, "months": months(session), "just": just}
        if closing is not None:
            return page(
                request,
                "closed.html",
                closing=closing,
                lines=settled_lines(closing),
                head=head_in(session, month),
                **values,
            )
        found = checklist_of(desk, session, month, datetime.now())
    status = 200 if refused is None else 400
    return page(
        request, "close.html", status, checklist=found, address=_address, refused=refused, accept=accept, **values
    )


def checklist_of(desk: Desk, session: Session, month: str, now: datetime) -> Checklist:
    """Return the month's checklist; a month that was not drawn has none.

    Raises:
        NotFound: There are no calls of that month.
        UserError: The month has no plan.
    """
    found, view = desk.months.get(session, month), desk.months.view(session, month)
    if view is None or found.data.plan is None:
        raise UserError(f"{month} 没有抽样方案，不能结账", "先在“设置与导入”里抽样")
    card = desk.card(session, view.scorecard_version)
    return closing_checklist(session, desk.settings, view, found.data.plan, card, now)


def _address(check: Check, month: str) -> tuple[str, dict[str, str]]:
    """Return where what is left can be done: a path and its query; '' where only a command does."""
    of_calls = {
        Point.UNHEARD: "waiting",
        Point.SUSPECTED: "suspected",
        Point.UNJUDGED: "open",
        Point.OPEN: "open",
        Point.UNCONFIRMED: "unconfirmed",
    }
    if check.point in of_calls:
        return "/calls", {"month": month, "state": of_calls[check.point]}
    other = {Point.GRADES: f"/months/{month}", Point.APPEALS: "/appeals", Point.NOTICES: f"/months/{month}"}
    return other.get(check.point, ""), {}


def settled_lines(closing: Closing) -> tuple[SettledLine, ...]:
    """Return a settled month's operators."""
    return tuple(_line(line.body) for line in closing.lines)


def _line(body: Any) -> SettledLine:
    left = sum(len(items) for items in body.get("open_items", {}).values())
    counted = (left, body.get("unheard", 0), body.get("unreviewed_taken", 0))
    return SettledLine(body.get("name", body["operator_id"]), closed_line(body), *counted)


def head_in(session: Session, month: str) -> Head | None:
    """Return the head that a month ends with in the ledger; None of one that was settled before there was one."""
    stored = last_entry_of(session, month)
    return None if stored is None else head_of(stored)
