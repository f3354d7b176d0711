"""Retraining: who is to be offered one, what was offered, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.retraining import RetrainingResult
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.retraining import retraining_file, retrainings
from qa_pipeline.supervision.retraining import offer_retraining, record_retraining, retraining_due
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.refusals import Forbidden
from qa_pipeline.web.typed import day_of

router = family()
PAGE_ROWS = 100
TRAINS = (Role.SUPERVISOR, Role.TRAINER)


@router.get("/retraining", dependencies=[allow(*TRAINS, looks=True)])
def retraining_page(request: Request, desk: DeskOf, person: PersonOf, operator: str = "", number: int = 1) -> Response:
    """Show who is due, what was offered and not recorded, and what was done, the newest first."""
    with desk.sessions() as session:
        files = retrainings(session)
        due = retraining_due(session)
        people = operators(session)
    done = [f for f in reversed(files) if f.word is not None]
    first = (max(1, number) - 1) * PAGE_ROWS
    return page(
        request,
        "retraining.html",
        hide=hides(desk, person),
        due=due,
        planned=[f for f in files if f.word is None],
        done=done[first : first + PAGE_ROWS],
        number=max(1, number),
        pages=pages_of(len(done), PAGE_ROWS),
        people=people,
        names={o.operator_id: o.name for o in people},
        chosen=operator,
        today=datetime.now().date(),
    )


@router.post("/retraining", dependencies=[allow(*TRAINS)])
def post_offer(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    operator: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
    planned_on: Annotated[str, Form()] = "",
) -> Response:
    """Offer somebody a retraining."""
    refuse_own(person, operator)
    with desk.deciding, desk.sessions.begin() as session:
        offer_retraining(session, operator, subject, day_of(planned_on), person.name, datetime.now())
    return go_to(request, "/retraining")


@router.post("/retraining/{retraining_id}/result", dependencies=[allow(*TRAINS)])
def post_result(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    retraining_id: int,
    result: Annotated[str, Form()] = "",
    on_day: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Record what became of an offer."""
    if result not in set(RetrainingResult):
        raise UserError("没有选择结果", "选“已培训”或“本人谢绝”")
    with desk.deciding, desk.sessions.begin() as session:
        refuse_own(person, retraining_file(session, retraining_id).retraining.operator_id)
        record_retraining(
            session, retraining_id, RetrainingResult(result), day_of(on_day), person.name, reason, datetime.now()
        )
    return go_to(request, "/retraining")


def refuse_own(person: Person, operator_id: str) -> None:
    """Refuse to arrange or to record one's own retraining.

    Raises:
        Forbidden: The account is that operator's.
    """
    if operator_id and operator_id == person.account.operator_id:
        raise Forbidden("不能为自己安排或登记培训", "请由其他人办理")
