"""What people decide: a word on one finding.

Decisions are append-only and are taken one at a time. Each says what its author had seen (``audit_id``, ``seen``), so
that a double click, a repeated request or a stale page never becomes a second decision.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models import CallFile, Decision, Outcome, RuleResult, Verdict
from qa_pipeline.models.persons import as_written, one_person, same_person
from qa_pipeline.models.persons import plain as _plain
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import audited_month, closing_of, hold_month
from qa_pipeline.store.queries.review import add_decision
from scoring.card import FATAL_MARK

logger = logging.getLogger(__name__)

REASON_LIMIT = 500
NAME_LIMIT = 64
MAX_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reviewer had before them: the audit, and the newest decision on the finding (0: none)."""

    audit_id: int
    decision_id: int


def decide(
    session: Session,
    call_id: str,
    code: str,
    verdict: Verdict,
    faults: int,
    reviewer: str,
    reason: str,
    now: datetime,
    seen: Seen | None = None,
    appeal_id: int | None = None,
) -> Decision:
    """Take a reviewer's word on one finding (``code`` of a rule), or on an item that no rule judged (its code).

    With ``appeal_id`` it decides that appeal, and stands whatever others say of the finding.

    Returns:
        The decision; the one that exists where the same was said already after what was ``seen``.

    Raises:
        NotFound: No such call.
        UserError: The word is incomplete, does not fit the finding, or the reviewer is the operator judged.
        Conflict: The month is closed, the call was audited again, somebody decided meanwhile, or an appeal did.
    """
    if (month := audited_month(session, call_id)) is not None:
        hold_month(session, month)  # other processes, too, decide: what they said until now is read after it
    file = call_file(session, call_id, speech=False)
    result = _result(file, code)
    item = code if result is None else result.item
    name, words = _plain(reviewer), as_written(reason)
    _refuse_reviewer(file, name)
    _refuse_word(result, item, verdict, faults, words)
    if file.audit is None:
        raise UserError(f"通话 {call_id} 尚未质检", "先在“设置与导入”里识别与质检，或运行 hotline-qa run")
    _refuse_closed(session, file.audit.month)
    faults = _counted(result, verdict, faults)
    if seen is not None and (same := _already(file, code, seen, (name, verdict, faults, words))) is not None:
        return same
    _refuse_appealed(file, code)
    taken = add_decision(session, file.audit.audit_id, code, item, verdict, faults, name, words, now, appeal_id)
    logger.info("decision %d on call %s, %s", taken.decision_id, call_id, code)
    return taken


def _counted(result: RuleResult | None, verdict: Verdict, faults: int) -> int:
    if verdict is Verdict.CONFIRM and result is not None:
        return result.faults
    return faults if verdict is Verdict.FAULT else 0


def is_fatal(item: str) -> bool:
    """Whether an item's code is that of a fatal error."""
    return item.startswith(FATAL_MARK)


def reason_needed(result: RuleResult | None, item: str, verdict: Verdict) -> bool:
    """Whether a verdict must say why: a fault always, and what contradicts the machine or clears a fatal error."""
    if verdict is Verdict.FAULT:
        return True
    contradicts = is_fatal(item) or (result is not None and result.outcome is Outcome.FAIL)
    return verdict is Verdict.OVERRULE and contradicts


def possible(result: RuleResult | None) -> tuple[Verdict, ...]:
    """Return the verdicts that make sense of a finding."""
    if result is not None and result.outcome is Outcome.FAIL:
        return (Verdict.CONFIRM, Verdict.OVERRULE, Verdict.FAULT, Verdict.NOT_APPLICABLE)
    return (Verdict.OVERRULE, Verdict.FAULT, Verdict.NOT_APPLICABLE)


def _result(file: CallFile, code: str) -> RuleResult | None:
    results = file.audit.results if file.audit is not None else ()
    found = next((r for r in results if r.code == code), None)
    whole = any(decision.code == code for decision in file.decisions)  # before rules came to judge it, too
    if found is None and not whole and (judged := [r.code for r in results if r.item == code]):
        raise UserError(f"评分项 {code} 已有规则判定", f"请对 {'、'.join(judged)} 逐条复核")
    known = {i.code for i in file.audit.evaluation.items} if file.audit is not None else set()
    if found is None and code not in known and not is_fatal(code):
        raise UserError(f"通话 {file.call.call_id} 没有 {code} 这一项", "刷新页面后再试")
    return found


def _refuse_reviewer(file: CallFile, name: str) -> None:
    if not name:
        raise UserError("没有填写质检员姓名", "写明是谁作的决定")
    if len(name) > NAME_LIMIT:
        raise UserError(f"质检员姓名超过 {NAME_LIMIT} 个字", "请写短一些")
    if one_person(name, file.call.operator_id, () if file.operator is None else (file.operator,)):
        raise UserError("不能复核自己的通话", "请交由其他人复核")


def _refuse_word(result: RuleResult | None, item: str, verdict: Verdict, faults: int, reason: str) -> None:
    if verdict not in possible(result):
        raise UserError("该项没有机器判定的差错，不能“确认”", "请选择“无差错”“判为差错”或“不适用”")
    if not reason and reason_needed(result, item, verdict):
        raise UserError("没有填写理由", "推翻或判为差错须写明理由")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"理由超过 {REASON_LIMIT} 个字", "请写短一些")
    if verdict is Verdict.FAULT and not 1 <= faults <= MAX_FAULTS:
        raise UserError(f"差错处数应在 1 至 {MAX_FAULTS} 之间", "改正处数后再提交")


def _refuse_closed(session: Session, month: str) -> None:
    closing = closing_of(session, month)
    if closing is not None:
        raise Conflict(
            f"{month} 已结账，不能再作复核决定",
            "结账后的更正经申诉作出；成立的作为调整记入下一个未结账的月份",
        )


def _refuse_appealed(file: CallFile, code: str) -> None:
    decided = next((d for d in file.decisions if d.code == code and d.appeal_id is not None), None)
    if decided is not None:
        raise Conflict(
            f"{code} 已经申诉裁定（{decided.appeal_id} 号，{decided.reviewer}）",
            "申诉裁定后不再改判；经过见该申诉",
        )


def _already(file: CallFile, code: str, seen: Seen, word: tuple[str, Verdict, int, str]) -> Decision | None:
    """Return the equal decision taken after ``seen``, None if nothing was; refuse where something else was."""
    assert file.audit is not None  # noqa: S101  # decide() has refused a call without one
    if seen.audit_id != file.audit.audit_id:
        raise Conflict("该通话刚刚重新质检过，页面上的结果已过期", "刷新页面，按新结果复核；您写的理由可先复制")
    item = _result(file, code)
    fatal = is_fatal(code if item is None else item.item)
    later = [
        d
        for d in file.decisions
        if d.code == code and d.decision_id > seen.decision_id and (not fatal or same_person(d.reviewer, word[0]))
    ]
    if not later:
        return None
    newest = later[-1]
    mine = same_person(newest.reviewer, word[0])
    if mine and (newest.verdict, newest.faults, newest.reason) == word[1:]:
        return newest
    who = "您" if mine else newest.reviewer
    raise Conflict(f"{who}刚刚已对该项作出决定", "页面已更新，请核对后再决定")
