"""Appeals: filed by the operator, answered by a reviewer, decided by a supervisor; none of them judged it before.

On an open month an appeal that is won becomes a decision; on a settled month it is kept with its changes, for an
adjustment. A pending appeal holds the month back from counting towards three in a row.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models import Verdict
from qa_pipeline.models.appeals import (
    AppealFile,
    AppealKind,
    AppealState,
    AppealStep,
    AppealTarget,
    AppealWord,
)
from qa_pipeline.models.persons import named
from qa_pipeline.review import REASON_LIMIT, decide
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.appeals import add_appeal, add_appeal_word, appeal_file, appeals_of
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import Closing, closing_of, hold_month
from qa_pipeline.store.queries.people import hold_operator
from qa_pipeline.store.queries.supervision import notice_file
from qa_pipeline.supervision.appeal_changes import Ruling, changes_of
from qa_pipeline.supervision.appeal_targets import concerned, faults_of
from qa_pipeline.supervision.asking import person, refuse_backwards, refuse_one_person, roster_of, wording
from qa_pipeline.supervision.notices import appealed_notice
from qa_pipeline.supervision.workdays import Deadline, workdays_of

logger = logging.getLogger(__name__)


def file_appeal(
    session: Session, settings: Settings, target: AppealTarget, by: str, reason: str, now: datetime
) -> AppealFile:
    """File an appeal.

    Args:
        session: The unit of work.
        settings: Deadlines and the calendar they go by.
        target: What it is against (`qa_pipeline.supervision.appeal_targets`).
        by: The operator, by number or name.
        reason: Why.
        now: The centre's wall clock.

    Raises:
        UserError: By somebody else, without a reason, after the deadline, or the clock went backwards.
        Conflict: The same was appealed against before, and not taken back.
    """
    name, words = person(by, "申诉人"), wording(reason, "申诉理由")
    if not _is(session, name, target.operator_id):
        raise UserError(f"{name}不是工号 {target.operator_id} 本人，不能代为申诉", "由本人提出；花名册上有重名的写工号")
    hold_month(session, target.month)
    hold_operator(session, target.operator_id)
    _refuse_again(session, target)
    late_doubt = _late_doubt(session, settings, target, now)
    due = workdays_of(settings).after(now.date(), settings.decide_workdays)
    appeal = add_appeal(session, target, words, name, now, due.day, late_doubt=late_doubt)
    logger.info("appeal %d against %s", appeal.appeal_id, target.kind.value)
    return AppealFile(appeal)


def answer_appeal(
    session: Session, settings: Settings, appeal_id: int, by: str, words: str, now: datetime
) -> AppealFile:
    """Answer an appeal: what a reviewer finds who did not judge it, before a supervisor decides.

    Raises:
        NotFound: No such appeal.
        UserError: Without words, by the operator or by whose verdict it is, or the clock went backwards.
        Conflict: It was answered, decided or taken back before.
    """
    file, name = _next(session, settings, appeal_id, by, "答复人", now)
    if file.state is not AppealState.FILED:
        raise Conflict(_stands(file), "不能重复答复")
    return _said(session, file, _word(file, AppealStep.ANSWERED, name, wording(words, "答复"), now))


def decide_appeal(
    session: Session, settings: Settings, appeal_id: int, by: str, ruling: Ruling, reason: str, now: datetime
) -> AppealFile:
    """Decide an appeal that was answered. In an open month what is won takes effect at once.

    Args:
        session: The unit of work.
        settings: The scorecard in force.
        appeal_id: Its number.
        by: The supervisor.
        ruling: What becomes of it.
        reason: Why.
        now: The centre's wall clock.

    Raises:
        NotFound: No such appeal.
        UserError: It was not answered, or the decision is by the operator, by who answered or by whose verdict it is,
            without a reason, or does not fit what is appealed against.
        Conflict: It was decided or taken back before.
    """
    file, name = _next(session, settings, appeal_id, by, "裁定人", now)
    if file.state is AppealState.FILED:
        raise UserError(f"{appeal_id} 号申诉还没有质检员答复", "先由质检员答复")
    if file.state is not AppealState.ANSWERED:
        raise Conflict(_stands(file), "不能重复裁定")
    refuse_one_person(name, ((file.words[-1].by, "答复人"),), roster_of(session), "裁定")
    words = wording(reason, "裁定理由")
    changes = changes_of(session, settings, file.appeal.target, ruling)
    decided = _said(
        session, file, replace(_word(file, AppealStep(ruling.step.value), name, words, now), changes=changes)
    )
    if closing_of(session, file.appeal.target.month) is None:
        _take_effect(session, decided, now)
        _confirm_rejected(session, settings, decided, now)
    return decided


def withdraw_appeal(session: Session, appeal_id: int, by: str, reason: str, now: datetime) -> AppealFile:
    """Take an appeal back, by the operator, as long as it is not decided.

    Raises:
        NotFound: No such appeal.
        UserError: By somebody else, or the clock went backwards.
        Conflict: It was decided or taken back before.
    """
    target = appeal_file(session, appeal_id).appeal.target
    hold_month(session, target.month)
    hold_operator(session, target.operator_id)
    file, name = appeal_file(session, appeal_id), person(by, "申诉人")
    if not _is(session, name, target.operator_id):
        raise UserError(f"{name}不是申诉人本人，不能撤回", "由本人撤回；不同意申诉的，答复后裁定")
    if not file.state.pending:
        raise Conflict(_stands(file), "已有结果的申诉不能撤回")
    refuse_backwards(now, _last(file), "上次办理")
    return _said(session, file, _word(file, AppealStep.WITHDRAWN, name, wording(reason, "撤回理由"), now))


def last_day(session: Session, settings: Settings, month: str) -> Deadline | None:
    """Return until when a settled month may be appealed against; None while it is open, when there is no last day."""
    closing = closing_of(session, month)
    if closing is None:
        return None
    return _last_day(settings, closing)


def _last_day(settings: Settings, closing: Closing) -> Deadline:
    return workdays_of(settings).after(closing.closed_at.date(), settings.appeal_workdays)


def why_not(session: Session, settings: Settings, file: AppealFile, by: str) -> str:
    """Return why somebody may not say the next word on a pending appeal (Chinese), '' where nothing stands against it.

    Writes and locks nothing: what a page shows or leaves out. Answering and deciding ask again.
    """
    target = file.appeal.target
    others = [(target.operator_id, "申诉人本人"), *concerned(session, settings, target)]
    others += [(word.by, "答复人") for word in file.words if word.step is AppealStep.ANSWERED]
    try:
        refuse_one_person(by, others, roster_of(session), "办理这件申诉")
    except UserError as refused:
        return refused.message
    return ""


def _take_effect(session: Session, file: AppealFile, now: datetime) -> None:
    """Make decisions of what an appeal changes in an open month."""
    target, word = file.appeal.target, file.words[-1]
    words = f"申诉 {file.appeal.appeal_id} 号裁定 {word.reason}"[:REASON_LIMIT]
    for change in word.changes:
        if target.kind is AppealKind.NOTICE:
            notice = notice_file(session, int(target.notice_id or 0))
            appealed_notice(session, notice, word.by, change.points or Decimal(0), file.appeal.appeal_id, words, now)
        elif change.verdict is not None:
            decide(
                session, str(target.call_id), change.code, change.verdict, change.faults, word.by, words, now,
                appeal_id=file.appeal.appeal_id,
            )  # fmt: skip


def _confirm_rejected(session: Session, settings: Settings, file: AppealFile, now: datetime) -> None:
    """Keep that two people have looked at what a rule alone had found, and that it stands.

    Without the appeal's number, which would forbid any later word in the operator's favour. A fatal error needs two
    reviewers of its own.
    """
    target, word = file.appeal.target, file.words[-1]
    if word.step is not AppealStep.REJECTED or target.kind is not AppealKind.ITEM:
        return
    call_id = str(target.call_id)
    words = f"申诉 {file.appeal.appeal_id} 号裁定不成立：{word.reason}"[:REASON_LIMIT]
    for fault in faults_of(session, settings, call_file(session, call_id), str(target.code)):
        if not fault.fatal and not fault.reviewers:
            decide(session, call_id, fault.code, Verdict.CONFIRM, fault.faults, word.by, words, now)


def _next(
    session: Session, settings: Settings, appeal_id: int, by: str, what: str, now: datetime
) -> tuple[AppealFile, str]:
    """Return an appeal to say something to, read after others are kept from it, and who says it."""
    target = appeal_file(session, appeal_id).appeal.target
    hold_month(session, target.month)
    hold_operator(session, target.operator_id)
    file, name = appeal_file(session, appeal_id), person(by, what)
    others = ((target.operator_id, "申诉人本人"), *concerned(session, settings, target))
    if file.state.pending:
        refuse_one_person(name, others, roster_of(session), f"作{what}")
        refuse_backwards(now, _last(file), "上次办理")
        if (closing := closing_of(session, target.month)) is not None:
            # By the time it is told whether a decision took effect at once or is to be adjusted.
            refuse_backwards(now, closing.closed_at, "结账")
    return file, name


def _is(session: Session, name: str, operator_id: str) -> bool:
    """Whether a text names an operator and nobody else."""
    roster = roster_of(session)
    return named(name, roster) == named(operator_id, roster)


def _refuse_again(session: Session, target: AppealTarget) -> None:
    for file in appeals_of(session, target.month, target.operator_id):
        if file.appeal.target == target and file.state is not AppealState.WITHDRAWN:
            raise Conflict(f"{target.name_zh}已申诉过：{_stands(file)}", "同一事项只申诉一次")


def _late_doubt(session: Session, settings: Settings, target: AppealTarget, now: datetime) -> bool:
    """Refuse an appeal that came too late; return whether it may have, where a year's holidays are not known."""
    closing = closing_of(session, target.month)
    if closing is None:
        return False
    refuse_backwards(now, closing.closed_at, "结账")
    last = _last_day(settings, closing)
    if now <= datetime.combine(last.day, time.max):
        return False
    if last.certain:
        raise UserError(
            f"{target.month} 于 {closing.closed_at:%Y-%m-%d} 结账，申诉期限 {settings.appeal_workdays} 个工作日，"
            f"已于 {last.day} 届满",
            "期限见 settings.yaml 的 appeal_workdays；确有特殊情况的，请主管研究",
        )
    return True


def _stands(file: AppealFile) -> str:
    words = f"（{file.words[-1].by}，{file.words[-1].said_at:%Y-%m-%d %H:%M}）" if file.words else ""
    return f"{file.appeal.appeal_id} 号申诉：{file.state.name_zh}{words}"


def _last(file: AppealFile) -> datetime:
    return file.words[-1].said_at if file.words else file.appeal.filed_at


def _word(file: AppealFile, step: AppealStep, by: str, reason: str, now: datetime) -> AppealWord:
    return AppealWord(file.appeal.appeal_id, len(file.words) + 1, step, by, reason, (), now)


def _said(session: Session, file: AppealFile, word: AppealWord) -> AppealFile:
    add_appeal_word(session, word)
    logger.info("appeal %d: %s", word.appeal_id, word.step.value)
    return replace(file, words=(*file.words, word))
