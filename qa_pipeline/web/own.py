"""What an operator sees of their own work: months, calls with what was marked, notices, retraining, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment.heard import brief, heard_as
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.appeals import AppealFile, AppealKind
from qa_pipeline.reports.words import translator
from qa_pipeline.store.queries.contest import contests_to_vote
from qa_pipeline.store.queries.people import find_operator
from qa_pipeline.store.queries.retraining import retrainings
from qa_pipeline.supervision.appeals import last_day
from qa_pipeline.supervision.workdays import workdays_of
from qa_pipeline.training.packs.plans import packs_open_to
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, language_of, page
from qa_pipeline.web.findings import is_field, is_playable
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.own_calls import operator_of, own_recording, own_view
from qa_pipeline.web.own_month import own_appeals, own_calls, own_months, own_notices, standing_targets
from qa_pipeline.web.transcript import as_shown
from qa_pipeline.web.wording import words

router = family()
OWN = allow(Role.OPERATOR)
LOOKS = allow(Role.OPERATOR, looks=True)


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
            "me": find_operator(session, operator_id),
            "notices": own_notices(session, operator_id),
            "trainings": tuple(reversed(retrainings(session, operator_id))),
            "to_vote": contests_to_vote(session, person.account.account_id, datetime.now().date()),
            "packs": packs_open_to(session, person, datetime.now().date()),
            **_appealed(desk, session, operator_id),
            "window": last_day(session, desk.settings, chosen.month) if chosen is not None else None,
        }
    return page(request, "own.html", hide=hides(desk, person), said=translator(language_of(request)), **values)


@router.get("/me/calls/{call_id:path}/audio.wav", dependencies=[LOOKS])
def own_audio(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Send the recording of one's own call."""
    wav = own_recording(desk, person, call_id)
    return FileResponse(wav, media_type="audio/wav", headers={"Cache-Control": "private, no-cache"})


@router.get("/me/calls/{call_id:path}", dependencies=[LOOKS])
def own_call_page(request: Request, desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Show one of an operator's own calls: what was marked, why, with the words, and where an appeal stands."""
    own = own_view(desk, person, call_id, words(language_of(request))("finding.fatal.group"))
    return page(
        request,
        "own_call.html",
        own=own,
        file=own.file,
        call=own.file.call,
        own_month=own.month,
        appeals=own.appeals,
        window=own.window,
        too_late=own.too_late,
        left=own.left,
        lines=as_shown(own.file),
        audio=f"/me/calls/{call_id}/audio.wav" if own.file.recording is not None else "",
        is_field=is_field,
        is_playable=is_playable,
        brief=brief,
        heard_as=heard_as,
        evaluation=own.judged.evaluation,
        groups=own.judged.groups,
        waiting=own.judged.waiting,
        effects=own.judged.effects,
        formula=own.judged.formula,
        lost=own.judged.lost,
    )


def _appealed(desk: Desk, session: Session, operator_id: str) -> dict[str, Any]:
    appeals = own_appeals(session, operator_id)
    standing = standing_targets(appeals)
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
