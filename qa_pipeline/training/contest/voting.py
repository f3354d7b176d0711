"""Voting blind: who sees what in which order, giving marks, ending the vote, and what it came to.

A voter sees numbers in an order of their own and never whose call it is; their own call is not among them. What was
given is shown to nobody but its voter before the contest is closed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.contest import (
    HIGHEST,
    LOWEST,
    Ballot,
    Contest,
    ContestClosing,
    ContestEntry,
    ContestFile,
    ContestState,
    Voter,
)
from qa_pipeline.review import REASON_LIMIT
from qa_pipeline.store.queries.contest import add_ballots, add_contest_closing, contest_file, hold_contest
from qa_pipeline.training.records.keeping import written
from scoring.votes import Tallied, tally

logger = logging.getLogger(__name__)
Marks = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one voter sees it: a number of theirs, a name that tells nothing, and the clip that is heard."""

    number: int
    token: str
    clip_id: int
    given: Ballot | None


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its result."""

    entry: ContestEntry
    result: Tallied


def seen_by(file: ContestFile, account_id: int) -> tuple[Shown, ...]:
    """Return the entries as a voter sees them, in the voter's own order, without their own call.

    Raises:
        NotFound: They were not invited, or the vote was not opened.
    """
    voter = _voter(file, account_id)
    given = {ballot.entry_id: ballot for ballot in file.ballots if ballot.account_id == account_id}
    heard = file.heard_as
    others = [entry for entry in file.standing if entry.operator_id != voter.operator_id]
    ordered = sorted((token_of(file.contest, account_id, entry.entry_id), entry.entry_id) for entry in others)
    return tuple(
        Shown(number, token, heard[entry_id], given.get(entry_id))
        for number, (token, entry_id) in enumerate(ordered, start=1)
    )


def token_of(contest: Contest, account_id: int, entry_id: int) -> str:
    """Return what an entry is called for one voter: its own for each, and nobody can tell entries by it."""
    text = f"{contest.seed}\n{contest.contest_id}\n{account_id}\n{entry_id}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def clip_heard(file: ContestFile, account_id: int, token: str) -> int:
    """Return the clip that a voter hears under a name.

    Raises:
        NotFound: They were not invited, or it is none of theirs.
    """
    found = next((one.clip_id for one in seen_by(file, account_id) if one.token == token), None)
    if found is None:
        raise NotFound("没有这段参评声音", "从投票页面播放")
    return found


def vote(session: Session, contest_id: int, account: Account, given: Mapping[str, Marks], now: datetime) -> ContestFile:
    """Keep a voter's marks; what is as it was before is not written again, and all can be changed until the end.

    Args:
        session: The unit of work.
        contest_id: Which contest.
        account: Who votes.
        given: Marks by the name that an entry has for this voter (`Shown.token`).
        now: The centre's wall clock.

    Raises:
        NotFound: They were not invited, or a name is none of theirs: such as that of their own call.
        UserError: Marks beyond the scale.
        Conflict: The vote is over.
    """
    hold_contest(session, contest_id)
    file = contest_file(session, contest_id)
    _voter(file, account.account_id)
    _refuse_over(file, now.date())
    names = {token_of(file.contest, account.account_id, entry.entry_id): entry for entry in _others(file, account)}
    before = {ballot.entry_id: ballot.marks for ballot in file.ballots if ballot.account_id == account.account_id}
    ballots = []
    for token, marks in given.items():
        if token not in names:
            raise NotFound("选票里有一段不在您要评的之内", "刷新页面后再评")
        if any(not LOWEST <= mark <= HIGHEST for mark in marks):
            raise UserError(f"分数应在 {LOWEST} 至 {HIGHEST} 之间", "刷新页面后再评")
        entry_id = names[token].entry_id
        if before.get(entry_id) != marks:
            ballots.append(Ballot(account.account_id, entry_id, *marks, said_at=now))
    add_ballots(session, contest_id, ballots)
    return contest_file(session, contest_id)


def close_contest(session: Session, contest_id: int, by: Account, reason: str, now: datetime) -> ContestFile:
    """End a contest: by who opened it, or a supervisor. From then on its result is seen and nobody votes.

    Raises:
        NotFound: No such contest.
        UserError: By somebody else, without a reason, or before the vote was opened.
        Conflict: It is closed.
    """
    hold_contest(session, contest_id)
    file = contest_file(session, contest_id)
    if Role.SUPERVISOR not in by.roles and by.account_id != file.contest.opened_by_id:
        raise UserError(f"{contest_id} 号评比由 {file.contest.opened_by} 发起", "由发起人或主管结束")
    if file.closing is not None:
        raise Conflict(f"{contest_id} 号评比已由 {file.closing.closed_by} 结束", "看结果")
    if file.voting is None:
        raise UserError(f"{contest_id} 号评比还没有投票", "先开始投票")
    add_contest_closing(session, contest_id, ContestClosing(by.name, now, written(reason, "说明", REASON_LIMIT)))
    logger.info("contest %d closed", contest_id)
    return contest_file(session, contest_id)


def placed(file: ContestFile) -> tuple[Placed, ...]:
    """Return the result, the best first.

    Raises:
        Conflict: The contest is not closed: until then nobody sees it.
    """
    if file.state is not ContestState.CLOSED:
        raise Conflict(f"{file.contest.contest_id} 号评比还没有结束", "结束之后才有结果")
    given: dict[int, dict[int, tuple[int, ...]]] = {entry.entry_id: {} for entry in file.standing}
    for ballot in file.ballots:
        given[ballot.entry_id][ballot.account_id] = ballot.marks
    entries = {entry.entry_id: entry for entry in file.standing}
    return tuple(Placed(entries[one.entry], one) for one in tally(given, LOWEST, HIGHEST))


def whole_ballots(file: ContestFile) -> int:
    """Return how many voters gave marks to all that they were to hear."""
    own = {
        voter.account_id: len([e for e in file.standing if e.operator_id != voter.operator_id]) for voter in file.voters
    }
    given = dict.fromkeys(own, 0)
    for ballot in file.ballots:
        given[ballot.account_id] += 1
    return sum(given[account_id] >= wanted for account_id, wanted in own.items())


def _others(file: ContestFile, account: Account) -> tuple[ContestEntry, ...]:
    own = {_voter(file, account.account_id).operator_id, account.operator_id} - {None}
    return tuple(entry for entry in file.standing if entry.operator_id not in own)


def _voter(file: ContestFile, account_id: int) -> Voter:
    found = file.voter(account_id)
    if found is None:
        raise NotFound(f"您不在 {file.contest.contest_id} 号评比的投票人之内", "需要的话请与发起人联系")
    return found


def _refuse_over(file: ContestFile, today: date) -> None:
    if file.closing is not None:
        raise Conflict(f"{file.contest.contest_id} 号评比已结束，选票不再收", "看结果")
    if file.voting is not None and today > file.voting.until:
        raise Conflict(f"投票已于 {file.voting.until} 截止，选票不再收", "请等结果")
