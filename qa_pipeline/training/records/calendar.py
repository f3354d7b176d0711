"""The months and weeks in which training is owed, and who is away in them.

Which days are worked is handed in (`supervision.workdays` knows the State Council's holidays and the centre's own).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from qa_pipeline.models.training_records import SessionKind

IsWorkday = Callable[[date], bool]
WEEKLY = frozenset({SessionKind.TEAM})
OWED = (SessionKind.TEAM, SessionKind.ALL_HANDS, SessionKind.SIMULATED)
"""Kinds that everybody on post owes once in each of their periods (安行审发[2022]7号, parts 1 and 4)."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or a week from Monday to Sunday, in which one session of a kind is owed; both days included."""

    kind: SessionKind
    first: date
    last: date

    @property
    def label(self) -> str:
        """How it is called: 2026-11, or 2026 第49周."""
        if self.kind in WEEKLY:
            year, week, _ = self.first.isocalendar()
            return f"{year} 第{week}周"
        return f"{self.first:%Y-%m}"

    @property
    def days(self) -> Iterator[date]:
        """Each of its days."""
        return (self.first + n * DAY for n in range((self.last - self.first).days + 1))


def period_of(kind: SessionKind, day: date) -> Period:
    """Return the week or month of a kind that a day is in."""
    if kind in WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Period(kind, first, after - DAY)


def periods(kind: SessionKind, since: date, today: date, is_workday: IsWorkday, most: int) -> tuple[Period, ...]:
    """Return the last periods from one that holds ``since`` to the one of today, the oldest first.

    A week in which nobody works (the days around 国庆节, say) owes nothing and is left out.
    """
    found: list[Period] = []
    one = period_of(kind, today)
    while one.last >= since and len(found) < most:
        if any(is_workday(day) for day in one.days):
            found.append(one)
        one = period_of(kind, one.first - DAY)
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Away:
    """Who was away when, as finance and the shift plan have it.

    Args:
        leave: By operator id the days of leave that finance states.
        duty: By operator id the days that the shift plan has them on.
        planned: Months (``YYYY-MM``) that have a shift plan at all; in others nobody is taken for away.
    """

    leave: Mapping[str, frozenset[date]] = field(default_factory=dict)
    duty: Mapping[str, frozenset[date]] = field(default_factory=dict)
    planned: frozenset[str] = frozenset()

    def why(self, operator_id: str, period: Period, is_workday: IsWorkday) -> str:
        """Return why somebody owes nothing in a period (Chinese), '' where they were there on some day of it."""
        worked = [day for day in period.days if is_workday(day)]
        leave = self.leave.get(operator_id, frozenset())
        if worked and leave.issuperset(worked):
            return "整段休假"
        days = set(period.days)
        if {f"{day:%Y-%m}" for day in days} <= self.planned and not days & self.duty.get(operator_id, frozenset()):
            return "整段没有排班"
        return ""
