"""Appeals: against an item of a call, a notice, or a month that counts towards three in a row. Append-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.models.audit import Verdict


class AppealKind(StrEnum):
    """What is appealed against."""

    ITEM = "item"
    NOTICE = "notice"
    STRIKE = "strike"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return {"item": "评分项", "notice": "监督记录", "strike": "不合格月份"}[self.value]


class AppealStep(StrEnum):
    """What was said to an appeal. Decided are UPHELD, PARTLY and REJECTED."""

    ANSWERED = "answered"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class AppealState(StrEnum):
    """Where an appeal stands; FILED and ANSWERED are pending."""

    FILED = "filed"
    ANSWERED = "answered"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return _STATES[self]

    @property
    def pending(self) -> bool:
        """Whether it still waits for a decision."""
        return self in {AppealState.FILED, AppealState.ANSWERED}

    @property
    def won(self) -> bool:
        """Whether it was decided in the operator's favour, in whole or in part."""
        return self in {AppealState.UPHELD, AppealState.PARTLY}


_STATES = {
    AppealState.FILED: "待复核答复",
    AppealState.ANSWERED: "待主管裁定",
    AppealState.UPHELD: "申诉成立",
    AppealState.PARTLY: "部分成立",
    AppealState.REJECTED: "申诉不成立",
    AppealState.WITHDRAWN: "已撤回",
}


@dataclass(frozen=True, slots=True)
class AppealTarget:
    """What an appeal is against: an item (``code``) of a call, a notice, or the ``month`` itself as a strike."""

    kind: AppealKind
    operator_id: str
    month: str
    call_id: str | None = None
    code: str | None = None
    notice_id: int | None = None

    @property
    def name_zh(self) -> str:
        """It in Chinese, as lists show it."""
        if self.kind is AppealKind.ITEM:
            return f"通话 {self.call_id} 评分项 {self.code}"
        if self.kind is AppealKind.NOTICE:
            return f"监督记录 {self.notice_id} 号"
        return f"{self.month} 计入连续不合格"


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal as it was filed.

    ``late_doubt``: it came after the deadline as far as that can be told, but a year's holidays were not known, so
    that it was taken. ``due_on`` is the working day by which it is to be decided.
    """

    appeal_id: int
    target: AppealTarget
    reason: str
    filed_by: str
    filed_at: datetime
    due_on: date
    late_doubt: bool


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """What a decision makes of one finding: ``code`` of a rule or an item, or a notice's ``points``."""

    code: str
    verdict: Verdict | None = None
    faults: int = 0
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AppealWord:
    """What one person said to an appeal; ``changes`` are what a decision in the operator's favour changes."""

    appeal_id: int
    position: int
    step: AppealStep
    by: str
    reason: str
    changes: tuple[VerdictChange, ...]
    said_at: datetime


@dataclass(frozen=True, slots=True)
class AppealFile:
    """An appeal with all that was said to it, in order."""

    appeal: Appeal
    words: tuple[AppealWord, ...] = ()

    @property
    def state(self) -> AppealState:
        """Where it stands after the last word."""
        return AppealState(self.words[-1].step.value) if self.words else AppealState.FILED

    def overdue(self, day: date) -> bool:
        """Whether on a day it should have been decided and is not."""
        return self.state.pending and day > self.appeal.due_on
