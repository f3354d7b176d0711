"""Against published worked examples, cited at each."""

import math
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.fairness import corrected, mean_difference, relation, share_difference


def ends(found):
    return float(found.interval.low), float(found.interval.high)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10 (score, without correction).
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
    ],
)
def test_differences_of_shares_have_newcombes_intervals(counts, low, high, monkeypatch):
    monkeypatch.setattr("scoring.fairness.ENOUGH", 1)
    assert ends(share_difference(*counts)) == pytest.approx((low, high), abs=6e-5)


def test_the_difference_of_means_is_welchs(monkeypatch):
    # Student 1908, extra sleep by two drugs (R's data set `sleep`): Welch's t = -1.8608, df = 17.776, p = 0.07939,
    # 95 % from -3.3654832 to 0.2054832, means 0.75 and 2.33.
    monkeypatch.setattr("scoring.fairness.ENOUGH", 1)
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = mean_difference(first, second)
    assert (found.first, found.second, found.value) == (Decimal("0.75"), Decimal("2.33"), Decimal("-1.58"))
    assert ends(found) == pytest.approx((-3.3655, 0.2055), abs=6e-5)
    assert found.p == pytest.approx(0.07939, abs=1e-5)


def test_of_small_groups_nothing_is_said():
    for found in (mean_difference([90.0] * 19, [80.0, 81.0] * 20), share_difference(5, 19, 9, 40)):
        assert (found.enough, found.value, found.interval, found.p, found.reach) == (False, None, None, None, None)
        assert not found.noted
    assert (found.n_first, found.n_second) == (19, 40)


def test_groups_in_which_nothing_varies_have_a_difference_and_no_chance():
    found = mean_difference([100.0] * 20, [90.0] * 20)
    assert (found.first, found.second, found.value, found.interval, found.p) == (100, 90, 10, None, None)
    assert mean_difference([100.0] * 20, [90.0, 91.0] * 10).p < 0.001


@pytest.mark.parametrize("hits", [0, 30])
def test_shares_that_are_all_or_nothing_in_both_groups_do_not_differ(hits):
    found = share_difference(hits, 30, hits, 30)
    assert (found.value, found.p) == (0, 1)
    assert found.interval.low < 0 < found.interval.high


def test_as_many_hits_of_twice_the_calls_are_another_share():
    # By hand: 20 of 40 and 20 of 80, pooled 1/3: z = 0.25 / sqrt(1/3 * 2/3 * (1/40 + 1/80)) = 2.739, p = 0.0062.
    found = share_difference(20, 40, 20, 80)
    assert (found.first, found.second, found.value) == (Decimal("0.5"), Decimal("0.25"), Decimal("0.25"))
    assert found.p == pytest.approx(0.0062, abs=5e-5)


def test_twenty_calls_in_either_group_are_enough():
    found = share_difference(5, 20, 9, 20)
    assert (found.enough, found.value) == (True, Decimal("-0.2"))
    assert mean_difference([90.0, 91.0] * 10, [80.0, 81.0] * 10).value == 10


def test_the_more_is_compared_the_more_is_asked():
    clear, weak = share_difference(20, 40, 6, 40), share_difference(20, 40, 11, 40)
    alone = corrected([weak])[0]
    among = corrected([clear, weak, *[share_difference(10, 40, 10, 40)] * 8])
    assert alone.noted
    assert replace(alone, p_corrected=0.05).noted
    assert [one.noted for one in among[:2]] == [True, False]
    assert among[0].reach == (clear.interval.high - clear.interval.low) / 2
    small = share_difference(1, 2, 1, 2)
    assert corrected([small]) == (small,)


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="41 of 40 is no share"):
        share_difference(1, 40, 41, 40)


def test_a_relation_is_told_with_fishers_interval():
    # By hand: of n = 0..11 and n mod 3 the sums of products about the means are 8, of squares 143 and 8; so r is
    # 8 / sqrt(143 * 8) = 0.2365, and Fisher's ends are tanh(atanh(r) -+ 1.96 / sqrt(9)).
    found = relation([(float(n), float(n % 3)) for n in range(12)])
    r = sum((n - 5.5) * (n % 3 - 1) for n in range(12)) / (143 * 8) ** 0.5
    reach = 1.95996 / 3
    assert float(found.value) == pytest.approx(r, abs=1e-4)
    assert ends(found) == pytest.approx((math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach)), abs=1e-4)
    assert found.n == 12
    # t = r * sqrt(10 / (1 - r^2)) = 0.770 with 10 degrees of freedom.
    assert found.p == pytest.approx(2 * float(stats.t.sf(r * (10 / (1 - r * r)) ** 0.5, 10)))


def test_of_few_operators_or_of_what_does_not_vary_no_relation_is_told():
    assert relation([(float(n), 1.0 * n) for n in range(9)]).value is None
    assert relation([(float(n), 1.0 * n) for n in range(10)]).value == 1
    assert relation([(1.0, float(n)) for n in range(20)]).value is None
    assert relation([(float(n), 1.0) for n in range(20)]).p is None


POINTS = st.lists(st.integers(0, 100).map(float), min_size=20, max_size=40)


@given(POINTS, POINTS)
def test_a_difference_lies_within_its_interval_and_turns_round_with_its_groups(first, second):
    found, turned = mean_difference(first, second), mean_difference(second, first)
    assert abs(found.value + turned.value) <= Decimal("0.0001")
    if found.interval is not None:
        assert found.interval.low <= found.value <= found.interval.high
        assert 0 <= found.p <= 1
