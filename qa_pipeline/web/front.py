"""The front page: where somebody's work begins."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.store.queries.calls import months
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.navigation import SEES_CALLS

router = family()


@router.get("/months", dependencies=[allow(*SEES_CALLS)])
def newest_month(desk: DeskOf) -> Response:
    """Go to the newest month."""
    with desk.sessions() as session:
        known = months(session)
    return RedirectResponse(f"/months/{known[0]}" if known else "/", status_code=303)


@router.get("/", dependencies=[allow()])
def front_page(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Go to where this person's work is, or say how to begin."""
    with desk.sessions() as session:
        known = months(session)
    if not known:
        return page(request, "empty.html")
    query = f"?{request.url.query}" if request.url.query else ""
    path = f"/months/{known[0]}" if person.has(*SEES_CALLS) else "/rules"
    return RedirectResponse(f"{path}{query}", status_code=303)
