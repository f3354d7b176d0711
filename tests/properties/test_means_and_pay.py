"""What must hold of every mean and every payroll."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scoring.exact import rounded
from scoring.grades import grade_of
from scoring.intervals import mean_with_interval, share, weighted_mean
from scoring.pay import PayStatus, PayTerm, default_scheme, month_pay
from scoring.payroll import payroll_total
from scoring.scorecard import default_scorecard

CARD = default_scorecard()
POINTS = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)
CHANCES = st.integers(1, 10_000).map(lambda parts: Decimal(parts) / 10_000)
CALLS = st.lists(st.tuples(POINTS, CHANCES), min_size=1, max_size=30)


@given(CALLS)
def test_a_mean_lies_between_its_calls_and_within_its_interval(calls):
    values, chances = [list(column) for column in zip(*calls, strict=True)]
    found = mean_with_interval(values, chances)
    assert min(values) <= found.value <= max(values)
    if found.interval is not None:
        assert 0 <= found.interval.low <= found.value <= found.interval.high <= 100


@given(CALLS, st.randoms(use_true_random=False))
def test_the_order_of_calls_never_changes_a_mean_or_interval(calls, random):
    shuffled = list(calls)
    random.shuffle(shuffled)
    assert mean_with_interval(*zip(*shuffled, strict=True)) == mean_with_interval(*zip(*calls, strict=True))


@given(st.lists(POINTS, min_size=1, max_size=30), CHANCES)
def test_equal_chances_give_the_plain_mean(values, chance):
    plain = (
        rounded(sum(values) / len(values)) if len(values) == 1 else weighted_mean(values, [Decimal(1)] * len(values))
    )
    assert weighted_mean(values, [chance] * len(values)) == plain


@given(CALLS, st.data())
def test_a_better_call_never_makes_a_worse_grade(calls, data):
    n = data.draw(st.integers(0, len(calls) - 1))
    values, chances = [list(column) for column in zip(*calls, strict=True)]
    before = grade_of(CARD, weighted_mean(values, chances))
    values[n] = data.draw(POINTS.filter(lambda better: better >= values[n]))
    assert grade_of(CARD, weighted_mean(values, chances)).factor >= before.factor


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_share_lies_within_its_interval(hits, misses):
    found = share(hits, hits + misses)
    if found.interval is not None:
        assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1


@given(st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(CARD.grades)), max_size=50))
def test_a_payroll_adds_up_to_its_lines_and_is_off_by_less_than_half_a_cent_each(people):
    days = date(2026, 10, 1), date(2026, 10, 31)
    terms = [PayTerm(str(n), *days, "一组", PayStatus.REGULAR, Decimal(c) / 100) for n, (c, _) in enumerate(people)]
    bands = [band for _, band in people]
    pays = [
        month_pay("2026-10", band.at_least, band, [term], default_scheme())
        for term, band in zip(terms, bands, strict=True)
    ]
    assert payroll_total(pays) == sum((pay.total for pay in pays), Decimal(0))
    for pay, term, band in zip(pays, terms, bands, strict=True):
        assert abs(pay.total - term.base * band.factor) <= Decimal("0.005")


@given(st.fractions(-1000, 1000))
def test_rounding_is_never_off_by_more_than_half_a_step(value):
    assert abs(Fraction(rounded(value)) - value) <= Fraction(1, 200)
