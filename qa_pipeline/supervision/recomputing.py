"""An operator's settled month recomputed with the appeals that were won since, and what that adjusts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.assessment import Beside, ClosedLine, closed_line, operator_input
from qa_pipeline.assessment.month import call_points
from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models import CallFile, Decision
from qa_pipeline.models.appeals import AppealFile, AppealKind
from qa_pipeline.review import card_for
from qa_pipeline.settings import Settings
from qa_pipeline.settling.standards import settled_standards
from qa_pipeline.store.queries.appeals import (
    add_adjustment,
    adjustments_of,
    appeal_file,
    appeals_of,
    settled_months,
    won_after_closing,
)
from qa_pipeline.store.queries.calls import sampled_files
from qa_pipeline.store.queries.month import closing_of, hold_month
from qa_pipeline.store.queries.pay_terms import pay_terms
from qa_pipeline.store.queries.people import hold_operator
from qa_pipeline.store.queries.supervision import approved_notices
from qa_pipeline.supervision.appeal_targets import settled_line
from scoring.adjustments import Adjustment, Standing, adjustment, booking_month
from scoring.notices import NoticePoints
from scoring.settlement import Standards, settle

logger = logging.getLogger(__name__)


def book_adjustment(session: Session, settings: Settings, appeal_id: int, now: datetime) -> Adjustment:
    """Book what an appeal that was won changes in a settled month; the one that is booked where it was before.

    Args:
        session: The unit of work.
        settings: The scorecard in force, where that of then was not kept.
        appeal_id: The appeal, by whose decider the adjustment is made.
        now: The centre's wall clock.

    Raises:
        NotFound: No such appeal, or the operator has no line in the month.
        UserError: It was not won, or was won before its month was settled, where it took effect as a decision.
        Conflict: The month, recomputed as it was settled, is not what was settled: a person must look.
    """
    file = appeal_file(session, appeal_id)
    target = file.appeal.target
    if not file.state.won:
        raise UserError(f"{appeal_id} 号申诉{file.state.name_zh}，没有可调整的", "只有成立或部分成立的才调整")
    if closing_of(session, target.month) is None:
        raise UserError(f"{target.month} 没有结账，申诉成立的已直接改判", "未结账的月份不登记调整")
    _hold_booking(session, target.month)
    hold_operator(session, target.operator_id)
    made_before = adjustments_of(session, target.month, target.operator_id)
    if appeal_id in made_before:
        return made_before[appeal_id]
    if not _after_closing(session, file):
        raise UserError(
            f"{appeal_id} 号申诉在 {target.month} 结账前就已裁定，结账时已按改判计算，没有要调整的",
            "结账后才裁定成立的才登记调整；未调整的在申诉列表里",
        )
    before, recomputed = _standings(session, settings, file, list(made_before.values()), set(made_before))
    made = adjustment(target.operator_id, target.month, before, recomputed, settled_months(session))
    add_adjustment(session, appeal_id, made, file.words[-1].by, now)
    logger.info("adjustment for appeal %d booked in %s", appeal_id, made.booked_in)
    return made


def _hold_booking(session: Session, month: str) -> None:
    """Keep others from settling the month in which an adjustment is booked: its closing must take it into the ledger.

    Months are held in order of time and before operators, as everywhere, so that nobody waits for each other.
    """
    hold_month(session, month)
    while True:
        booked = booking_month(month, settled_months(session))
        hold_month(session, booked)
        if closing_of(session, booked) is None:
            return


def unadjusted(session: Session) -> tuple[AppealFile, ...]:
    """Return the appeals that were won after their month was settled, and are not adjusted yet."""
    return won_after_closing(session)


def _standings(
    session: Session, settings: Settings, file: AppealFile, made: Sequence[Adjustment], adjusted: set[int]
) -> tuple[Standing, Standing]:
    """Return how the month stands, with adjustments that were made, and how it would stand with the appeal, too."""
    target = file.appeal.target
    line = closed_line(settled_line(session, target.month, target.operator_id).body)
    before = made[-1].after if made else _settled(line)
    if target.kind is AppealKind.STRIKE:
        return before, replace(before, strike=False)
    if _recomputed(session, settings, line, ()) != _settled(line):
        raise Conflict(
            f"{target.month} 工号 {target.operator_id} 按结账时的判定重算，与结账结果不一致，不能自动调整",
            "可能换过评分标准、程序版本或数据被改动：请人工核对后再办理",
        )
    counted = [f for f in appeals_of(session, target.month, target.operator_id) if f.state.won]
    counted = [f for f in counted if f.appeal.appeal_id in adjusted or f.appeal.appeal_id == file.appeal.appeal_id]
    return before, _recomputed(session, settings, line, counted)


def _settled(line: ClosedLine) -> Standing:
    return Standing(line.mean, line.grade, line.factor, line.pay, strike=line.assessment.proven)


def _recomputed(session: Session, settings: Settings, line: ClosedLine, won: Sequence[AppealFile]) -> Standing:
    """Return an operator's month by the verdicts that were settled and by appeals that were won since.

    It goes through the same `settle` as the closing did, with the standards and pay scheme of then. What earlier months
    say is left out: it decides the run of failed months, which is derived anew whenever it is asked for.
    """
    standards = _standards(session, settings, line)
    files = _files(session, line, [decision for file in won for decision in _decisions(session, file)])
    beside = Beside(notices={line.operator_id: _notices_left(session, line, won)}, terms=pay_terms(session, line.month))
    calls = [call_points(file, standards.card) for file in files]
    found = settle(operator_input(line.month, line.operator_id, calls, (), beside), standards)
    return Standing(
        points=found.mean,
        grade=None if found.grade is None else found.grade.name,
        factor=None if found.grade is None else found.grade.factor,
        pay=None if found.pay is None else found.pay.total,
        strike=found.assessment.proven,
    )


def _standards(session: Session, settings: Settings, line: ClosedLine) -> Standards:
    """Return what a month was settled by: as its ledger says; without one, its scorecard and no pay."""
    settled = settled_standards(session, line.month)
    if settled is not None:
        return settled
    body = settled_line(session, line.month, line.operator_id).body
    card = card_for(session, settings, body.get("scorecard_version"))
    return Standards(card, int(body.get("min_calls", settings.min_calls)))


def _notices_left(session: Session, line: ClosedLine, won: Iterable[AppealFile]) -> tuple[NoticePoints, ...]:
    """Return what notices take, less what appeals that were won since left of them."""
    changed = {f.appeal.target.notice_id: f.words[-1].changes[0].points for f in won if f.appeal.target.notice_id}
    found = approved_notices(session, line.month).get(line.operator_id, ())
    left = ((notice, changed.get(int(notice.notice_id), notice.points)) for notice in found)
    return tuple(replace(notice, points=points) for notice, points in left if points)


def _files(session: Session, line: ClosedLine, decisions: Sequence[Decision]) -> list[CallFile]:
    """Return an operator's sampled calls of a month, with decisions more."""
    return [_with(file, decisions) for file in sampled_files(session, line.month, line.operator_id)]


def _with(file: CallFile, decisions: Sequence[Decision]) -> CallFile:
    mine = tuple(d for d in decisions if d.call_id == file.call.call_id)
    return replace(file, decisions=(*file.decisions, *mine))


def _decisions(session: Session, file: AppealFile) -> Iterable[Decision]:
    """Yield what an appeal changes in a settled month as decisions that are not stored: the month stays as it was."""
    target, word = file.appeal.target, file.words[-1]
    if target.kind is not AppealKind.ITEM or not _after_closing(session, file):
        return
    for change in word.changes:
        if change.verdict is not None:
            yield Decision(
                decision_id=0,
                audit_id=0,
                call_id=str(target.call_id),
                code=change.code,
                item=str(target.code),
                verdict=change.verdict,
                faults=change.faults,
                reviewer=word.by,
                reason=word.reason,
                created_at=word.said_at,
                appeal_id=file.appeal.appeal_id,
            )


def _after_closing(session: Session, file: AppealFile) -> bool:
    closing = closing_of(session, file.appeal.target.month)
    return closing is not None and file.words[-1].said_at >= closing.closed_at
