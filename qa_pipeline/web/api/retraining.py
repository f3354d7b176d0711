"""Retraining by the API: who is to be offered one, what was offered, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.retraining import Retraining, RetrainingFile, RetrainingResult, RetrainingWord
from qa_pipeline.models.tokens import Scope
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.store.queries.retraining import retraining_file, retrainings
from qa_pipeline.supervision.retraining import Due, offer_retraining, record_retraining, retraining_due
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.retraining import TRAINS, refuse_own

router = api_family("retraining")
READS = [by_token(Scope.TRAINING_READ, *TRAINS, looks=True)]
WRITES = [by_token(Scope.TRAINING_WRITE, *TRAINS)]
Said = Annotated[str, Query(max_length=500)]


class RetrainingLine(Values):
    """An offer, and what became of it; None as long as that is not recorded."""

    retraining: Retraining
    word: RetrainingWord | None


class Retrainings(Values):
    """Who is ``due``: two failed months in a row or more and no retraining within them; and offers, newest first."""

    due: list[Due]
    total: int
    offers: list[RetrainingLine]


class Offer(Values):
    """A retraining to be offered: to whom, on what, on which day."""

    operator_id: Annotated[str, Query(max_length=64)]
    subject: Said
    planned_on: date


class RetrainingOutcome(Values):
    """What became of an offer, on which day; ``reason`` is how it went, or why it was declined."""

    result: RetrainingResult
    on_day: date
    reason: Said


@router.get("/retraining", dependencies=READS)
def list_retraining(
    desk: DeskOf,
    person: PersonOf,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Retrainings:
    """Return who is due, and what was offered; ``after`` so many offers."""
    with desk.sessions() as session:
        files, due = retrainings(session)[::-1], retraining_due(session)
    hide = hides(desk, person)
    offers = [_line(file, hide) for file in files[after : after + limit]]
    return Retrainings(due=list(due), total=len(files), offers=offers)


@router.post("/retraining", dependencies=WRITES, status_code=201)
def offer_training(desk: DeskOf, person: PersonOf, given: Offer) -> RetrainingLine:
    """Offer somebody a retraining."""
    refuse_own(person, given.operator_id)
    asked = (given.operator_id, given.subject, given.planned_on, person.name, datetime.now())
    with desk.deciding, desk.sessions.begin() as session:
        file = offer_retraining(session, *asked)
    return _line(file, hides(desk, person))


@router.post("/retraining/{number}/result", dependencies=WRITES, status_code=201)
def give_result(desk: DeskOf, person: PersonOf, number: Number, said: RetrainingOutcome) -> RetrainingLine:
    """Record what became of an offer."""
    word = (said.result, said.on_day, person.name, said.reason, datetime.now())
    with desk.deciding, desk.sessions.begin() as session:
        refuse_own(person, retraining_file(session, number).retraining.operator_id)
        file = record_retraining(session, number, *word)
    return _line(file, hides(desk, person))


def _line(file: RetrainingFile, hide: Hide) -> RetrainingLine:
    offer, word = file.retraining, file.word
    return RetrainingLine(
        retraining=replace(offer, subject=hide(offer.subject)),
        word=None if word is None else replace(word, remark=hide(word.remark)),
    )
