"""The 声音里的微笑 contest as it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import false, func, select, update
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.contest import (
    Ballot,
    Contest,
    ContestClosing,
    ContestDraft,
    ContestEntry,
    ContestFile,
    ContestState,
    EntryWord,
    Voter,
    Voting,
)
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import (
    BallotRow,
    ContestClosingRow,
    ContestEntryRow,
    ContestRow,
    EntryWordRow,
    OperatorRow,
    VoterRow,
    VotingRow,
)


@dataclass(frozen=True, slots=True)
class ExemplaryCall:
    """A call that can be held up as an example, with whoever answered it."""

    call_id: str
    operator_id: str
    operator: str
    team: str
    value: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContestLine:
    """A contest for a list: how many entries, voters, and voters who gave marks."""

    contest: Contest
    state: ContestState
    entries: int
    voters: int
    voted: int
    until: date | None


def add_contest(session: Session, draft: ContestDraft, seed: str, by: tuple[str, int], now: datetime) -> Contest:
    """Write a contest; ``by`` is the name and account of who opens it."""
    row = as_row(ContestRow, draft, seed=seed, opened_by=by[0], opened_by_id=by[1], opened_at=now)
    session.add(row)
    session.flush()
    return as_model(Contest, row)


def add_entries(session: Session, contest_id: int, calls: Iterable[ExemplaryCall]) -> None:
    """Write the calls of a shortlist."""
    session.add_all(as_row(ContestEntryRow, call, contest_id=contest_id) for call in calls)
    session.flush()


def add_entry_word(session: Session, word: EntryWord) -> None:
    """Write what somebody did with an entry."""
    session.add(as_row(EntryWordRow, word))
    session.flush()


def add_voting(session: Session, contest_id: int, voting: Voting, voters: Iterable[Voter]) -> None:
    """Write that the vote was opened, and for whom."""
    session.add(as_row(VotingRow, voting, contest_id=contest_id))
    session.add_all(as_row(VoterRow, voter, contest_id=contest_id) for voter in voters)
    session.flush()


def add_ballots(session: Session, contest_id: int, ballots: Iterable[Ballot]) -> None:
    """Write what a voter gave."""
    for ballot in ballots:  # one by one: their numbers say which came last
        session.add(as_row(BallotRow, ballot, contest_id=contest_id))
        session.flush()


def add_contest_closing(session: Session, contest_id: int, closing: ContestClosing) -> None:
    """Write that a contest was ended."""
    session.add(as_row(ContestClosingRow, closing, contest_id=contest_id))
    session.flush()


def hold_contest(session: Session, contest_id: int) -> None:
    """Keep others from saying anything in a contest until this unit of work ends; read it afterwards.

    PostgreSQL locks the contest's row. SQLite has one lock for all writers, taken by any write, even one that changes
    no row.
    """
    nothing = update(OperatorRow).where(false()).values(name=OperatorRow.name)
    session.execute(nothing, execution_options={"synchronize_session": False})
    session.scalar(select(ContestRow.contest_id).where(ContestRow.contest_id == contest_id).with_for_update())


def contest_file(session: Session, contest_id: int) -> ContestFile:
    """Return a contest with all that was said in it; of each voter the latest marks of each entry.

    Raises:
        NotFound: There is no such contest.
    """
    row = session.get(ContestRow, contest_id)
    if row is None:
        raise NotFound(f"没有 {contest_id} 号评比", "从评比列表进入")
    mine = select(ContestEntryRow.entry_id).where(ContestEntryRow.contest_id == contest_id)
    entries = select(ContestEntryRow).where(ContestEntryRow.contest_id == contest_id)
    words = select(EntryWordRow).where(EntryWordRow.entry_id.in_(mine)).order_by(EntryWordRow.word_id)
    voters = select(VoterRow).where(VoterRow.contest_id == contest_id).order_by(VoterRow.name)
    voting, closing = session.get(VotingRow, contest_id), session.get(ContestClosingRow, contest_id)
    return ContestFile(
        contest=as_model(Contest, row),
        entries=tuple(
            as_model(ContestEntry, one) for one in session.scalars(entries.order_by(ContestEntryRow.entry_id))
        ),
        words=tuple(as_model(EntryWord, one) for one in session.scalars(words)),
        voting=None if voting is None else as_model(Voting, voting),
        voters=tuple(as_model(Voter, one) for one in session.scalars(voters)),
        ballots=_latest(session, contest_id),
        closing=None if closing is None else as_model(ContestClosing, closing),
    )


def contest_lines(session: Session, limit: int, offset: int) -> tuple[tuple[ContestLine, ...], int]:
    """Return some contests, the newest first, and how many there are."""
    total = session.scalar(select(func.count()).select_from(ContestRow)) or 0
    numbers = session.scalars(
        select(ContestRow.contest_id).order_by(ContestRow.contest_id.desc()).limit(limit).offset(offset)
    ).all()
    return tuple(_line(contest_file(session, number)) for number in numbers), total


def contests_to_vote(session: Session, account_id: int, today: date) -> tuple[Contest, ...]:
    """Return the contests in which somebody may vote today, the first to end first."""
    rows = session.scalars(
        select(ContestRow)
        .join(VotingRow, VotingRow.contest_id == ContestRow.contest_id)
        .join(VoterRow, VoterRow.contest_id == ContestRow.contest_id)
        .where(VoterRow.account_id == account_id, VotingRow.until >= today)
        .where(ContestRow.contest_id.not_in(select(ContestClosingRow.contest_id)))
        .order_by(VotingRow.until, ContestRow.contest_id)
    )
    return tuple(as_model(Contest, row) for row in rows)


def contests_invited_to(session: Session, account_id: int) -> tuple[Contest, ...]:
    """Return all contests in which somebody was to vote, the newest first."""
    rows = session.scalars(
        select(ContestRow)
        .join(VoterRow, VoterRow.contest_id == ContestRow.contest_id)
        .where(VoterRow.account_id == account_id)
        .order_by(ContestRow.contest_id.desc())
    )
    return tuple(as_model(Contest, row) for row in rows)


def _line(file: ContestFile) -> ContestLine:
    return ContestLine(
        file.contest,
        file.state,
        len(file.standing),
        len(file.voters),
        len({ballot.account_id for ballot in file.ballots}),
        None if file.voting is None else file.voting.until,
    )


def _latest(session: Session, contest_id: int) -> tuple[Ballot, ...]:
    newest = (
        select(func.max(BallotRow.ballot_id))
        .where(BallotRow.contest_id == contest_id)
        .group_by(BallotRow.account_id, BallotRow.entry_id)
    )
    rows = session.scalars(select(BallotRow).where(BallotRow.ballot_id.in_(newest)).order_by(BallotRow.ballot_id))
    return tuple(as_model(Ballot, row) for row in rows)
