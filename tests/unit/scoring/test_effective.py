from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.effective import card_of_month, first_month
from scoring.scorecard import default_scorecard


def card(version, day):
    return replace(default_scorecard(), version=version, effective_from=date.fromisoformat(day))


FIRST, MIDDLE, LATER = card("v1", "2026-01-01"), card("v2", "2026-10-15"), card("v3", "2027-01-01")


@pytest.mark.parametrize(
    ("month", "version"),
    [("2026-01", "v1"), ("2026-10", "v1"), ("2026-11", "v2"), ("2026-12", "v2"), ("2027-01", "v3"), ("2030-06", "v3")],
)
def test_a_month_goes_by_what_was_in_force_on_its_first_day(month, version):
    assert card_of_month([LATER, FIRST, MIDDLE], month).version == version


@pytest.mark.parametrize(
    ("day", "month"),
    [("2026-10-01", "2026-10"), ("2026-10-02", "2026-11"), ("2026-12-31", "2027-01"), ("2026-12-01", "2026-12")],
)
def test_a_scorecard_of_mid_month_applies_from_the_next(day, month):
    assert first_month(card("v", day)) == month


def test_a_month_before_every_scorecard_is_refused():
    with pytest.raises(ValueError, match="2025-12 lies before every scorecard: the earliest, v1, applies from 2026-01"):
        card_of_month([MIDDLE, FIRST], "2025-12")
    with pytest.raises(ValueError, match="every scorecard: there is none; give one an earlier effective_from"):
        card_of_month([], "2025-12")


def test_two_scorecards_of_one_day_are_refused_where_the_month_would_go_by_them():
    twins = [FIRST, MIDDLE, card("v2b", "2026-10-15"), LATER]
    with pytest.raises(ValueError, match="v2 and v2b both take effect on 2026-10-15, so that 2026-12 has two"):
        card_of_month(twins, "2026-12")
    assert card_of_month(twins, "2026-09").version == "v1"
    assert card_of_month(twins, "2027-02").version == "v3"


def test_what_is_no_month_is_refused():
    with pytest.raises(ValueError, match="'2026-13' is no month; write it as 2026-10"):
        card_of_month([FIRST], "2026-13")


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True), st.integers(2020, 2031), st.integers(1, 12))
def test_every_month_from_the_first_on_has_one_that_had_begun_and_no_later_one(days, year, number):
    cards = [replace(FIRST, version=str(n), effective_from=day) for n, day in enumerate(days)]
    month = f"{year}-{number:02}"
    begun = [one for one in cards if first_month(one) <= month]
    if begun:
        assert card_of_month(cards, month) == max(begun, key=lambda one: one.effective_from)
