"""Against published worked examples, cited at each."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.exact import rounded
from scoring.intervals import Interval, mean_with_interval, share, standard_error, standard_errors, weighted_mean

# Cochran, Sampling Techniques, 3rd ed. 1977, section 2.8: signatures on 50 of 676 petition sheets, as (count, sheets).
SHEETS = [
    *((42, 23), (41, 4), (36, 1), (32, 1), (29, 1), (27, 2), (23, 1), (19, 1), (16, 2), (15, 2)),
    *((14, 1), (11, 1), (10, 1), (9, 1), (7, 1), (6, 3), (5, 2), (4, 1), (3, 1)),
]
SIGNATURES = [Decimal(count) for count, sheets in SHEETS for _ in range(sheets)]
DRAWN = [Decimal(50) / Decimal(676)] * 50


def points(*values):
    return [Decimal(value) for value in values]


def halves(n):
    return [Decimal("0.5")] * n


def test_cochrans_petition_has_his_mean():
    assert (len(SIGNATURES), sum(SIGNATURES)) == (50, 1471)
    assert weighted_mean(SIGNATURES, DRAWN) == Decimal("29.42")


def test_cochrans_petition_has_his_limits_of_the_total():
    error = standard_error(SIGNATURES, DRAWN)
    # He has 19,888 signatures with 80 % limits of 18,107 and 21,669, by the normal deviate 1.28.
    assert 676 * 29.42 - 1.28 * 676 * error == pytest.approx(18_107, abs=2)
    assert 676 * 29.42 + 1.28 * 676 * error == pytest.approx(21_669, abs=2)


def test_the_interval_is_students():
    # Student 1908, data of Cushny and Peebles (extra sleep, first drug), shifted by 50: mean 0.75, s 1.789, n 10;
    # t(9, 0.975) = 2.262, so 0.75 ± 1.280. Drawn of a frame so large that the correction vanishes.
    sleep = points("50.7", "48.4", "49.8", "48.8", "49.9", "53.4", "53.7", "50.8", "50.0", "52.0")
    found = mean_with_interval(sleep, [Decimal("0.000001")] * 10)
    assert found.value == Decimal("50.75")
    assert found.interval.low == pytest.approx(Decimal("49.47"), abs=Decimal("0.011"))
    assert found.interval.high == pytest.approx(Decimal("52.03"), abs=Decimal("0.011"))


def test_the_ends_of_a_means_interval_are_rounded_away_from_it():
    # Mean 90, s 2, n 3; t(2, 0.975) = 4.3027, so 90 -+ 4.9683; with t(2, 0.9) = 1.8856 90 -+ 2.1773.
    values, chances = points("88", "90", "92"), [Decimal("0.000001")] * 3
    assert mean_with_interval(values, chances).interval == Interval(Decimal("85.03"), Decimal("94.97"), 0.95)
    assert mean_with_interval(values, chances, 0.8).interval == Interval(Decimal("87.82"), Decimal("92.18"), 0.8)


def test_the_centres_variance_counts_for_one_call_more():
    # Of 5 calls all alike, each drawn by one in ten: 40 * (1 - 0.1) / 5 = 7.2, one of 4 + 1 degrees of freedom.
    own, both = standard_errors(points(*["70"] * 5), points(*["0.1"] * 5), Decimal(40))
    assert (own.size, own.free, both.size, both.free) == (0, 4, pytest.approx((7.2 / 5) ** 0.5), 5)


@pytest.mark.parametrize(
    ("hits", "n", "method", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I.
        (81, 263, "wilson", 0.2553, 0.3662),
        (15, 148, "wilson", 0.0624, 0.1605),
        (0, 20, "wilson", 0.0000, 0.1611),
        (1, 29, "wilson", 0.0061, 0.1718),
        (81, 263, "exact", 0.2527, 0.3676),
        (15, 148, "exact", 0.0578, 0.1617),
        (0, 20, "exact", 0.0000, 0.1684),
        (1, 29, "exact", 0.0009, 0.1776),
    ],
)
def test_shares_have_newcombes_intervals(hits, n, method, low, high):
    found = share(hits, n, method=method)
    assert float(found.interval.low) == pytest.approx(low, abs=1.1e-4)
    assert float(found.interval.high) == pytest.approx(high, abs=1.1e-4)
    assert float(found.interval.low) <= low + 5e-5
    assert float(found.interval.high) >= high - 5e-5


def test_a_share_of_nothing_has_no_figure():
    found = share(0, 0)
    assert (found.hits, found.value, found.interval, found.n) == (0, None, None, 0)


def test_a_share_has_four_decimals_and_its_ends_are_rounded_away_from_it():
    assert share(1, 3).value == Decimal("0.3333")
    # Wilson's ends to six decimals: of 15 in 148 0.062386 and 0.160487, of 0 in 20 0 and 0.161125.
    ends = [(str(found.low), str(found.high)) for found in (share(15, 148).interval, share(0, 20).interval)]
    assert ends == [("0.0623", "0.1605"), ("0.0000", "0.1612")]


def test_less_certainty_makes_a_share_s_interval_shorter_and_says_so():
    # Wilson with z(0.9) = 1.2816 of 20 in 40: 0.5 -+ z * sqrt(0.25/40 + z^2/(4 * 40^2)) / (1 + z^2/40) = 0.5 -+ 0.0993.
    found = share(20, 40, level=0.8).interval
    assert found.level == 0.8
    assert (found.low, found.high) == (Decimal("0.4007"), Decimal("0.5993"))


@pytest.mark.parametrize(("hits", "n"), [(2, 1), (-1, 4), (0, -1)])
def test_counts_that_cannot_be_are_refused(hits, n):
    with pytest.raises(ValueError, match="is no share"):
        share(hits, n)


def test_calls_that_were_less_likely_to_be_drawn_weigh_more():
    # 10 of 100 day calls at 90 and 10 of 10 night calls at 70: the month is (100*90 + 10*70) / 110 = 88.18.
    values = points(*["90"] * 10, *["70"] * 10)
    chances = points(*["0.1"] * 10, *["1"] * 10)
    assert weighted_mean(values, chances) == Decimal("88.18")


def test_one_call_has_a_mean_and_no_interval():
    found = mean_with_interval(points("88.5"), halves(1))
    assert (found.n, found.value, found.interval) == (1, Decimal("88.50"), None)
    assert standard_error(points("88.5"), halves(1)) is None


def test_no_call_has_no_mean():
    assert mean_with_interval([], []) is None
    assert weighted_mean([], []) is None


def test_a_month_of_which_every_call_was_heard_has_no_chance_in_it():
    found = mean_with_interval(points("100", "80", "60"), points("1", "1", "1"))
    assert (found.interval.low, found.value, found.interval.high) == (80, 80, 80)
    nothing = mean_with_interval(points("0", "0"), points("1", "1")).interval
    assert (str(nothing.low), str(nothing.high)) == ("0.00", "0.00")


def test_an_interval_stays_within_the_points_there_are():
    found = mean_with_interval(points("100", "0"), halves(2))
    assert (str(found.interval.low), str(found.interval.high)) == ("0.00", "100.00")


def test_more_calls_make_a_shorter_interval():
    few = mean_with_interval(points("100", "80") * 3, halves(6)).interval
    many = mean_with_interval(points("100", "80") * 12, halves(24)).interval
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize("chance", ["0", "-0.5", "1.01"])
def test_a_chance_that_cannot_be_is_refused(chance):
    with pytest.raises(ValueError, match="inclusion probability"):
        weighted_mean(points("90"), points(chance))


def test_each_call_needs_its_chance():
    with pytest.raises(ValueError, match="2 values with 1 probabilities"):
        weighted_mean(points("90", "80"), points("1"))


@pytest.mark.parametrize(
    ("value", "step", "result"),
    [
        (Decimal("84.995"), "0.01", "85.00"),
        (Decimal("84.9949999"), "0.01", "84.99"),
        (Fraction(2, 3), "0.01", "0.67"),
        (Fraction(1, 8), "0.01", "0.13"),
        (Fraction(-1, 8), "0.01", "-0.13"),
        (Decimal("0.5"), "1", "1"),
        (3, "0.01", "3.00"),
    ],
)
def test_halves_are_rounded_up(value, step, result):
    assert str(rounded(value, Decimal(step))) == result
