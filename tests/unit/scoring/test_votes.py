"""What a vote comes to: exact means, shared places, and no more certainty than there is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.intervals import Interval
from scoring.votes import ENOUGH_VOTERS, tally

ballots = st.dictionaries(
    st.integers(1, 6),
    st.dictionaries(st.integers(1, 9), st.tuples(*[st.integers(1, 5)] * 3), max_size=9),
    max_size=6,
)


def all_alike(marks, voters=range(1, 7)):
    return dict.fromkeys(voters, marks)


def test_equal_means_share_a_place_and_the_next_counts_all_before_it() -> None:
    found = tally({1: {1: (5, 5, 5)}, 2: {1: (5, 5, 5)}, 3: {1: (4, 4, 4)}, 4: {1: (4, 5, 5)}}, 1, 5)
    assert [(one.entry, one.place) for one in found] == [(1, 1), (2, 1), (4, 3), (3, 4)]


def test_means_are_exact_so_that_thirds_are_no_tie_breaker() -> None:
    # 14/3 and 28/6 are one number, however they are added up.
    found = tally({1: {1: (5, 5, 4)}, 2: {1: (5, 4, 5), 2: (4, 5, 5)}}, 1, 5)
    assert [one.place for one in found] == [1, 1]
    assert found[0].mean == Decimal("4.67")
    assert found[1].parts == (Decimal("4.50"), Decimal("4.50"), Decimal("5.00"))


def test_the_interval_over_voters_is_students() -> None:
    # Student 1908, Biometrika 6:1-25, section 9: hours of sleep that ten patients gained by the first drug, mean 0.75.
    gained = (7, -16, -2, -12, -1, 34, 37, 8, 0, 20)
    (found,) = tally({1: {n: (10 * tenths,) for n, tenths in enumerate(gained)}}, -1000, 1000)
    assert found.mean == Decimal("75.00")
    # In hundredths of hours: standard deviation 179 (n - 1), t of 9 degrees 2.262: 75 +- 128.
    assert found.interval is not None
    assert float(found.interval.low) == pytest.approx(75 - 128, abs=0.5)
    assert float(found.interval.high) == pytest.approx(75 + 128, abs=0.5)


def test_few_voters_give_no_interval_and_tell_nothing_apart() -> None:
    few = {n: (5, 4, 4 + n % 2) for n in range(ENOUGH_VOTERS - 1)}
    one, other = tally({1: few, 2: dict.fromkeys(few, (1, 1, 1))}, 1, 5)
    assert (one.interval, one.apart, other.apart) == (None, None, None)


def test_entries_are_told_apart_by_the_voters_of_both() -> None:
    high = {n: (5, 5, 4 + n % 2) for n in range(6)}
    low = {n: (3, 3, 3 + n % 3) for n in range(6)}
    one, other = tally({1: low, 2: high}, 1, 5)
    assert (one.entry, one.apart, other.apart) == (2, True, None)
    assert one.interval is not None
    assert one.interval.high <= 5
    near, next_ = tally({1: high, 2: {n: (5, 5, 5 - n % 2) for n in range(6)}}, 1, 5)
    assert (near.apart, next_.apart) == (False, None)


def test_where_all_voters_agree_the_difference_itself_tells() -> None:
    above, below = tally({1: all_alike((5, 5, 5)), 2: all_alike((4, 5, 5))}, 1, 5)
    assert (above.apart, above.interval, below.apart) == (True, None, None)
    alike, _ = tally({1: all_alike((4, 4, 4)), 2: all_alike((4, 4, 4))}, 1, 5)
    assert alike.apart is False


def test_an_entry_that_nobody_marked_comes_last_without_a_place() -> None:
    found = tally({2: {}, 1: {}, 3: {1: (1, 1, 1)}}, 1, 5)
    assert [(one.entry, one.place, one.n) for one in found] == [(3, 1, 1), (1, None, 0), (2, None, 0)]


def test_intervals_stay_within_the_scale() -> None:
    (found,) = tally({1: dict.fromkeys(range(6), (5, 5, 5)) | {9: (1, 1, 1)}}, 1, 5)
    assert found.interval is not None
    assert found.interval == Interval(found.interval.low, Decimal(5))


@given(ballots)
def test_places_follow_the_means_whatever_was_given(votes) -> None:
    found = tally(votes, 1, 5)
    assert sorted(one.entry for one in found) == sorted(votes)
    means = {entry: Fraction(sum(map(sum, marks.values())), 3 * len(marks)) for entry, marks in votes.items() if marks}
    placed = [one for one in found if one.place is not None]
    assert [one.entry for one in placed] == sorted(means, key=lambda entry: (-means[entry], entry))
    for one in placed:
        assert one.place == 1 + sum(other > means[one.entry] for other in means.values())
        assert one.interval is None or one.mean is None or one.interval.low <= one.mean <= one.interval.high
