from datetime import date

import pytest
from scipy import stats

from scoring.false_flags import anybody_flagged, calls_needed, flagged_in_a_year, month_fails, run_of_failures
from scoring.intervals import share
from scoring.strikes import (
    RETRAINING_WORDS,
    WORDS,
    MonthlyAssessment,
    StrikeStatus,
    retrained_within,
    strike_state,
    unsettled,
)

TRAINED = (date(2027, 1, 8),)

KINDS = {
    "x": {"failed": True, "enough": True, "below": True, "confirmed": True},
    "?": {"failed": True, "enough": True, "below": True, "confirmed": True, "appeal_pending": True},
    ".": {"enough": True},
    "-": None,
}


def months(kinds):
    """x: a proven failed month; ?: one under appeal; . passed; - on leave."""
    return [
        MonthlyAssessment(f"2026-{n:02d}", assessed=KINDS[kind] is not None, **(KINDS[kind] or {}))
        for n, kind in enumerate(kinds, start=1)
    ]


def state(kinds):
    found = strike_state(months(kinds), TRAINED)
    return found.status, found.run


@pytest.mark.parametrize(
    ("kinds", "status", "run"),
    [
        ("", StrikeStatus.NONE, 0),
        ("xx", StrikeStatus.COUNTING, 2),
        ("xxx", StrikeStatus.FOR_REVIEW, 3),
        ("xxxx", StrikeStatus.FOR_REVIEW, 4),
        ("xx.x", StrikeStatus.COUNTING, 1),
        ("xxx.", StrikeStatus.NONE, 0),
        ("xx-x", StrikeStatus.FOR_REVIEW, 3),
        ("x--x-x-", StrikeStatus.FOR_REVIEW, 3),
        ("---", StrikeStatus.NONE, 0),
        ("xx?", StrikeStatus.HELD, 0),
        ("?xx", StrikeStatus.HELD, 2),
        ("x?x", StrikeStatus.HELD, 1),
        ("?xxx", StrikeStatus.FOR_REVIEW, 3),
        ("?", StrikeStatus.COUNTING, 0),
        ("x?", StrikeStatus.COUNTING, 0),
    ],
)
def test_three_in_a_row_are_put_forward_and_nothing_else(kinds, status, run):
    assert state(kinds) == (status, run)


@pytest.mark.parametrize("missing", ["failed", "enough", "below", "confirmed"])
def test_a_month_in_doubt_is_no_strike_and_breaks_the_run(missing):
    doubtful = MonthlyAssessment("2026-09", assessed=True, **{**KINDS["x"], missing: False})
    assert not doubtful.proven
    earlier = [month for month in months("xx") if month.month < "2026-09"]
    assert strike_state([*earlier, doubtful]).run == 0


def test_a_month_that_is_not_settled_is_no_leave():
    before, last = months("xx"), months("---x")[-1]
    assert strike_state([*before, unsettled("2026-03"), last]).run == 1


def test_an_appeal_against_a_passed_month_changes_nothing():
    passed = MonthlyAssessment("2026-03", assessed=True, enough=True, appeal_pending=True)
    assert strike_state([*months("xx"), passed]).status is StrikeStatus.NONE


def test_the_months_of_the_run_are_named():
    assert strike_state(months("x.xx-x")).months == ("2026-03", "2026-04", "2026-06")


@pytest.mark.parametrize("order", [("2026-02", "2026-01"), ("2026-01", "2026-01")])
def test_months_out_of_order_are_refused(order):
    with pytest.raises(ValueError, match="give each month once, in order"):
        strike_state([MonthlyAssessment(month, assessed=True) for month in order])


def test_the_word_is_never_dismissal():
    assert (WORDS, RETRAINING_WORDS) == ("提请人工复核", "先安排培训")


@pytest.mark.parametrize(
    ("trained", "status"),
    [
        ((), StrikeStatus.RETRAINING_FIRST),
        ((date(2026, 1, 31),), StrikeStatus.RETRAINING_FIRST),
        ((date(2025, 11, 1), date(2026, 2, 1)), StrikeStatus.FOR_REVIEW),
        ((date(2026, 4, 2),), StrikeStatus.FOR_REVIEW),
    ],
)
def test_three_are_put_forward_only_after_a_retraining_within_the_run(trained, status):
    found = strike_state(months("xxx"), trained)
    assert (found.status, found.run) == (status, 3)


