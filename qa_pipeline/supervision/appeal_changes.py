"""What a decision on an appeal changes, and whether it fits what is appealed against."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import Verdict
from qa_pipeline.models.appeals import AppealKind, AppealStep, AppealTarget, VerdictChange
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.supervision.appeal_targets import Fault, faults_of, notice_points
from scoring.exact import rounded


class Outcome(StrEnum):
    """What becomes of an appeal."""

    UPHELD = AppealStep.UPHELD.value
    PARTLY = AppealStep.PARTLY.value
    REJECTED = AppealStep.REJECTED.value


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision.

    Args:
        step: What becomes of the appeal.
        applies: False: the item does not apply to the call, where else there is no fault.
        code: Which finding is meant where an item has several and only one falls (PARTLY).
        faults: How many faults are left of that finding (PARTLY); 0: none, where other findings stand.
        points: How many points are left of a notice (PARTLY).
    """

    step: Outcome
    applies: bool = True
    code: str | None = None
    faults: int | None = None
    points: Decimal | None = None


def changes_of(session: Session, settings: Settings, target: AppealTarget, ruling: Ruling) -> tuple[VerdictChange, ...]:
    """Return what a ruling changes: nothing where the appeal is rejected.

    Raises:
        UserError: The ruling does not fit: nothing stands any more, or what is to be left is not less.
    """
    if ruling.step is Outcome.REJECTED:
        return ()
    if target.kind is AppealKind.NOTICE:
        return _of_notice(session, target, ruling)
    if target.kind is AppealKind.STRIKE:
        return _of_strike(target, ruling)
    found = faults_of(session, settings, call_file(session, str(target.call_id)), str(target.code))
    if not found:
        raise UserError(f"{target.name_zh}现在没有扣分（复核后已改判）", "请申诉人撤回，或按“不成立”裁定并说明")
    if ruling.step is Outcome.PARTLY:
        return (_partly(target, found, ruling),)
    verdict = Verdict.OVERRULE if ruling.applies else Verdict.NOT_APPLICABLE
    return tuple(VerdictChange(fault.code, verdict) for fault in found)


def _of_notice(session: Session, target: AppealTarget, ruling: Ruling) -> tuple[VerdictChange, ...]:
    stands = notice_points(session, target)
    if ruling.step is Outcome.UPHELD and ruling.points:
        raise UserError(
            f"裁定“成立”的一分不扣，却写了还扣 {ruling.points} 分", "只减一部分的按“部分成立”裁定；否则不写还扣几分"
        )
    left = Decimal(0) if ruling.step is Outcome.UPHELD else ruling.points
    if ruling.step is Outcome.PARTLY and not _is_less(left, stands):
        raise UserError(
            f"部分成立的，写明还扣几分：大于 0，小于现在的 {stands} 分，至多两位小数",
            "一分不扣的按“成立”裁定",
        )
    return (VerdictChange(str(target.notice_id), points=left),)


def _is_less(left: Decimal | None, stands: Decimal) -> bool:
    return left is not None and left.is_finite() and 0 < left < stands and left == rounded(left)


def _of_strike(target: AppealTarget, ruling: Ruling) -> tuple[VerdictChange, ...]:
    if ruling.step is Outcome.PARTLY:
        raise UserError(f"{target.name_zh}没有“部分成立”", "按“成立”或“不成立”裁定")
    return (VerdictChange(target.month),)


def _partly(target: AppealTarget, found: tuple[Fault, ...], ruling: Ruling) -> VerdictChange:
    chosen = [fault for fault in found if ruling.code in {None, fault.code}]
    if len(chosen) != 1:
        codes = "、".join(fault.code for fault in found)
        raise UserError(f"{target.name_zh}有 {len(found)} 条不利的判定：{codes}", "写明改判哪一条")
    fault = chosen[0]
    if fault.fatal:
        raise UserError("一票否决没有“部分成立”", "按“成立”或“不成立”裁定")
    least = 0 if len(found) > 1 else 1
    if len(found) == 1 and fault.faults <= 1:
        raise UserError(f"{fault.code} 只有 1 处差错，没有“部分成立”", "按“成立”或“不成立”裁定")
    if ruling.faults is None or not least <= ruling.faults < fault.faults + (fault.faults == 0):
        raise UserError(
            f"{fault.code} 现为 {fault.faults} 处差错；部分成立的，写明还剩几处：{least} 至 {fault.faults - 1}",
            "一处不剩的按“成立”裁定",
        )
    if ruling.faults == 0:
        return VerdictChange(fault.code, Verdict.OVERRULE)
    return VerdictChange(fault.code, Verdict.FAULT, ruling.faults)
