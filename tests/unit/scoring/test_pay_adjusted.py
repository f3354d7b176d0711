"""What an earlier month still owes, paid with a later one."""

from decimal import Decimal

import pytest

from scoring.pay import Owed, month_pay, only_owed, with_owed
from scoring.payroll import by_team, payroll_total
from tests.unit.scoring.test_pay import MONTH, SCHEME, pay


def owed(amount, month="2026-09"):
    return Owed(month, Decimal(amount), "申诉成立，按改判重算后调整")


def test_an_adjustment_is_a_line_of_its_own_and_part_of_the_total():
    (found,) = with_owed(pay("90"), [owed("200.5"), owed("-0.5", "2026-08")], "二组")
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
    assert with_owed(pay("90"), [], "一组") == (pay("90"),)
    assert not only_owed(pay("90"))


def test_what_is_owed_is_paid_on_a_line_of_its_own_while_a_person_must_decide_on_the_month():
    undecided = month_pay(MONTH, None, None, (), SCHEME)
    own, apart = with_owed(undecided, [owed("100"), owed("50")], "一组")
    assert (own.total, own.parts) == (None, ())
    assert own.notes[-1] == "补调 150.00 元另列一行：本月绩效由人决定，这笔不论怎样决定都照发，已在合计内"
    assert (str(apart.total), apart.factor, len(apart.parts)) == ("150.00", None, 2)
    assert apart.notes[0] == "只发以前月份的补调：本月绩效未定，见本人另一行"
    assert apart.notes[1] == "2026-09 补调：100（申诉成立，按改判重算后调整）"
    assert (only_owed(own), only_owed(apart)) == (False, True)
    assert str(payroll_total([own, apart])) == "150.00"


def test_who_left_has_the_line_of_what_is_owed_and_no_other():
    nothing, unknown = month_pay(MONTH, None, None, (), SCHEME), Owed("2026-08", None, "系数 0.80 → 1.00")
    (found,) = with_owed(nothing, [owed("100"), unknown], "一组", absent=True)
    assert (str(found.total), only_owed(found)) == ("100.00", True)
    assert "本月没有通话" in found.notes[0]
    assert "由财务核定" in found.notes[-1]
    (still,) = with_owed(nothing, [unknown], "一组", absent=True)
    assert (still.total, only_owed(still)) == (None, False)


def test_finance_is_told_of_what_was_changed_in_a_month_whose_pay_is_not_known():
    unknown = Owed("2026-09", None, "系数 0.80 → 1.00")
    (found,) = with_owed(pay("90"), [unknown, owed("200.5")], "一组")
    assert found.total == pay("90").total + Decimal("200.5")
    assert found.notes == (
        *pay("90").notes,
        "2026-09 另有调整（系数 0.80 → 1.00），该月绩效不是程序算出的，应补多少由财务核定",
    )
    assert with_owed(pay("90"), [unknown], "一组")[0].parts == pay("90").parts


@pytest.mark.parametrize("month", [MONTH, "2026-11"])
def test_a_month_cannot_pay_what_it_or_a_later_one_owes(month):
    with pytest.raises(ValueError, match="a later month pays it"):
        with_owed(pay("90"), [owed("1", month)], "一组")


@pytest.mark.parametrize("amount", ["0.005", "NaN"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(ValueError, match="is no amount"):
        with_owed(pay("90"), [owed(amount)], "一组")
