"""声音里的微笑 by the API, for who runs it: opened, its shortlist looked through, voted on, ended, its result."""

from __future__ import annotations

from functools import partial

from qa_pipeline.errors import Conflict
from qa_pipeline.models.contest import ContestDraft
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.contest import contest_file, contest_lines
from qa_pipeline.training.contest.opening import VOTES, choose_clip, remove_entry, restore_entry
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, api_family, by_token
from qa_pipeline.web.api.training.contest_values import (
    ClipChosen,
    ContestDetail,
    ContestGiven,
    ContestResult,
    Contests,
    ContestTold,
    EntryReason,
    VotingGiven,
    contest_detail,
    contest_result,
    votes_blind,
)
from qa_pipeline.web.api.training.shared import After, Limit
from qa_pipeline.web.contest_desk import begin_contest, begin_voting, change_list, closed_contest, end_contest
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.training_records import TRAINS

router = api_family("training")
WRITES = [by_token(Scope.TRAINING_WRITE, *TRAINS)]


@router.get("/training/contest", dependencies=[by_token(Scope.TRAINING_READ, *TRAINS)])
def list_contests(desk: DeskOf, after: After = 0, limit: Limit = 50) -> Contests:
    """Return the contests."""
    with desk.sessions() as session:
        lines, total = contest_lines(session, limit, after)
    told = [
        ContestTold(
            contest_id=one.contest.contest_id,
            title=one.contest.title,
            period=one.contest.period,
            state=one.state,
            entries=one.entries,
            voters=one.voters,
            voted=one.voted,
            until=one.until,
            opened_by=one.contest.opened_by,
            opened_at=one.contest.opened_at,
        )
        for one in lines
    ]
    return Contests(total=total, contests=told)


@router.post("/training/contest", dependencies=WRITES, status_code=201)
def open_contest(desk: DeskOf, person: PersonOf, given: ContestGiven) -> ContestDetail:
    """Open a contest with the best calls of each team."""
    return contest_detail(desk, person, begin_contest(desk, person, ContestDraft(**given.model_dump())))


@router.get("/training/contest/{contest_id}", dependencies=[by_token(Scope.TRAINING_READ, *TRAINS, looks=True)])
def get_contest(desk: DeskOf, person: PersonOf, contest_id: Number) -> ContestDetail:
    """Return a contest to who runs it, and to nobody who is to vote blind in it."""
    with desk.sessions() as session:
        file = contest_file(session, contest_id)
    if votes_blind(file, person):
        raise Conflict(f"您是 {contest_id} 号评比的投票人，结束之前不能看名单", "看选票：…/vote")
    return contest_detail(desk, person, file)


@router.post("/training/contest/{contest_id}/entries/{entry_id}/removal", dependencies=WRITES, status_code=201)
def take_entry_off(
    desk: DeskOf, person: PersonOf, contest_id: Number, entry_id: Number, given: EntryReason
) -> ContestDetail:
    """Take an entry off the shortlist."""
    change = partial(remove_entry, reason=given.reason)
    return contest_detail(desk, person, change_list(desk, person, contest_id, entry_id, change))


@router.post("/training/contest/{contest_id}/entries/{entry_id}/return", dependencies=WRITES, status_code=201)
def put_entry_back(
    desk: DeskOf, person: PersonOf, contest_id: Number, entry_id: Number, given: EntryReason
) -> ContestDetail:
    """Put an entry back on the shortlist."""
    change = partial(restore_entry, reason=given.reason)
    return contest_detail(desk, person, change_list(desk, person, contest_id, entry_id, change))


@router.post("/training/contest/{contest_id}/entries/{entry_id}/clip", dependencies=WRITES, status_code=201)
def choose_entry_clip(
    desk: DeskOf, person: PersonOf, contest_id: Number, entry_id: Number, given: ClipChosen
) -> ContestDetail:
    """Say which clip of an entry's call is heard."""
    change = partial(choose_clip, clip_id=given.clip_id)
    return contest_detail(desk, person, change_list(desk, person, contest_id, entry_id, change))


@router.post("/training/contest/{contest_id}/voting", dependencies=WRITES, status_code=201)
def open_contest_vote(desk: DeskOf, person: PersonOf, contest_id: Number, given: VotingGiven) -> ContestDetail:
    """Open the vote: from then on the shortlist stands."""
    return contest_detail(desk, person, begin_voting(desk, person, contest_id, given.until, given.voters))


@router.post("/training/contest/{contest_id}/closing", dependencies=WRITES, status_code=201)
def close_contest(desk: DeskOf, person: PersonOf, contest_id: Number, given: EntryReason) -> ContestResult:
    """End a contest, as who opened it or a supervisor: from then on its result is seen and nobody votes."""
    return contest_result(desk, end_contest(desk, person, contest_id, given.reason), person)


@router.get(
    "/training/contest/{contest_id}/result",
    dependencies=[by_token(Scope.TRAINING_READ, *sorted(VOTES), looks=True)],
)
def get_contest_result(desk: DeskOf, person: PersonOf, contest_id: Number) -> ContestResult:
    """Return the result of a closed contest, to who runs contests or voted in it."""
    return contest_result(desk, closed_contest(desk, person, contest_id), person)
