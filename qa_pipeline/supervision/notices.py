"""Supervision notices: entered by one, approved by another, who never is the one judged.

A reminder among colleagues (全员互相监督提醒) costs nothing until a leader confirms it. A notice belongs to the month
in which it happened; a settled month takes none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.appeals import AppealFile
from qa_pipeline.models.persons import one_person
from qa_pipeline.models.supervision import (
    NoticeDraft,
    NoticeFile,
    NoticeState,
    NoticeStep,
    NoticeWord,
    Office,
)
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.supervision import (
    add_notice,
    add_notice_word,
    notice_file,
    notices_of,
)
from qa_pipeline.supervision.asking import (
    Roster,
    person,
    refuse_backwards,
    refuse_one_person,
    roster_of,
    wording,
)
from qa_pipeline.supervision.notice_checks import (
    complete,
    refuse_no_leader,
    refuse_people,
    refuse_points,
    refuse_settled,
    refuse_too_much,
)

logger = logging.getLogger(__name__)


def enter_notice(session: Session, settings: Settings, draft: NoticeDraft, by: str, now: datetime) -> NoticeFile:
    """Enter a notice; the one that exists where the same was entered already.

    Args:
        session: The unit of work.
        settings: The most points that a notice takes.
        draft: What was seen, with the points proposed.
        by: Who enters it.
        now: The centre's wall clock.

    Raises:
        NotFound: No such operator or call.
        UserError: It is incomplete, lies in the future, takes too much or less than nothing, speaks of somebody
            else's call, or is entered or witnessed by the operator judged.
        Conflict: The month is settled.
    """
    roster = roster_of(session)
    kept = complete(session, draft, roster)
    name = person(by, "登记人")
    refuse_people(kept, name, roster)
    refuse_points(kept.points, settings)
    if kept.happened_at > now:
        raise UserError(f"发生时间 {kept.happened_at:%Y-%m-%d %H:%M} 还没有到", "核对日期和时间后再登记")
    refuse_settled(session, f"{kept.happened_at:%Y-%m}", kept.operator_id)
    if (same := _already(session, kept)) is not None:
        return same
    notice = add_notice(session, kept, name, now)
    logger.info("notice %d on operator %s", notice.notice_id, notice.operator_id)
    return NoticeFile(notice)


def approve_notice(
    session: Session,
    settings: Settings,
    notice_id: int,
    by: str,
    office: Office,
    reason: str,
    now: datetime,
    *,
    points: Decimal | None = None,
    criticised: bool = False,
) -> NoticeFile:
    """Approve a notice: from then on it takes its points from the month.

    Args:
        session: The unit of work.
        settings: The most points that notices take of a month.
        notice_id: Its number.
        by: Who approves it.
        office: In which capacity.
        reason: What it rests on.
        now: The centre's wall clock.
        points: Fewer than were proposed; None: as proposed.
        criticised: A criticism notice (通报批评) follows.

    Raises:
        NotFound: No such notice.
        UserError: By the operator judged, by who entered or saw it, by who leads nobody, of more points than were
            proposed or than the month may lose, or the clock went backwards.
        Conflict: It was answered before, or the month is settled.
    """
    file, roster, name = _to_answer(session, notice_id, by, now)
    notice = file.notice
    refuse_one_person(name, ((notice.entered_by, "登记人"), (notice.seen_by, "发现人")), roster, "审批")
    refuse_no_leader(name, roster, f"以{office.name_zh}身份审批")
    taken = notice.points if points is None else points
    refuse_points(taken, settings)
    if taken > notice.points:
        raise UserError(
            f"批准扣 {taken} 分，多于登记时提出的 {notice.points} 分", "不能加重；确需多扣的，驳回后按事实重新登记"
        )
    refuse_too_much(session, settings, file, taken)
    word = _word(file, NoticeStep.APPROVED, name, wording(reason, "审批意见"), now)
    return _said(session, file, replace(word, office=office, points=taken, criticised=criticised))


def reject_notice(session: Session, notice_id: int, by: str, reason: str, now: datetime) -> NoticeFile:
    """Reject a notice, by another person than who entered it and who is judged.

    Raises:
        NotFound: No such notice.
        UserError: Without a reason, by who entered it or by the operator judged, or the clock went backwards.
        Conflict: It was answered before, or the month is settled.
    """
    file, roster, name = _to_answer(session, notice_id, by, now)
    refuse_one_person(name, ((file.notice.entered_by, "登记人"),), roster, "驳回")
    return _said(session, file, _word(file, NoticeStep.REJECTED, name, wording(reason, "驳回理由"), now))


def withdraw_notice(session: Session, notice_id: int, by: str, reason: str, now: datetime) -> NoticeFile:
    """Take a notice back: who entered or saw it before it is answered, a leader or supervisor afterwards.

    Raises:
        NotFound: No such notice.
        UserError: Without a reason, by somebody who may not, or the clock went backwards.
        Conflict: It was rejected or taken back before, or the month is settled.
    """
    file, roster, name = _to_answer(session, notice_id, by, now, but=NoticeState.APPROVED)
    notice = file.notice
    approved = file.state is NoticeState.APPROVED
    if approved:
        refuse_no_leader(name, roster, "撤销已批准的记录")
    elif not any(one_person(name, other, roster) for other in (notice.entered_by, notice.seen_by)):
        raise UserError(f"{name}不是该记录的登记人或发现人，不能撤回", "不同意该记录的，请驳回并写明理由")
    step = NoticeStep.REVOKED if approved else NoticeStep.WITHDRAWN
    return _said(session, file, _word(file, step, name, wording(reason, "撤回理由"), now))


def appealed_notice(
    session: Session, file: NoticeFile, by: str, points: Decimal, appeal_id: int, reason: str, now: datetime
) -> NoticeFile:
    """Write what an appeal that was won leaves of a notice of an open month: fewer points, or nothing."""
    word = _word(file, _step_to(points), by, reason, now)
    return _said(session, file, replace(word, points=points if points > 0 else None, appeal_id=appeal_id))


def _already(session: Session, draft: NoticeDraft) -> NoticeFile | None:
    """Return the notice that says the same and was not taken back: a file that is imported twice enters nothing."""
    month = f"{draft.happened_at:%Y-%m}"
    gone = {NoticeState.WITHDRAWN, NoticeState.REVOKED}
    for file in notices_of(session, month, draft.operator_id):
        notice = file.notice
        if file.state not in gone and (notice.kind, notice.happened_at, notice.what, notice.call_id) == (
            draft.kind, draft.happened_at, draft.what, draft.call_id,
        ):  # fmt: skip
            return file
    return None


def _to_answer(
    session: Session, notice_id: int, by: str, now: datetime, but: NoticeState | None = None
) -> tuple[NoticeFile, Roster, str]:
    """Return a notice that may still be answered, read after others are kept from answering it."""
    notice = notice_file(session, notice_id).notice
    refuse_settled(session, notice.month, notice.operator_id)
    file, roster, name = notice_file(session, notice_id), roster_of(session), person(by, "办理人")
    refuse_one_person(name, ((notice.operator_id, "被记录人本人"),), roster, "办理")
    if file.state not in {NoticeState.ENTERED, but}:
        last = file.words[-1]
        raise Conflict(
            f"{notice_id} 号监督记录{file.state.name_zh}（{last.by}，{last.said_at:%Y-%m-%d %H:%M}）",
            "不能重复办理；已批准的可以撤销",
        )
    refuse_backwards(now, file.words[-1].said_at if file.words else notice.entered_at, "登记或上次办理")
    return file, roster, name


def _word(file: NoticeFile, step: NoticeStep, by: str, reason: str, now: datetime) -> NoticeWord:
    return NoticeWord(file.notice.notice_id, len(file.words) + 1, step, by, None, reason, None, False, None, now)


def _said(session: Session, file: NoticeFile, word: NoticeWord) -> NoticeFile:
    add_notice_word(session, word)
    logger.info("notice %d: %s", word.notice_id, word.step.value)
    return replace(file, words=(*file.words, word))


def criticised(files: tuple[NoticeFile, ...], numbers: tuple[int, ...] = ()) -> tuple[NoticeFile, ...]:
    """Return the notices that led to a criticism notice: those of some numbers, or all.

    Raises:
        NotFound: One of the numbers is not among them.
    """
    found = {file.notice.notice_id: file for file in files if file.criticised}
    if missing := [n for n in numbers if n not in found]:
        raise NotFound(
            f"{'、'.join(map(str, missing))} 号监督记录没有通报批评", "批准时选了通报批评、申诉没有推翻的才能打印通报"
        )
    return tuple(found[n] for n in numbers) if numbers else tuple(found.values())


def as_appealed(files: tuple[NoticeFile, ...], appeals: Iterable[AppealFile]) -> tuple[NoticeFile, ...]:
    """Return notices as the appeals left them that were won, those of settled months too.

    A settled month takes no more words, so that its notices stand there as they were; but nobody is to be criticised
    in public for what an appeal has cleared.
    """
    won = {file.appeal.target.notice_id: file for file in appeals if file.state.won}
    return tuple(_with_ruling(file, won.get(file.notice.notice_id)) for file in files)


def _with_ruling(file: NoticeFile, appeal: AppealFile | None) -> NoticeFile:
    if appeal is None or any(word.appeal_id == appeal.appeal.appeal_id for word in file.words):
        return file
    ruling = appeal.words[-1]
    left = ruling.changes[0].points or None
    word = NoticeWord(
        notice_id=file.notice.notice_id, position=len(file.words) + 1, step=_step_to(left), by=ruling.by, office=None,
        reason=ruling.reason, points=left, criticised=False, appeal_id=ruling.appeal_id, said_at=ruling.said_at,
    )  # fmt: skip
    return replace(file, words=(*file.words, word))


def _step_to(left: Decimal | None) -> NoticeStep:
    return NoticeStep.REDUCED if left else NoticeStep.REVOKED
