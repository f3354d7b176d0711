"""Records of training: sessions, a roster ticked in one form, corrections, withdrawals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from qa_pipeline.errors import UserError
from qa_pipeline.models import Operator
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.training_records import AttendanceWord, Presence, Seen, SessionDraft, SessionFile, SessionKind
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.retraining import retrainings
from qa_pipeline.store.queries.training_records import (
    SessionsWanted,
    training_file,
    training_lines,
    training_months,
)
from qa_pipeline.supervision.workdays import workdays_of
from qa_pipeline.training.records.keeping import MOST_MINUTES, enter_session, record_attendance, withdraw_session
from qa_pipeline.training.records.owing import Owed
from qa_pipeline.training.records.standing import standing, teams_of
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.typed import day_of

router = family()
TRAINS = (Role.TRAINER, Role.SUPERVISOR)
PAGE_ROWS = 50
MOST_FIELDS = 5_000
"""A roster of a thousand has three fields a head, and a few for all."""
SaidOf = Callable[[tuple[Operator, ...]], Iterable[tuple[str, Seen]]]
RETRAININGS = 8
"""So many of the latest retraining records stand beside."""


async def form_of(request: Request) -> FormData:
    """Return what a form holds, whatever it holds (a FastAPI dependency)."""
    return await request.form(max_fields=MOST_FIELDS)


FormOf = Annotated[FormData, Depends(form_of)]


def wanted_of(kind: str = "", month: str = "", team: str = "") -> SessionsWanted:
    """Return which sessions an address asks for (a FastAPI dependency).

    Raises:
        UserError: A kind or a month that there is none of.
    """
    if kind and kind not in set(SessionKind):
        raise UserError(f"没有“{kind}”这类培训", "从列表里选")
    if month:
        day_of(f"{month}-01")
    return SessionsWanted(SessionKind(kind) if kind else None, month, team)


WantedOf = Annotated[SessionsWanted, Depends(wanted_of)]


@router.get("/training/records", dependencies=[allow(*TRAINS, looks=True)])
def records_page(request: Request, desk: DeskOf, person: PersonOf, wanted: WantedOf, number: int = 1) -> Response:
    """List the sessions, say how much is overdue, and ask for a new one."""
    first, today = max(1, number), datetime.now().date()
    with desk.sessions() as session:
        lines, total = training_lines(session, wanted, PAGE_ROWS, (first - 1) * PAGE_ROWS)
        stands = standing(session, today, workdays_of(desk.settings).is_workday)
        roster = operators(session)
        again = retrainings(session)[-RETRAININGS:][::-1]
        values: dict[str, Any] = {"known": training_months(session), "items": items_of(desk, session)}
    return page(
        request,
        "training_records.html",
        hide=hides(desk, person),
        lines=lines,
        wanted=wanted,
        stands=stands,
        overdue=sum(one.state is Owed.OVERDUE for one in stands.owing),
        new=[one for one in stands.inductions if one.left],
        teams=teams_of(roster),
        names={o.operator_id: o.name for o in roster},
        retrainings=again,
        kinds=tuple(SessionKind),
        number=first,
        pages=pages_of(total, PAGE_ROWS),
        today=today,
        most_minutes=MOST_MINUTES,
        **values,
    )


@router.post("/training/records", dependencies=[allow(*TRAINS)])
def post_training_session(request: Request, desk: DeskOf, person: PersonOf, form: FormOf) -> Response:
    """Enter a session, and go on to who attended."""
    kind = str(form.get("kind", ""))
    if kind not in set(SessionKind):
        raise UserError("没有选培训类别", "从列表里选")
    minutes = str(form.get("minutes", ""))
    draft = SessionDraft(
        kind=SessionKind(kind),
        held_on=day_of(str(form.get("held_on", ""))),
        topic=str(form.get("topic", "")),
        leader=str(form.get("leader", "")),
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0,
        team=str(form.get("team", "")),
        items=tuple(str(item) for item in form.getlist("items")),
    )
    made = enter(desk, person, draft)
    return go_to(request, f"/training/records/{made.session.session_id}")


@router.get("/training/records/{session_id}", dependencies=[allow(*TRAINS, looks=True)])
def training_session_page(request: Request, desk: DeskOf, person: PersonOf, session_id: int) -> Response:
    """Show a session, its roster to be ticked, and what was said before."""
    with desk.sessions() as session:
        file = training_file(session, session_id)
        roster = operators(session)
        items = dict(items_of(desk, session))
    return page(
        request,
        "training_session.html",
        hide=hides(desk, person),
        file=file,
        rows=rows_of(file, roster),
        names={o.operator_id: o.name for o in roster},
        items=items,
        presences=tuple(Presence),
        today=datetime.now().date(),
    )


@router.post("/training/records/{session_id}/attendance", dependencies=[allow(*TRAINS)])
def post_attendance(request: Request, desk: DeskOf, person: PersonOf, session_id: int, form: FormOf) -> Response:
    """Say who attended, of a whole roster at once."""
    say_attendance(desk, person, session_id, partial(_said, form), str(form.get("why", "")))
    return go_to(request, f"/training/records/{session_id}")


@router.post("/training/records/{session_id}/withdrawal", dependencies=[allow(*TRAINS)])
def post_training_withdrawal(
    request: Request, desk: DeskOf, person: PersonOf, session_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """Say that a session was entered by mistake."""
    withdraw(desk, person, session_id, reason)
    return go_to(request, f"/training/records/{session_id}")


def enter(desk: Desk, person: Person, draft: SessionDraft) -> SessionFile:
    """Enter a session that was held; errors as `enter_session`."""
    with desk.deciding, desk.sessions.begin() as session:
        known = [code for code, _ in items_of(desk, session)]
        return enter_session(session, draft, known, person.name, datetime.now())


def say_attendance(desk: Desk, person: Person, session_id: int, said: SaidOf, why: str) -> SessionFile:
    """Say who attended; ``said`` tells it of those whom the session's form lists. Errors as `record_attendance`."""
    hide = hides(desk, person)
    with desk.deciding, desk.sessions.begin() as session:
        file, roster = training_file(session, session_id), operators(session)
        told = dict(said(rows_of(file, roster)))
        kept = {who: _as_kept(seen, file.latest.get(who), hide) for who, seen in told.items()}
        return record_attendance(session, session_id, kept, why, person.name, datetime.now())


