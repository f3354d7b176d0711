"""Calibration sessions: opened, scored blind, compared and discussed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from qa_pipeline.calibration.sessions import (
    close_session,
    finish,
    remark,
    shown,
    unscored,
)
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.calibration import CalibrationFile
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.review import MAX_FAULTS
from qa_pipeline.store.queries.calibration import calibration_file, calibration_lines, calibrations_waiting
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.calibration_results import Results, results
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.sealed import sealed_for

router = family()
REVIEWERS = allow(*REVIEWS)
LOOKS = allow(*REVIEWS, looks=True)
PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as somebody may see it.

    Args:
        file: With their own words, and everybody's once they may be compared.
        mine: They score in it.
        done: By account and call, whether all of it is scored.
        may_close: They may end it now.
        found: What it came to; None before that may be shown.
        kept_back: Calls for which it is not shown yet, since they have to judge them blind elsewhere.
    """

    file: CalibrationFile
    mine: bool
    done: Mapping[tuple[int, str], bool]
    may_close: bool
    found: Results | None
    kept_back: tuple[str, ...]

    @property
    def scored(self) -> dict[int, int]:
        """How many calls each has scored whole, by account."""
        return {
            m.account_id: sum(self.done[m.account_id, c.call_id] for c in self.file.calls) for m in self.file.members
        }


@router.get("/calibration", dependencies=[REVIEWERS])
def sessions_page(request: Request, desk: DeskOf, person: PersonOf, number: int = 1) -> Response:
    """List the sessions, those that wait for the reader first."""
    first = max(1, number)
    with desk.sessions() as session:
        rows, total = calibration_lines(session, PAGE_ROWS, (first - 1) * PAGE_ROWS)
        waiting = calibrations_waiting(session, person.account.account_id)
    return page(
        request,
        "calibrations.html",
        rows=rows,
        waiting=waiting,
        number=first,
        pages=pages_of(total, PAGE_ROWS),
        today=datetime.now().date(),
    )


@router.get("/calibration/{session_id}", dependencies=[LOOKS])
def session_page(request: Request, desk: DeskOf, person: PersonOf, session_id: int) -> Response:
    """Show how far a session is; when everybody has finished, how far people agree, and where they do not."""
    view = session_view(desk, person, session_id)
    me = person.account.account_id
    return page(
        request,
        "calibration.html",
        file=view.file,
        me=me,
        mine=view.mine,
        done=view.done,
        scored=view.scored,
        may_close=view.may_close,
        found=view.found,
        kept_back=view.kept_back,
        today=datetime.now().date(),
        max_faults=MAX_FAULTS,
    )


def session_view(desk: Desk, person: Person, session_id: int) -> SessionView:
    """Return a session as somebody may see it: nothing of others' words before they may be compared, and stand-ins.

    Raises:
        NotFound: There is no such session.
    """
    me = person.account.account_id
    with desk.sessions() as session:
        file = _hidden(calibration_file(session, session_id), hides(desk, person))
        card = desk.card(session, file.session.scorecard_version)
        blind = set(sealed_for(desk, session, person)) & {call.call_id for call in file.calls}
        found = results(desk, session, file, card, person) if file.revealed and not blind else None
    done = {
        (m.account_id, c.call_id): not unscored(file, m.account_id, c.call_id, card)
        for m in file.members
        for c in file.calls
    }
    may_close = file.closing is None and (person.has(Role.SUPERVISOR) or me == file.session.opened_by_id)
    seen = replace(file, words=tuple(w for w in file.words if w.account_id == me), remarks=()) if blind else file
    kept_back = tuple(sorted(blind)) if file.revealed else ()
    return SessionView(shown(seen, me), file.is_member(me), done, may_close, found, kept_back)


def _hidden(file: CalibrationFile, hide: Hide) -> CalibrationFile:
    closing = file.closing
    return replace(
        file,
        words=tuple(replace(word, reason=hide(word.reason)) for word in file.words),
        remarks=tuple(replace(one, text=hide(one.text)) for one in file.remarks),
        closing=None if closing is None else replace(closing, reason=hide(closing.reason)),
    )


@router.post("/calibration/{session_id}/finish", dependencies=[REVIEWERS])
def post_finish(request: Request, desk: DeskOf, person: PersonOf, session_id: int) -> Response:
    """Hand one's words in."""
    hand_in(desk, person, session_id)
    return go_to(request, f"/calibration/{session_id}")


def hand_in(desk: Desk, person: Person, session_id: int) -> None:
    """Say that one has scored every item of every call; errors as `qa_pipeline.calibration.sessions.finish`."""
    with desk.deciding, desk.sessions.begin() as session:
        card = desk.card(session, calibration_file(session, session_id).session.scorecard_version)
        finish(session, session_id, person.account, card, datetime.now())


@router.post("/calibration/{session_id}/closing", dependencies=[REVIEWERS])
def post_closing(
    request: Request, desk: DeskOf, person: PersonOf, session_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """End a session, whoever has finished."""
    with desk.deciding, desk.sessions.begin() as session:
        close_session(session, session_id, person.account, reason, datetime.now())
    return go_to(request, f"/calibration/{session_id}")


@router.post("/calibration/{session_id}/remarks", dependencies=[REVIEWERS])
def post_remark(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    session_id: int,
    reason: Annotated[str, Form()] = "",
    call_id: Annotated[str, Form()] = "",
    item: Annotated[str, Form()] = "",
) -> Response:
    """Keep what was said when the words were compared."""
    with desk.deciding, desk.sessions.begin() as session:
        remark(session, session_id, person.account, reason, datetime.now(), call_id, item)
    return go_to(request, f"/calibration/{session_id}")
