"""Scorecard and ruleset: written, checked, compared, tried on a month, put in force."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.adopting import Proposal, Standard, adopt, look_at, text_in_force, version_in_force
from qa_pipeline.errors import NotFound, QaError, UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.errands import Errand, ErrandKind
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.errands import add_errand
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.refusals import status_of
from qa_pipeline.web.setup.files import SETS_UP

router = family()
TEXT_LIMIT = 2 * 1024**2
Text = Annotated[str, Form()]


@router.get("/setup/standards/{which}", dependencies=[allow(*SETS_UP)])
def standard_page(request: Request, desk: DeskOf, which: str, adopted: bool = False) -> Response:
    """Show what is in force, to be changed."""
    standard = _standard(which)
    return _page(request, desk, standard, text_in_force(desk.settings, standard), adopted=adopted)


@router.post("/setup/standards/{which}/check", dependencies=[allow(*SETS_UP, body_limit=TEXT_LIMIT)])
def post_check(request: Request, desk: DeskOf, which: str, text: Text = "", seen: Text = "") -> Response:
    """Say what is wrong with a text and what it would change."""
    standard = _standard(which)
    return _page(request, desk, standard, text, look_at(desk.settings, standard, text), seen=seen)


@router.post("/setup/standards/{which}/try", dependencies=[allow(*SETS_UP, body_limit=TEXT_LIMIT)])
def post_try(
    request: Request, desk: DeskOf, person: PersonOf, which: str, text: Text = "", month: Text = "", seen: Text = ""
) -> Response:
    """Have a month computed by a text: who would change grade, by how much."""
    standard = _standard(which)
    found = look_at(desk.settings, standard, text)
    if found.problems:
        return _page(request, desk, standard, text, found, 400, seen=seen)
    asked = ask_trial(desk, person, standard, text, month)
    return RedirectResponse(f"/setup/errands/{asked.errand_id}", status_code=303)


def ask_trial(desk: Desk, person: Person, standard: Standard, text: str, month: str) -> Errand:
    """Ask for a month as a text that has no problems would have it.

    Raises:
        UserError: The month has no calls.
    """
    with desk.sessions.begin() as session:
        if month not in months(session):
            raise UserError(f"{month} 没有通话", "选一个已质检的月份")
        parameters = {"month": month, standard.value: text}
        return add_errand(session, ErrandKind.WHAT_IF, parameters, person.name, datetime.now())


@router.post("/setup/standards/{which}/adopt", dependencies=[allow(Role.SUPERVISOR, body_limit=TEXT_LIMIT)])
def post_adopt(request: Request, desk: DeskOf, which: str, text: Text = "", seen: Text = "") -> Response:
    """Put a text in force."""
    standard = _standard(which)
    try:
        with desk.sessions.begin() as session:
            adopt(desk.settings, session, standard, text, seen)
    except QaError as error:
        found = look_at(desk.settings, standard, text)
        return _page(request, desk, standard, text, found, status_of(error), error=error, seen=seen)
    return RedirectResponse(f"/setup/standards/{standard.value}?adopted=true", status_code=303)


def _standard(which: str) -> Standard:
    if which not in set(Standard):
        raise NotFound(f"没有“{which}”", "从设置页进入")
    return Standard(which)


def _page(
    request: Request,
    desk: Desk,
    standard: Standard,
    text: str,
    found: Proposal | None = None,
    status: int = 200,
    error: QaError | None = None,
    adopted: bool = False,
    seen: str = "",
) -> Response:
    with desk.sessions() as session:
        known = months(session)
    return page(
        request,
        "standard.html",
        status,
        standard=standard,
        text=text,
        found=found,
        error=error,
        adopted=adopted,
        known=known,
        current=seen or version_in_force(desk.settings, standard),
    )
