"""Taking a reviewer's word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment.together import codes_with
from qa_pipeline.errors import UserError
from qa_pipeline.models import Verdict
from qa_pipeline.review import Seen, decide
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.web.calls import call_values
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.findings import beside, item_view

router = APIRouter()


@router.post("/calls/{call_id:path}/findings/{code}")
def post_decision(
    request: Request,
    desk: DeskOf,
    call_id: str,
    code: str,
    verdict: Annotated[str, Form()],
    audit_id: Annotated[int, Form()],
    seen: Annotated[int, Form()],
    reviewer: Annotated[str, Form()] = "",
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
        for each in _settled_by(session, call_id, code) if together else (code,):
            taken = decide(session, call_id, each, word, faults, reviewer, reason, now, Seen(audit_id, seen))
    with desk.sessions() as session:
        values = call_values(desk, session, desk.call(session, call_id), taken.reviewer)
    item = item_view(values["groups"], code)
    return page(request, "_decided.html", item=item, beside=beside(values["groups"], item), **values)


def _settled_by(session: Session, call_id: str, code: str) -> tuple[str, ...]:
    file = call_file(session, call_id)
    return codes_with(code, file.audit.results if file.audit is not None else (), file.decisions)
