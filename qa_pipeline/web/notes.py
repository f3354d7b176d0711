"""Writing a note on a call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from qa_pipeline.review.beside import note
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.beside import refuse_operator, shown_notes
from qa_pipeline.web.calls import call_values
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.sealed import refuse_sealed

router = family()


@router.post("/calls/{call_id:path}/notes", dependencies=[allow(*REVIEWS)])
def post_note(
    request: Request, desk: DeskOf, person: PersonOf, call_id: str, text: Annotated[str, Form()] = ""
) -> Response:
    """Write a note, and show the call's notes."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_operator(person, desk.call(session, call_id, person))
        refuse_sealed(desk, session, person, call_id)
        note(session, call_id, text, person.name, datetime.now())
    with desk.sessions() as session:
        file = desk.call(session, call_id, person)
        values = call_values(desk, session, file, person)
        return page(
            request, "_notes.html", written=True, **shown_notes(session, file, person, values["groups"]), **values
        )
