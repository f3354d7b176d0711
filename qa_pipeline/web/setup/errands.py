"""What the worker does: how far each errand is, pausing, trying again, draws and runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.errands import Errand, ErrandKind, ErrandState
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.errands import add_errand, ask_to_stop, errand, errands, go_on
from qa_pipeline.store.queries.uploads import uploads
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.setup.files import MOST_SHOWN, SETS_UP

router = family()
MOST_ROWS = 200
"""Refusals that a page shows; the others are counted."""


@router.get("/setup/errands", dependencies=[allow(*SETS_UP)])
def errands_part(request: Request, desk: DeskOf) -> Response:
    """Show the list again while something is under way."""
    with desk.sessions() as session:
        return page(request, "_errands.html", errands=errands(session, MOST_SHOWN))


@router.get("/setup/errands/{number}", dependencies=[allow(*SETS_UP)])
def errand_page(request: Request, desk: DeskOf, number: int, kind: str = "") -> Response:
    """Show one errand: how far it is, or what came of it; ``kind`` is what a table is that nobody recognised."""
    with desk.sessions() as session:
        one = errand(session, number)
        sent = uploads(session, [int(n) for n in one.parameters.get("uploads", "").split(",") if n])
    return page(request, "errand.html", one=one, sent=sent, wanted=kind, most=MOST_ROWS)


@router.get("/setup/errands/{number}/progress", dependencies=[allow(*SETS_UP)])
def progress_part(request: Request, desk: DeskOf, number: int) -> Response:
    """Show how far one errand is; a page whose errand has ended is loaded again."""
    with desk.sessions() as session:
        one = errand(session, number)
    answer = page(request, "_progress.html", one=one)
    if one.state not in {ErrandState.WAITING, ErrandState.RUNNING}:
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/setup/errands", dependencies=[allow(*SETS_UP)])
def post_errand(
    desk: DeskOf,
    person: PersonOf,
    kind: Annotated[str, Form()] = "",
    month: Annotated[str, Form()] = "",
    retry: Annotated[bool, Form()] = False,
) -> Response:
    """Ask for a draw or a run of a month."""
    if kind not in {ErrandKind.DRAW, ErrandKind.RUN}:
        raise UserError(f"没有“{kind}”这种任务", "刷新页面后再选")
    asked = ask_of_month(desk, person, ErrandKind(kind), month, retry=retry)
    return RedirectResponse(f"/setup/errands/{asked.errand_id}", status_code=303)


def ask_of_month(desk: Desk, person: Person, kind: ErrandKind, month: str, *, retry: bool) -> Errand:
    """Ask for a draw or a run of a month; the same that still waits is not asked twice.

    Raises:
        UserError: The month has no calls.
    """
    with desk.sessions.begin() as session:
        if month not in months(session):
            raise UserError(f"{month} 没有通话", "先导入该月的通话记录")
        parameters = {"month": month} | ({"retry": "yes"} if retry else {})
        return add_errand(session, kind, parameters, person.name, datetime.now())


@router.post("/setup/errands/{number}/{what}", dependencies=[allow(*SETS_UP)])
def post_change(desk: DeskOf, number: int, what: str) -> Response:
    """Pause, cancel or go on."""
    stops = {"pause": ErrandState.PAUSED, "cancel": ErrandState.CANCELLED}
    with desk.sessions.begin() as session:
        if what in stops:
            ask_to_stop(session, number, stops[what], datetime.now())
        elif what == "retry":
            go_on(session, number)
        else:
            raise UserError(f"没有“{what}”这种操作", "刷新页面")
    return RedirectResponse(f"/setup/errands/{number}", status_code=303)
