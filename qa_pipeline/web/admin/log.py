"""The record of who looked at what and who changed what: searched by the administrator, edited by nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fastapi import Request
from fastapi.responses import Response

from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Role
from qa_pipeline.store.queries.access_log import AccessFilter, access_actions, access_entries
from qa_pipeline.web.access import allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.wording import catalogue

router = family()
PAGE_ROWS = 100
SUBJECT_DAYS = 92
"""So far back a part of a subject is looked for where no day is given: no index helps, and the record only grows."""


@router.get("/admin/log", dependencies=[allow(Role.ADMINISTRATOR)])
def log_page(
    request: Request,
    desk: DeskOf,
    who: str = "",
    action: str = "",
    subject: str = "",
    since: str = "",
    until: str = "",
    before: int | None = None,
) -> Response:
    """Show the newest lines that fit; days are inclusive. Without a first day a subject is looked for in the newest."""
    asked, only_newest = filter_of(who, action, subject, _day(since), _day(until))
    with desk.sessions() as session:
        found = access_entries(session, asked, PAGE_ROWS + 1, before)
        actions = access_actions(session)
    filters = {"who": who, "action": action, "subject": subject, "since": since, "until": until}
    return page(
        request,
        "access_log.html",
        entries=found[:PAGE_ROWS],
        more=found[PAGE_ROWS - 1].entry_id if len(found) > PAGE_ROWS else None,
        actions=actions,
        filters=filters,
        only_newest=SUBJECT_DAYS if only_newest else 0,
        said={key.removeprefix("action.") for key in catalogue() if key.startswith("action.")},
    )


def filter_of(who: str, action: str, subject: str, first: date | None, last: date | None) -> tuple[AccessFilter, bool]:
    """Return what is asked of the record, both days included, and whether only its newest `SUBJECT_DAYS` are."""
    only_newest = bool(subject.strip()) and first is None
    if only_newest:
        first = (last or date.today()) - timedelta(days=SUBJECT_DAYS)
    since = None if first is None else datetime.combine(first, datetime.min.time())
    until = None if last is None else datetime.combine(last + timedelta(days=1), datetime.min.time())
    return AccessFilter(who.strip(), action, subject.strip(), since, until), only_newest


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserError(f"日期“{text}”不对", "写成 2026-10-31 这样") from error
