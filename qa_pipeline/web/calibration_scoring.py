"""Calibration sessions opened, and their calls scored blind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from qa_pipeline.assessment.heard import as_read, without_words
from qa_pipeline.calibration.opening import MAX_CALLS, SCORES, open_session
from qa_pipeline.calibration.sessions import Said, items_of, score_call, shown, unscored, words_of
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models.calibration import CalibrationDraft, CalibrationFile, Score
from qa_pipeline.review import MAX_FAULTS
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.calibration import calibration_file
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.listing import Wanted, listed_calls
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.transcript import in_time, lines
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
        rows = listed_calls(session, Wanted(shown_month, sort="-open"), 0, CANDIDATES)
        people = [a for a in accounts(session) if a.disabled_at is None and not a.is_program and SCORES & set(a.roles)]
    return page(
        request,
        "calibration_new.html",
        known=known,
        shown=shown_month,
        rows=[row.standing for row in rows if row.standing.audit_id is not None],
        chosen=frozenset(calls.split()),
        people=people,
        most=MAX_CALLS,
        today=datetime.now().date(),
    )


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
    me = person.account.account_id
    with desk.sessions() as session:
        file = calibration_file(session, session_id)
        ids = [call.call_id for call in file.calls]
        if call_id not in ids or not file.is_member(me):
            raise NotFound(f"您在 {session_id} 号校准里没有通话 {call_id} 要评", "从校准页面进入")
        card = desk.card(session, file.session.scorecard_version)
        call = desk.call(session, call_id, person)
    read = as_read(call)
    hears = desk.sees_all(person) and call.recording is not None
    return page(
        request,
        "calibration_call.html",
        file=shown(file, me),
        call=call.call,
        work_order=call.work_order,
        said=words_of(file, me, call_id),
        groups=_groups(card),
        open=not file.revealed and me not in file.finished,
        nth=ids.index(call_id) + 1,
        lines=in_time(lines(read, call.audit.corrections if call.audit else ()), without_words(read)) if read else (),
        audio=f"/calls/{call_id}/audio.wav" if hears else "",
        max_faults=MAX_FAULTS,
    )


@router.post("/calibration/{session_id}/calls/{call_id:path}", dependencies=[REVIEWERS])
def post_scores(
    request: Request, desk: DeskOf, person: PersonOf, session_id: int, call_id: str, form: FormOf
) -> Response:
    """Keep one's words on a call, whole or not yet, and go on to the next that is not whole."""
    with desk.deciding, desk.sessions.begin() as session:
        card = desk.card(session, calibration_file(session, session_id).session.scorecard_version)
        said = _said(form, card)
        file = score_call(session, session_id, call_id, person.account, said, card, datetime.now())
    return go_to(request, _next(file, person.account.account_id, card))


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
