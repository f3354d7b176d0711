"""Who was trained in what, and when: sessions, and who attended. Append-only: later words correct earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SessionKind(StrEnum):
    """What kind of training a session is; the first four are those that the city's policy asks for."""

    INDUCTION = "induction"
    ALL_HANDS = "all_hands"
    SIMULATED = "simulated"
    TEAM = "team"
    LECTURE = "lecture"
    COMPETITION = "competition"
    OTHER = "other"

    @property
    def name_zh(self) -> str:
        """What the centre calls it."""
        return _KINDS[self]


_KINDS = {
    SessionKind.INDUCTION: "岗前培训",
    SessionKind.ALL_HANDS: "每月全员培训",
    SessionKind.SIMULATED: "每月模拟接电",
    SessionKind.TEAM: "每周小组培训",
    SessionKind.LECTURE: "政策讲座",
    SessionKind.COMPETITION: "技能竞赛",
    SessionKind.OTHER: "其他培训",
}


class Presence(StrEnum):
    """Whether somebody was there. EXCUSED: leave, or a shift that could not be left; nothing is owed."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"
    MADE_UP = "made_up"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return {"present": "出席", "absent": "缺席", "excused": "请假", "made_up": "已补课"}[self.value]

    @property
    def attended(self) -> bool:
        """Whether the session counts as taken."""
        return self in {Presence.PRESENT, Presence.MADE_UP}


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """A session before it is entered.

    Args:
        team: Whose it was; '' for all.
        items: Codes of the scorecard's items that it was about: what its effect is looked for in. May be empty.
    """

    kind: SessionKind
    held_on: date
    topic: str
    leader: str
    minutes: int
    team: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingSession:
    """A session as it was entered; see `SessionDraft`."""

    session_id: int
    kind: SessionKind
    held_on: date
    topic: str
    leader: str
    minutes: int
    team: str
    items: tuple[str, ...]
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What is said of somebody's attendance: ``made_up_on`` where it was made up, ``reason`` where they were away."""

    presence: Presence
    made_up_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceWord:
    """What was said of one operator in one session; of one operator the latest counts.

    ``why`` is said where it corrects an earlier word, '' at the first.
    """

    session_id: int
    operator_id: str
    presence: Presence
    made_up_on: date | None
    reason: str
    why: str
    by: str
    said_at: datetime

    @property
    def seen(self) -> Seen:
        """What it says."""
        return Seen(self.presence, self.made_up_on, self.reason)

    def day(self, session: TrainingSession) -> date:
        """Return the day on which it was taken, if it was: that of the session, or when it was made up."""
        return self.made_up_on or session.held_on


@dataclass(frozen=True, slots=True)
class SessionWithdrawal:
    """That a session was entered by mistake: it counts nowhere any more, and stays to be read."""

    session_id: int
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A session with all that was said of who attended, in order, and its withdrawal."""

    session: TrainingSession
    words: tuple[AttendanceWord, ...] = ()
    withdrawal: SessionWithdrawal | None = None

    @property
    def counts(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawal is None

    @property
    def latest(self) -> dict[str, AttendanceWord]:
        """What counts of each operator, by id."""
        return {word.operator_id: word for word in self.words}


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """One row of a table of attendance: a session, and one operator in it. ``by``: who keeps the table, '' unknown."""

    draft: SessionDraft
    operator_id: str
    seen: Seen
    why: str = ""
    by: str = ""
