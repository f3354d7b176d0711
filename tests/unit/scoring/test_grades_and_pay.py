from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from scoring.grades import grade_of, passing_line
from scoring.pay import PayStatus, PayTerm, default_scheme, month_pay
from scoring.payroll import by_team, payroll_total, reconcile
from scoring.scorecard import default_scorecard

CARD = default_scorecard()


def term(base, first=1, last=31, who="1001", team="一组"):
    days = (date(2026, 10, day) for day in (first, last))
    return PayTerm(who, *days, team, PayStatus.REGULAR, Decimal(base))


def points(value):
    return (None, None) if value is None else (Decimal(value), grade_of(CARD, Decimal(value)))


def paid(base, value, who="1001"):
    return month_pay("2026-10", *points(value), [term(base, who=who)], default_scheme())


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", "优秀"),
        ("95", "优秀"),
        ("94.995", "优秀"),
        ("94.99", "良好"),
        ("85", "良好"),
        ("84.99", "合格"),
        ("75", "合格"),
        ("74.994", "不合格"),
        ("0", "不合格"),
    ],
)
def test_what_is_printed_decides_the_grade(points, grade):
    assert grade_of(CARD, Decimal(points)).name == grade


@pytest.mark.parametrize("points", ["-0.01", "100.01"])
def test_points_that_cannot_be_have_no_grade(points):
    with pytest.raises(ValueError, match="have no grade"):
        grade_of(CARD, Decimal(points))


def test_the_passing_line_is_that_of_the_lowest_grade_passed():
    assert passing_line(CARD) == 75
    nobody = replace(CARD, grades=tuple(replace(band, failing=True) for band in CARD.grades))
    assert passing_line(nobody) > 100


def test_the_total_is_of_what_is_paid():
    pays = [paid("0.15", 60), paid("0.15", 60, "1002"), paid("2000", None, "1003")]
    assert payroll_total(pays) == Decimal("0.22")  # and not 0.21, which is 0.30 * 0.7
    assert payroll_total([]) == 0


def test_who_changed_teams_is_in_both_with_the_part_earned_there():
    moved = [term("2000", 1, 15), term("2000", 16, 31, team="二组")]
    pays = [paid("1000", 90), month_pay("2026-10", *points(90), moved, default_scheme()), paid("500", None)]
    assert by_team(pays) == {"一组": Decimal("1967.74"), "二组": Decimal("1032.26")}
    assert sum(by_team(pays).values()) == payroll_total(pays)


def test_a_total_that_does_not_reconcile_is_named_with_the_difference():
    pays = [paid("100", 90), paid("200", 90)]
    reconcile(pays, Decimal("300.00"))
    with pytest.raises(ValueError, match=r"adds up to 300\.00, stated is 300\.01: 0\.01 apart"):
        reconcile(pays, Decimal("300.01"))
