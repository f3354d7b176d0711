"""What an earlier month still owes, paid with a later one."""

from decimal import Decimal

import pytest

from scoring.pay import Owed, month_pay, with_owed
from scoring.payroll import by_team, payroll_total
from tests.unit.scoring.test_pay import MONTH, SCHEME, pay


def owed(amount, month="2026-09"):
    return Owed(month, Decimal(amount), "申诉成立，按改判重算后调整")


def test_an_adjustment_is_a_line_of_its_own_and_part_of_the_total():
    found = with_owed(pay("90"), [owed("200.5"), owed("-0.5", "2026-08")], "二组")
    assert [(part.kind, str(part.amount), part.team) for part in found.parts[1:]] == [
        ("补调", "-0.50", "二组"),
        ("补调", "200.50", "二组"),
    ]
    assert str(found.total) == "2200.00"
    assert found.parts[2].words == "2026-09 补调：200.5（申诉成立，按改判重算后调整）"
    assert found.parts[2].factor == 1
    assert found.parts[2].amount == found.parts[2].base * found.parts[2].days / found.parts[2].month_days
    assert by_team([found]) == {"一组": Decimal(2000), "二组": Decimal(200)}


def test_a_month_without_adjustments_stays_as_it_is():
    assert with_owed(pay("90"), [], "一组") == pay("90")


def test_what_is_owed_waits_while_a_person_must_decide_on_the_month():
    undecided = month_pay(MONTH, None, None, (), SCHEME)
    found = with_owed(undecided, [owed("100"), owed("50")], "一组")
    assert (found.total, found.parts) == (None, ())
    assert found.notes[-1] == "另有补调 150.00 元不在合计内：本月绩效由人决定，这笔不论怎样决定都要补发"
    assert payroll_total([found]) == 0


def test_finance_is_told_of_what_was_changed_in_a_month_whose_pay_is_not_known():
    unknown = Owed("2026-09", None, "系数 0.80 → 1.00")
    found = with_owed(pay("90"), [unknown, owed("200.5")], "一组")
    assert found.total == pay("90").total + Decimal("200.5")
    assert found.notes == (
        *pay("90").notes,
        "2026-09 另有调整（系数 0.80 → 1.00），该月绩效不是程序算出的，应补多少由财务核定",
    )
    assert with_owed(pay("90"), [unknown], "一组").parts == pay("90").parts


@pytest.mark.parametrize("month", [MONTH, "2026-11"])
def test_a_month_cannot_pay_what_it_or_a_later_one_owes(month):
    with pytest.raises(ValueError, match="a later month pays it"):
        with_owed(pay("90"), [owed("1", month)], "一组")


@pytest.mark.parametrize("amount", ["0.005", "NaN"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(ValueError, match="is no amount"):
        with_owed(pay("90"), [owed(amount)], "一组")
