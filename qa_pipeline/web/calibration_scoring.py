"""Calibration sessions opened, and their calls scored blind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from qa_pipeline.assessment.standings import CallStanding
from qa_pipeline.calibration.opening import MAX_CALLS, SCORES, open_session
from qa_pipeline.calibration.sessions import Said, items_of, score_call, shown, unscored, words_of
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Account, Person
from qa_pipeline.models.calibration import CalibrationDraft, CalibrationFile, CalibrationWord, Score
from qa_pipeline.review import MAX_FAULTS
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.calibration import calibration_file
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.listing import Wanted, listed_calls
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.transcript import as_shown
from qa_pipeline.web.typed import FormOf, day_of
from scoring.scorecard import Scorecard

router = family()
REVIEWERS = allow(*REVIEWS)
LOOKS = allow(*REVIEWS, looks=True)
CANDIDATES = 40


@router.get("/calibration/new", dependencies=[REVIEWERS])
def opening_page(request: Request, desk: DeskOf, month: str = "", calls: str = "") -> Response:
    """Ask for a session's name, day, people and calls; those on which most is open are offered first."""
    with desk.sessions() as session:
        known = months(session)
        shown_month = month or (known[0] if known else "")
        rows, people = offered(session, shown_month)
    return page(
        request,
        "calibration_new.html",
        known=known,
        shown=shown_month,
        rows=rows,
        chosen=frozenset(calls.split()),
        people=people,
        most=MAX_CALLS,
        today=datetime.now().date(),
    )


def offered(session: Session, month: str) -> tuple[list[CallStanding], list[Account]]:
    """Return the calls of a month that a session may be about, those on which most is open first, and who may score."""
    rows = listed_calls(session, Wanted(month, sort="-open"), 0, CANDIDATES)
    people = [a for a in accounts(session) if a.disabled_at is None and not a.is_program and SCORES & set(a.roles)]
    return [row.standing for row in rows if row.standing.audit_id is not None], people


@router.post("/calibration", dependencies=[REVIEWERS])
def post_session(request: Request, desk: DeskOf, person: PersonOf, form: FormOf) -> Response:
    """Open a session."""
    typed = str(form.get("more", "")).replace("，", " ").replace(",", " ").split()
    draft = CalibrationDraft(
        title=str(form.get("title", "")),
        due_on=day_of(str(form.get("due_on", "")), "截止日期"),
        calls=(*(str(call) for call in form.getlist("calls")), *typed),
        members=tuple(_number(str(member)) for member in form.getlist("members")),
        reference=_number(reference) if (reference := str(form.get("reference", ""))) else None,
    )
    with desk.deciding, desk.sessions.begin() as session:
        made = open_session(session, draft, person.account, datetime.now())
    return go_to(request, f"/calibration/{made.session.session_id}")


@router.get("/calibration/{session_id}/calls/{call_id:path}", dependencies=[LOOKS])
def scoring_page(request: Request, desk: DeskOf, person: PersonOf, session_id: int, call_id: str) -> Response:
    """Show one call to be scored: sound, words and work order, and neither the machine's findings nor others' words."""
    scoring = to_score(desk, person, session_id, call_id)
    call = scoring.call
    hears = desk.sees_all(person) and call.recording is not None
    return page(
        request,
        "calibration_call.html",
        file=scoring.file,
        call=call.call,
        work_order=call.work_order,
        said=scoring.said,
        groups=_groups(scoring.card),
        open=scoring.open,
        nth=[one.call_id for one in scoring.file.calls].index(call_id) + 1,
        lines=as_shown(call),
        audio=f"/calls/{call_id}/audio.wav" if hears else "",
        max_faults=MAX_FAULTS,
    )


@router.post("/calibration/{session_id}/calls/{call_id:path}", dependencies=[REVIEWERS])
def post_scores(
    request: Request, desk: DeskOf, person: PersonOf, session_id: int, call_id: str, form: FormOf
) -> Response:
    """Keep one's words on a call, whole or not yet, and go on to the next that is not whole."""
    file, card = score(desk, person, session_id, call_id, lambda card: _said(form, card))
    return go_to(request, _next(file, person.account.account_id, card))


@dataclass(frozen=True, slots=True)
class Scoring:
    """A call to be scored by somebody: the session as they may see it, and what they said of the call.

    ``open``: they may say something now.
    """

    file: CalibrationFile
    card: Scorecard
    call: CallFile
    said: Mapping[str, CalibrationWord]
    open: bool


def to_score(desk: Desk, person: Person, session_id: int, call_id: str) -> Scoring:
    """Return a call of a session to somebody who scores it, with their own words alone.

    Raises:
        NotFound: There is no such session, the call is not in it, or they are not.
    """
    me = person.account.account_id
    with desk.sessions() as session:
        file = calibration_file(session, session_id)
        if all(call.call_id != call_id for call in file.calls) or not file.is_member(me):
            raise NotFound(f"您在 {session_id} 号校准里没有通话 {call_id} 要评", "从校准页面进入")
        card = desk.card(session, file.session.scorecard_version)
        call = desk.call(session, call_id, person)
    may = not file.revealed and me not in file.finished
    return Scoring(shown(file, me), card, call, words_of(file, me, call_id), may)


def score(
    desk: Desk, person: Person, session_id: int, call_id: str, said: Callable[[Scorecard], Mapping[str, Said]]
) -> tuple[CalibrationFile, Scorecard]:
    """Keep what somebody says of items of a call; ``said`` reads it by the session's scorecard.

    Errors as `qa_pipeline.calibration.sessions.score_call`, and what ``said`` raises.
    """
    with desk.deciding, desk.sessions.begin() as session:
        card = desk.card(session, calibration_file(session, session_id).session.scorecard_version)
        file = score_call(session, session_id, call_id, person.account, said(card), card, datetime.now())
    return file, card


def _said(form: FormData, card: Scorecard) -> dict[str, Said]:
    found = {}
    for item in items_of(card):
        score = str(form.get(f"score_{item}", ""))
        if not score:
            continue
        if score not in set(Score):
            raise UserError(f"{item} 没有“{score}”这种结论", "刷新页面后再试")
        faults = str(form.get(f"faults_{item}", "")) or "1"
        if not faults.isdecimal():
            raise UserError(f"{item} 的处数“{faults}”不是整数", f"写 1 至 {MAX_FAULTS}")
        found[item] = Said(Score(score), int(faults), str(form.get(f"reason_{item}", "")))
    return found


def _next(file: CalibrationFile, me: int, card: Scorecard) -> str:
    number = file.session.session_id
    waits = next((call.call_id for call in file.calls if unscored(file, me, call.call_id, card)), None)
    return f"/calibration/{number}" if waits is None else f"/calibration/{number}/calls/{waits}"


def _groups(card: Scorecard) -> list[tuple[str, str, list[Any]]]:
    """Return code, name and items of each group, the fatal errors last."""
    groups: list[tuple[str, str, list[Any]]] = [
        (group.code, group.name, [item for item in card.items if item.group == group.code]) for group in card.groups
    ]
    return [*groups, ("V", "", list(card.fatal_errors))]


def _number(text: str) -> int:
    if not text.isdecimal():
        raise UserError(f"“{text}”不是账号编号", "刷新页面后再选")
    return int(text)
