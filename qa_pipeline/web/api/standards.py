"""Scorecard and ruleset by the API: read, checked, tried on a month, put in force; which is a supervisor's word."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request

from qa_pipeline.adopting import MOST_BYTES, Proposal, Standard, adopt, look_at, text_in_force, version_in_force
from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.errands import Errand
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import PersonOf, about
from qa_pipeline.web.api.base import MonthGiven, Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.setup.files import SETS_UP
from qa_pipeline.web.setup.standards import TEXT_LIMIT, ask_trial

router = api_family("standards")
READS = [by_token(Scope.STANDARDS_READ, *SETS_UP)]
CHECKS = [by_token(Scope.STANDARDS_READ, *SETS_UP, body_limit=TEXT_LIMIT)]
TRIES = [by_token(Scope.ERRANDS_WRITE, *SETS_UP, body_limit=TEXT_LIMIT)]
ADOPTS = [by_token(Scope.STANDARDS_WRITE, Role.SUPERVISOR, body_limit=TEXT_LIMIT)]


class InForce(Values):
    """What is in force: its version, and the YAML of it."""

    which: Standard
    version: str
    text: str


class Written(Values):
    """A text as YAML."""

    text: Annotated[str, Query(max_length=MOST_BYTES)]


class Tried(Written):
    """A text, and the month that it is tried on."""

    month: MonthGiven


class Adopted(Written):
    """A text to put in force; ``seen`` is the version that was in force when it was written."""

    seen: Annotated[str, Query(max_length=200)]


@router.get("/standards/{which}", dependencies=READS)
def get_standard(desk: DeskOf, which: Standard) -> InForce:
    """Return what is in force."""
    text = text_in_force(desk.settings, which)
    return InForce(which=which, version=version_in_force(desk.settings, which), text=text)


@router.post("/standards/{which}/check", dependencies=CHECKS)
def check_standard(desk: DeskOf, which: Standard, given: Written) -> Proposal:
    """Say what is wrong with a text and what it would change; nothing is written."""
    return look_at(desk.settings, which, given.text)


@router.post("/standards/{which}/try", dependencies=TRIES, status_code=202)
def try_standard(desk: DeskOf, person: PersonOf, which: Standard, given: Tried) -> Errand:
    """Have a month computed by a text: who would change grade, by how much is told by `/errands/{number}`."""
    found = look_at(desk.settings, which, given.text)
    if found.problems:
        raise UserError("；".join(found.problems), "改正后再试算")
    return ask_trial(desk, person, which, given.text, given.month)


@router.post("/standards/{which}/adopt", dependencies=ADOPTS)
def adopt_standard(request: Request, desk: DeskOf, which: Standard, given: Adopted) -> Proposal:
    """Put a text in force."""
    about(request, seen=given.seen)
    with desk.sessions.begin() as session:
        return adopt(desk.settings, session, which, given.text, given.seen)
