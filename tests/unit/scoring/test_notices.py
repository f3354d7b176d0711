from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.notices import NoticePoints, lowered, notice_total

POINTS = st.decimals(0, 30, places=2)


def notices(points):
    return [NoticePoints(str(n), p, "离席未报备") for n, p in enumerate(points)]


@pytest.mark.parametrize("points", ["-0.01", "NaN", "Infinity"])
def test_a_notice_that_would_add_points_or_has_none_is_refused(points):
    with pytest.raises(ValueError, match="give a number of 0 or more"):
        NoticePoints("7", Decimal(points), "")


def test_notices_take_their_sum():
    assert lowered(Decimal("88.50"), notices([Decimal(2), Decimal("1.25")])) == Decimal("85.25")
    assert notice_total([]) == 0


@given(st.decimals(0, 100, places=2), st.lists(POINTS, max_size=6), st.randoms())
def test_points_stay_within_bounds_and_the_order_of_notices_never_matters(points, taken, chance):
    shuffled = list(taken)
    chance.shuffle(shuffled)
    found = lowered(points, notices(taken))
    assert 0 <= found <= points
    assert found == lowered(points, notices(shuffled))
