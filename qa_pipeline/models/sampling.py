"""Which calls are heard, and why these."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class DrawReason(StrEnum):
    """Why a call is in the plan. RANDOM, and REPLACEMENT in its place, count into the month's means.

    REPLACED was drawn and could not be used: it stays in the plan and counts nowhere. RISK was added for a reason of
    its own and counts nowhere either.
    """

    RANDOM = "random"
    REPLACEMENT = "replacement"
    REPLACED = "replaced"
    RISK = "risk"


class FrameRow(NamedTuple):
    """What the draw depends on of one call; ``started_at`` as ISO 8601. In JSON it is a list in this order."""

    call_id: str
    started_at: str
    duration_s: int
    operator_id: str
    shift: str


@dataclass(frozen=True, slots=True)
class SampledCall:
    """One call of the plan; ``stratum`` is ``shift/operator_id``; ``probability`` its chance of being drawn, 0–1.

    Of RISK calls the probability is 1: nothing about them was left to chance.
    """

    call_id: str
    operator_id: str
    stratum: str
    probability: Decimal
    reason: DrawReason


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A call of the frame that could not be drawn, and why."""

    call_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """What was fixed before a month ended, so that nobody could choose it to suit.

    ``rule`` says how strata are made and shares found. ``seed`` is None where somebody outside holds it.
    """

    month: str
    seed_sha256: str
    quota_per_operator: int
    rule: str
    committed_by: str
    committed_at: datetime
    seed: str | None = None

    @property
    def sha256(self) -> str:
        """What is published: the SHA-256 over month, seed's hash, quota and rule, a line each."""
        lines = (self.month, self.seed_sha256, str(self.quota_per_operator), self.rule)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Replacement:
    """A drawn call that could not be used, and the next in rank of its stratum; None where the stratum has no more."""

    call_id: str
    stratum: str
    replacement_id: str | None
    why: str
    replaced_by: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class RiskCriteria:
    """When a call is added for a risk.

    Args:
        low_satisfaction: The caller's mark (1–5) is at most this.
        complaint: The kind of a work order (诉求类型) that asks for a second look.
        repeat_calls: So many calls of one number, the call itself and those before it ...
        repeat_days: ... within so many days.
        unusual_length: A call's length in robust standard deviations (logarithms, median and MAD of the operator's own
            calls) from the middle, above which it is unusual. 3.5 is Iglewicz and Hoaglin's (How to Detect and Handle
            Outliers, 1993).
        min_calls: An operator with fewer calls has no usual length.
    """

    low_satisfaction: int = 2
    complaint: str = "投诉"
    repeat_calls: int = 3
    repeat_days: int = 7
    unusual_length: float = 3.5
    min_calls: int = 10


@dataclass(frozen=True, slots=True)
class RiskCall:
    """A call that was added for a risk, with every criterion that it met (Chinese)."""

    call_id: str
    operator_id: str
    stratum: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supplement:
    """The risk supplement of a month: at most ``budget`` calls, the gravest first."""

    month: str
    budget: int
    criteria: RiskCriteria
    chosen_by: str
    chosen_at: datetime
    calls: tuple[RiskCall, ...]


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """The draw of one month: with ``frame_sha256`` and ``seed`` anybody can draw it again.

    ``calls`` are as they were drawn; what became of the draw since then are ``replacements`` and ``supplement``.
    ``commitment`` is None where nothing was fixed before the month ended.
    """

    month: str
    seed: str
    seed_sha256: str
    frame_sha256: str
    frame_size: int
    quota_per_operator: int
    drawn_at: datetime
    calls: tuple[SampledCall, ...]
    exclusions: tuple[Exclusion, ...]
    commitment: Commitment | None = None
    replacements: tuple[Replacement, ...] = ()
    supplement: Supplement | None = None
