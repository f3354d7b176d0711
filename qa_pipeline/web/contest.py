"""声音里的微笑 as it is run: opened, its shortlist looked through, the vote opened and ended, the result."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import Response

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models.contest import ContestDraft, ContestFile, ContestState
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.contest import contest_file, contest_lines
from qa_pipeline.training.contest.opening import (
    FEWEST_VOTERS,
    MOST_PER_TEAM,
    VOTES,
    choose_clip,
    remove_entry,
    restore_entry,
)
from qa_pipeline.training.contest.voting import placed, whole_ballots
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.contest_desk import (
    begin_contest,
    begin_voting,
    change_list,
    choices,
    closed_contest,
    end_contest,
    may_close,
    sealed_entries,
)
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.training_records import TRAINS, FormOf
from qa_pipeline.web.typed import day_of

router = family()
PAGE_ROWS = 50
MONTHS_OFFERED = 6


@router.get("/training/contest", dependencies=[allow(*TRAINS)])
def contests_page(request: Request, desk: DeskOf, number: int = 1) -> Response:
    """List the contests, and ask for a new one."""
    first = max(1, number)
    with desk.sessions() as session:
        lines, total = contest_lines(session, PAGE_ROWS, (first - 1) * PAGE_ROWS)
        known = months(session)
    return page(
        request,
        "contests.html",
        lines=lines,
        periods=_periods(known),
        most=MOST_PER_TEAM,
        number=first,
        pages=pages_of(total, PAGE_ROWS),
        today=datetime.now().date(),
    )


@router.post("/training/contest", dependencies=[allow(*TRAINS)])
def post_contest(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    title: Annotated[str, Form()] = "",
    period: Annotated[str, Form()] = "",
    per_team: Annotated[str, Form()] = "",
) -> Response:
    """Open a contest with the best calls of each team."""
    made = begin_contest(desk, person, ContestDraft(title, period, _number(per_team or "0")))
    return go_to(request, f"/training/contest/{made.contest.contest_id}")


@router.get("/training/contest/{contest_id}", dependencies=[allow(*TRAINS, looks=True)])
def contest_page(request: Request, desk: DeskOf, person: PersonOf, contest_id: int) -> Response:
    """Show a contest to who runs it; who is to vote blind is led to the vote instead, until it is closed."""
    with desk.sessions() as session:
        file = contest_file(session, contest_id)
        if file.state is not ContestState.CLOSED and file.voter(person.account.account_id) is not None:
            return go_to(request, f"/training/contest/{contest_id}/vote")
        if file.state is ContestState.CLOSED:
            return go_to(request, f"/training/contest/{contest_id}/result")
        clips, people = choices(session, file)
        sealed = sealed_entries(desk, session, person, file)
    return page(
        request,
        "contest.html",
        file=file,
        teams=_by_team(file),
        clips=clips,
        people=people,
        sealed=sealed,
        fewest=FEWEST_VOTERS,
        voted=len({ballot.account_id for ballot in file.ballots}),
        whole=whole_ballots(file),
        may_close=may_close(file, person),
        hears=desk.sees_all(person),
        today=datetime.now().date(),
    )


@router.post("/training/contest/{contest_id}/entries/{entry_id}/{step}", dependencies=[allow(*TRAINS)])
def post_entry(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    contest_id: int,
    entry_id: int,
    step: str,
    reason: Annotated[str, Form()] = "",
    clip: Annotated[str, Form()] = "",
) -> Response:
    """Take an entry off, put it back, or say which clip is heard."""
    if step == "removal":
        change_list(desk, person, contest_id, entry_id, partial(remove_entry, reason=reason))
    elif step == "return":
        change_list(desk, person, contest_id, entry_id, partial(restore_entry, reason=reason))
    elif step == "clip":
        change_list(desk, person, contest_id, entry_id, partial(choose_clip, clip_id=_number(clip)))
    else:
        raise NotFound("没有这一步", "从评比页面操作")
    return go_to(request, f"/training/contest/{contest_id}")


@router.post("/training/contest/{contest_id}/voting", dependencies=[allow(*TRAINS)])
def post_voting(request: Request, desk: DeskOf, person: PersonOf, contest_id: int, form: FormOf) -> Response:
    """Open the vote."""
    members = [_number(str(member)) for member in form.getlist("voters")]
    until = day_of(str(form.get("until", "")))
    begin_voting(desk, person, contest_id, until, members)
    return go_to(request, f"/training/contest/{contest_id}")


@router.post("/training/contest/{contest_id}/closing", dependencies=[allow(*TRAINS)])
def post_contest_closing(
    request: Request, desk: DeskOf, person: PersonOf, contest_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """End a contest."""
    end_contest(desk, person, contest_id, reason)
    return go_to(request, f"/training/contest/{contest_id}/result")


@router.get("/training/contest/{contest_id}/result", dependencies=[allow(*sorted(VOTES), looks=True)])
def contest_result_page(request: Request, desk: DeskOf, person: PersonOf, contest_id: int) -> Response:
    """Show the result of a closed contest, to who ran it or voted; it prints."""
    file = closed_contest(desk, person, contest_id)
    return page(
        request,
        "contest_result.html",
        file=file,
        placed=placed(file),
        voted=len({ballot.account_id for ballot in file.ballots}),
        runs=person.has(*TRAINS),
        named=person.has(*TRAINS) and desk.sees_all(person),
    )


def _by_team(file: ContestFile) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for entry in file.entries:
        found.setdefault(entry.team, []).append(entry)
    return found


def _periods(known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the latest months that have calls, and their quarters."""
    some = known[:MONTHS_OFFERED]
    quarters = dict.fromkeys(f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}" for month in some)
    return (*some, *quarters)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise UserError(f"“{text}”不是编号或数目", "刷新页面后再选")
    return int(text)
