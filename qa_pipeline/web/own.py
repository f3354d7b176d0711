"""What an operator sees of their own work: months, calls with what was marked, notices, retraining, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.assessment.heard import as_read, brief, heard_as, without_words
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.appeals import AppealFile, AppealKind, AppealState
from qa_pipeline.models.supervision import NoticeState
from qa_pipeline.reports.words import translator
from qa_pipeline.store.queries.appeals import appeals_of
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.contest import contests_to_vote
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.retraining import retrainings
from qa_pipeline.store.queries.supervision import notices_about
from qa_pipeline.supervision.appeals import last_day
from qa_pipeline.supervision.workdays import workdays_of
from qa_pipeline.training.packs.plans import packs_open_to
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, language_of, page
from qa_pipeline.web.findings import ItemView, group_views, is_field, is_playable
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.own_month import by_item, own_calls, own_months
from qa_pipeline.web.transcript import in_time, lines
from qa_pipeline.web.wording import words
from scoring.effects import effects, formula
from scoring.evaluation import Evaluation

router = family()
OWN = allow(Role.OPERATOR)
LOOKS = allow(Role.OPERATOR, looks=True)
GONE = frozenset({NoticeState.WITHDRAWN, NoticeState.REJECTED})


@router.get("/me", dependencies=[LOOKS])
def own_page(request: Request, desk: DeskOf, person: PersonOf, month: str = "") -> Response:
    """Show an operator's months, and one month's calls."""
    operator_id = operator_of(person)
    with desk.sessions() as session:
        found, run = own_months(desk, session, operator_id)
        chosen = next((one for one in found if one.month == month), found[0] if found else None)
        values = {
            "months_of_mine": found,
            "run": run,
            "chosen": chosen,
            "rows": own_calls(session, operator_id, chosen.month) if chosen is not None else (),
            "me": next((o for o in operators(session) if o.operator_id == operator_id), None),
            "notices": [f for f in reversed(notices_about(session, operator_id)) if f.state not in GONE],
            "trainings": tuple(reversed(retrainings(session, operator_id))),
            "to_vote": contests_to_vote(session, person.account.account_id, datetime.now().date()),
            "packs": packs_open_to(session, person, datetime.now().date()),
            **_appealed(desk, session, operator_id),
            "window": last_day(session, desk.settings, chosen.month) if chosen is not None else None,
        }
    return page(request, "own.html", hide=hides(desk, person), said=translator(language_of(request)), **values)


@router.get("/me/calls/{call_id:path}/audio.wav", dependencies=[LOOKS])
def own_audio(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Send the recording of one's own call.

    The sound has no stand-ins, and yet its operator may hear it whatever the settings say of texts: they took the call
    and heard all of it then, and a deduction that cannot be heard cannot be contested.
    """
    with desk.sessions() as session:
        file = own_call(session, person, call_id)
    if file.recording is None:
        raise NotFound(f"通话 {call_id} 没有录音", "请质检员导入该通话的录音")
    wav = desk.sound.wav(file.recording)
    return FileResponse(wav, media_type="audio/wav", headers={"Cache-Control": "private, no-cache"})


@router.get("/me/calls/{call_id:path}", dependencies=[LOOKS])
def own_call_page(request: Request, desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Show one of an operator's own calls: what was marked, why, with the words, and where an appeal stands."""
    with desk.sessions() as session:
        own_call(session, person, call_id)
        file = desk.call(session, call_id, person)
        month = f"{file.call.started_at:%Y-%m}" if file.audit is None else file.audit.month
        values = _judged(desk, session, file, request)
        appeals = appeals_of(session, month, file.call.operator_id)
        window = last_day(session, desk.settings, month)
        workdays = workdays_of(desk.settings)
    read = as_read(file)
    today = datetime.now().date()
    return page(
        request,
        "own_call.html",
        file=file,
        call=file.call,
        own_month=month,
        appeals=by_item(appeals, call_id),
        window=window,
        too_late=window is not None and window.certain and today > window.day,
        left=None if window is None else workdays.left(today, window.day),
        lines=in_time(lines(read, file.audit.corrections if file.audit else ()), without_words(read)) if read else (),
        audio=f"/me/calls/{call_id}/audio.wav" if file.recording is not None else "",
        is_field=is_field,
        is_playable=is_playable,
        brief=brief,
        heard_as=heard_as,
        **values,
    )


def operator_of(person: Person) -> str:
    """Return the number of the operator that somebody is.

    Raises:
        UserError: The account has none.
    """
    if person.account.operator_id is None:
        raise UserError("您的账号没有登记工号", "请管理员在账号里填写工号")
    return person.account.operator_id


def own_call(session: Session, person: Person, call_id: str) -> CallFile:
    """Return a call of one's own that was drawn.

    Raises:
        NotFound: It is somebody else's, was not drawn, or there is none: which of them is nobody else's business.
    """
    missing = NotFound(f"您抽检的通话里没有 {call_id}", "从“我的”页面进入")
    try:
        file = call_file(session, call_id)
    except NotFound:
        raise missing from None
    if file.sampled is None or file.call.operator_id != operator_of(person):
        raise missing
    return file


def _appealed(desk: Desk, session: Session, operator_id: str) -> dict[str, Any]:
    appeals = tuple(reversed(appeals_of(session, operator_id=operator_id)))
    standing = [f.appeal.target for f in appeals if f.state is not AppealState.WITHDRAWN]
    today = datetime.now().date()
    return {
        "appeals": appeals,
        "appealed_notices": {target.notice_id for target in standing},
        "appealed_months": {target.month for target in standing if target.kind is AppealKind.STRIKE},
        "left": days_left(desk, appeals, today),
        "today": today,
    }


def days_left(desk: Desk, appeals: tuple[AppealFile, ...], today: date) -> dict[int, int]:
    """Return how many working days are left to decide each pending appeal; below 0: so many it is overdue."""
    workdays = workdays_of(desk.settings)
    return {f.appeal.appeal_id: workdays.left(today, f.appeal.due_on) for f in appeals if f.state.pending}


def _judged(desk: Desk, session: Session, file: CallFile, request: Request) -> dict[str, Any]:
    if file.audit is None:
        return {"evaluation": None, "groups": (), "waiting": (), "effects": {}, "formula": "", "lost": frozenset()}
    card = desk.card(session, file.audit.scorecard_version)
    evaluation = final_evaluation(card, file.audit, file.decisions)
    title = words(language_of(request))("finding.fatal.group")
    groups = group_views(file, card, evaluation, "", title)  # as nobody: what is judged blind stays so
    loud = [item for group in groups for item in group.loud]
    return {
        "evaluation": evaluation,
        "groups": [(g, marked) for g in groups if (marked := [item for item in g.loud if not _only_waits(item)])],
        "waiting": [item for item in loud if _only_waits(item)],
        "effects": effects(evaluation, card),
        "formula": formula(evaluation, card),
        "lost": appealable(evaluation),
    }


def _only_waits(item: ItemView) -> bool:
    """Whether nothing was found: no rule covers the item, and nobody has judged it."""
    return all(f.result is None and not f.decisions for f in item.findings)


def appealable(evaluation: Evaluation) -> frozenset[str]:
    """Return the items that cost something, and the fatal errors that two people confirmed."""
    return frozenset((*(i.code for i in evaluation.items if i.lost > 0), *evaluation.fatal))
