"""What may be appealed against, and whose verdict that is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.assessment import Judged, closed_line, final_evaluation, judge
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import CallFile, Outcome
from qa_pipeline.models.appeals import AppealKind, AppealTarget
from qa_pipeline.review import card_for
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.appeals import adjustments_of
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import StoredLine, closing_of
from qa_pipeline.store.queries.supervision import notice_file


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding that stands against the operator: ``code`` of a rule, or of the item where only people found it."""

    code: str
    faults: int
    fatal: bool
    reviewers: tuple[str, ...]


def item_target(session: Session, settings: Settings, call_id: str, code: str) -> AppealTarget:
    """Return an item of a call as a target; ``code`` is the item's, or that of a rule that judged it.

    Raises:
        NotFound: There is no such call.
        UserError: The call was not audited, or the item took no points.
    """
    file = call_file(session, call_id)
    if file.audit is None:
        raise UserError(f"通话 {call_id} 尚未质检，没有可申诉的内容", "质检以后再看")
    item = next((r.item for r in file.audit.results if r.code == code), code)
    if not faults_of(session, settings, file, item):
        raise UserError(f"通话 {call_id} 的 {item} 没有扣分，也没有确认一票否决", "存疑、提示的内容不扣分，无需申诉")
    return AppealTarget(AppealKind.ITEM, file.call.operator_id, file.audit.month, call_id, item)


def notice_target(session: Session, notice_id: int) -> AppealTarget:
    """Return a notice as a target.

    Raises:
        NotFound: There is no such notice.
        UserError: It takes nothing and led to no criticism.
    """
    file = notice_file(session, notice_id)
    if file.points == 0 and not file.criticised:
        raise UserError(f"{notice_id} 号监督记录{file.state.name_zh}，没有扣分", "没有扣分、没有通报的无需申诉")
    return AppealTarget(AppealKind.NOTICE, file.notice.operator_id, file.notice.month, notice_id=notice_id)


def strike_target(session: Session, operator_id: str, month: str) -> AppealTarget:
    """Return a settled month that counts towards three in a row as a target.

    Raises:
        NotFound: The month is not settled, or the operator has no line in it.
        UserError: It does not count.
    """
    assessment = closed_line(settled_line(session, month, operator_id).body).assessment
    cleared = any(not made.after.strike for made in adjustments_of(session, month, operator_id).values())
    if not assessment.proven or cleared:
        raise UserError(f"工号 {operator_id} 的 {month} 没有计入连续不合格", "对扣分有异议的，就该评分项申诉")
    return AppealTarget(AppealKind.STRIKE, operator_id, month)


def settled_line(session: Session, month: str, operator_id: str) -> StoredLine:
    """Return an operator's line of a settled month.

    Raises:
        NotFound: The month is not settled, or the operator has no line in it.
    """
    closing = closing_of(session, month)
    if closing is None:
        raise NotFound(f"{month} 还没有结账", "结账后才有计入连续不合格的结论")
    found = next((line for line in closing.lines if line.operator_id == operator_id), None)
    if found is None:
        raise NotFound(f"{month} 的结账中没有工号 {operator_id}", "核对工号和月份")
    return found


def faults_of(session: Session, settings: Settings, file: CallFile, item: str) -> tuple[Fault, ...]:
    """Return the findings of an item that cost points, or that are a confirmed fatal error."""
    if file.audit is None:
        return ()
    card = card_for(session, settings, file.audit.scorecard_version)
    evaluation = final_evaluation(card, file.audit, file.decisions)
    lost = {found.code for found in evaluation.items if found.lost > 0}
    if item not in lost | set(evaluation.fatal):
        return ()
    against = (one for one in judge(card, file.audit, file.decisions) if one.verdict.item == item)
    fatal = item in evaluation.fatal
    return tuple(
        Fault(_code(one, item, fatal=fatal), one.verdict.faults, fatal, tuple(d.reviewer for d in one.decisions))
        for one in against
        if one.verdict.outcome is Outcome.FAIL
    )


def concerned(session: Session, settings: Settings, target: AppealTarget) -> tuple[tuple[str, str], ...]:
    """Return those whose verdict is appealed against, each with what they are (Chinese); they answer no appeal."""
    if target.kind is AppealKind.ITEM:
        file = call_file(session, str(target.call_id))
        found = faults_of(session, settings, file, str(target.code))
        return tuple((name, "原质检员") for name in sorted({n for fault in found for n in fault.reviewers}))
    if target.kind is AppealKind.NOTICE:
        notice = notice_file(session, int(target.notice_id or 0))
        told = ((notice.notice.entered_by, "登记人"), (notice.notice.seen_by, "发现人"))
        return (*told, *((word.by, "审批人") for word in notice.words))
    closing = closing_of(session, target.month)
    return () if closing is None else ((closing.closed_by, "结账人"),)


def notice_points(session: Session, target: AppealTarget) -> Decimal:
    """Return what the notice that is appealed against takes now."""
    return notice_file(session, int(target.notice_id or 0)).points


def _code(one: Judged, item: str, *, fatal: bool) -> str:
    """Return what a word on the finding is said to: the rule, or the item where people judged it as a whole."""
    whole = not fatal and any(decision.code == item for decision in one.decisions)
    return item if whole or not one.results else one.results[0].code
