"""What an appeal that was won changes in a settled month: lines booked in the next open month.

The settled month stays as it was. An appeal never costs its author anything: an item that turns out not to apply may
leave a lower mean (it had earned more than the others), and such a month stays as it was settled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

RAISED = "申诉成立，按改判重算后调整"
UNCHANGED = "申诉成立，重算后分数、等次和绩效不变"
NO_LOWER = "申诉成立而重算结果低于原结果，分数、等次和绩效不作负向调整，保持原结果"
NOTHING_LEFT = "申诉成立后该月没有可计分的内容，分数、等次和绩效保持原结果"
STRIKE_CLEARED = "该月不再计入连续不合格"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a month says of one operator, as far as pay and strikes go.

    Args:
        points: 0–100, None where nothing was heard.
        grade: Name of the band.
        factor: Payroll factor.
        pay: Performance pay in yuan, None where it is not known (no base, or a person decides).
        strike: The month counts towards three in a row.
    """

    points: Decimal | None
    grade: str | None
    factor: Decimal | None
    pay: Decimal | None = None
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What of a settled ``month`` is changed, booked in the open month ``booked_in``; ``words`` say why (Chinese)."""

    operator_id: str
    month: str
    booked_in: str
    before: Standing
    after: Standing
    words: str

    @property
    def points(self) -> Decimal:
        """Points that are added, never below 0."""
        return _difference(self.before.points, self.after.points)

    @property
    def pay(self) -> Decimal | None:
        """Yuan that are paid on top, never below 0; None where pay is not known."""
        if self.before.pay is None or self.after.pay is None:
            return None
        return self.after.pay - self.before.pay

    @property
    def empty(self) -> bool:
        """Whether it changes nothing; it is kept all the same, so that the appeal's outcome can be read."""
        return self.before == self.after


def adjustment(
    operator_id: str, month: str, before: Standing, recomputed: Standing, settled: Collection[str]
) -> Adjustment:
    """Return what an appeal that was won changes.

    Args:
        operator_id: Whose month it is.
        month: The settled month, ``YYYY-MM``.
        before: As the month stands: as it was settled, with adjustments that were made before.
        recomputed: As it would stand with all that was decided since.
        settled: Every settled month.

    Raises:
        ValueError: The month never was settled; there is nothing to adjust.
    """
    after, words = _raised(before, recomputed)
    if before.strike and not recomputed.strike:
        after, words = replace(after, strike=False), (*words, STRIKE_CLEARED)
    return Adjustment(operator_id, month, booking_month(month, settled), before, after, "；".join(words))


def booking_month(month: str, settled: Collection[str]) -> str:
    """Return the month in which an adjustment is booked: the one after the last that is settled.

    Raises:
        ValueError: The month to be adjusted never was settled.
    """
    if month not in settled:
        raise ValueError(f"{month} was never settled; decide in the month itself instead of adjusting it")
    year, number = (int(part) for part in max(settled).split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _raised(before: Standing, recomputed: Standing) -> tuple[Standing, tuple[str, ...]]:
    """Return the better of two standings (strikes aside), with why; never a mixture that a sheet could not redo."""
    if recomputed.points is None:
        return before, (NOTHING_LEFT,)
    pairs = (
        (before.points, recomputed.points),
        (before.factor, recomputed.factor),
        (before.pay, recomputed.pay),
    )
    worse = any(was is not None and (now is None or now < was) for was, now in pairs)
    if worse or all(was == now for was, now in pairs):
        return before, (NO_LOWER if worse else UNCHANGED,)
    return replace(recomputed, strike=before.strike), (RAISED,)


def _difference(before: Decimal | None, after: Decimal | None) -> Decimal:
    return (after or Decimal(0)) - (before or Decimal(0))
