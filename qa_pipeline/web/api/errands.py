"""Errands by the API: what waits, how far it is, pausing, trying again, runs and draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.errands import Errand, ErrandKind, ErrandState
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries import errands as kept
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.errand_desk import errand_seen
from qa_pipeline.web.setup.errands import ask_of_month
from qa_pipeline.web.setup.files import SETS_UP

router = api_family("errands")
READS = [by_token(Scope.ERRANDS_READ)]
RUNS = [by_token(Scope.ERRANDS_WRITE, *SETS_UP)]


class AskedFor(Values):
    """A draw or a run of a month."""

    kind: ErrandKind
    month: Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    retry: bool = False


@router.get("/errands", dependencies=READS)
def list_errands(desk: DeskOf, person: PersonOf, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Errand]:
    """Return the newest errands without their reports, the newest first; who does not set up sees their own."""
    with desk.sessions() as session:
        found = kept.errands(session, limit, "" if person.has(*SETS_UP) else person.name)
    return [replace(errand_seen(desk, person, one), report={}) for one in found]


@router.get("/errands/{number}", dependencies=[by_token(Scope.ERRANDS_READ, looks=True)])
def get_errand(desk: DeskOf, person: PersonOf, number: int) -> Errand:
    """Return one errand with what came of it; who does not set up sees their own.

    The report of a trial needs `months:read` and `standards:read` beside, and is empty without.
    """
    with desk.sessions() as session:
        one = _errand(session, number)
    if not person.has(*SETS_UP) and one.asked_by != person.name:
        raise _unknown(number)
    return errand_seen(desk, person, one)


@router.post("/errands", dependencies=RUNS, status_code=202)
def ask_errand(desk: DeskOf, person: PersonOf, asked: AskedFor) -> Errand:
    """Ask for a draw or a run of a month; the same that still waits is not asked twice."""
    if asked.kind not in {ErrandKind.DRAW, ErrandKind.RUN}:
        raise UserError(f"{asked.kind.value} 不能这样派", "只能派 draw 和 run；导入请用 /files")
    return ask_of_month(desk, person, asked.kind, asked.month, retry=asked.retry)


@router.post("/errands/{number}/pause", dependencies=RUNS)
def pause_errand(desk: DeskOf, person: PersonOf, number: int) -> Errand:
    """Pause an errand when what is at hand is finished."""
    return _stop(desk, person, number, ErrandState.PAUSED)


@router.post("/errands/{number}/cancel", dependencies=RUNS)
def cancel_errand(desk: DeskOf, person: PersonOf, number: int) -> Errand:
    """Cancel an errand; what it did is kept."""
    return _stop(desk, person, number, ErrandState.CANCELLED)


@router.post("/errands/{number}/retry", dependencies=RUNS)
def retry_errand(desk: DeskOf, person: PersonOf, number: int) -> Errand:
    """Let a paused or failed errand be done again."""
    with desk.sessions.begin() as session:
        _errand(session, number)
        kept.go_on(session, number)
        return errand_seen(desk, person, kept.errand(session, number))


def _stop(desk: Desk, person: Person, number: int, state: ErrandState) -> Errand:
    with desk.sessions.begin() as session:
        _errand(session, number)
        kept.ask_to_stop(session, number, state, datetime.now())
        return errand_seen(desk, person, kept.errand(session, number))


def _errand(session: Session, number: int) -> Errand:
    """Return one errand; who rehearsed and when is no program's business.

    Raises:
        NotFound: There is none of that number, or it is of a rehearsal.
    """
    one = kept.errand(session, number)
    if one.kind is ErrandKind.REHEARSAL:
        raise _unknown(number)
    return one


def _unknown(number: int) -> NotFound:
    return NotFound(f"没有 {number} 号任务", "从任务列表进入")
