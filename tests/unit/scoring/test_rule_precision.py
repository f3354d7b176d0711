"""A rule's figures against published worked examples, and at their edges."""

from decimal import Decimal

import pytest

from scoring.intervals import share
from scoring.rule_precision import Floor, Proof, Rate, RuleCounts, RulePrecision, Together, measured, proof, together

FLOOR = Floor(Decimal("0.80"), 20)
# Altman and Bland 1994, BMJ 308:1552 and 309:102: 344 livers scanned, 263 abnormal by the scan, 258 by pathology, 231
# by both. Predictive value 0.88, sensitivity 0.90, specificity 0.63.
LIVERS = RuleCounts(judged=263, upheld=231, missed=27, found=231, unseen=27, calls=344, fails=263)


def test_the_liver_scan_has_its_published_predictive_value_sensitivity_and_specificity() -> None:
    scan = measured(LIVERS, FLOOR)
    assert round(scan.precision.value, 2) == Decimal("0.88")
    assert scan.recall is not None
    assert round(scan.recall.value, 2) == Decimal("0.90")
    assert scan.false_alarms is not None
    assert 1 - round(scan.false_alarms.value, 2) == Decimal("0.63")
    assert scan.false_alarms.low < scan.false_alarms.value < scan.false_alarms.high


@pytest.mark.parametrize(
    ("upheld", "judged", "wilson", "exact"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I.
        (81, 263, ("0.2553", "0.3662"), None),
        (15, 148, ("0.0624", "0.1605"), None),
        (1, 29, ("0.0061", "0.1718"), ("0.0009", "0.1776")),
    ],
)
def test_precision_has_newcombes_intervals_and_the_exact_one_where_n_is_small(upheld, judged, wilson, exact) -> None:
    found = measured(RuleCounts(judged=judged, upheld=upheld), FLOOR)
    assert (found.precision.hits, found.precision.n) == (upheld, judged)
    for interval, ends in ((found.precision.interval, wilson), (found.exact, exact)):
        if ends is None:
            assert interval is None
        else:
            assert float(interval.low) == pytest.approx(float(ends[0]), abs=1.1e-4)
            assert float(interval.high) == pytest.approx(float(ends[1]), abs=1.1e-4)


@pytest.mark.parametrize(
    ("upheld", "judged", "expected"),
    [
        (0, 0, Proof.UNPROVEN),
        (19, 19, Proof.UNPROVEN),
        (20, 20, Proof.PROVEN),  # Wilson's lower end 0.8388
        (19, 20, Proof.BELOW),  # 0.7638
        (46, 50, Proof.PROVEN),
        (45, 50, Proof.BELOW),
        (0, 20, Proof.BELOW),
    ],
)
def test_a_rule_is_proven_by_enough_reviews_whose_lower_end_is_above_the_floor(upheld, judged, expected) -> None:
    found = measured(RuleCounts(judged=judged, upheld=upheld), FLOOR)
    assert found.proof is expected
    assert found.lacking == max(0, 20 - judged)


def test_a_lower_end_on_the_floor_is_not_above_it() -> None:
    half = share(20, 20)
    assert half.interval is not None
    assert proof(half, Floor(half.interval.low, 20)) is Proof.BELOW


def test_what_was_seen_too_seldom_is_not_known() -> None:
    found = measured(RuleCounts(judged=19, upheld=19, found=10, unseen=9, calls=500, fails=30), FLOOR)
    assert (found.recall, found.false_alarms) == (None, None)
    assert measured(RuleCounts(found=10, unseen=10), FLOOR).recall == share(10, 20)
    nothing = measured(RuleCounts(), FLOOR)
    assert (nothing.precision.value, nothing.doubts.value, nothing.false_alarms) == (None, None, None)


def test_doubts_have_their_own_hit_rate_and_say_nothing_of_precision() -> None:
    found = measured(RuleCounts(doubts=10, doubts_right=4), FLOOR)
    assert found.doubts == share(4, 10)
    assert found.precision.n == 0