def test_a_retraining_of_an_earlier_run_is_no_answer_to_this_one():
    assert strike_state(months("xx.xxx"), (date(2026, 3, 5),)).status is StrikeStatus.RETRAINING_FIRST
    assert strike_state(months("xx.xxx"), (date(2026, 5, 5),)).status is StrikeStatus.FOR_REVIEW
    assert not retrained_within((), TRAINED)


def test_without_a_retraining_fewer_than_three_and_held_runs_are_as_they_were():
    assert strike_state(months("xx")).status is StrikeStatus.COUNTING
    assert strike_state(months("xx?")).status is StrikeStatus.HELD


@pytest.mark.parametrize(("n", "percent", "places"), [(5, 9, 0), (8, 25, 0), (10, 0.6, 1), (20, 0.4, 1), (60, 0.03, 2)])
def test_the_chance_of_a_false_flag_is_the_documented_one(n, percent, places):
    assert round(100 * flagged_in_a_year(n), places) == percent


@pytest.mark.parametrize(("n", "percent"), [(5, 99.7), (20, 21.4), (60, 1.5)])
def test_the_chance_for_a_centre_of_sixty_is_the_documented_one(n, percent):
    assert 100 * anybody_flagged(flagged_in_a_year(n), 60) == pytest.approx(percent, abs=0.05)


@pytest.mark.parametrize("n", [5, 8, 10, 20, 60])
def test_the_interval_makes_false_flags_rare(n):
    assert flagged_in_a_year(n, gated=True) < flagged_in_a_year(n) / 100


def test_by_the_interval_even_no_call_passed_of_two_is_not_below_a_tenth():
    assert month_fails(2, line=0.1, gated=True) == 0


def test_three_months_of_twelve_can_be_counted_by_hand():
    assert run_of_failures(0.5, months=3) == pytest.approx(0.125)
    assert run_of_failures(0.5, months=4) == pytest.approx(3 / 16)
    assert run_of_failures(1.0) == 1
    assert run_of_failures(0.5, months=2) == 0


@pytest.mark.parametrize(("n", "rate", "line"), [(0, 0.9, 0.9), (5, 1.1, 0.9), (5, 0.9, -0.1), (5, 0.9, 1.5)])
def test_rates_that_cannot_be_are_refused(n, rate, line):
    with pytest.raises(ValueError, match="rates lie from 0 to 1"):
        month_fails(n, rate, line)


def test_a_rate_or_line_may_be_nothing_or_all_and_without_the_interval_a_single_miss_of_nine_fails_a_month():
    assert (month_fails(10, 0.0), month_fails(10, 1.0)) == (1, 0)
    assert month_fails(10, 0.5, line=0) == 0
    assert month_fails(2, 0.5, line=1) == pytest.approx(0.75)
    assert month_fails(9) == pytest.approx(1 - 0.95**9)
    assert flagged_in_a_year(9, 0.95, 0.5) < flagged_in_a_year(9, 0.95, 0.9)


def test_a_month_whose_interval_ends_just_at_the_line_is_not_below_it():
    line = float(share(15, 20).interval.high)
    assert month_fails(20, 0.7, line, gated=True) == pytest.approx(float(stats.binom.cdf(14, 20, 0.7)))


def test_the_naive_rule_needs_many_calls_to_be_safe_for_a_whole_centre():
    needed = calls_needed(60, 0.05)
    assert needed == 70
    assert all(anybody_flagged(flagged_in_a_year(n), 60) <= 0.05 for n in range(needed, 90))
    assert anybody_flagged(flagged_in_a_year(needed - 1), 60) > 0.05
    # The chance itself may be reached: the largest of those from 70 calls on still allows 70.
    largest = max(anybody_flagged(flagged_in_a_year(n), 60) for n in range(needed, 201))
    assert calls_needed(60, largest) == needed
    # What more than 200 calls would do is not asked: 201 are less safe than 200.
    at_200, at_201 = (anybody_flagged(flagged_in_a_year(n), 60) for n in (200, 201))
    assert at_200 < at_201
    assert calls_needed(60, at_200) == 200


def test_where_no_number_of_calls_suffices_none_is_told_and_where_any_does_it_is_one():
    assert calls_needed(60, 0.01, most=20) is None
    assert calls_needed(60, 0.01, most=1) is None
    assert calls_needed(1, 0.01, true_rate=1.0, most=20) == 1


@pytest.mark.parametrize(("operators", "chance"), [(0, 0.05), (60, 0.0), (60, 1.0)])
def test_a_centre_that_cannot_be_is_refused(operators, chance):
    with pytest.raises(ValueError, match="one or more, and within 0 to 1"):
        calls_needed(operators, chance)
