"""The pay scheme as data: what a grade is worth, in a version that never changes once used."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from scoring.card import GradeBand
from scoring.exact import rounded

FACTOR_STEP = Decimal("0.0001")
"""Factors have four decimals: the printed factor is the one that is multiplied."""
CALENDAR, DUE = "calendar", "due"
BASE, PERSON = "base", "person"


@dataclass(frozen=True, slots=True)
class GradePay:
    """What one grade is worth, for a whole month.

    The factor is ``factor`` (None: the scorecard's) at the grade's line, ``per_point`` more for each point above it,
    and at most ``at_most``. ``reward`` and ``deduction`` are yuan.
    """

    name: str
    factor: Decimal | None = None
    per_point: Decimal = Decimal(0)
    at_most: Decimal | None = None
    reward: Decimal = Decimal(0)
    deduction: Decimal = Decimal(0)

    def factor_at(self, points: Decimal, band: GradeBand) -> Decimal:
        """Return the factor of a score within the band, to four decimals."""
        least = band.factor if self.factor is None else self.factor
        factor = least + self.per_point * (points - band.at_least)
        return rounded(factor if self.at_most is None else min(factor, self.at_most), FACTOR_STEP)


@dataclass(frozen=True, slots=True)
class RestDays:
    """Days on which nobody is due: weekdays (1 Monday to 7 Sunday) and single days ``off``, save the days ``on``."""

    weekdays: tuple[int, ...] = ()
    off: tuple[date, ...] = ()
    on: tuple[date, ...] = ()

    def is_due(self, day: date) -> bool:
        """Whether a full-time operator is due on a day."""
        return day in self.on or (day.isoweekday() not in self.weekdays and day not in self.off)


@dataclass(frozen=True, slots=True)
class PayScheme:
    """One version of how a grade becomes money; ``sha256`` is over its canonical JSON.

    Args:
        version: Its name.
        effective_from: The first day that it is for.
        days: What a part of a month is measured in: ``calendar`` or ``due`` days (all but ``rest``).
        min_days: With fewer days at work nobody is graded.
        few_days: What is paid then: ``base`` (factor 1) or ``person`` (nothing is computed, a person decides).
        not_heard: The same, where no call was heard.
        probation_factor: On probation the factor is never below this, and nothing is deducted below it; None: no rule.
        most_deducted: The largest share of the base that a month may take away; None: no cap.
        rest: The days that do not count where ``days`` is ``due``.
        grades: Grades that are not simply paid by the scorecard's factor.
        sha256: Hex.
    """

    version: str
    effective_from: date
    days: str = CALENDAR
    min_days: int = 0
    few_days: str = BASE
    not_heard: str = PERSON
    probation_factor: Decimal | None = None
    most_deducted: Decimal | None = None
    rest: RestDays = RestDays()
    grades: tuple[GradePay, ...] = ()
    sha256: str = ""

    def worth(self, band: GradeBand) -> GradePay:
        """Return what a grade is worth: as the scheme says, else by the scorecard's factor alone."""
        return next((grade for grade in self.grades if grade.name == band.name), GradePay(band.name))

    def days_between(self, first: date, last: date) -> int:
        """Return how many days count from ``first`` to ``last``, both included."""
        if self.days == CALENDAR:
            return (last - first).days + 1
        days = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
        return sum(self.rest.is_due(day) for day in days)

    def floor(self, *, probation: bool) -> Fraction:
        """Return the share of the base that no grade and no deduction can take away."""
        kept = Fraction(0) if self.most_deducted is None else 1 - Fraction(self.most_deducted)
        own = self.probation_factor if probation else None
        return kept if own is None else max(kept, Fraction(own))


def month_ends(month: str) -> tuple[date, date]:
    """Return the first and last day of a month (``YYYY-MM``).

    Raises:
        ValueError: It is not a month.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise ValueError(f"{month!r} is no month; write it as 2026-10") from error
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