def withdraw(desk: Desk, person: Person, session_id: int, reason: str) -> SessionFile:
    """Say that a session was entered by mistake; errors as `withdraw_session`."""
    with desk.deciding, desk.sessions.begin() as session:
        return withdraw_session(session, session_id, reason, person.name, datetime.now())


def rows_of(file: SessionFile, roster: tuple[Operator, ...]) -> tuple[Operator, ...]:
    """Return whom a session's form lists: its team, or all, and whoever else was spoken of; by team and number."""
    spoken, team = file.latest, file.session.team
    rows = [o for o in roster if not team or o.team == team or o.operator_id in spoken]
    return tuple(sorted(rows, key=lambda o: (o.team != team, o.team, o.operator_id)))


def _said(form: FormData, rows: tuple[Operator, ...]) -> Iterator[tuple[str, Seen]]:
    """Read the form: whoever nothing is ticked of is left out, or was there where the form says so of the rest."""
    rest = str(form.get("rest", "")) == "present"
    for operator in rows:
        who = operator.operator_id
        ticked = str(form.get(f"presence_{who}", ""))
        if ticked and ticked not in set(Presence):
            raise UserError(f"{operator.name}的出席情况看不懂", "刷新页面后再选")
        if ticked:
            made_up = str(form.get(f"day_{who}", "")) if ticked == Presence.MADE_UP else ""
            reason = str(form.get(f"reason_{who}", ""))
            yield who, Seen(Presence(ticked), day_of(made_up) if made_up else None, reason)
        elif rest:
            yield who, Seen(Presence.PRESENT)


def _as_kept(seen: Seen, before: AttendanceWord | None, hide: Hide) -> Seen:
    """Return what was sent with a reason as it is kept, where it came back as it was shown: with stand-ins."""
    shown = before is not None and before.reason and seen.reason == hide(before.reason)
    return replace(seen, reason=before.reason) if before is not None and shown else seen


def items_of(desk: Desk, session: Session) -> list[tuple[str, Any]]:
    """Return the items of the scorecard in force that a session may be about, as code and name."""
    return [(item.code, item.name) for item in desk.card(session).items]
