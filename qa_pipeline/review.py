"""What people decide: a word on one finding, and settling a month.

Decisions are append-only and are taken one at a time. Each says what its author had seen (``audit_id``, ``seen``), so
that a double click, a repeated request or a stale page never becomes a second decision.
"""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from qa_pipeline.assessment import (
    ClosedLine,
    MonthView,
    OperatorMonth,
    assess,
    closed_line,
    closing_lines,
    line_mapping,
)
from qa_pipeline.errors import Conflict, SettingsError, UserError
from qa_pipeline.models import CallFile, Decision, Outcome, RuleResult, Verdict
from qa_pipeline.settings import Settings
from qa_pipeline.standards import scorecard_of
from qa_pipeline.store.codec import decode
from qa_pipeline.store.queries.calls import call_file, month_data
from qa_pipeline.store.queries.documents import document
from qa_pipeline.store.queries.month import closed_lines, closing_of, save_closing
from qa_pipeline.store.queries.review import add_decision
from scoring.scorecard import Scorecard

logger = logging.getLogger(__name__)

REASON_LIMIT = 500
NAME_LIMIT = 64
MAX_FAULTS = 20
FATAL_MARK = "V"
"""Fatal errors' codes begin with it (scorecard.md); two people judge them without seeing each other's word."""


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
) -> Decision:
    """Take a reviewer's word on one finding (``code`` of a rule), or on an item that no rule judged (its code).

    Returns:
        The decision; the one that exists where the same was said already after what was ``seen``.

    Raises:
        NotFound: No such call.
        UserError: The word is incomplete, does not fit the finding, or the reviewer is the operator judged.
        Conflict: The month is closed, the call was audited again, or somebody decided meanwhile.
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
    taken = add_decision(session, file.audit.audit_id, code, item, verdict, faults, name, words, now)
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


def same_person(one: str, other: str) -> bool:
    """Whether two ways of writing a name are one person's."""
    return _plain(one).casefold() == _plain(other).casefold()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _result(file: CallFile, code: str) -> RuleResult | None:
    results = file.audit.results if file.audit is not None else ()
    found = next((r for r in results if r.code == code), None)
    if found is None and (judged := [r.code for r in results if r.item == code]):
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
    own = (file.call.operator_id, *(() if file.operator is None else (file.operator.name,)))
    if any(same_person(name, other) for other in own):
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
            f"{month} 已结账，不能再作复核决定", "结账后的更正将作为调整另行登记（申诉功能提供前请联系主管）"
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


def card_for(session: Session, settings: Settings, version: str) -> Scorecard:
    """Return the scorecard of a version that calls were judged by: as it was kept, else the one in force.

    Raises:
        SettingsError: Neither is that version, so that nothing can be scored again.
    """
    kept = document(session, "scorecard", version)
    if kept is not None:
        return decode(Scorecard, kept)
    card = scorecard_of(settings)
    if card.version != version:
        raise SettingsError(
            f"scorecard {version} is not kept, and the one in force is {card.version}",
            f"set `scorecard` to the file of {version}",
        )
    return card


def previous_lines(session: Session, month: str) -> tuple[ClosedLine, ...]:
    """Return the lines of the months settled before a month: what its strikes are derived from."""
    return tuple(closed_line(line.body) for line in closed_lines(session, month))


def close_month(
    session: Session, settings: Settings, month: str, by: str, now: datetime, accept_open: bool = False
) -> MonthView:
    """Settle a month: freeze every operator's figures as they stand.

    Args:
        session: The unit of work.
        settings: Scorecard in force, fewest calls for a strike.
        month: ``YYYY-MM``.
        by: Who settles it.
        now: The centre's wall clock.
        accept_open: Settle although something open could change a grade; what is open is decided in favour of the
            operator (存疑从有利), and each line says so.

    Returns:
        The month's view that the lines were taken from.

    Raises:
        NotFound: There are no calls of that month.
        UserError: No name, no plan, or something is open and ``accept_open`` is False.
        Conflict: The month is closed already.
    """
    name = _plain(by)
    if not name:
        raise UserError("没有写明结账人", "用 --by 写上姓名")
    closing = closing_of(session, month)
    if closing is not None:
        raise Conflict(f"{month} 已由 {closing.closed_by} 于 {closing.closed_at:%Y-%m-%d %H:%M} 结账", "不能重复结账")
    data = month_data(session, month, speech=False)
    if data.plan is None:
        raise UserError(f"{month} 没有抽样方案", f"先运行 hotline-qa draw --month {month}")
    view = assess(data, scorecard_of(settings), settings.min_calls, previous_lines(session, month))
    still = open_before_closing(view)
    if still and not accept_open:
        raise UserError(
            f"{month} 还不能结账：{'；'.join(still)}", "复核完再结账；或加 --accept-open，存疑按有利于话务员结算并留痕"
        )
    lines = [
        _closing_line(line, operator, view, still)
        for line, operator in zip(closing_lines(view), view.operators, strict=True)
    ]
    save_closing(session, month, lines, name, now)
    logger.info("month %s closed, %d lines, %d open", month, len(lines), len(still))
    return view


def open_before_closing(view: MonthView) -> tuple[str, ...]:
    """Return what stands against settling a month (Chinese): grades that may still change, calls not audited yet."""
    unsure = [
        f"{o.operator.name}（{o.operator.operator_id}）等次可能在{o.grade_low}与{o.grade_high}之间变化"
        for o in view.operators
        if o.grade_low != o.grade_high
    ]
    unheard = sum(call.evaluation is None and call.failure is None for call in view.calls)
    return (*unsure, *([f"{unheard} 通抽中的通话尚未质检"] if unheard else []))


def _closing_line(line: ClosedLine, operator: OperatorMonth, view: MonthView, still: tuple[str, ...]) -> dict[str, Any]:
    return {
        **line_mapping(line),
        "name": operator.operator.name,
        "grade_low": operator.grade_low,
        "grade_high": operator.grade_high,
        "scorecard_version": view.scorecard_version,
        "open_in_favour": bool(still),
        "notes": [str(note) for note in operator.notes],
    }
