"""What an earlier month still owes, paid with a later one: a line beside the month's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scoring.exact import rounded
from scoring.pay.month import ONE, MonthPay, PayPart
from scoring.pay.scheme import month_ends
from scoring.pay.terms import PayStatus

ADJUSTMENT = "补调"
NOT_IN_TOTAL = "另有补调 {amount} 元不在合计内：本月绩效由人决定，这笔不论怎样决定都要补发"


@dataclass(frozen=True, slots=True)
class Owed:
    """Yuan that a settled ``month`` (``YYYY-MM``) still owes an operator (below 0: was paid too much), and why."""

    month: str
    amount: Decimal
    words: str


def with_owed(pay: MonthPay, owed: Sequence[Owed], team: str) -> MonthPay:
    """Return a month's pay with a line of kind 补调 for each amount; the team is the one that bears it.

    Where a person must still decide on the month there is no total to add to: a note says what is owed beside it.

    Raises:
        ValueError: An amount is owed for this month or a later one, or has parts of a cent.
    """
    if not owed:
        return pay
    lines = tuple(_line(pay.month, one, team) for one in sorted(owed, key=lambda one: (one.month, one.words)))
    amount = sum((one.amount for one in owed), Decimal("0.00"))
    if pay.total is None:
        return replace(pay, notes=(*pay.notes, NOT_IN_TOTAL.format(amount=amount)))
    return replace(pay, parts=(*pay.parts, *lines), total=pay.total + amount)


def _line(month: str, owed: Owed, team: str) -> PayPart:
    if owed.month >= month:
        raise ValueError(f"an adjustment of {owed.month} cannot be paid with {month}; a later month pays it")
    if not owed.amount.is_finite() or owed.amount != rounded(owed.amount):
        raise ValueError(
            f"adjustment of {owed.month}: {owed.amount} is no amount; write yuan with two decimals at most"
        )
    days = month_ends(owed.month)
    words = f"{owed.month} {ADJUSTMENT}：{owed.amount}（{owed.words}）"
    return PayPart(ADJUSTMENT, *days, team, PayStatus.REGULAR, 1, 1, owed.amount, ONE, rounded(owed.amount), words)
