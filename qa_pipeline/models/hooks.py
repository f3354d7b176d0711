"""Webhooks: what other systems are told of, and how far each has been told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class HookEvent(StrEnum):
    """What may be told. Each is a table to which rows are only added, so that nothing is missed."""

    CALL_AUDITED = "call.audited"
    FINDING_DECIDED = "finding.decided"
    APPEAL_ANSWERED = "appeal.answered"
    MONTH_SETTLED = "month.settled"


@dataclass(frozen=True, slots=True)
class Hook:
    """One address that is told.

    Args:
        told: By event the number of the newest row that was told; a new hook begins with what is there then.
        failures: In a row; while there are some it waits until ``next_at``, longer each time.
        error: What the last failure was.
    """

    hook_id: int
    url: str
    secret: str
    events: tuple[HookEvent, ...]
    created_by: str
    created_at: datetime
    told: Mapping[str, str] = field(default_factory=dict)
    failures: int = 0
    next_at: datetime | None = None
    error: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened: the key of its row, when, and what is told of it: numbers and codes, no words."""

    event: HookEvent
    key: str
    at: datetime
    data: Mapping[str, str | int | None]
