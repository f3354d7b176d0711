"""Against published worked examples, cited at each."""

from decimal import Decimal
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement import ENOUGH, agreement

WORDS = ("fault", "none", "away")


def pairs(*rows):
    """Pairs of a contingency table; rows are the first person's words."""
    return [(WORDS[i], WORDS[j]) for i, row in enumerate(rows) for j, count in enumerate(row) for _ in range(count)]


def figures(coefficient):
    return tuple(float(x) for x in (coefficient.value, coefficient.interval.low, coefficient.interval.high))


def test_cohens_psychiatrists_have_his_kappa():
    # Cohen 1960, Educational and Psychological Measurement 20:37-46: 200 cases, agreement .70, by chance .41.
    found = agreement(pairs((88, 14, 18), (10, 40, 10), (2, 6, 12)), WORDS)
    assert found.same.value == Decimal("0.7")
    assert found.kappa.value == Decimal("0.492")


def test_the_example_of_fleiss_cohen_and_everitt_has_their_error():
    # 1969, Psychological Bulletin 72:323-327: kappa .429, its large sample variance .002885.
    value, low, high = figures(agreement(pairs((106, 10, 4), (22, 28, 10), (2, 12, 6)), WORDS).kappa)
    assert value == 0.429
    assert high - low == pytest.approx(2 * 1.96 * 0.002885**0.5, abs=0.002)


def test_gwets_example_of_the_paradox_has_his_ac1():
    # Gwet 2002, Statistical Methods for Inter-Rater Reliability Assessment no. 1: 118, 5, 2, 0 of 125.
    found = agreement(pairs((118, 5), (2, 0)), WORDS[:2])
    assert found.kappa.value == Decimal("-0.023")
    assert found.ac1.value == Decimal("0.941")


def test_gwets_abstractors_have_his_coefficients_and_intervals():
    # Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., and the overview of his R package irrCAC:
    # kappa 0.796 (0.680 to 0.913), AC1 0.849 (0.764 to 0.935), 100 pregnancies.
    found = agreement(pairs((13, 0, 0), (0, 20, 7), (0, 4, 56)), WORDS)
    assert figures(found.kappa) == pytest.approx((0.796, 0.680, 0.913), abs=0.0021)
    assert figures(found.ac1) == pytest.approx((0.849, 0.764, 0.935), abs=0.0011)


def test_two_who_always_said_one_thing_have_no_kappa_and_an_honest_ac1():
    found = agreement(pairs((40, 0), (0, 0)), WORDS)
    assert (found.kappa.value, found.kappa.interval) == (None, None)
    assert figures(found.ac1)[::2] == (1, 1)
    assert figures(found.ac1)[1] == pytest.approx(float(found.same.interval.low), abs=0.001)


def test_two_who_never_agree_are_below_chance():
    found = agreement(pairs((0, 20), (20, 0)), WORDS[:2])
    assert found.kappa.value == found.ac1.value == -1


def test_of_few_pairs_only_the_share_is_told():
    found = agreement(pairs((20, 3), (2, 4)), WORDS)
    assert (found.n, found.same.hits, found.enough) == (29, 24, False)
    assert found.kappa.value is None
    assert found.ac1.value is None
    assert agreement([], WORDS).same.value is None
    assert agreement(pairs((1, 0), (0, 0)), WORDS, enough=1).ac1.value is None


def test_as_many_pairs_as_are_enough_are_enough_and_two_are_the_least():
    found = agreement(pairs((20, 3), (2, 5)), WORDS[:2])
    assert (found.n, found.enough) == (ENOUGH, True)
    assert None not in (found.kappa.value, found.ac1.value)
    assert agreement(pairs((1, 0), (0, 1)), WORDS[:2], enough=1).ac1.value == 1


def test_of_two_words_said_equally_often_ac1_is_a_mean_of_ones_with_students_interval():
    # Chance agrees on half, so that each pair counts (agrees - 0.5) / 0.5: 8 pairs +1, 2 pairs -1. Mean 0.6,
    # variance 6.4 / 9, t(9, 0.975) = 2.262: 0.6 -+ 0.603.
    found = agreement(pairs((4, 1), (1, 4)), WORDS[:2], enough=10).ac1
    assert (found.value, found.interval.low, found.interval.high) == (Decimal("0.6"), Decimal("-0.003"), 1)


@pytest.mark.parametrize("rows", [((100, 24, 10), (8, 30, 2), (10, 6, 10)), ((20, 120, 0), (10, 30, 0), (10, 0, 10))])
def test_leaving_out_each_pair_in_turn_comes_to_gwets_interval(rows):
    # The jackknife, which knows nothing of his formula: (n - 1)/n * sum((value without a pair - their mean)^2).
    found, said = agreement(pairs(*rows), WORDS).ac1, pairs(*rows)
    without = [_ac1_by_its_definition([*said[:n], *said[n + 1 :]]) for n in range(len(said))]
    mean = fsum(without) / len(said)
    error = ((len(said) - 1) / len(said) * fsum((one - mean) ** 2 for one in without)) ** 0.5
    assert float(found.value) == pytest.approx(_ac1_by_its_definition(said), abs=6e-4)
    assert float(found.interval.high - found.interval.low) == pytest.approx(2 * 1.972 * error, rel=0.015)


def _ac1_by_its_definition(said):
    agreed = sum(one == other for one, other in said) / len(said)
    shares = [sum((one == word) + (other == word) for one, other in said) / (2 * len(said)) for word in WORDS]
    chance = sum(share * (1 - share) for share in shares) / 2
    return (agreed - chance) / (1 - chance)


def test_a_word_that_is_no_category_is_refused():
    with pytest.raises(ValueError, match="a word is one of fault, none, away"):
        agreement([("fault", "maybe")], WORDS)
    with pytest.raises(ValueError, match="chance can be told of two or more"):
        agreement([], ("fault", "fault"))


PAIRS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), min_size=ENOUGH, max_size=60)


@given(PAIRS, st.randoms(use_true_random=False))
def test_coefficients_lie_within_their_intervals_whatever_the_order(said, random):
    found = agreement(said, WORDS)
    assert found.enough
    for one in (found.kappa, found.ac1):
        if one.interval is not None:
            assert -1 <= one.interval.low <= one.value <= one.interval.high <= 1
    shuffled = list(said)
    random.shuffle(shuffled)
    assert agreement(shuffled, WORDS) == found
    swapped = agreement([(other, one) for one, other in said], WORDS)
    assert (swapped.kappa.value, swapped.ac1.value) == (found.kappa.value, found.ac1.value)


def test_of_two_who_always_agree_the_interval_still_reaches_as_far_as_that_was_seen():
    found = agreement(pairs((20, 0), (0, 20)), WORDS[:2])
    low = float(found.same.interval.low)
    assert figures(found.kappa) == pytest.approx((1, 2 * low - 1, 1), abs=0.001)
    assert found.kappa == found.ac1


def test_who_always_says_the_same_has_kappa_0_without_an_interval():
    found = agreement(pairs((30, 10), (0, 0)), WORDS[:2])
    assert (found.kappa.value, found.kappa.interval) == (0, None)
