from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.grades import grade_of, passing_line
from scoring.payroll import payroll_line, payroll_total, reconcile
from scoring.scorecard import default_scorecard

CARD = default_scorecard()


def line(base, factor="0.9", who="1001"):
    return payroll_line(who, Decimal(80), "合格", Decimal(factor), None if base is None else Decimal(base))


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


@pytest.mark.parametrize(
    ("base", "factor", "pay"),
    [
        ("2000", "1.10", "2200.00"),
        ("1333.33", "0.9", "1200.00"),
        ("0.05", "0.9", "0.05"),
        ("0.15", "0.7", "0.11"),
        ("0", "1", "0.00"),
    ],
)
def test_pay_is_base_times_factor_to_the_cent(base, factor, pay):
    assert str(line(base, factor).pay) == pay


def test_without_a_base_or_a_factor_there_is_no_pay():
    assert line(None).pay is None
    assert payroll_line("1001", None, None, None, Decimal(2000)).pay is None


def test_the_total_is_of_what_is_paid():
    lines = [line("0.15", "0.7"), line("0.15", "0.7"), line(None)]
    assert payroll_total(lines) == Decimal("0.22")  # and not 0.21, which is 0.30 * 0.7
    assert payroll_total([]) == 0


@pytest.mark.parametrize(("base", "factor"), [("-1", "1"), ("10.005", "1"), ("10", "-0.1")])
def test_amounts_that_cannot_be_are_refused_with_their_operator(base, factor):
    with pytest.raises(ValueError, match="operator 1001"):
        line(base, factor)


def test_a_total_that_does_not_reconcile_is_named_with_the_difference():
    lines = [line("100", "1"), line("200", "1")]
    reconcile(lines, Decimal("300.00"))
    with pytest.raises(ValueError, match=r"adds up to 300\.00, stated is 300\.01: 0\.01 apart"):
        reconcile(lines, Decimal("300.01"))
