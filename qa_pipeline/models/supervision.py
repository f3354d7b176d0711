"""Supervision notices (全员互相监督、组长监管、班长巡查): who saw what, and what others said to it. Append-only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class NoticeKind(StrEnum):
    """By which of the policy's three channels it came. A reminder among colleagues costs nothing by itself."""

    REMINDER = "reminder"
    TEAM_LEADER = "team_leader"
    SHIFT_LEADER = "shift_leader"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return _KINDS[self]


_KINDS = {
    NoticeKind.REMINDER: "互相提醒",
    NoticeKind.TEAM_LEADER: "组长监管",
    NoticeKind.SHIFT_LEADER: "班长巡查",
}


class Office(StrEnum):
    """In which capacity somebody approves: only leaders and supervisors may."""

    TEAM_LEADER = "team_leader"
    SHIFT_LEADER = "shift_leader"
    SUPERVISOR = "supervisor"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return _OFFICES[self]


_OFFICES = {Office.TEAM_LEADER: "组长", Office.SHIFT_LEADER: "班长", Office.SUPERVISOR: "主管"}


class NoticeStep(StrEnum):
    """What was said to a notice. REVOKED and REDUCED follow an approval; an appeal that is won leads to them."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    REDUCED = "reduced"


class NoticeState(StrEnum):
    """Where a notice stands."""

    ENTERED = "entered"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return _STATES[self]


_STATES = {
    NoticeState.ENTERED: "待审批",
    NoticeState.APPROVED: "已批准",
    NoticeState.REJECTED: "未批准",
    NoticeState.WITHDRAWN: "已撤回",
    NoticeState.REVOKED: "已撤销",
}
_AFTER = {
    NoticeStep.APPROVED: NoticeState.APPROVED,
    NoticeStep.REDUCED: NoticeState.APPROVED,
    NoticeStep.REJECTED: NoticeState.REJECTED,
    NoticeStep.WITHDRAWN: NoticeState.WITHDRAWN,
    NoticeStep.REVOKED: NoticeState.REVOKED,
}


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice before it is entered. ``points`` are proposed; ``at_ms`` is a moment of the call ``call_id``."""

    operator_id: str
    kind: NoticeKind
    seen_by: str
    happened_at: datetime
    what: str
    evidence: str
    points: Decimal = Decimal(0)
    call_id: str | None = None
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it was entered. It belongs to the ``month`` in which it happened."""

    notice_id: int
    operator_id: str
    month: str
    kind: NoticeKind
    seen_by: str
    happened_at: datetime
    what: str
    evidence: str
    points: Decimal
    call_id: str | None
    at_ms: int | None
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeWord:
    """What one person said to a notice. ``points`` are what it takes from then on, None where that is nothing."""

    notice_id: int
    position: int
    step: NoticeStep
    by: str
    office: Office | None
    reason: str
    points: Decimal | None
    criticised: bool
    appeal_id: int | None
    said_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A notice with all that was said to it, in order."""

    notice: Notice
    words: tuple[NoticeWord, ...] = ()

    @property
    def state(self) -> NoticeState:
        """Where it stands after the last word."""
        return _AFTER[self.words[-1].step] if self.words else NoticeState.ENTERED

    @property
    def approval(self) -> NoticeWord | None:
        """The approval, None where there was none."""
        return next((word for word in self.words if word.step is NoticeStep.APPROVED), None)

    @property
    def points(self) -> Decimal:
        """The points that it takes now: none before it is approved."""
        if self.state is not NoticeState.APPROVED:
            return Decimal(0)
        return self.words[-1].points or Decimal(0)

    @property
    def criticised(self) -> bool:
        """Whether it led to a criticism notice (通报批评) that still stands."""
        return self.state is NoticeState.APPROVED and self.approval is not None and self.approval.criticised


_IN_CALL = re.compile(r"(\d{1,3}):([0-5]\d)")


def moment_ms(text: str) -> int | None:
    """Return a moment of a call, written as minutes and seconds (01:35), in milliseconds; None where it is none."""
    found = _IN_CALL.fullmatch(text.strip().replace("：", ":"))
    return None if found is None else (int(found[1]) * 60 + int(found[2])) * 1000
