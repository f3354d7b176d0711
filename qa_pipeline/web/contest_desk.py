"""声音里的微笑 as those see it who run it and who vote: who may do what with the list, and what a voter is shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models.accounts import Account, Person, Role
from qa_pipeline.models.clips import ClipFile, ClipTurn, ReadyClip
from qa_pipeline.models.contest import ContestDraft, ContestFile, ContestState
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.clips import clip_file, clip_files
from qa_pipeline.store.queries.contest import contest_file
from qa_pipeline.training.clips.leaving import sound_of, still_leaving, why_not
from qa_pipeline.training.contest.opening import VOTES, clips_for, open_contest, open_voting, saw_the_list
from qa_pipeline.training.contest.voting import Marks, Shown, clip_heard, close_contest, seen_by, vote
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.sealed import sealed_for
from qa_pipeline.web.training_records import TRAINS


class EntryChange(Protocol):
    """What is done with an entry of a contest."""

    def __call__(  # noqa: D102  # the class says it
        self, session: Session, contest_id: int, entry_id: int, *, by: Account, now: datetime
    ) -> ContestFile: ...


@dataclass(frozen=True, slots=True)
class Ballots:
    """What a voter is shown: the entries in an order of their own, and the masked words of each clip that may be heard.

    ``over``: no marks are taken any more.
    """

    file: ContestFile
    shown: tuple[Shown, ...]
    turns: dict[int, tuple[ClipTurn, ...]]
    over: bool


def begin_contest(desk: Desk, person: Person, draft: ContestDraft) -> ContestFile:
    """Open a contest with the best calls of each team; errors as `open_contest`."""
    with desk.deciding, desk.sessions.begin() as session:
        return open_contest(session, draft, person.account, secrets.token_hex(32), datetime.now())


def choices(session: Session, file: ContestFile) -> tuple[dict[int, tuple[ClipFile, ...]], list[Account]]:
    """Return what is chosen from before the vote is opened: each entry's clips, and who may vote blind."""
    if file.state is not ContestState.SHORTLISTED:
        return {}, []
    seen = saw_the_list(file)
    people = [a for a in accounts(session) if a.disabled_at is None and not a.is_program and VOTES & set(a.roles)]
    return clips_for(session, file.standing), [a for a in people if a.account_id not in seen]


def sealed_entries(desk: Desk, session: Session, person: Person, file: ContestFile) -> frozenset[int]:
    """Return the entries whose call somebody has to judge blind first: they are not told why it was chosen."""
    sealed = set(sealed_for(desk, session, person))
    return frozenset(entry.entry_id for entry in file.entries if entry.call_id in sealed)


def may_close(file: ContestFile, person: Person) -> bool:
    """Whether somebody may end a contest: who opened it, or a supervisor."""
    mine = person.account.account_id == file.contest.opened_by_id
    return file.state is ContestState.VOTING and (mine or person.has(Role.SUPERVISOR))


def change_list(desk: Desk, person: Person, contest_id: int, entry_id: int, change: EntryChange) -> ContestFile:
    """Do something with an entry, as who does not vote.

    Raises:
        NotFound: There is no such contest or entry.
        UserError: They are a voter, or as the change has it.
        Conflict: The vote is open, or as the change has it.
    """
    with desk.deciding, desk.sessions.begin() as session:
        if contest_file(session, contest_id).voter(person.account.account_id) is not None:
            raise UserError("您是投票人，不能整理名单", "请由没有投票的培训师或主管整理")
        return change(session, contest_id, entry_id, by=person.account, now=datetime.now())


def begin_voting(desk: Desk, person: Person, contest_id: int, until: date, members: Sequence[int]) -> ContestFile:
    """Open the vote; errors as `open_voting`."""
    with desk.deciding, desk.sessions.begin() as session:
        return open_voting(session, contest_id, until, members, person.account, datetime.now())


def end_contest(desk: Desk, person: Person, contest_id: int, reason: str) -> ContestFile:
    """End a contest; errors as `close_contest`."""
    with desk.deciding, desk.sessions.begin() as session:
        return close_contest(session, contest_id, person.account, reason, datetime.now())


def closed_contest(desk: Desk, person: Person, contest_id: int) -> ContestFile:
    """Return a contest to who may see its result: who runs contests, and who voted in it.

    Raises:
        NotFound: There is no such contest, or it is nothing to them.
    """
    with desk.sessions() as session:
        file = contest_file(session, contest_id)
    if not person.has(*TRAINS) and file.voter(person.account.account_id) is None:
        raise NotFound(f"没有 {contest_id} 号评比的结果可看", "从“我的培训”页面进入")
    return file


def seen_ballots(desk: Desk, person: Person, contest_id: int) -> Ballots:
    """Return what a voter is to hear, with the marks they gave.

    Raises:
        NotFound: There is no such contest, they were not invited, or the vote was not opened.
    """
    today = datetime.now().date()
    with desk.sessions() as session:
        file = contest_file(session, contest_id)
        shown = seen_by(file, person.account.account_id)
        clips = clip_files(session, {e.clip_id for e in shown})
        turns = {one.clip.clip_id: one.clip.turns for one in clips if not why_not(session, one.clip.clip_id)}
    return Ballots(file, shown, turns, file.voting is None or today > file.voting.until)


def keep_marks(
    desk: Desk, person: Person, contest_id: int, given_of: Callable[[tuple[Shown, ...]], Mapping[str, Marks]]
) -> ContestFile:
    """Keep a voter's marks: what ``given_of`` makes of the entries that they are shown. Errors as `vote`."""
    with desk.deciding, desk.sessions.begin() as session:
        shown = seen_by(contest_file(session, contest_id), person.account.account_id)
        return vote(session, contest_id, person.account, given_of(shown), datetime.now())


def sound_heard(desk: Desk, person: Person, contest_id: int, token: str) -> tuple[bytes, ReadyClip]:
    """Return the masked sound that a voter hears under a name, and its clip.

    Raises:
        NotFound: There is no such contest, they were not invited, it is none of theirs, or its file is gone.
        Conflict: Its approval was withdrawn, or its file is another.
    """
    with desk.sessions() as session:
        ready = _ready(session, clip_heard(contest_file(session, contest_id), person.account.account_id, token))
        still_leaving(session, (ready.clip_id,))
    return sound_of(desk.settings.workspace, ready), ready


def _ready(session: Session, clip_id: int) -> ReadyClip:
    c = clip_file(session, clip_id).clip
    return ReadyClip(c.clip_id, c.turns, c.voices, c.kind, c.sound_path, c.sound_sha256, c.duration_ms)
