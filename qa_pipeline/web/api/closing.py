"""Settling a month by the API: what is open, the word and password of who settles it, and what was settled.

As on the page: the month is settled as its checklist was seen, what is open only if it is accepted, and by nobody who
does not give the password of the token's account once more. What anybody is paid is in the payroll.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Request
from sqlalchemy.orm import Session

from qa_pipeline.errors import LedgerBroken
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review.draws import draw_fault
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.queries.month import Closing, closing_of
from qa_pipeline.web.access import PersonOf, address_of
from qa_pipeline.web.api.accounts import Proof
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.api.months import ChecklistLine, checklist_lines
from qa_pipeline.web.closing import SettledLine, checklist_of, head_in, settle, settled_lines
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.signing import prove_again

router = api_family("months")
READS = [by_token(Scope.MONTHS_READ, Role.SUPERVISOR)]
LOOKS = [by_token(Scope.MONTHS_READ, Role.SUPERVISOR, looks=True)]


class SettledOperator(Values):
    """One operator as settled, with what nobody had decided by then."""

    operator_id: str
    name: str
    heard: int
    frame: int
    mean: Decimal | None
    grade: str | None
    factor: Decimal | None
    open_items: int
    unheard: int
    unreviewed: int


class SettledMonth(Values):
    """A month as settled; ``head`` is the hash of its last entry in the ledger, whose number is ``entry``.

    Both are None of a month that was settled before there was a ledger.
    """

    closed_by: str
    closed_at: datetime
    entry: int | None
    head: str | None
    operators: list[SettledOperator]


class ClosingState(Values):
    """What was settled, or else what is open before; ``seen`` is to be sent with the word that settles it."""

    month: str
    settled: SettledMonth | None
    forbidden: bool
    seen: str
    checklist: list[ChecklistLine]


class Settling(Proof):
    """The word that settles a month: ``seen`` of its checklist; ``accept``: what is open stays so."""

    seen: Annotated[str, Query(max_length=64)]
    accept: bool = False


class DrawnAgain(Values):
    """In what a month's draw is not what its own seed gives; None where the same calls come out."""

    fault: str | None


class LedgerHeld(Values):
    """A month's ledger held against the store; ``broken`` says where they differ, None where nowhere.

    ``added``: calls that came into the log after the month was settled; they change nothing of it.
    """

    broken: str | None
    hint: str
    entries: int
    added: int


@router.get("/months/{month}/closing", dependencies=LOOKS)
def get_closing(desk: DeskOf, month: str) -> ClosingState:
    """Return what is still open before a month is settled, or what was settled."""
    with desk.sessions() as session:
        closing = closing_of(session, month)
        if closing is not None:
            settled = _settled(session, closing)
            return ClosingState(month=month, settled=settled, forbidden=True, seen="", checklist=[])
        found = checklist_of(desk, session, month, datetime.now())
    return ClosingState(
        month=month,
        settled=None,
        forbidden=found.forbidden,
        seen=found.seen,
        checklist=checklist_lines(found),
    )


@router.post("/months/{month}/closing", dependencies=[by_token(Scope.MONTHS_WRITE, Role.SUPERVISOR)], status_code=201)
def settle_month(request: Request, desk: DeskOf, person: PersonOf, month: str, said: Settling) -> SettledMonth:
    """Settle a month as its checklist was seen, signed by whoever the token acts for."""
    prove_again(desk, person, said.password, address_of(request))
    settle(desk, person, month, said.seen, accept=said.accept)
    with desk.sessions() as session:
        closing = closing_of(session, month)
        assert closing is not None  # noqa: S101  # it was settled just now, and nothing takes that back
        return _settled(session, closing)


@router.get("/months/{month}/closing/draw", dependencies=READS)
def check_draw(desk: DeskOf, month: str) -> DrawnAgain:
    """Draw a month again by its seed, and say whether the same calls come out."""
    with desk.sessions() as session:
        return DrawnAgain(fault=draw_fault(session, month))


@router.get("/months/{month}/closing/verified", dependencies=READS)
def verify_ledger(desk: DeskOf, month: str) -> LedgerHeld:
    """Hold a month's ledger against the store."""
    with desk.sessions() as session:
        try:
            found = verify_store(session, month)
        except LedgerBroken as error:
            return LedgerHeld(broken=error.message, hint=error.hint, entries=0, added=0)
    return LedgerHeld(broken=None, hint="", entries=found.entries, added=found.added)


def _settled(session: Session, closing: Closing) -> SettledMonth:
    head = head_in(session, closing.month)
    return SettledMonth(
        closed_by=closing.closed_by,
        closed_at=closing.closed_at,
        entry=None if head is None else head.seq,
        head=None if head is None else head.sha256,
        operators=[_operator(line) for line in settled_lines(closing)],
    )


def _operator(settled: SettledLine) -> SettledOperator:
    line = settled.line
    return SettledOperator(
        operator_id=line.operator_id,
        name=settled.name,
        heard=line.n_heard,
        frame=line.n_frame,
        mean=line.mean,
        grade=line.grade,
        factor=line.factor,
        open_items=settled.open_items,
        unheard=settled.unheard,
        unreviewed=settled.unreviewed,
    )
