"""What must hold of every month's pay, whatever the scheme and the terms."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.grades import grade_of
from scoring.pay import GradePay, PayScheme, PayStatus, PayTerm, RestDays, misfits, month_pay
from scoring.scorecard import default_scorecard

CARD = default_scorecard()
FIRST = date(2026, 10, 1)
YUAN = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)
POINTS = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)
SHARES = st.integers(0, 10_000).map(lambda parts: Decimal(parts) / 10_000)


@st.composite
def terms(draw):
    """Terms without gap or overlap on some days of October."""
    cuts = sorted(draw(st.sets(st.integers(0, 31), min_size=2, max_size=5)))
    return [
        PayTerm(
            "1001",
            FIRST + timedelta(days=start),
            FIRST + timedelta(days=end - 1),
            draw(st.sampled_from(["一组", "二组"])),
            draw(st.sampled_from(PayStatus)),
            draw(YUAN),
        )
        for start, end in pairwise(cuts)
    ]


@st.composite
def schemes(draw):
    """Schemes that fit the scorecard: factors, rewards and deductions sorted by grade."""
    worth = [sorted(draw(st.lists(kind, min_size=4, max_size=4)), reverse=True) for kind in (SHARES, YUAN)]
    deductions = sorted(draw(st.lists(YUAN, min_size=4, max_size=4)))
    factors, rewards = worth
    slopes = draw(st.lists(st.sampled_from([Decimal(0), Decimal("0.003")]), min_size=4, max_size=4))
    tops = (None, *factors[:-1])
    grades = tuple(
        GradePay(band.name, factor, slope, top, reward, deduction)
        for band, factor, slope, top, reward, deduction in zip(
            CARD.grades, factors, slopes, tops, rewards, deductions, strict=True
        )
    )
    rest = draw(st.sampled_from([None, RestDays((6, 7), (FIRST,), (date(2026, 10, 10),))]))
    scheme = PayScheme(
        version="x",
        effective_from=FIRST,
        days="calendar" if rest is None else "due",
        min_days=draw(st.integers(0, 10)),
        few_days=draw(st.sampled_from(["base", "person"])),
        probation_factor=draw(st.none() | SHARES),
        most_deducted=draw(st.none() | SHARES),
        rest=rest or RestDays(),
        grades=grades,
    )
    assume(not misfits(scheme, CARD))
    return scheme


def pay(points, worked, scheme):
    return month_pay("2026-10", points, grade_of(CARD, points), worked, scheme)


@given(POINTS, terms(), schemes())
def test_pay_is_never_below_zero_and_is_the_sum_of_its_parts(points, worked, scheme):
    found = pay(points, worked, scheme)
    if found.total is None:
        assert all(part.amount is None or part.status is PayStatus.LEAVE for part in found.parts)
    else:
        assert found.total == sum(part.amount for part in found.parts)
        assert found.total >= 0


@given(POINTS, terms(), schemes(), st.randoms(use_true_random=False))
def test_the_order_of_terms_never_changes_a_months_pay(points, worked, scheme, random):
    shuffled = list(worked)
    random.shuffle(shuffled)
    assert pay(points, shuffled, scheme) == pay(points, worked, scheme)


@given(POINTS, terms(), schemes(), st.data())
def test_cutting_a_term_in_two_changes_nothing(points, worked, scheme, data):
    n = data.draw(st.integers(0, len(worked) - 1))
    whole = worked[n]
    assume(whole.from_day < whole.to_day)
    cut = whole.from_day + timedelta(days=data.draw(st.integers(0, (whole.to_day - whole.from_day).days - 1)))
    halves = (replace(whole, to_day=cut), replace(whole, from_day=cut + timedelta(days=1)))
    assert pay(points, [*worked[:n], *halves, *worked[n + 1 :]], scheme) == pay(points, worked, scheme)


@given(POINTS, POINTS, terms(), schemes())
def test_better_points_never_pay_less(one, other, worked, scheme):
    worse, better = (pay(points, worked, scheme).total for points in sorted((one, other)))
    assert (worse is None) == (better is None)
    assert worse is None or worse <= better


@given(POINTS, terms(), SHARES)
def test_a_cap_keeps_its_share_of_every_part_at_work(points, worked, share):
    scheme = PayScheme(version="x", effective_from=FIRST, most_deducted=share)
    for part in pay(points, worked, scheme).parts:
        if part.status is not PayStatus.LEAVE:
            assert part.amount >= part.base * part.days / part.month_days * (1 - share) - Decimal("0.0051")
