"""Appeals as reviewers and supervisors work on them, and as the operator who filed one follows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.assessment.heard import brief, heard_as
from qa_pipeline.errors import NotFound
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.appeals import AppealFile, AppealKind, AppealState
from qa_pipeline.store.queries.appeals import adjustments_of, appeal_file, appeals_done, appeals_pending
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.store.queries.people import find_operator, operators
from qa_pipeline.store.queries.supervision import notice_file
from qa_pipeline.supervision.appeal_targets import Fault, faults_of
from qa_pipeline.supervision.appeals import why_not
from qa_pipeline.supervision.recomputing import unadjusted
from qa_pipeline.supervision.workdays import workdays_of
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, language_of, page
from qa_pipeline.web.findings import ItemView, group_views, is_field, is_playable, item_view
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.own import days_left
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.sealed import note_read, refuse_sealed, sealed_for
from qa_pipeline.web.wording import words

router = family()
PAGE_ROWS = 50
CONCERNED = REVIEWS | {Role.OPERATOR}


@router.get("/appeals", dependencies=[allow(*REVIEWS, looks=True)])
def appeals_page(request: Request, desk: DeskOf, person: PersonOf, state: str = "pending", number: int = 1) -> Response:
    """List appeals: what waits, the most pressing first; or what is done, the newest first.

    Not those against a call that the reader has to judge blind first.
    """
    today = datetime.now().date()
    with desk.sessions() as session:
        pending, waiting = appeals_waiting(session)
        done, total = appeals_done(session, PAGE_ROWS, (max(1, number) - 1) * PAGE_ROWS)
        names = {o.operator_id: o.name for o in operators(session)}
        sealed = set(sealed_for(desk, session, person))
    lists: dict[str, list[AppealFile]] = {
        "pending": pending,
        "filed": [f for f in pending if f.state is AppealState.FILED],
        "answered": [f for f in pending if f.state is AppealState.ANSWERED],
        "overdue": [f for f in pending if f.overdue(today)],
        "unadjusted": list(waiting),
        "done": list(done),
    }
    lists = {name: [f for f in found if f.appeal.target.call_id not in sealed] for name, found in lists.items()}
    chosen = state if state in lists else "pending"
    return page(
        request,
        "appeals.html",
        names=names,
        rows=lists[chosen],
        chosen=chosen,
        counts={name: len(found) for name, found in lists.items()} | {"done": total},
        left=days_left(desk, tuple(pending), today),
        number=max(1, number),
        pages=pages_of(total, PAGE_ROWS) if chosen == "done" else 1,
    )


@router.get("/appeals/{appeal_id}", dependencies=[allow(*CONCERNED, looks=True)])
def appeal_page(request: Request, desk: DeskOf, person: PersonOf, appeal_id: int) -> Response:
    """Show one appeal with what it is against, both sides' words, and what may be done next."""
    with desk.sessions() as session:
        file = appeal_for(session, person, appeal_id)
        refuse_sealed_appeal(desk, session, person, file)
        values = _values(desk, session, file, person, request)
    if values["call"] is not None:
        note_read(desk, person, values["call"])
    return page(request, "appeal.html", hide=hides(desk, person), **values)


def appeals_waiting(session: Session) -> tuple[list[AppealFile], tuple[AppealFile, ...]]:
    """Return the appeals that wait for a word, the most pressing first, and those won that nothing was booked for."""
    pending = sorted(appeals_pending(session), key=lambda f: (f.appeal.due_on, f.appeal.appeal_id))
    return pending, unadjusted(session)


def refuse_sealed_appeal(desk: Desk, session: Session, person: Person, file: AppealFile) -> None:
    """Refuse an appeal against a call that somebody has to judge blind first; the operator's own is never one.

    Raises:
        Conflict: They have; it says where.
    """
    target = file.appeal.target
    if target.call_id is not None and target.operator_id != person.account.operator_id:
        refuse_sealed(desk, session, person, target.call_id)


def appeal_for(session: Session, person: Person, appeal_id: int) -> AppealFile:
    """Return an appeal to somebody who works on appeals, or who filed it.

    Raises:
        NotFound: There is none, or it is another operator's.
    """
    missing = NotFound(f"没有 {appeal_id} 号申诉", "从列表进入")
    try:
        file = appeal_file(session, appeal_id)
    except NotFound:
        raise missing from None
    if not person.has(*REVIEWS) and file.appeal.target.operator_id != person.account.operator_id:
        raise missing
    return file


def _values(desk: Desk, session: Session, file: AppealFile, person: Person, request: Request) -> dict[str, Any]:
    target, today = file.appeal.target, datetime.now().date()
    own = target.operator_id == person.account.operator_id
    call = _finding(desk, session, file, person, language_of(request), own=own) if target.call_id is not None else {}
    notice = notice_file(session, target.notice_id) if target.notice_id is not None else None
    return {
        "file": file,
        "own": own,
        "names": person.has(*REVIEWS) and not own,
        "who": find_operator(session, target.operator_id),
        "left": _left(desk, file, today),
        "settled": closing_of(session, target.month) is not None,
        "made": adjustments_of(session, target.month, target.operator_id).get(file.appeal.appeal_id),
        "notice": notice,
        "refused": why_not(session, desk.settings, file, person.name) if file.state.pending and not own else "",
        "unadjusted": any(f.appeal.appeal_id == file.appeal.appeal_id for f in unadjusted(session))
        if file.state.won
        else False,
        "may_answer": person.has(*REVIEWS) and not own and file.state is AppealState.FILED,
        "may_decide": person.has(Role.SUPERVISOR) and not own and file.state is AppealState.ANSWERED,
        "partly": target.kind is AppealKind.NOTICE or _divisible(call.get("faults", ())),
        "item": None,
        "call": None,
        "faults": (),
        "audio": "",
        **call,
    }


def _left(desk: Desk, file: AppealFile, today: date) -> int:
    return workdays_of(desk.settings).left(today, file.appeal.due_on)


def _divisible(faults: tuple[Fault, ...]) -> bool:
    """Whether something less than all of it can be left: of one fault nothing can, and a fatal error has no parts."""
    return not any(f.fatal for f in faults) and (len(faults) > 1 or any(f.faults > 1 for f in faults))


def _finding(
    desk: Desk, session: Session, file: AppealFile, person: Person, language: str, *, own: bool
) -> dict[str, Any]:
    """Return the item that is appealed against as somebody may see it."""
    target = file.appeal.target
    call = desk.call(session, str(target.call_id), person)
    hears = desk.sees_all(person) or own
    family_of = "/me/calls" if own else "/calls"
    return {
        "call": call,
        "item": _item(desk, session, call, str(target.code), "" if own else person.name, language),
        "faults": faults_of(session, desk.settings, call, str(target.code)),
        "audio": f"{family_of}/{target.call_id}/audio.wav" if hears and call.recording is not None else "",
        "is_field": is_field,
        "is_playable": is_playable,
        "brief": brief,
        "heard_as": heard_as,
    }


def _item(desk: Desk, session: Session, call: CallFile, code: str, reader: str, language: str) -> ItemView | None:
    if call.audit is None:
        return None
    card = desk.card(session, call.audit.scorecard_version)
    evaluation = final_evaluation(card, call.audit, call.decisions)
    return item_view(group_views(call, card, evaluation, reader, words(language)("finding.fatal.group")), code)
