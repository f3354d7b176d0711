"""What an operator sees of their own training: what they attended, what they owe, how far their induction is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from qa_pipeline.models.accounts import Role
from qa_pipeline.store.queries.contest import contests_invited_to, contests_to_vote
from qa_pipeline.store.queries.retraining import retrainings
from qa_pipeline.store.queries.training_records import training_of
from qa_pipeline.supervision.workdays import workdays_of
from qa_pipeline.training.records.owing import Owed
from qa_pipeline.training.records.standing import standing
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.own import operator_of

router = family()


@router.get("/me/training", dependencies=[allow(Role.OPERATOR, looks=True)])
def own_training_page(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Show an operator's own record of training."""
    me, today = operator_of(person), datetime.now().date()
    with desk.sessions() as session:
        files = training_of(session, me)
        stands = standing(session, today, workdays_of(desk.settings).is_workday, me)
        values: dict[str, Any] = {
            "to_vote": contests_to_vote(session, person.account.account_id, today),
            "contests": contests_invited_to(session, person.account.account_id),
            "retrainings": retrainings(session, me)[::-1],
        }
    return page(
        request,
        "own_training.html",
        hide=hides(desk, person),
        files=[(file, file.latest[me]) for file in files[::-1]],
        overdue=[one for one in stands.owing if one.state is Owed.OVERDUE],
        waiting=[one for one in stands.owing if one.state is Owed.OPEN],
        inductions=stands.inductions,
        today=today,
        **values,
    )
