"""Taking a reviewer's word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment.together import codes_with
from qa_pipeline.errors import UserError
from qa_pipeline.models import Verdict
from qa_pipeline.models.accounts import Person
from qa_pipeline.review import Seen, decide
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.calls import call_values
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.findings import beside, item_view
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.refusals import Forbidden
from qa_pipeline.web.sealed import refuse_sealed

router = family()


@router.post("/calls/{call_id:path}/findings/{code}", dependencies=[allow(*REVIEWS)])
def post_decision(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    call_id: str,
    code: str,
    verdict: Annotated[str, Form()],
    audit_id: Annotated[int, Form()],
    seen: Annotated[int, Form()],
    reason: Annotated[str, Form()] = "",
    faults: Annotated[int, Form()] = 1,
    together: Annotated[bool, Form()] = False,
) -> Response:
    """Write one decision and answer with its item and the call's score as they are now.

    ``together`` writes the same word for each finding that the question settles, all of them or none.

    The lock makes a second press of the same button wait until the first is written, and then find it.
    """
    if verdict not in set(Verdict):
        raise UserError(f"没有“{verdict}”这种结论", "刷新页面后再试")
    with desk.deciding, desk.sessions.begin() as session:
        now, word = datetime.now(), Verdict(verdict)
        refuse_own(session, person, call_id)
        refuse_sealed(desk, session, person, call_id)
        for each in _settled_by(session, call_id, code) if together else (code,):
            decide(session, call_id, each, word, faults, person.name, reason, now, Seen(audit_id, seen))
    with desk.sessions() as session:
        values = call_values(desk, session, desk.call(session, call_id, person), person)
    item = item_view(values["groups"], code)
    return page(request, "_decided.html", item=item, beside=beside(values["groups"], item), **values)


def refuse_own(session: Session, person: Person, call_id: str) -> None:
    """Refuse somebody's word on a call that they answered themselves.

    Raises:
        Forbidden: The account's operator answered the call; names alone need not tell.
    """
    own = person.account.operator_id
    if own is not None and call_file(session, call_id, speech=False).call.operator_id == own:
        raise Forbidden("不能复核自己的通话", "请交由其他人复核")


def _settled_by(session: Session, call_id: str, code: str) -> tuple[str, ...]:
    file = call_file(session, call_id, speech=False)
    return codes_with(code, file.audit.results if file.audit is not None else (), file.decisions)
