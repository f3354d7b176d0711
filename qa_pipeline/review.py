"""What people decide: a word on one finding, and settling a month.

Decisions are append-only and are taken one at a time. Each says what its author had seen (``audit_id``, ``seen``), so
that a double click, a repeated request or a stale page never becomes a second decision.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline import __version__
from qa_pipeline.assessment import (
    Beside,
    ClosedLine,
    MonthView,
    as_settled,
    assess,
    closed_line,
)
from qa_pipeline.errors import Conflict, SettingsError, UserError
from qa_pipeline.ledger.months import Closing
from qa_pipeline.models import CallFile, Decision, MonthData, Outcome, RuleResult, SamplePlan, Verdict
from qa_pipeline.models.persons import one_person, same_person
from qa_pipeline.models.persons import plain as _plain
from qa_pipeline.settings import Settings
from qa_pipeline.settling.beside import beside_of
from qa_pipeline.settling.closing import ClosedMonth, close_into_ledger
from qa_pipeline.standards import pay_scheme_of, require_effective, scorecard_of
from qa_pipeline.store.codec import decode, encode
from qa_pipeline.store.queries.appeals import pending_months, strikes_cleared
from qa_pipeline.store.queries.calls import call_file, require_calls
from qa_pipeline.store.queries.documents import document, save_document
from qa_pipeline.store.queries.month import (
    closed_lines,
    closing_of,
    hold_month,
    open_months,
    plan_of,
    scorecard_version_of,
)
from qa_pipeline.store.queries.people import count_operators
from qa_pipeline.store.queries.review import add_decision
from qa_pipeline.store.queries.supervision import last_settled
from scoring.card import FATAL_MARK
from scoring.scorecard import Scorecard
from scoring.settlement import Standards

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
    file = call_file(session, call_id)
    result = _result(file, code)
    item = code if result is None else result.item
    name, words = _plain(reviewer), _plain(reason)
    _refuse_reviewer(file, name)
    _refuse_word(result, item, verdict, faults, words)
    if file.audit is None:
        raise UserError(f"通话 {call_id} 尚未质检", "先运行 hotline-qa run")
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
        raise UserError("没有填写复核员姓名", "在页面右上角填写姓名或工号")
    if len(name) > NAME_LIMIT:
        raise UserError(f"复核员姓名超过 {NAME_LIMIT} 个字", "请写短一些")
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
    hold_month(session, month)
    closing = closing_of(session, month)
    if closing is not None:
        raise Conflict(
            f"{month} 已结账，不能再作复核决定",
            "结账后的更正经申诉作出：hotline-qa appeal file；成立的作为调整记入下一个未结账的月份",
        )


def _refuse_appealed(file: CallFile, code: str) -> None:
    decided = next((d for d in file.decisions if d.code == code and d.appeal_id is not None), None)
    if decided is not None:
        raise Conflict(
            f"{code} 已经申诉裁定（{decided.appeal_id} 号，{decided.reviewer}）",
            "申诉裁定后不再改判；见 hotline-qa appeal show",
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


def card_for(session: Session, settings: Settings, version: str | None) -> Scorecard:
    """Return the scorecard of a version that calls were judged by, as it was kept; the one in force if that is it.

    Args:
        session: The unit of work.
        settings: Names the scorecard in force.
        version: None asks for the one in force.

    Raises:
        SettingsError: Neither is that version, so that nothing can be scored again.
    """
    kept = None if version is None else document(session, "scorecard", version)
    if kept is not None:
        return decode(Scorecard, kept)
    card = scorecard_of(settings)
    if version not in {None, card.version}:
        raise SettingsError(
            f"scorecard {version} is not kept, and the one in force is {card.version}",
            f"set `scorecard` to the file of {version}",
        )
    return card


def previous_lines(session: Session, month: str) -> tuple[ClosedLine, ...]:
    """Return the lines of the months settled before a month: what its strikes are derived from.

    They stand as they were settled, but for appeals: one that is pending holds its month, and a month that counts no
    more, since an appeal was won, is not failed.
    """
    appeals = Beside(pending=pending_months(session), cleared=strikes_cleared(session))
    return tuple(appeals.after_appeals(closed_line(line.body)) for line in closed_lines(session, month))


def month_figures(
    session: Session, data: MonthData, card_of: Callable[[str | None], Scorecard], min_calls: int
) -> tuple[MonthView, Scorecard]:
    """Return a month's figures and the scorecard that they are by.

    An open month goes by the scorecard of its newest audit, and is computed anew. Of a settled month each operator's
    figures are those that were settled; the calls and the centre's figures are shown by the scorecard of then.

    Args:
        session: The unit of work.
        data: The month.
        card_of: Gives the scorecard of a version, or the one in force, as `card_for` does.
        min_calls: As the settings have it now; a settled month has its own.

    Raises:
        SettingsError: The scorecard is neither kept nor in force.
        ScorecardInvalid: As `qa_pipeline.assessment.assess`.
    """
    closing = closing_of(session, data.month)
    bodies = [line.body for line in closing.lines] if closing is not None else []
    audits = [file.audit for file in data.files if file.audit is not None]
    newest = max(audits, key=lambda audit: audit.audit_id, default=None)
    version = None if newest is None else newest.scorecard_version
    if bodies:
        version, min_calls = bodies[0].get("scorecard_version", version), bodies[0].get("min_calls", min_calls)
    card = card_of(version)
    view = assess(
        data,
        card,
        min_calls,
        previous_lines(session, data.month),
        still_open=open_months(session, data.month),
        beside=beside_of(session, data.month),
    )
    if closing is not None:
        view = as_settled(view, [closed_line(body) for body in bodies])
    return view, card


def close_month(
    session: Session, settings: Settings, month: str, by: str, now: datetime, accept_open: bool = False
) -> ClosedMonth:
    """Settle a month: freeze every operator's figures as they stand, and write them into the ledger.

    Args:
        session: The unit of work.
        settings: Scorecard in force, fewest calls for a strike.
        month: ``YYYY-MM``.
        by: Who settles it.
        now: The centre's wall clock.
        accept_open: Settle although something is open. What waits for a person costs nothing; what rules with standing
            took and nobody has reviewed stays taken. Each operator's line says what was left of either.

    Raises:
        NotFound: There are no calls of that month.
        UserError: No name, no plan, an earlier month is open or a later one settled, the clock goes backwards, or
            something is open and ``accept_open`` is False.
        Conflict: The month is closed already.
    """
    name = _plain(by)
    if not name:
        raise UserError("没有写明结账人", "用 --by 写上姓名")
    hold_month(session, month)
    plan = _plan_to_close(session, month, now)
    card = card_for(session, settings, scorecard_version_of(session, month))
    save_document(session, "scorecard", card.version, card.sha256, encode(card))
    require_effective(card, month)
    scheme = pay_scheme_of(settings, card, month)
    save_document(session, "pay_scheme", scheme.version, scheme.sha256, encode(scheme))
    closing = Closing(month, name, now, __version__, accept_open)
    beside = beside_of(session, month)
    standards = Standards(card, settings.min_calls, scheme, beside.variance, max(1, count_operators(session)))
    closed = close_into_ledger(session, closing, plan, standards, beside)
    logger.info("month %s closed, %d lines, ledger up to %d", month, len(closed.operators), closed.head.seq)
    return closed


def _plan_to_close(session: Session, month: str, now: datetime) -> SamplePlan:
    """Return the plan of a month that may be settled as far as months go; what is open in it is looked at later."""
    closing = closing_of(session, month)
    if closing is not None:
        raise Conflict(f"{month} 已由 {closing.closed_by} 于 {closing.closed_at:%Y-%m-%d %H:%M} 结账", "不能重复结账")
    if f"{now:%Y-%m}" <= month:
        raise UserError(f"{month} 还没有结束，不能结账", "月末之后再结账：之后的通话、监督记录和绩效基数都还没有进来")
    require_calls(session, month)
    plan = plan_of(session, month, with_calls=False)
    if plan is None:
        raise UserError(f"{month} 没有抽样方案", f"先运行 hotline-qa draw --month {month}")
    if earlier := open_months(session, month):
        raise UserError(
            f"{'、'.join(earlier)} 已抽样而未结账，{month} 不能先结账", f"按月份先后结账：先结 {earlier[0]}"
        )
    # The ledger's months follow each other, and later months went by what the earlier ones had come to.
    if (settled := last_settled(session)) is not None and settled > month:
        raise UserError(f"{settled} 已结账，{month} 不能再结账", "按月份先后结账；补做的月份只能查看，不能计入绩效")
    return plan
