"""What an operator sees of their own training: what they attended, what they owe, how far their induction is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import Request
from fastapi.responses import Response

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.contest import Contest
from qa_pipeline.models.retraining import RetrainingFile
from qa_pipeline.models.training_records import AttendanceWord, SessionFile
from qa_pipeline.store.queries.contest import contests_invited_to, contests_to_vote
from qa_pipeline.store.queries.retraining import retrainings
from qa_pipeline.store.queries.training_records import training_of
from qa_pipeline.supervision.workdays import workdays_of
from qa_pipeline.training.records.owing import Induction, Owed, Owing
from qa_pipeline.training.records.standing import standing
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.own_calls import operator_of

router = family()


@dataclass(frozen=True, slots=True)
class OwnTraining:
    """An operator's own record of training, the newest first.

    Args:
        attended: Sessions, each with what counts of their attendance.
        overdue: What they owe and is over.
        waiting: What they owe and may still take.
        inductions: How far their induction is; at most one.
        retrainings: What was offered to them.
        to_vote: Contests in which they may vote today.
        contests: All contests in which they were to vote.
    """

    attended: tuple[tuple[SessionFile, AttendanceWord], ...]
    overdue: tuple[Owing, ...]
    waiting: tuple[Owing, ...]
    inductions: tuple[Induction, ...]
    retrainings: tuple[RetrainingFile, ...]
    to_vote: tuple[Contest, ...]
    contests: tuple[Contest, ...]


@router.get("/me/training", dependencies=[allow(Role.OPERATOR, looks=True)])
def own_training_page(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Show an operator's own record of training."""
    today = datetime.now().date()
    mine = own_training(desk, person, today)
    return page(
        request,
        "own_training.html",
        hide=hides(desk, person),
        files=mine.attended,
        overdue=mine.overdue,
        waiting=mine.waiting,
        inductions=mine.inductions,
        retrainings=mine.retrainings,
        to_vote=mine.to_vote,
        contests=mine.contests,
        today=today,
    )


def own_training(desk: Desk, person: Person, today: date) -> OwnTraining:
    """Return somebody's own record of training as of a day.

    Raises:
        UserError: The account has no operator's number.
    """
    me, account_id = operator_of(person), person.account.account_id
    with desk.sessions() as session:
        files = training_of(session, me)
        stands = standing(session, today, workdays_of(desk.settings).is_workday, me)
        return OwnTraining(
            attended=tuple((file, file.latest[me]) for file in files[::-1]),
            overdue=tuple(one for one in stands.owing if one.state is Owed.OVERDUE),
            waiting=tuple(one for one in stands.owing if one.state is Owed.OPEN),
            inductions=stands.inductions,
            retrainings=retrainings(session, me)[::-1],
            to_vote=contests_to_vote(session, account_id, today),
            contests=contests_invited_to(session, account_id),
        )
