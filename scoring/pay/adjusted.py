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
APART = "补调 {amount} 元另列一行：本月绩效由人决定，这笔不论怎样决定都照发，已在合计内"
ONLY_OWED = "只发以前月份的补调：本月绩效未定，见本人另一行"
ABSENT = "只发以前月份的补调：本月没有通话，财务也没有给出任职与绩效基数（离岗或调出）"
NOT_COMPUTED = "{month} 另有调整（{words}），该月绩效不是程序算出的，应补多少由财务核定"


@dataclass(frozen=True, slots=True)
class Owed:
    """Yuan that a settled ``month`` (``YYYY-MM``) still owes an operator (below 0: was paid too much), and why.

    ``amount`` is None where the month's pay was not computed: a person decided on it, or it had no terms.
    """

    month: str
    amount: Decimal | None
    words: str


def with_owed(pay: MonthPay, owed: Sequence[Owed], team: str, *, absent: bool = False) -> tuple[MonthPay, ...]:
    """Return a month's pay with a line of kind 补调 for each amount; the team is the one that bears it.

    What is owed was earned before and waits for nothing. Where a person must still decide on the month there is no
    total to add to: the lines are a second pay beside the undecided one, and the only one of somebody ``absent``, who
    took no call and has no terms. A note tells finance of what was changed in a month whose pay is not known.

    Raises:
        ValueError: An amount is owed for this month or a later one, or has parts of a cent.
    """
    ordered = sorted(owed, key=lambda one: (one.month, one.words))
    lines = tuple(_line(pay.month, one, team, one.amount) for one in ordered if one.amount is not None)
    told = tuple(NOT_COMPUTED.format(month=one.month, words=one.words) for one in ordered if one.amount is None)
    if not lines:
        return (replace(pay, notes=(*pay.notes, *told)),)
    amount = sum((line.base for line in lines), Decimal("0.00"))
    if pay.total is not None:
        notes = (*pay.notes, *told)
        return (replace(pay, parts=(*pay.parts, *lines), total=pay.total + amount, notes=notes),)
    why = tuple(line.words for line in lines)
    if absent:
        return (MonthPay(pay.month, pay.operator_id, None, lines, amount, (ABSENT, *why, *told)),)
    undecided = replace(pay, notes=(*pay.notes, *told, APART.format(amount=amount)))
    return undecided, MonthPay(pay.month, pay.operator_id, None, lines, amount, (ONLY_OWED, *why))


def only_owed(pay: MonthPay) -> bool:
    """Whether a pay is of what earlier months owe alone, and says nothing of its own month."""
    return bool(pay.parts) and all(part.kind == ADJUSTMENT for part in pay.parts)


def _line(month: str, owed: Owed, team: str, amount: Decimal) -> PayPart:
    if owed.month >= month:
        raise ValueError(f"an adjustment of {owed.month} cannot be paid with {month}; a later month pays it")
    if not amount.is_finite() or amount != rounded(amount):
        raise ValueError(f"adjustment of {owed.month}: {amount} is no amount; write yuan with two decimals at most")
    days = month_ends(owed.month)
    words = f"{owed.month} {ADJUSTMENT}：{amount}（{owed.words}）"
    return PayPart(ADJUSTMENT, *days, team, PayStatus.REGULAR, 1, 1, amount, ONE, rounded(amount), words)
