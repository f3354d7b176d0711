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
NOT_COMPUTED = "{month} 另有调整（{words}），该月绩效不是程序算出的，应补多少由财务核定"


@dataclass(frozen=True, slots=True)
class Owed:
    """Yuan that a settled ``month`` (``YYYY-MM``) still owes an operator (below 0: was paid too much), and why.

    ``amount`` is None where the month's pay was not computed: a person decided on it, or it had no terms.
    """

    month: str
    amount: Decimal | None
    words: str


def with_owed(pay: MonthPay, owed: Sequence[Owed], team: str) -> MonthPay:
    """Return a month's pay with a line of kind 补调 for each amount; the team is the one that bears it.

    Where a person must still decide on the month there is no total to add to: a note says what is owed beside it.
    Another tells finance of what was changed in a month whose pay is not known.

    Raises:
        ValueError: An amount is owed for this month or a later one, or has parts of a cent.
    """
    ordered = sorted(owed, key=lambda one: (one.month, one.words))
    lines = tuple(_line(pay.month, one, team, one.amount) for one in ordered if one.amount is not None)
    told = tuple(NOT_COMPUTED.format(month=one.month, words=one.words) for one in ordered if one.amount is None)
    pay = replace(pay, notes=(*pay.notes, *told))
    if not lines:
        return pay
    amount = sum((line.base for line in lines), Decimal("0.00"))
    if pay.total is None:
        return replace(pay, notes=(*pay.notes, NOT_IN_TOTAL.format(amount=amount)))
    return replace(pay, parts=(*pay.parts, *lines), total=pay.total + amount)


def _line(month: str, owed: Owed, team: str, amount: Decimal) -> PayPart:
    if owed.month >= month:
        raise ValueError(f"an adjustment of {owed.month} cannot be paid with {month}; a later month pays it")
    if not amount.is_finite() or amount != rounded(amount):
        raise ValueError(f"adjustment of {owed.month}: {amount} is no amount; write yuan with two decimals at most")
    days = month_ends(owed.month)
    words = f"{owed.month} {ADJUSTMENT}：{amount}（{owed.words}）"
    return PayPart(ADJUSTMENT, *days, team, PayStatus.REGULAR, 1, 1, amount, ONE, rounded(amount), words)
