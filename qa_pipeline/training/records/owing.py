"""What is owed and what of it is overdue: induction of who is new, weekly and monthly training of all others. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qa_pipeline.models import Operator
from qa_pipeline.models.training_records import AttendanceWord, Presence, SessionFile, SessionKind
from qa_pipeline.training.records.calendar import DAY, OWED, Away, IsWorkday, Period, period_of, periods

INDUCTION_DAYS = 20
"""为期 20 天的岗前培训 (安行审发[2022]7号, part 1)."""
SHOWN = {SessionKind.TEAM: 8, SessionKind.ALL_HANDS: 3, SessionKind.SIMULATED: 3}
"""So many weeks and months back it is told what is overdue."""


class Owed(StrEnum):
    """Where somebody stands with one period. OPEN: it is not over yet; EXEMPT: not on post, or away all of it."""

    DONE = "done"
    EXCUSED = "excused"
    EXEMPT = "exempt"
    OPEN = "open"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Owing:
    """One operator and one period; ``why`` says what excuses, or which session was missed (Chinese, may be '')."""

    operator: Operator
    period: Period
    state: Owed
    why: str = ""


@dataclass(frozen=True, slots=True)
class Induction:
    """One operator's induction: days taken of `INDUCTION_DAYS`, and by when they are to be.

    ``missed`` are sessions that were missed and not made up.
    """

    operator: Operator
    hired_on: date
    due_on: date
    days: tuple[date, ...]
    missed: int

    @property
    def left(self) -> int:
        """Days that remain."""
        return max(0, INDUCTION_DAYS - len(self.days))

    def overdue(self, today: date) -> bool:
        """Whether days remain after the last day."""
        return self.left > 0 and today > self.due_on


def induction_due(hired_on: date, is_workday: IsWorkday) -> date:
    """Return the 20th working day of somebody, the day of hiring included."""
    day, left = hired_on, INDUCTION_DAYS - is_workday(hired_on)
    while left > 0:
        day += DAY
        left -= is_workday(day)
    return day


def inductions(
    roster: Iterable[Operator], files: Sequence[SessionFile], since: date, today: date, is_workday: IsWorkday
) -> tuple[Induction, ...]:
    """Return the inductions of whoever was new since training is recorded, those with most days to go first.

    Args:
        roster: Everybody; whose day of hiring is not known is left out.
        files: Sessions that count, of `SessionKind.INDUCTION` at least.
        since: From when on training is recorded: whose 20 days were over before that is left out.
        today: Of those who begin after it nothing is told.
        is_workday: Which days are worked.
    """
    said = _said(file for file in files if file.session.kind is SessionKind.INDUCTION)
    found = []
    for operator in roster:
        if operator.hired_on is None or operator.hired_on > today:
            continue
        due = induction_due(operator.hired_on, is_workday)
        if due >= since:
            mine = said[operator.operator_id]
            days = {word.day(file.session) for file, word in mine if word.presence.attended}
            missed = sum(word.presence is Presence.ABSENT for _, word in mine)
            found.append(Induction(operator, operator.hired_on, due, tuple(sorted(days)), missed))
    return tuple(sorted(found, key=lambda one: (-one.left, one.due_on, one.operator.operator_id)))


def owing(
    roster: Sequence[Operator],
    files: Sequence[SessionFile],
    away: Away,
    since: date,
    today: date,
    is_workday: IsWorkday,
) -> tuple[Owing, ...]:
    """Return where everybody stands with each week and month since training is recorded, by period and operator."""
    by_kind: defaultdict[SessionKind, list[SessionFile]] = defaultdict(list)
    for file in files:
        by_kind[file.session.kind].append(file)
    on_post = {o.operator_id: _on_post(o, is_workday) for o in roster}
    found: list[Owing] = []
    for kind in OWED:
        for period in periods(kind, since, today, is_workday, SHOWN[kind]):
            held = [f for f in by_kind[kind] if period_of(kind, f.session.held_on) == period]
            said = _said(held)
            for operator in roster:
                if operator.hired_on is not None and on_post[operator.operator_id] > period.first:
                    found.append(Owing(operator, period, Owed.EXEMPT, "岗前培训期"))
                    continue
                found.append(_one(operator, period, said[operator.operator_id], away, today, is_workday))
    return tuple(found)


def _on_post(operator: Operator, is_workday: IsWorkday) -> date:
    return date.min if operator.hired_on is None else induction_due(operator.hired_on, is_workday) + DAY


def _one(
    operator: Operator,
    period: Period,
    mine: Sequence[tuple[SessionFile, AttendanceWord]],
    away: Away,
    today: date,
    is_workday: IsWorkday,
) -> Owing:
    if any(word.presence.attended for _, word in mine):
        return Owing(operator, period, Owed.DONE)
    if excused := [word.reason for _, word in mine if word.presence is Presence.EXCUSED]:
        return Owing(operator, period, Owed.EXCUSED, f"请假：{excused[-1]}")
    if why := away.why(operator.operator_id, period, is_workday):
        return Owing(operator, period, Owed.EXEMPT, why)
    missed = "；".join(f"{f.session.held_on:%m-%d} {f.session.topic} 缺席：{word.reason}" for f, word in mine)
    return Owing(operator, period, Owed.OVERDUE if period.last < today else Owed.OPEN, missed)


def _said(files: Iterable[SessionFile]) -> defaultdict[str, list[tuple[SessionFile, AttendanceWord]]]:
    found: defaultdict[str, list[tuple[SessionFile, AttendanceWord]]] = defaultdict(list)
    for file in files:
        for operator_id, word in file.latest.items():
            found[operator_id].append((file, word))
    return found


def overdue_by_team(found: Iterable[Owing]) -> Mapping[str, tuple[Owing, ...]]:
    """Return what is overdue by team, teams and periods in order."""
    late: defaultdict[str, list[Owing]] = defaultdict(list)
    for one in found:
        if one.state is Owed.OVERDUE:
            late[one.operator.team].append(one)
    return {team: tuple(late[team]) for team in sorted(late)}
