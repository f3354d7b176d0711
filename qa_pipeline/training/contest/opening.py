"""Opening a contest, looking through its shortlist, and opening the vote."""

from __future__ import annotations

import hashlib
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.clips import ClipFile, ClipState
from qa_pipeline.models.contest import (
    ContestDraft,
    ContestEntry,
    ContestFile,
    ContestState,
    EntryStep,
    EntryWord,
    Voter,
    Voting,
)
from qa_pipeline.review import REASON_LIMIT
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.clips import clip_file, clips_of
from qa_pipeline.store.queries.contest import (
    ExemplaryCall,
    add_contest,
    add_entries,
    add_entry_word,
    add_voting,
    contest_file,
    hold_contest,
)
from qa_pipeline.store.queries.passages import unread
from qa_pipeline.training.clips.leaving import still_leaving
from qa_pipeline.training.clips.secrecy import barred_in, secret_because
from qa_pipeline.training.finding.exemplary import exemplary
from qa_pipeline.training.finding.keeping import finder_stamp, renew
from qa_pipeline.training.records.keeping import written

logger = logging.getLogger(__name__)
TITLE_LIMIT = 64
MOST_PER_TEAM = 10
LOOKED_THROUGH = 40
"""So many calls are looked through while somebody waits; more are the worker's."""
MOST_VOTERS = 300
FEWEST_VOTERS = 3
VOTES = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.TRAINER, Role.OPERATOR})
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def months_of(period: str) -> tuple[str, ...]:
    """Return the months of a period.

    Args:
        period: A month (2026-10) or a quarter (2026-Q4).

    Raises:
        UserError: It is neither.
    """
    if _MONTH.fullmatch(period):
        return (period,)
    if found := _QUARTER.fullmatch(period):
        return tuple(f"{found[1]}-{month:02}" for month in range(3 * int(found[2]) - 2, 3 * int(found[2]) + 1))
    raise UserError(f"“{period}”不是月份或季度", "写成 2026-10 或 2026-Q4")


def open_contest(session: Session, draft: ContestDraft, by: Account, seed: str, now: datetime) -> ContestFile:
    """Open a contest with the best calls of each team.

    Args:
        session: The unit of work.
        draft: Name, period and calls a team.
        by: Who opens it.
        seed: Random text that nobody can know: it orders what voters see.
        now: The centre's wall clock.

    Raises:
        UserError: No name, a period that is none, too many calls a team, no call that can be an example, or many
            calls that were not looked through yet: the best might be among them.
    """
    kept = replace(draft, title=written(draft.title, "名称", TITLE_LIMIT))
    if not 1 <= kept.per_team <= MOST_PER_TEAM:
        raise UserError(f"每组 {kept.per_team} 通不对", f"写 1 至 {MOST_PER_TEAM}")
    found = shortlist(_candidates(session, months_of(kept.period)), kept.per_team, seed)
    if not found:
        raise UserError(f"{kept.period} 没有可作示范的通话", "先质检该月通话并查找片段，或换一个时期")
    made = add_contest(session, kept, seed, (by.name, by.account_id), now)
    add_entries(session, made.contest_id, found)
    logger.info("contest %d opened with %d calls", made.contest_id, len(found))
    return contest_file(session, made.contest_id)


def _candidates(session: Session, months: Iterable[str]) -> Iterator[ExemplaryCall]:
    for month in months:
        if behind := _behind(session, month):
            raise UserError(
                f"{month} 还有 {behind} 通没有查找过片段", "后台空闲时会接着查，查完再发起（“片段”页看进度）"
            )
        for one in exemplary(session, month, without=barred_in(session, month)):
            found = one.exemplary
            whose = (one.operator_id, one.operator_name, one.team)
            yield ExemplaryCall(found.call_id, *whose, found.value, found.reasons)


def _behind(session: Session, month: str) -> int:
    """Return how many calls of a month are not looked through, after a few that are left were."""
    behind = len(unread(session, finder_stamp(), month))
    return renew(session, month) if 0 < behind <= LOOKED_THROUGH else behind


def shortlist(calls: Iterable[ExemplaryCall], per_team: int, seed: str) -> tuple[ExemplaryCall, ...]:
    """Return the best calls of each team, one of an operator; chance decides between equal ones. Pure."""
    best: dict[str, ExemplaryCall] = {}
    for call in calls:
        before = best.get(call.operator_id)
        if before is None or _rank(call, seed) < _rank(before, seed):
            best[call.operator_id] = call
    teams: defaultdict[str, list[ExemplaryCall]] = defaultdict(list)
    for call in best.values():
        teams[call.team].append(call)
    return tuple(
        call for team in sorted(teams) for call in sorted(teams[team], key=lambda c: _rank(c, seed))[:per_team]
    )


def remove_entry(
    session: Session, contest_id: int, entry_id: int, reason: str, by: Account, now: datetime
) -> ContestFile:
    """Take an entry off the shortlist.

    Raises:
        NotFound: No such contest or entry.
        UserError: Without a reason.
        Conflict: The vote is open, or it was taken off before.
    """
    file = _shortlisted(session, contest_id)
    entry = entry_of(file, entry_id)
    if entry_id in file.removed:
        raise Conflict(f"{entry.call_id} 已被 {file.removed[entry_id].by} 移出名单", "刷新页面")
    return _say(session, contest_id, entry_id, EntryStep.REMOVED, None, written(reason, "理由", REASON_LIMIT), by, now)


