"""Calibration sessions: several people score the same calls, blind to each other. Append-only, and never pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Score(StrEnum):
    """What somebody says of one item of one call."""

    NONE = "none"
    FAULT = "fault"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class CalibrationDraft:
    """A session before it is opened.

    Args:
        title: What it is about.
        due_on: The day by which all should have finished; nobody is kept out afterwards.
        calls: Ids, in the order in which they are to be heard.
        members: Ids of accounts.
        reference: The member whom the others are compared with; None: with what most of the others say.
    """

    title: str
    due_on: date
    calls: tuple[str, ...]
    members: tuple[int, ...]
    reference: int | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A session as it was opened; all its calls were judged by one scorecard, whose items are scored."""

    session_id: int
    title: str
    due_on: date
    scorecard_version: str
    reference_id: int | None
    opened_by: str
    opened_by_id: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class CalibrationCall:
    """A call of a session, with the audit that counted when it was opened."""

    call_id: str
    audit_id: int


@dataclass(frozen=True, slots=True)
class CalibrationMember:
    """Somebody who scores; the name as it was when the session was opened."""

    account_id: int
    name: str


@dataclass(frozen=True, slots=True)
class CalibrationWord:
    """What somebody said of one item of one call; of the same person the latest counts."""

    call_id: str
    account_id: int
    item: str
    score: Score
    faults: int
    reason: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class CalibrationClosing:
    """How a session was ended."""

    closed_by: str
    closed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CalibrationRemark:
    """What was said when the words were compared, of an item of a call or of the whole session ('' and '')."""

    remark_id: int
    call_id: str
    item: str
    text: str
    by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class CalibrationFile:
    """A session with all that was said in it.

    ``words`` are each person's latest on each item of each call. Whose eyes they are for is for
    `qa_pipeline.calibration.sessions.shown` to say.
    """

    session: Calibration
    calls: tuple[CalibrationCall, ...]
    members: tuple[CalibrationMember, ...]
    words: tuple[CalibrationWord, ...] = ()
    finished: Mapping[int, datetime] = field(default_factory=dict)
    closing: CalibrationClosing | None = None
    remarks: tuple[CalibrationRemark, ...] = ()

    @property
    def revealed(self) -> bool:
        """Whether the words may be compared: everybody has finished, or the session was closed."""
        return self.closing is not None or all(member.account_id in self.finished for member in self.members)

    def is_member(self, account_id: int) -> bool:
        """Whether somebody scores in it."""
        return any(member.account_id == account_id for member in self.members)
