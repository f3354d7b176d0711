"""声音里的微笑 as it is run: opened, its shortlist looked through, the vote opened and ended, the result."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import Response

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.contest import ContestDraft, ContestFile, ContestState
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.contest import contest_file, contest_lines
from qa_pipeline.training.contest.opening import (
    FEWEST_VOTERS,
    MOST_PER_TEAM,
    VOTES,
    choose_clip,
    clips_for,
    open_contest,
    open_voting,
    remove_entry,
    restore_entry,
    saw_the_list,
)
from qa_pipeline.training.contest.voting import close_contest, placed, whole_ballots
from qa_pipeline.web.access import PersonOf, allow, family
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
    draft = ContestDraft(title, period, _number(per_team or "0"))
    with desk.deciding, desk.sessions.begin() as session:
        made = open_contest(session, draft, person.account, secrets.token_hex(32), datetime.now())
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
        open_ = file.state is ContestState.SHORTLISTED
        clips = clips_for(session, file.standing) if open_ else {}
        people = [a for a in accounts(session) if a.disabled_at is None and VOTES & set(a.roles)] if open_ else []
    seen = saw_the_list(file)
    return page(
        request,
        "contest.html",
        file=file,
        teams=_by_team(file),
        clips=clips,
        people=[a for a in people if a.account_id not in seen],
        fewest=FEWEST_VOTERS,
        voted=len({ballot.account_id for ballot in file.ballots}),
        whole=whole_ballots(file),
        may_close=_may_close(file, person),
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
    now, who = datetime.now(), person.account
    with desk.deciding, desk.sessions.begin() as session:
        _refuse_voter(contest_file(session, contest_id), person)
        if step == "removal":
            remove_entry(session, contest_id, entry_id, reason, who, now)
        elif step == "return":
            restore_entry(session, contest_id, entry_id, reason, who, now)
        elif step == "clip":
            choose_clip(session, contest_id, entry_id, _number(clip), who, now)
        else:
            raise NotFound("没有这一步", "从评比页面操作")
    return go_to(request, f"/training/contest/{contest_id}")


@router.post("/training/contest/{contest_id}/voting", dependencies=[allow(*TRAINS)])
def post_voting(request: Request, desk: DeskOf, person: PersonOf, contest_id: int, form: FormOf) -> Response:
    """Open the vote."""
    members = [_number(str(member)) for member in form.getlist("voters")]
    until = day_of(str(form.get("until", "")))
    with desk.deciding, desk.sessions.begin() as session:
        open_voting(session, contest_id, until, members, person.account, datetime.now())
    return go_to(request, f"/training/contest/{contest_id}")


@router.post("/training/contest/{contest_id}/closing", dependencies=[allow(*TRAINS)])
def post_contest_closing(
    request: Request, desk: DeskOf, person: PersonOf, contest_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """End a contest."""
    with desk.deciding, desk.sessions.begin() as session:
        close_contest(session, contest_id, person.account, reason, datetime.now())
    return go_to(request, f"/training/contest/{contest_id}/result")


@router.get("/training/contest/{contest_id}/result", dependencies=[allow(*sorted(VOTES), looks=True)])
def contest_result_page(request: Request, desk: DeskOf, person: PersonOf, contest_id: int) -> Response:
    """Show the result of a closed contest, to who ran it or voted; it prints."""
    with desk.sessions() as session:
        file = contest_file(session, contest_id)
    if not person.has(*TRAINS) and file.voter(person.account.account_id) is None:
        raise NotFound(f"没有 {contest_id} 号评比的结果可看", "从“我的培训”页面进入")
    return page(
        request,
        "contest_result.html",
        file=file,
        placed=placed(file),
        voted=len({ballot.account_id for ballot in file.ballots}),
        runs=person.has(*TRAINS),
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


def _may_close(file: ContestFile, person: Person) -> bool:
    mine = person.account.account_id == file.contest.opened_by_id
    return file.state is ContestState.VOTING and (mine or person.has(Role.SUPERVISOR))


def _refuse_voter(file: ContestFile, person: Person) -> None:
    if file.voter(person.account.account_id) is not None:
        raise UserError("您是投票人，不能整理名单", "请由没有投票的培训师或主管整理")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise UserError(f"“{text}”不是编号或数目", "刷新页面后再选")
    return int(text)
