"""What waits for somebody beside the calls of the queue: appeals, notices, calibration sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.appeals import AppealState
from qa_pipeline.models.clips import ClipState
from qa_pipeline.store.queries.appeals import appeals_pending
from qa_pipeline.store.queries.calibration import calibrations_waiting
from qa_pipeline.store.queries.clips import clips_page
from qa_pipeline.store.queries.supervision import notices_waiting


@dataclass(frozen=True, slots=True)
class OtherWork:
    """How many of each; ``notices`` and ``to_decide`` are 0 for who may not say anything to them.

    ``clips`` are masked clips that somebody has yet to hear; their maker is not the one who approves.
    ``late`` appeals should have been decided; ``answer_by`` and ``decide_by`` are by when the next is to be decided.
    """

    to_answer: int
    to_decide: int
    late: int
    answer_by: date | None
    decide_by: date | None
    notices: int
    calibrations: int
    clips: int


def other_work(session: Session, person: Person, today: date) -> OtherWork:
    """Return what waits for a reviewer or supervisor."""
    decides = person.has(Role.SUPERVISOR)
    pending = appeals_pending(session)
    to_answer = [file for file in pending if file.state is AppealState.FILED]
    to_decide = [file for file in pending if file.state is AppealState.ANSWERED] if decides else []
    return OtherWork(
        to_answer=len(to_answer),
        to_decide=len(to_decide),
        late=sum(file.overdue(today) for file in pending),
        answer_by=min((file.appeal.due_on for file in to_answer), default=None),
        decide_by=min((file.appeal.due_on for file in to_decide), default=None),
        notices=len(notices_waiting(session)) if decides else 0,
        calibrations=len(calibrations_waiting(session, person.account.account_id)),
        clips=clips_page(session, ClipState.MADE, 1, 0)[1],
    )
