"""The queue by the API: what waits for the account that a token acts for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.queue import QueueLine, Work
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review.queueing import asking, take_next
from qa_pipeline.store.queries.claims import release_claim
from qa_pipeline.store.queries.queue import count_waiting, waiting
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import REVIEWS

router = api_family("queue")
WRITES = [by_token(Scope.CALLS_WRITE, *REVIEWS)]


class QueuePage(Values):
    """What waits, the weightiest first; ``counts`` of all, by what waits."""

    counts: dict[Work, int]
    lines: list[QueueLine]


class Taken(Values):
    """A call that is held for the account now, and what of it waits; None where nothing is left."""

    call_id: str | None
    work: Work | None


@router.get("/queue", dependencies=[by_token(Scope.CALLS_READ, *REVIEWS)])
def list_queue(
    desk: DeskOf,
    person: PersonOf,
    work: Work | None = None,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> QueuePage:
    """List what waits; the calls that another person is at are among it."""
    with desk.sessions() as session:
        who = asking(session, desk.settings, person.account)
        lines = waiting(session, who, datetime.now(), work, after, limit)
        return QueuePage(counts=count_waiting(session, who), lines=list(lines))


@router.post("/queue/next", dependencies=WRITES, status_code=201)
def take_call(desk: DeskOf, person: PersonOf, work: Work | None = None, leaving: str | None = None) -> Taken:
    """Take the next call, and hold it; ``leaving`` is the one that was worked on."""
    with desk.sessions.begin() as session:
        who = asking(session, desk.settings, person.account)
        given = take_next(session, who, person.account, datetime.now(), work, leaving)
    return Taken(call_id=None, work=None) if given is None else Taken(call_id=given[0], work=given[1])


@router.delete("/queue/{call_id}", dependencies=WRITES, status_code=204)
def give_call_back(desk: DeskOf, person: PersonOf, call_id: str) -> None:
    """Give a call back."""
    with desk.sessions.begin() as session:
        release_claim(session, call_id, person.account.account_id)
