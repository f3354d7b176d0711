"""The front page: where somebody's work begins."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.models.accounts import Role
from qa_pipeline.store.queries.calls import months
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page

router = family()


@router.get("/", dependencies=[allow()])
def front_page(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Go to where this person's work is, or say how to begin."""
    with desk.sessions() as session:
        known = months(session)
    if not known:
        return page(request, "empty.html")
    query = f"?{request.url.query}" if request.url.query else ""
    path = f"/months/{known[0]}" if person.has(Role.REVIEWER, Role.SUPERVISOR, Role.TRAINER) else "/rules"
    return RedirectResponse(f"{path}{query}", status_code=303)
