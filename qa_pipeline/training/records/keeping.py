"""Entering a session, saying who attended it, correcting that, and withdrawing what was entered by mistake."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models import Operator
from qa_pipeline.models.persons import as_written, one_person, plain
from qa_pipeline.models.training_records import (
    AttendanceWord,
    Presence,
    Seen,
    SessionDraft,
    SessionFile,
    SessionWithdrawal,
)
from qa_pipeline.review import NAME_LIMIT, REASON_LIMIT
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.training_records import (
    add_attendance,
    add_session_withdrawal,
    add_training_session,
    hold_training,
    same_session,
    training_file,
)

logger = logging.getLogger(__name__)
TOPIC_LIMIT = 64
MOST_MINUTES = 24 * 60
AWAY = frozenset({Presence.ABSENT, Presence.EXCUSED})


def enter_session(
    session: Session, draft: SessionDraft, known_items: Collection[str], by: str, now: datetime
) -> SessionFile:
    """Enter a session that was held.

    Raises:
        UserError: A day to come, no topic or leader, minutes that cannot be, a team or an item that nobody knows.
        Conflict: The same session was entered before.
    """
    hold_training(session)
    kept = checked(draft, {o.team for o in operators(session)}, known_items, now.date())
    if (before := same_session(session, kept)) is not None:
        raise Conflict(
            f"{kept.held_on} 的“{kept.topic}”已登记（{before.session_id} 号，{before.entered_by}）",
            "打开那一条登记出席；确是另一场的，主题写得能区分",
        )
    made = add_training_session(session, kept, by, now)
    logger.info("training session %d entered", made.session_id)
    return SessionFile(made)


def checked(draft: SessionDraft, teams: Collection[str], known_items: Collection[str], today: date) -> SessionDraft:
    """Return a session as it is kept.

    Raises:
        UserError: See `enter_session`.
    """
    if draft.held_on > today:
        raise UserError(f"培训日期 {draft.held_on} 还没有到", "举行之后再登记")
    if not 1 <= draft.minutes <= MOST_MINUTES:
        raise UserError(f"时长 {draft.minutes} 分钟不对", f"写 1 至 {MOST_MINUTES} 的整数")
    if draft.team and draft.team not in teams:
        raise UserError(f"花名册上没有班组“{draft.team}”", "从列表里选，或选“全体”")
    if unknown := [item for item in draft.items if item not in known_items]:
        raise UserError(f"评分标准没有 {'、'.join(unknown)} 这些项", "刷新页面后再选")
    return replace(
        draft,
        topic=written(draft.topic, "主题", TOPIC_LIMIT),
        leader=written(plain(draft.leader), "主讲人", NAME_LIMIT),
        items=tuple(dict.fromkeys(draft.items)),
    )


def record_attendance(
    session: Session, session_id: int, said: Mapping[str, Seen], why: str, by: str, now: datetime
) -> SessionFile:
    """Say who attended; what is as it was said before is not written again.

    Args:
        session: The unit of work.
        session_id: Which session.
        said: By operator id what is said of them; of others nothing is said.
        why: Why earlier words are corrected; may be empty where none is.
        by: Who says it.
        now: The centre's wall clock.

    Raises:
        NotFound: No such session, or somebody who is not on the roster.
        UserError: An absence without a reason, a day of making up that cannot be, one's own attendance, or a correction
            without a reason.
        Conflict: The session was withdrawn.
    """
    hold_training(session)
    file, roster = _open(session, session_id), {o.operator_id: o for o in operators(session)}
    before = file.latest
    words = []
    for operator_id, seen in said.items():
        if operator_id not in roster:
            raise NotFound(f"花名册上没有工号“{operator_id}”", "请核对工号；新入职的先导入花名册")
        kept = _seen(seen, roster[operator_id], file, now.date())
        if operator_id in before and before[operator_id].seen == kept:
            continue
        _refuse_own(by, roster[operator_id], tuple(roster.values()))
        given = written(why, "更正原因", REASON_LIMIT) if operator_id in before else ""
        words.append(
            AttendanceWord(session_id, operator_id, kept.presence, kept.made_up_on, kept.reason, given, by, now)
        )
    add_attendance(session, words)
    return training_file(session, session_id)


def withdraw_session(session: Session, session_id: int, why: str, by: str, now: datetime) -> SessionFile:
    """Say that a session was entered by mistake; it stays to be read and counts nowhere.

    Raises:
        NotFound: No such session.
        UserError: Without a reason.
        Conflict: It was withdrawn before.
    """
    hold_training(session)
    _open(session, session_id)
    add_session_withdrawal(session, SessionWithdrawal(session_id, written(why, "撤销原因", REASON_LIMIT), by, now))
    logger.info("training session %d withdrawn", session_id)
    return training_file(session, session_id)


def written(text: str, what: str, limit: int) -> str:
    """Return words as they are kept.

    Raises:
        UserError: There are none, or too many.
    """
    words = as_written(text)
    if not words:
        raise UserError(f"没有写明{what}", "写一句话")
    if len(words) > limit:
        raise UserError(f"{what}超过 {limit} 个字", "请写短一些")
    return words


def _open(session: Session, session_id: int) -> SessionFile:
    file = training_file(session, session_id)
    if file.withdrawal is not None:
        raise Conflict(f"{session_id} 号培训记录已由 {file.withdrawal.by} 撤销", "另登记一条")
    return file


def _seen(seen: Seen, operator: Operator, file: SessionFile, today: date) -> Seen:
    if seen.presence is Presence.PRESENT:
        return Seen(Presence.PRESENT)
    if seen.presence in AWAY:
        return Seen(seen.presence, None, written(seen.reason, f"{operator.name}{seen.presence.name_zh}的原因", 200))
    held = file.session.held_on
    if seen.made_up_on is None or not held <= seen.made_up_on <= today:
        raise UserError(f"{operator.name}的补课日期不在 {held} 与今天之间", "写补课的那一天")
    return Seen(Presence.MADE_UP, seen.made_up_on, as_written(seen.reason)[:REASON_LIMIT])


def _refuse_own(by: str, operator: Operator, roster: tuple[Operator, ...]) -> None:
    if one_person(by, operator.operator_id, roster):
        raise UserError(f"{by}不能登记自己的出席", "请由其他人登记")
