"""The access log by the API: who looked at what and who changed what; read and never written."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.accounts import AccessEntry, Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.access_log import access_entries
from qa_pipeline.web.admin.log import SUBJECT_DAYS, filter_of
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf

router = api_family("log")


class LogPage(Values):
    """Lines of the record, the newest first; ``before`` is what to ask for the next page by, None after the last.

    ``only_days``: a subject without a first day was looked for in so many of the newest days; 0: in all.
    """

    entries: list[AccessEntry]
    before: int | None
    only_days: int


@router.get("/log", dependencies=[by_token(Scope.LOG_READ, Role.ADMINISTRATOR)])
def search_log(
    desk: DeskOf,
    who: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=500)] = "",
    since: date | None = None,
    until: date | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LogPage:
    """Return the newest lines that fit; ``who`` is a login or a name, days are inclusive."""
    asked, only_newest = filter_of(who, action, subject, since, until)
    with desk.sessions() as session:
        found = access_entries(session, asked, limit + 1, before)
    return LogPage(
        entries=list(found[:limit]),
        before=found[limit - 1].entry_id if len(found) > limit else None,
        only_days=SUBJECT_DAYS if only_newest else 0,
    )