def test_a_rule_that_failed_nothing_gave_no_false_alarm() -> None:
    assert measured(RuleCounts(calls=100), FLOOR).false_alarms == Rate(Decimal(0), Decimal(0), Decimal(0))


def test_fifteen_rules_with_two_false_alarms_in_a_hundred_take_points_from_26_of_100_clean_calls() -> None:
    rate = Rate(Decimal("0.02"), Decimal("0.01"), Decimal("0.03"))
    one = measured(RuleCounts(judged=40, upheld=30, calls=1), FLOOR)
    rules = [_with(one, rate)] * 15
    all_of_them = together([*rules, _with(one, None)])
    assert all_of_them.chance is not None
    assert all_of_them.chance.value == Decimal("0.2614")
    assert (all_of_them.chance.low, all_of_them.chance.high) == (Decimal("0.1399"), Decimal("0.3668"))
    assert (all_of_them.known, all_of_them.unknown) == (15, 1)
    assert all_of_them.right == share(16 * 30, 16 * 40)


def test_a_rare_phrase_is_right_in_31_of_100_hits() -> None:
    # 200,000 calls, 0.5 % with the phrase, 90 % found, 1 % of the others marked: the base rate makes it 31 %.
    hits, wrong = 900, 1990
    found = measured(RuleCounts(hits + wrong, hits, missed=100, calls=200_000, fails=hits + wrong), FLOOR)
    assert round(found.precision.value, 2) == Decimal("0.31")
    assert found.false_alarms is not None
    assert found.false_alarms.value == Decimal("0.0100")


def test_no_rules_together_say_nothing() -> None:
    assert together([]) == Together(share(0, 0), None, 0, 0)


@pytest.mark.parametrize("missed", [3, 5, 10])
def test_where_hardly_a_call_without_a_fault_is_left_a_false_alarm_is_as_bad_as_can_be(missed) -> None:
    # Of 20 fails 5 were wrong; calls without a fault would be 2, none, or fewer than none.
    found = measured(RuleCounts(judged=20, upheld=15, missed=missed, calls=20, fails=20), FLOOR)
    assert found.false_alarms is not None
    assert found.false_alarms.value == 1


def test_a_rule_that_was_always_right_gave_no_false_alarm_on_the_one_call_that_was_clean() -> None:
    found = measured(RuleCounts(judged=20, upheld=20, calls=21, fails=20), FLOOR)
    assert found.false_alarms is not None
    assert found.false_alarms.value == 0


def test_a_floor_may_be_nothing_of_a_single_review_and_of_forty_wilsons_interval_does() -> None:
    assert measured(RuleCounts(judged=1, upheld=1), Floor(Decimal(0), 1)).proof is Proof.PROVEN
    assert measured(RuleCounts(judged=39, upheld=30), FLOOR).exact is not None
    assert measured(RuleCounts(judged=40, upheld=30), FLOOR).exact is None


@pytest.mark.parametrize(
    "counts", [RuleCounts(judged=1, upheld=2), RuleCounts(calls=1, fails=2), RuleCounts(calls=1, missed=-1)]
)
def test_counts_that_cannot_be_are_refused(counts) -> None:
    with pytest.raises(ValueError, match=r"cannot be|no share"):
        measured(counts, FLOOR)


@pytest.mark.parametrize(("at", "reviews"), [("1", 20), ("-0.1", 20), ("0.8", 0)])
def test_a_floor_that_cannot_be_is_refused(at, reviews) -> None:
    with pytest.raises(ValueError, match="floor"):
        Floor(Decimal(at), reviews)


def _with(rule: RulePrecision, rate: Rate | None) -> RulePrecision:
    return RulePrecision(
        rule.counts, rule.precision, rule.exact, rule.proof, rule.lacking, rule.doubts, rule.recall, rate
    )
