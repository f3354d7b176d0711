"""How many calls are needed: as in the textbooks, and as the intervals and gates that are used afterwards say."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.false_flags import month_fails
from scoring.intervals import mean_with_interval
from scoring.planning import (
    LONGEST,
    calls_for_half_width,
    calls_for_power,
    cochran_size,
    half_width_of,
    hours_of_listening,
    neyman,
    pooled_spread,
    power_of,
    stratified_error,
)

SPREADS = st.floats(0, 40)
WIDTHS = st.floats(0.5, 20)
SIZES = st.integers(1, 500)


def test_cochrans_seedlings_are_counted_on_78_feet_of_their_bed() -> None:
    """Cochran 1977, section 4.6: 430 ft of bed, S² = 85.6, a mean of 19 wanted within 10 %, t = 2."""
    assert cochran_size(math.sqrt(85.6), 1.9, 430, 2) == 78


def test_cochrans_anthropologist_needs_400_islanders_or_356_where_there_are_3200() -> None:
    """Cochran 1977, chapter 4: half have blood group O, within 5 %, t = 2."""
    assert cochran_size(math.sqrt(0.5 * 0.5), 0.05, 10**9, 2) == 400
    assert cochran_size(math.sqrt(0.5 * 0.5), 0.05, 3200, 2) == 356


def test_a_size_that_comes_out_whole_is_not_rounded_up_and_one_call_is_the_least() -> None:
    # (2 * 5 / 1)^2 = 100 of 100 calls, so 100 / (1 + 1) = 50; where nothing varies one call tells all.
    assert cochran_size(5, 1, 100, 2) == 50
    assert cochran_size(0, 1, 100, 2) == 1


def test_where_every_call_is_heard_nothing_is_left_open() -> None:
    assert half_width_of(5, 10, 10) == 0
    assert calls_for_half_width(10, 1e-6, 30) == 30
    assert calls_for_half_width(10, 1e-6, 2) == 2


def test_just_the_width_of_so_many_calls_asks_for_so_many_and_less_certainty_for_fewer() -> None:
    assert calls_for_half_width(8, half_width_of(8, 20, 60), 60) == 20
    assert calls_for_half_width(8, half_width_of(8, 20, 60, 0.8), 60, 0.8) == 20
    assert calls_for_half_width(8, half_width_of(8, 20, 60, 0.8), 60) > 20


@given(SPREADS, WIDTHS, SIZES)
def test_the_fewest_calls_give_the_wanted_width_and_one_fewer_do_not(spread: float, wanted: float, size: int) -> None:
    calls = calls_for_half_width(spread, wanted, size)
    assert 1 <= calls <= size
    if calls > 1:
        assert half_width_of(spread, calls, size) <= wanted + 1e-6
    if calls > 2:
        assert half_width_of(spread, calls - 1, size) > wanted


@given(SPREADS, WIDTHS, SIZES)
def test_the_t_curve_never_asks_for_fewer_calls_than_the_normal_one(spread: float, wanted: float, size: int) -> None:
    assert calls_for_half_width(spread, wanted, size) >= min(cochran_size(spread, wanted, size, 1.9599), size)


def test_the_planned_width_is_what_the_months_interval_prints() -> None:
    values = [Decimal(v) for v in (88, 92, 96, 100, 79, 85, 91, 97)]
    spread, degrees = pooled_spread([values]) or (0.0, 0)
    printed = mean_with_interval(values, [Decimal(8) / Decimal(40)] * 8)
    assert printed is not None
    assert printed.interval is not None
    assert degrees == 7
    assert float(printed.value) + half_width_of(spread, 8, 40) == pytest.approx(float(printed.interval.high), abs=0.01)


@pytest.mark.parametrize("calls", [1, 5, 10, 20, 37, 60, 113])
@pytest.mark.parametrize("rate", [0.7, 0.85, 0.95])
def test_the_power_is_that_of_the_gate_on_strikes(calls: int, rate: float) -> None:
    assert power_of(calls, rate, 0.9) == pytest.approx(month_fails(calls, rate, 0.9, gated=True))


def test_a_rate_below_the_line_is_told_from_the_returned_number_on() -> None:
    needed = calls_for_power(0.7, 0.9, 0.8)
    assert needed is not None
    assert power_of(needed - 1, 0.7, 0.9) < 0.8
    assert all(power_of(n, 0.7, 0.9) >= 0.8 for n in range(needed, needed + 200))
    # 25 without correction: of 26 calls 25 / (1 + 24/26) = 13, of 100 calls 25 / 1.24 = 20.2.
    assert needed == 25
    assert calls_for_power(0.7, 0.9, 0.8, size=26) == 13
    assert calls_for_power(0.7, 0.9, 0.8, size=100) == 21


def test_an_upper_end_just_at_the_line_is_not_below_it() -> None:
    # With z = 1 and a line of 0.5, of 100 calls fewer than 50 - sqrt(100 * 0.5 * 0.5) = 45 must have passed.
    assert power_of(100, 0.4, 0.5, math.erf(math.sqrt(0.5))) == pytest.approx(float(stats.binom.cdf(44, 100, 0.4)))


def test_a_rate_next_to_the_line_is_never_told_from_it() -> None:
    assert calls_for_power(0.899, 0.9, 0.8) is None
    assert power_of(LONGEST, 0.899, 0.9) < 0.8
    assert calls_for_power(0.885, 0.9, power_of(LONGEST, 0.885, 0.9)) == LONGEST


def test_what_always_fails_is_told_with_few_calls() -> None:
    assert calls_for_power(0.0, 0.9, 0.8) == 1
    # Wilson's upper end of none in one call is 0.79, of none in two 0.66.
    assert calls_for_power(0.0, 0.75, 0.8) == 2


def test_spreads_of_operators_are_pooled_within_them() -> None:
    apart = [[Decimal(60), Decimal(62)], [Decimal(98), Decimal(100)], [Decimal(10)], []]
    assert pooled_spread(apart) == (pytest.approx(math.sqrt(2)), 2)
    assert pooled_spread([[Decimal(10)]]) is None


@given(
    st.dictionaries(st.sampled_from("早中晚"), st.tuples(st.integers(1, 6), st.floats(0, 9)), min_size=1),
    st.integers(1, 14),
)
def test_neyman_finds_the_smallest_error_of_all_whole_shares(strata: dict[str, tuple[int, float]], calls: int) -> None:
    sizes, spreads = {k: n for k, (n, _) in strata.items()}, {k: s for k, (_, s) in strata.items()}
    calls = min(max(calls, len(sizes)), sum(sizes.values()))
    best = min(
        stratified_error(sizes, spreads, dict(zip(sizes, shares, strict=True)))
        for shares in product(*(range(1, n + 1) for n in sizes.values()))
        if sum(shares) == calls
    )
    found = neyman(sizes, spreads, calls)
    assert sum(found.values()) == calls
    assert all(1 <= found[name] <= sizes[name] for name in sizes)
    assert stratified_error(sizes, spreads, found) == pytest.approx(best, abs=1e-9)


def test_calls_of_two_shifts_are_shared_as_neyman_says() -> None:
    # By size times spread 600 : 200. The variances by hand, each of 10 calls: 7 and 3 have 5.776, 8 and 2 have 5.800.
    sizes, spreads = {"早班": 60, "晚班": 40}, {"早班": 10.0, "晚班": 5.0}
    assert neyman(sizes, spreads, 10) == {"早班": 7, "晚班": 3}
    assert stratified_error(sizes, spreads, {"早班": 7, "晚班": 3}) ** 2 == pytest.approx(5.776, abs=5e-4)


def test_the_error_of_a_stratified_mean_by_hand() -> None:
    # (2/3)^2 * 0.8 * 100/20 + (1/3)^2 * 0.8 * 400/10 = 16/3; a shift in which nobody called is no part of it.
    sizes, spreads = {"早班": 100, "中班": 0, "晚班": 50}, {"早班": 10.0, "晚班": 20.0}
    assert stratified_error(sizes, spreads, {"早班": 20, "晚班": 10}) == pytest.approx(math.sqrt(16 / 3))


def test_empty_strata_are_given_nothing_and_more_calls_than_there_are_is_all_of_them() -> None:
    assert neyman({"早班": 3, "中班": 0, "晚班": 2}, {"早班": 1.0, "晚班": 9.0}, 99) == {"早班": 3, "晚班": 2}


def test_listening_costs_the_length_times_what_marking_adds() -> None:
    assert hours_of_listening(60, 90, 2) == 3
    assert hours_of_listening(10, 360, 1.5) == 1.5
    assert hours_of_listening(10, 0, 1) == 0


def test_what_cannot_be_is_said() -> None:
    for spread, width, size in ((-1, 3, 10), (1, 0, 10), (1, 3, 0)):
        with pytest.raises(ValueError, match="spread"):
            calls_for_half_width(spread, width, size)
    for calls, size in ((1, 10), (11, 10)):
        with pytest.raises(ValueError, match="at least 2"):
            half_width_of(5, calls, size)
    for rate, line, power in ((0.9, 0.9, 0.8), (0.5, 1, 0.8), (-0.1, 0.9, 0.8), (0.5, 0.9, 1), (0.5, 0.9, 0)):
        with pytest.raises(ValueError, match="rate"):
            calls_for_power(rate, line, power)
    with pytest.raises(ValueError, match="each needs one"):
        neyman({"a": 1, "b": 1}, {"a": 1.0, "b": 1.0}, 1)
    with pytest.raises(ValueError, match="nothing is heard"):
        stratified_error({"a": 1, "b": 1}, {"a": 1.0, "b": 1.0}, {"a": 1})
    for length, handling in ((-1, 2), (60, 0.5)):
        with pytest.raises(ValueError, match="handling"):
            hours_of_listening(1, length, handling)
