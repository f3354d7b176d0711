"""What waits for a reviewer: one line of the queue, and who is at a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum


class Work(StrEnum):
    """What of a call waits for somebody, the most pressing first.

    SECOND: a suspected fatal error on which another person has spoken, to be judged blind. LOW: a deduction of a rule
    that was not sure. UNCONFIRMED: another deduction that nobody has looked at. REPEAT: judged once, to be judged again
    blind, so that it is known how far reviewers agree.
    """

    SUSPECTED = "suspected"
    SECOND = "second"
    OPEN = "open"
    LOW = "low"
    UNCONFIRMED = "unconfirmed"
    REPEAT = "repeat"


class Effect(IntEnum):
    """What deciding a call may change. GRADE: the operator's grade by this call alone. TOWARDS: with others."""

    POINTS = 0
    TOWARDS = 1
    GRADE = 2
    FATAL = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """Who looks for work.

    Args:
        account_id: The account.
        key: The name as it is compared (`qa_pipeline.assessment.standings.key_of`).
        barred: Operators whose calls this person may not judge: themselves.
        sure_from: Rules' deductions below this confidence are LOW.
        repeat_share: How many of a million reviewed calls are judged again.
        sealed: Calls that they have to score in a calibration session first.
    """

    account_id: int
    key: str
    barred: tuple[str, ...] = ()
    sure_from: float = 0.95
    repeat_share: int = 0
    sealed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One call that waits. ``held_by`` is who is at it (None: nobody), ``mine``: the person who asks."""

    call_id: str
    month: str
    operator_id: str
    operator: str
    started_at: datetime
    duration_s: int
    points: Decimal
    points_low: Decimal
    points_high: Decimal
    work: Work
    effect: Effect
    codes: tuple[str, ...]
    held_by: str | None
    held_until: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is at a call, until when."""

    call_id: str
    account_id: int
    name: str
    claimed_at: datetime
    until: datetime
