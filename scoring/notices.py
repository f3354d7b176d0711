"""What supervision notices (互相提醒、组长监管、班长巡查) take from an operator's month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NoticePoints:
    """One approved notice: its number, the points that it takes from the month (0 or more), and what it is about.

    Raises:
        ValueError: The points are negative or no number; a notice never adds to a month.
    """

    notice_id: str
    points: Decimal
    words: str

    def __post_init__(self) -> None:
        if not self.points.is_finite() or self.points < 0:
            raise ValueError(f"notice {self.notice_id} has {self.points} points; give a number of 0 or more")


def notice_total(notices: Iterable[NoticePoints]) -> Decimal:
    """Return the points that notices take together."""
    return sum((notice.points for notice in notices), start=Decimal(0))


def lowered(points: Decimal, notices: Iterable[NoticePoints]) -> Decimal:
    """Return a month's points, or an end of its ranges, less what notices take; never below 0."""
    return max(Decimal(0), points - notice_total(notices))
