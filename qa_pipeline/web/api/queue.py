"""The queue by the API: what waits for the account that a token acts for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.queue import Claim, QueueLine, Work
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review.queueing import asking, take_next
from qa_pipeline.store.queries.claims import claims_of, release_claim
from qa_pipeline.store.queries.queue import count_waiting, waiting
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.other_work import OtherWork, other_work
from qa_pipeline.web.queue import claim, renewed

router = api_family("queue")
WRITES = [by_token(Scope.CALLS_WRITE, *REVIEWS)]


class QueuePage(Values):
    """What waits, the weightiest first; ``counts`` of all, by what waits.

    ``held`` are the calls that the account holds, ``other`` is what waits beside the calls.
    """

    counts: dict[Work, int]
    lines: list[QueueLine]
    held: list[Claim]
    other: OtherWork


class Holder(Values):
    """Who is at a call now; None where nobody is."""

    claim: Claim | None


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
    now = datetime.now()
    with desk.sessions() as session:
        who = asking(session, desk.settings, person.account)
        return QueuePage(
            counts=count_waiting(session, who),
            lines=list(waiting(session, who, now, work, after, limit)),
            held=list(claims_of(session, person.account.account_id, now)),
            other=other_work(session, person, now.date()),
        )


@router.post("/queue/next", dependencies=WRITES, status_code=201)
def take_call(desk: DeskOf, person: PersonOf, work: Work | None = None, leaving: str | None = None) -> Taken:
    """Take the next call, and hold it; ``leaving`` is the one that was worked on."""
    with desk.sessions.begin() as session:
        who = asking(session, desk.settings, person.account)
        given = take_next(session, who, person.account, datetime.now(), work, leaving)
    return Taken(call_id=None, work=None) if given is None else Taken(call_id=given[0], work=given[1])


@router.post("/queue/{call_id}/claim", dependencies=WRITES, status_code=201)
def claim_listed(desk: DeskOf, person: PersonOf, call_id: str) -> Taken:
    """Hold one call of the list, unless somebody else is at it."""
    return Taken(call_id=call_id, work=claim(desk, person, call_id))


@router.post("/queue/{call_id}/renew", dependencies=WRITES)
def hold_longer(desk: DeskOf, person: PersonOf, call_id: str) -> Holder:
    """Hold a call longer, and say who is at it now."""
    return Holder(claim=renewed(desk, person, call_id))


@router.delete("/queue/{call_id}", dependencies=WRITES, status_code=204)
def give_call_back(desk: DeskOf, person: PersonOf, call_id: str) -> None:
    """Give a call back."""
    with desk.sessions.begin() as session:
        release_claim(session, call_id, person.account.account_id)
