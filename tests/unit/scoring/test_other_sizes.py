"""The chance of another grade with more calls: estimated from the spread, and none where nothing is left to chance."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from statistics import NormalDist, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.exact import rounded
from scoring.grades import grade_of
from scoring.other_sizes import chance_of_other_grade
from scoring.planning import pooled_spread
from scoring.scorecard import default_scorecard

CARD = default_scorecard()  # 优秀 from 95, 良好 from 85, 合格 from 75
MANY = 10**6
"""So many degrees of freedom that t is the normal curve."""
MEANS = st.decimals(0, 100, places=2)


def test_by_hand_a_mean_in_the_middle_of_its_band_leaves_it_at_either_end() -> None:
    # 8 * sqrt(1/4 - 1/16) = 3.4641; from 90 to the ends 84.995 and 94.995 it is 1.4448 and 1.4419 of that.
    curve = NormalDist(90, 8 * math.sqrt(1 / 4 - 1 / 16))
    expected = curve.cdf(84.995) + 1 - curve.cdf(94.995)
    assert expected == pytest.approx(0.1489, abs=5e-4)
    assert chance_of_other_grade(CARD, Decimal(90), (8.0, MANY), 4, 16) == pytest.approx(expected, abs=1e-4)


def test_the_best_grade_is_left_downwards_only_and_the_worst_upwards_only() -> None:
    best = chance_of_other_grade(CARD, Decimal("94.995"), (5.0, 30), 5, 20)
    worst = chance_of_other_grade(CARD, Decimal("74.99"), (5.0, 30), 5, 20)
    assert best == pytest.approx(0.5, abs=0.002)
    assert worst == pytest.approx(0.5, abs=0.002)
    assert chance_of_other_grade(CARD, Decimal(20), (5.0, 30), 5, 20) < 1e-6
    assert chance_of_other_grade(CARD, Decimal(0), (5.0, 30), 5, 20) < 1e-6


def test_a_grade_ends_where_a_mean_is_printed_as_the_next() -> None:
    # A spread of a hundredth point: half a thousandth beside the end would be seen.
    at_the_end = chance_of_other_grade(CARD, Decimal("94.995"), (0.01, MANY), 5, 20)
    assert at_the_end == pytest.approx(0.5, abs=1e-6)


def test_few_degrees_of_freedom_make_it_less_sure() -> None:
    few, many = (chance_of_other_grade(CARD, Decimal(90), (3.0, free), 4, 16) for free in (2, 200))
    assert few > many


@pytest.mark.parametrize(("spread", "calls"), [(8.0, 5), (0.0, 40)])
def test_nothing_is_left_to_chance_where_no_more_is_heard_or_all_calls_are_alike(spread: float, calls: int) -> None:
    assert chance_of_other_grade(CARD, Decimal("85.00"), (spread, 9), 5, calls) == 0


@pytest.mark.parametrize(("heard", "calls"), [(0, 5), (5, 4)])
def test_without_calls_or_with_fewer_there_is_nothing_to_estimate(heard: int, calls: int) -> None:
    with pytest.raises(ValueError, match="calls heard"):
        chance_of_other_grade(CARD, Decimal(90), (8.0, 9), heard, calls)


@given(MEANS, st.floats(0.1, 30), st.integers(1, 200), st.integers(1, 50), st.integers(0, 200), st.integers(0, 200))
def test_it_is_a_chance_and_grows_with_the_calls_that_are_heard_more(
    mean: Decimal, spread: float, free: int, heard: int, more: int, yet_more: int
) -> None:
    one, other = (chance_of_other_grade(CARD, mean, (spread, free), heard, heard + n) for n in (more, more + yet_more))
    assert 0 <= one <= other + 1e-12 <= 1 + 1e-9


@pytest.mark.large
@pytest.mark.parametrize(("heard", "calls", "there"), [(5, 10, 200), (10, 60, 200), (20, 60, 60)])
def test_the_chance_is_borne_out_where_more_calls_are_heard(heard: int, calls: int, there: int) -> None:
    """Of many operators as many change their grade as was foretold, within 4 of 100."""
    drawn = random.Random(7)  # nothing secret hangs on it
    foretold, changed = [], []
    for _ in range(60):
        rates = [drawn.uniform(0.2, 0.9) for _ in range(20)]
        months = [[_points(drawn, rate) for _ in range(there)] for rate in rates]
        spread = pooled_spread([month[:heard] for month in months])
        assert spread is not None
        for month in months:
            now, then = (rounded(sum(month[:n], Decimal(0)) / n) for n in (heard, calls))
            foretold.append(chance_of_other_grade(CARD, now, spread, heard, calls))
            changed.append(grade_of(CARD, now) != grade_of(CARD, then))
    assert fmean(foretold) == pytest.approx(fmean(changed), abs=0.04)


def _points(drawn: random.Random, rate: float) -> Decimal:
    """Return a call's points: full marks at this rate, else somewhere below."""
    return Decimal(100) if drawn.random() < rate else Decimal(round(drawn.triangular(60, 98, 92)))
