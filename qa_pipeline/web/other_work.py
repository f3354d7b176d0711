"""What waits for somebody beside the calls of the queue: appeals, notices, calibration sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.appeals import AppealState
from qa_pipeline.store.queries.appeals import appeals_pending
from qa_pipeline.store.queries.calibration import calibrations_waiting
from qa_pipeline.store.queries.supervision import notices_waiting


@dataclass(frozen=True, slots=True)
class OtherWork:
    """How many of each; ``notices`` and ``to_decide`` are 0 for who may not say anything to them.

    ``late`` appeals should have been decided, ``due_on`` is when the next one is to be.
    """

    to_answer: int
    to_decide: int
    late: int
    due_on: date | None
    notices: int
    calibrations: int


def other_work(session: Session, person: Person, today: date) -> OtherWork:
    """Return what waits for a reviewer or supervisor."""
    decides = person.has(Role.SUPERVISOR)
    pending = appeals_pending(session)
    return OtherWork(
        to_answer=sum(file.state is AppealState.FILED for file in pending),
        to_decide=sum(file.state is AppealState.ANSWERED for file in pending) if decides else 0,
        late=sum(file.overdue(today) for file in pending),
        due_on=min((file.appeal.due_on for file in pending), default=None),
        notices=len(notices_waiting(session)) if decides else 0,
        calibrations=len(calibrations_waiting(session, person.account.account_id)),
    )
