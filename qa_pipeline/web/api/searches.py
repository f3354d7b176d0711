"""Kept searches and exports by the API: what a list shows, as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.search import By, SavedSearch, TextKind
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import MonthGiven, Number, Values, api_family, by_token, file_of
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.export import XLSX, export_calls
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.rows import Filters
from qa_pipeline.web.search import asked_of, export_search, forget_own, keep_search, kept_for

router = api_family("search")
READS = [by_token(Scope.CALLS_READ, *SEES_CALLS)]
WRITES = [by_token(Scope.SEARCHES_WRITE, *SEES_CALLS)]
LOOKS = [by_token(Scope.CALLS_READ, *SEES_CALLS, looks=True)]
Asked = Annotated[str, Query(max_length=64)]


class KeptSearch(Values):
    """A search to keep: its name, its address on the desk (`/search?…`, `/calls?…`), and the role that sees it too."""

    name: Annotated[str, Query(max_length=200)]
    address: Annotated[str, Query(max_length=1000)]
    shared_with: Role | None = None


@router.get("/searches", dependencies=READS)
def list_searches(desk: DeskOf, person: PersonOf) -> list[SavedSearch]:
    """Return one's own searches and those that others share with a role of one's account, by name."""
    with desk.sessions() as session:
        return list(kept_for(session, person))


@router.post("/searches", dependencies=WRITES, status_code=201)
def save_search(desk: DeskOf, person: PersonOf, given: KeptSearch) -> SavedSearch:
    """Keep a search; one of one's own of that name is written over."""
    shared = "" if given.shared_with is None else given.shared_with.value
    return keep_search(desk, person, given.name, given.address, shared)


@router.delete("/searches/{number}", dependencies=WRITES, status_code=204)
def delete_search(desk: DeskOf, person: PersonOf, number: Number) -> None:
    """Forget one of one's own searches."""
    forget_own(desk, person, number)


@router.get("/exports/calls.xlsx", dependencies=LOOKS, response_class=Response, responses=file_of(XLSX.media_type))
def get_calls_export(
    desk: DeskOf,
    person: PersonOf,
    month: MonthGiven,
    operator: Asked = "",
    team: Asked = "",
    shift: Asked = "",
    item: Asked = "",
    state: Asked = "",
    rule: Asked = "",
    number: Asked = "",
    sort: Asked = "time",
) -> Response:
    """Return a month's sampled calls that fit as a workbook; ``number`` is part of a call's.

    Without those which the token's account has to judge blind first; what was decided on the others counts as read.
    """
    asked = Filters(month, operator, shift, item, state, rule, sort, team=team, q=number)
    return export_calls(desk, person, asked)


@router.get("/exports/search.xlsx", dependencies=LOOKS, response_class=Response, responses=file_of(XLSX.media_type))
def get_search_export(
    desk: DeskOf,
    person: PersonOf,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    by: By = By.WORDS,
    speaker: TextKind | None = None,
    month: MonthGiven | None = None,
    operator: Asked = "",
    shift: Asked = "",
    item: Asked = "",
    state: Asked = "",
    first: date | None = None,
    last: date | None = None,
) -> Response:
    """Return the lines in which words were found as a workbook; who may not see personal data gets stand-ins."""
    since, until = ("" if day is None else day.isoformat() for day in (first, last))
    asked = asked_of(q, by, speaker or "", month or "", operator, shift, item, state, since, until)
    return export_search(desk, person, asked)
