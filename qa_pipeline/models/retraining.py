"""Retraining that is offered before anybody is put forward for three failed months. Append-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RetrainingResult(StrEnum):
    """What became of an offer."""

    HELD = "held"
    DECLINED = "declined"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return {"held": "已培训", "declined": "本人谢绝"}[self.value]


@dataclass(frozen=True, slots=True)
class Retraining:
    """An offer: on what, planned for which day, made by whom."""

    retraining_id: int
    operator_id: str
    subject: str
    planned_on: date
    offered_by: str
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class RetrainingWord:
    """What became of an offer, on which day, recorded by whom."""

    retraining_id: int
    result: RetrainingResult
    on_day: date
    by: str
    remark: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RetrainingFile:
    """An offer and what became of it, None as long as that is not recorded."""

    retraining: Retraining
    word: RetrainingWord | None = None
