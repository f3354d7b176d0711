"""How two months' means differ: by how much, and whether chance explains it."""

from __future__ import annotations

from decimal import Decimal
from statistics import fmean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.differences import Drawn, difference_of_means

POINTS = st.lists(st.decimals("0", "100", places=2), min_size=2, max_size=12)


def drawn(values: list[Decimal] | list[str], chance: str = "0.5") -> Drawn:
    points = [Decimal(value) for value in values]
    return Drawn(points, [Decimal(chance)] * len(points))


def test_nothing_is_told_of_a_month_without_calls() -> None:
    assert difference_of_means(drawn([]), drawn(["90"])) is None
    assert difference_of_means(drawn(["90"]), drawn([])) is None


def test_of_one_call_the_difference_is_told_and_no_interval() -> None:
    found = difference_of_means(drawn(["90"]), drawn(["80", "84"]))
    assert found is not None
    assert (found.value, found.interval, found.beyond_chance) == (Decimal("8.00"), None, False)


def test_calls_that_are_all_alike_leave_chance_unknown_unless_all_were_heard() -> None:
    some = difference_of_means(drawn(["90", "90"]), drawn(["80", "80"]))
    every = difference_of_means(drawn(["90", "90"], "1"), drawn(["80", "80"], "1"))
    assert some is not None
    assert some.interval is None
    assert every is not None
    assert every.interval is not None
    assert every.interval.low == every.interval.high == Decimal("10.00")
    assert every.beyond_chance


def test_where_hardly_any_call_was_heard_the_interval_is_welchs() -> None:
    now, before = ["91", "96", "88", "100", "97"], ["80", "92", "85", "78"]
    found = difference_of_means(drawn(now, "0.000001"), drawn(before, "0.000001"))
    assert found is not None
    assert found.interval is not None
    result = stats.ttest_ind([float(x) for x in now], [float(x) for x in before], equal_var=False)
    ends = result.confidence_interval(0.95)
    assert float(found.interval.low) == pytest.approx(ends.low, abs=0.02)
    assert float(found.interval.high) == pytest.approx(ends.high, abs=0.02)
    assert found.beyond_chance is bool(result.pvalue < 0.05)


@given(POINTS, POINTS)
def test_the_other_way_round_it_is_the_same_with_the_other_sign(now: list[Decimal], before: list[Decimal]) -> None:
    one, other = difference_of_means(drawn(now), drawn(before)), difference_of_means(drawn(before), drawn(now))
    assert one is not None
    assert other is not None
    assert one.value == -other.value
    assert one.beyond_chance == other.beyond_chance


@given(POINTS)
def test_a_month_does_not_differ_from_itself(values: list[Decimal]) -> None:
    found = difference_of_means(drawn(values), drawn(values))
    assert found is not None
    assert found.value == 0
    assert not found.beyond_chance


@given(POINTS, POINTS)
def test_hearing_more_of_the_same_never_makes_the_interval_longer(now: list[Decimal], before: list[Decimal]) -> None:
    if not variance(map(float, now)) or not variance(map(float, before)) or fmean(map(float, now)) < 0:
        return
    few, many = (difference_of_means(drawn(now, chance), drawn(before, chance)) for chance in ("0.1", "0.9"))
    assert few is not None
    assert many is not None
    assert few.interval is not None
    assert many.interval is not None
    assert many.interval.high - many.interval.low <= few.interval.high - few.interval.low
