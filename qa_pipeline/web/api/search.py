"""Search by the API: where something was said or written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.search import By, TextKind
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.search import terms_of
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.search import asked_of, found_for
from qa_pipeline.web.snippets import snippets

router = api_family("search")
Month = Annotated[str, Query(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]


class Place(Values):
    """A line in which it was found; milliseconds from the call's start, 0 of a work order's field."""

    start_ms: int
    text: str


class HitLine(Values):
    """A call's text in which it was found: whose words, and the lines."""

    call_id: str
    started_at: datetime
    operator_id: str
    shift: str
    kind: TextKind
    places: list[Place]


class Hits(Values):
    """A page of hits, the best first; ``total`` of all."""

    total: int
    hits: list[HitLine]


@router.get("/search", dependencies=[by_token(Scope.CALLS_READ, *SEES_CALLS, looks=True)])
def search_calls(
    desk: DeskOf,
    person: PersonOf,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    by: By = By.WORDS,
    speaker: TextKind | None = None,
    month: Month = "",
    operator: str = "",
    shift: str = "",
    item: str = "",
    state: str = "",
    first: date | None = None,
    last: date | None = None,
    after: Annotated[int, Query(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Hits:
    """Find words, by characters or by sound; who may not see personal data searches texts with stand-ins.

    An ``item`` or a ``state`` is of the calls of one month, the newest where none is given.
    """
    since, until = ("" if day is None else day.isoformat() for day in (first, last))
    asked = asked_of(q, by, speaker or "", month, operator, shift, item, state, since, until)
    with desk.sessions() as session:
        found = found_for(desk, session, person, asked, after, limit)
    terms = terms_of(asked.q, by)
    return Hits(
        total=found.total,
        hits=[
            HitLine(
                call_id=hit.call_id,
                started_at=hit.started_at,
                operator_id=hit.operator_id,
                shift=hit.shift,
                kind=hit.text.kind,
                places=[Place(start_ms=one.start_ms, text=one.whole) for one in snippets(hit.text, terms, by, None)],
            )
            for hit in found.hits
        ],
    )