def restore_entry(
    session: Session, contest_id: int, entry_id: int, reason: str, by: Account, now: datetime
) -> ContestFile:
    """Put an entry back on the shortlist; errors as `remove_entry`."""
    file = _shortlisted(session, contest_id)
    entry = entry_of(file, entry_id)
    if entry_id not in file.removed:
        raise Conflict(f"{entry.call_id} 在名单上", "刷新页面")
    return _say(session, contest_id, entry_id, EntryStep.RESTORED, None, written(reason, "理由", REASON_LIMIT), by, now)


def choose_clip(
    session: Session, contest_id: int, entry_id: int, clip_id: int, by: Account, now: datetime
) -> ContestFile:
    """Say which clip of an entry's call is heard.

    Raises:
        NotFound: No such contest, entry or clip.
        UserError: The clip is of another call.
        Conflict: The vote is open, or the clip may not be used.
    """
    file = _shortlisted(session, contest_id)
    entry = entry_of(file, entry_id)
    if clip_file(session, clip_id).clip.call_id != entry.call_id:
        raise UserError(f"{clip_id} 号剪辑不是 {entry.call_id} 的", "选这通电话的剪辑")
    still_leaving(session, (clip_id,))
    if file.heard_as.get(entry_id) == clip_id:
        return file
    return _say(session, contest_id, entry_id, EntryStep.CLIP, clip_id, "", by, now)


def open_voting(
    session: Session, contest_id: int, until: date, members: Sequence[int], by: Account, now: datetime
) -> ContestFile:
    """Open the vote: from now on the shortlist stands.

    Args:
        session: The unit of work.
        contest_id: Which contest.
        until: The last day on which marks can be given.
        members: Ids of the accounts that may vote.
        by: Who opens it.
        now: The centre's wall clock.

    Raises:
        NotFound: No such contest.
        UserError: A day that is over, fewer than two entries, an entry without a clip, too few or too many voters, or
            one who cannot vote, or not blind.
        Conflict: It is open, or a clip may no longer be used.
    """
    file = _shortlisted(session, contest_id)
    if until < now.date():
        raise UserError(f"截止日期 {until} 已经过去", "写今天或以后的日期")
    if len(file.standing) < 2:
        raise UserError(f"名单上只有 {len(file.standing)} 通", "至少两通才能评比")
    heard = file.heard_as
    if silent := [entry.call_id for entry in file.standing if entry.entry_id not in heard]:
        raise UserError(f"还没有选定剪辑：{'、'.join(silent)}", "给每通选一段已批准的剪辑，或移出名单")
    still_leaving(session, [heard[entry.entry_id] for entry in file.standing])
    add_voting(session, contest_id, Voting(until, by.name, now), _voters(session, file, members))
    logger.info("contest %d: the vote is open", contest_id)
    return contest_file(session, contest_id)


def clips_for(session: Session, entries: Iterable[ContestEntry]) -> dict[int, tuple[ClipFile, ...]]:
    """Return by entry the clips of its call that may be heard now."""
    found = {}
    for entry in entries:
        usable = secret_because(session, entry.call_id) is None
        clips = clips_of(session, entry.call_id) if usable else ()
        found[entry.entry_id] = tuple(file for file in clips if file.state is ClipState.APPROVED)
    return found


def entry_of(file: ContestFile, entry_id: int) -> ContestEntry:
    """Return an entry of a contest.

    Raises:
        NotFound: It has none of that number.
    """
    found = next((entry for entry in file.entries if entry.entry_id == entry_id), None)
    if found is None:
        raise NotFound(f"{file.contest.contest_id} 号评比没有 {entry_id} 号参评通话", "从评比页面进入")
    return found


def saw_the_list(file: ContestFile) -> frozenset[int]:
    """Return the accounts that worked on the shortlist, and so cannot vote blind."""
    return frozenset({file.contest.opened_by_id, *(word.by_id for word in file.words)})


def _voters(session: Session, file: ContestFile, members: Sequence[int]) -> tuple[Voter, ...]:
    wanted = set(members)
    found = [a for a in accounts(session) if a.account_id in wanted and a.disabled_at is None]
    if not FEWEST_VOTERS <= len(found) <= MOST_VOTERS or len(found) != len(wanted):
        raise UserError(f"选了 {len(found)} 名投票人", f"选 {FEWEST_VOTERS} 至 {MOST_VOTERS} 名在用的账号")
    if strangers := [a.name for a in found if not VOTES & set(a.roles)]:
        raise UserError(f"{'、'.join(strangers)}不能投票", "投票人是话务员、质检员、主管或培训师")
    if seen := [a.name for a in found if a.account_id in saw_the_list(file)]:
        raise UserError(f"{'、'.join(seen)}整理过名单，知道谁是谁", "盲评请不要选整理名单的人")
    return tuple(Voter(a.account_id, a.name, a.operator_id) for a in found)


def _shortlisted(session: Session, contest_id: int) -> ContestFile:
    hold_contest(session, contest_id)
    file = contest_file(session, contest_id)
    if file.state is not ContestState.SHORTLISTED:
        raise Conflict(f"{contest_id} 号评比已开始投票，名单不能再改", "另开一次评比")
    return file


def _say(
    session: Session,
    contest_id: int,
    entry_id: int,
    step: EntryStep,
    clip_id: int | None,
    reason: str,
    by: Account,
    now: datetime,
) -> ContestFile:
    add_entry_word(session, EntryWord(entry_id, step, clip_id, reason, by.name, by.account_id, now))
    return contest_file(session, contest_id)


def _rank(call: ExemplaryCall, seed: str) -> tuple[float, str]:
    return -call.value, hashlib.sha256(f"{seed}\n{call.call_id}".encode()).hexdigest()
