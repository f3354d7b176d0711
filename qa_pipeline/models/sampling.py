"""Which calls are heard, and why these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class DrawReason(StrEnum):
    """Why a call is in the plan. RANDOM, and REPLACEMENT in its place, count into the month's means; RISK never."""

    RANDOM = "random"
    REPLACEMENT = "replacement"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class SampledCall:
    """One call of the plan; ``stratum`` is ``shift/operator_id``; ``probability`` its chance of being drawn, 0–1."""

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
class SamplePlan:
    """The draw of one month: with ``frame_sha256`` and ``seed`` anybody can draw it again."""

    month: str
    seed: str
    seed_sha256: str
    frame_sha256: str
    frame_size: int
    quota_per_operator: int
    drawn_at: datetime
    calls: tuple[SampledCall, ...]
    exclusions: tuple[Exclusion, ...]
