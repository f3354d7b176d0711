from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.adjustments import NO_LOWER, NOTHING_LEFT, STRIKE_CLEARED, UNCHANGED, Standing, adjustment, booking_month
from scoring.grades import grade_of
from scoring.scorecard import default_scorecard

CARD = default_scorecard()
BASE = Decimal(3000)
SETTLED = ("2026-08", "2026-09", "2026-10")


def standing(points, strike=False):
    if points is None:
        return Standing(None, None, None, None, strike)
    band = grade_of(CARD, Decimal(points))
    return Standing(Decimal(points), band.name, band.factor, (BASE * band.factor).quantize(Decimal("0.01")), strike)


def made(before, recomputed, month="2026-09"):
    return adjustment("1003", month, before, recomputed, SETTLED)


def test_a_won_appeal_raises_points_grade_and_pay_in_the_next_open_month():
    found = made(standing("73.00", strike=True), standing("85.00"))
    assert (found.booked_in, found.points, found.pay) == ("2026-11", Decimal("12.00"), Decimal("900.00"))
    assert (found.before.grade, found.after.grade, found.after.strike) == ("不合格", "良好", False)
    assert STRIKE_CLEARED in found.words
    assert not found.empty


def test_a_won_appeal_that_would_lower_the_month_changes_nothing_and_says_so():
    found = made(standing("88.00"), standing("84.00"))
    assert (found.points, found.pay, found.empty, found.words) == (0, 0, True, NO_LOWER)


def test_a_won_appeal_that_leaves_the_points_as_they_were_says_so():
    found = made(standing("88.00", strike=True), standing("88.00"))
    assert (found.words, found.empty) == (f"{UNCHANGED}；{STRIKE_CLEARED}", False)


def test_where_nothing_is_left_to_score_the_month_keeps_its_pay_and_is_no_strike():
    found = made(standing("60.00", strike=True), standing(None))
    assert (found.pay, found.after.strike) == (0, False)
    assert found.words == f"{NOTHING_LEFT}；{STRIKE_CLEARED}"


def test_an_operator_without_calls_that_month_has_nothing_to_win_but_a_figure():
    found = made(standing(None), standing("90.00"))
    assert (found.points, found.pay) == (Decimal("90.00"), None)


def test_a_month_without_figures_before_and_after_adds_no_points():
    assert made(standing(None), standing(None)).points == 0


def test_the_booking_month_goes_over_the_end_of_the_year():
    assert booking_month("2026-12", ["2026-12"]) == "2027-01"


@pytest.mark.parametrize("month", ["2026-11", "2025-01", ""])
def test_a_month_that_never_was_settled_cannot_be_adjusted(month):
    with pytest.raises(ValueError, match="was never settled"):
        made(standing("80.00"), standing("90.00"), month)


POINTS = st.none() | st.decimals(0, 100, places=2)


@given(POINTS, POINTS, st.booleans(), st.booleans())
def test_a_won_appeal_never_lowers_points_factor_or_pay_and_never_makes_a_strike(was, now, struck, strikes):
    found = made(standing(was, struck), standing(now, strikes))
    assert found.points >= 0
    assert found.pay is None or found.pay >= 0
    assert (found.after.pay is None) <= (found.before.pay is None)
    assert found.after.strike <= found.before.strike
    assert found.after in {found.before, standing(now, found.after.strike), standing(was, found.after.strike)}
