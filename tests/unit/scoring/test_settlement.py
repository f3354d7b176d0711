"""An operator's month comes to points, grade, pay and strike by one function, whatever is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.exact import rounded, rounded_ratio
from scoring.notices import NoticePoints
from scoring.outcome import Outcome
from scoring.pay import PayStatus, PayTerm, default_scheme
from scoring.score import ItemVerdict
from scoring.scorecard import default_scorecard
from scoring.settlement import Counts, OperatorInput, ScoredCall, Standards, scored_call, settle
from scoring.strikes import MonthlyAssessment, StrikeStatus

CARD = default_scorecard()
STANDARDS = Standards(CARD, 10, variance=Decimal(9))
MONTH = "2026-10"
TWO = ("张敏", "周倩")


def call(
    *lost: str, drawn: bool = True, probability: str = "0.5", state: Outcome = Outcome.PASS, twice: bool = True
) -> ScoredCall:
    """A call that lost whole items, as two people found, or a rule alone."""
    verdicts = [
        ItemVerdict(item.code, Outcome.FAIL, 9, person=twice, reviewers=TWO if twice else ())
        if item.code in lost
        else ItemVerdict(item.code, state)
        for item in CARD.items
    ]
    return scored_call(CARD, "C1", Decimal(probability), drawn=drawn, verdicts=verdicts)


BAD = ("A1", "C2", "C1", "D2")  # 72 points
HALF = "D1 D2 D3 D4 D5 D6 C2 C3 C4 C5"  # 50 of 100 points
NOTICE = NoticePoints("1", Decimal("2.5"), "接听私人电话")


def settled(*calls: ScoredCall, **more):
    return settle(OperatorInput(MONTH, calls, **more), STANDARDS)


def test_a_month_of_nothing_has_no_figure() -> None:
    found = settled()
    assert (found.mean, found.mean_low, found.interval, found.grade, found.pay) == (None, None, None, None, None)
    assert not found.assessment.assessed
    assert settled(notices=[NOTICE]).mean is None


def test_one_call_has_a_mean_and_no_interval() -> None:
    found = settled(call("C2"))
    assert (found.mean, found.interval, found.counts.heard) == (88, None, 1)
    assert not found.assessment.below


def test_a_call_that_was_not_audited_or_not_drawn_does_not_count() -> None:
    missing = scored_call(CARD, "C2", Decimal("0.5"), drawn=True, verdicts=None)
    found = settled(call(), missing, call(*BAD, drawn=False))
    assert (found.mean, found.counts.heard, found.counts.audited, found.counts.unaudited) == (100, 1, 2, 1)


def test_a_call_of_which_most_is_open_waits() -> None:
    found = settled(call(), call(state=Outcome.UNDETERMINED))
    assert (found.counts.heard, found.counts.unjudged, found.provisional) == (1, 1, True)


@pytest.mark.parametrize(("open_items", "waits"), [("B1 B2 B3 B4 B5 B6 A4", True), ("B1 B2 B3 B4 B5 B6", False)])
def test_a_call_waits_where_most_of_what_applies_is_open_though_it_is_little_of_the_scorecard(open_items, waits):
    # Of A and B, 45 points, 24 or 20 are open; C and D do not apply to the call.
    verdicts = [
        ItemVerdict(
            item.code,
            Outcome.NOT_APPLICABLE
            if item.group in "CD"
            else Outcome.UNDETERMINED
            if item.code in open_items.split()
            else Outcome.PASS,
        )
        for item in CARD.items
    ]
    found = scored_call(CARD, "C1", Decimal("0.5"), drawn=True, verdicts=verdicts)
    assert (found.unjudged, found.counted) == (waits, not waits)


def test_a_call_to_which_nothing_applies_says_nothing() -> None:
    found = settled(call(state=Outcome.NOT_APPLICABLE))
    assert (found.mean, found.counts.nothing_applies) == (None, 1)


def test_notices_lower_points_ranges_and_interval_before_the_grade() -> None:
    calls = [call("C2", "C1", twice=False), call("D1"), call()]
    plain, less = settled(*calls), settled(*calls, notices=[NOTICE, replace(NOTICE, notice_id="2")])
    assert plain.interval is not None
    assert less.interval is not None
    assert (less.call_mean, less.notice_points) == (plain.mean, 5)
    for before, after in (
        (plain.mean, less.mean),
        (plain.mean_low, less.mean_low),
        (plain.mean_high, less.mean_high),
        (plain.interval.low, less.interval.low),
        (plain.interval.high, less.interval.high),
    ):
        assert after == max(0, before - 5)
    assert (plain.grade.name, less.grade.name) == ("良好", "良好")
    assert settled(call(), call(), notices=[replace(NOTICE, points=Decimal(6))]).grade.name == "良好"


def test_notices_never_take_more_than_there_is() -> None:
    found = settled(call("C2"), call(), notices=[replace(NOTICE, points=Decimal(200))])
    assert (found.mean, found.mean_low, found.interval.low, found.interval.high) == (0, 0, 0, 0)
    assert (found.call_mean, found.notice_points, found.grade.name) == (94, 200, "不合格")


def test_a_notice_that_two_people_stand_for_can_make_a_month_fail() -> None:
    calls = [call("C2", "C1") for _ in range(12)]  # 83 each
    found = settled(*calls, notices=[replace(NOTICE, points=Decimal(10))])
    assert found.assessment.proven


def test_a_notice_without_sense_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="points"):
        NoticePoints("1", Decimal(-1), "")


def test_a_pending_appeal_holds_the_month() -> None:
    calls = [call(*BAD) for _ in range(12)]
    earlier = [MonthlyAssessment(name, True, True, True, True, True) for name in ("2026-08", "2026-09")]
    sure = settled(*calls, earlier=earlier, retrained_on=[date(2026, 9, 20)])
    held = settled(*calls, earlier=earlier, retrained_on=[date(2026, 9, 20)], appeal_pending=True)
    first = settled(*calls, earlier=earlier)
    assert sure.strike.status is StrikeStatus.FOR_REVIEW
    assert held.strike.status is StrikeStatus.HELD
    assert first.strike.status is StrikeStatus.RETRAINING_FIRST


def test_earlier_months_come_before_this_one() -> None:
    with pytest.raises(ValueError, match="in order"):
        settled(call(), earlier=[MonthlyAssessment("2026-11", True)])


def test_a_probability_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="probability"):
        settled(call(probability="0"))


def test_pay_is_computed_where_there_is_a_scheme() -> None:
    standards = Standards(CARD, 10, default_scheme())
    term = PayTerm("1001", date(2026, 10, 1), date(2026, 10, 31), "一组", PayStatus.REGULAR, Decimal("1000.00"))
    found = settle(OperatorInput(MONTH, [call(), call()], terms=[term]), standards)
    assert found.pay is not None
    assert (found.grade.name, found.pay.total) == ("优秀", Decimal("1100.00"))
    nobody = settle(OperatorInput(MONTH, [], terms=[term]), standards)
    assert nobody.pay is not None
    assert nobody.pay.total is None


def raised(code: str, *reviewers: str, drawn: bool = True) -> ScoredCall:
    """A call without fault but for a fatal error, raised by the machine or found by reviewers."""
    verdicts = [ItemVerdict(item.code, Outcome.PASS) for item in CARD.items]
    verdicts.append(ItemVerdict(code, Outcome.FAIL, person=bool(reviewers), reviewers=reviewers))
    return scored_call(CARD, "C1", Decimal("0.5"), drawn=drawn, verdicts=verdicts)


def test_calls_are_counted_by_kind_and_supplements_only_among_all() -> None:
    missing = [scored_call(CARD, "C2", Decimal("0.5"), drawn=drawn, verdicts=None) for drawn in (True, False)]
    supplements = [raised("V1", drawn=False), raised("V1", *TWO, drawn=False)]
    nothing_said = [call(state=Outcome.UNDETERMINED), call(state=Outcome.NOT_APPLICABLE)]
    judged = [call(), call("C2", twice=False), call("C2"), raised("V1"), raised("V1"), raised("V1", *TWO)]
    assert settled(*missing, *supplements, *nothing_said, *judged).counts == Counts(
        heard=6,
        open=2,  # the two suspicions among the calls that count
        unconfirmed=1,
        suspected=2,
        fatal=1,
        audited=10,
        unaudited=1,
        nothing_applies=1,
        unjudged=1,
        all_suspected=3,
        all_fatal=2,
        waiting=5,  # what a rule took, three suspicions, the call that nobody judged
    )


@pytest.mark.parametrize(("said", "heard"), [("D1 D2 D3 D4 D5 D6", 1), (HALF, 1), (f"{HALF} C1", 0)])
def test_a_call_waits_only_where_more_than_half_of_its_points_are_open(said: str, heard: int) -> None:
    verdicts = [
        ItemVerdict(item.code, Outcome.UNDETERMINED if item.code in said.split() else Outcome.PASS)
        for item in CARD.items
    ]
    found = settled(scored_call(CARD, "C1", Decimal("0.5"), drawn=True, verdicts=verdicts))
    assert (found.counts.heard, found.counts.unjudged) == (heard, 1 - heard)


def test_a_call_with_a_confirmed_fatal_error_counts_though_nothing_else_applies() -> None:
    verdicts = [ItemVerdict(item.code, Outcome.NOT_APPLICABLE) for item in CARD.items]
    verdicts.append(ItemVerdict("V1", Outcome.FAIL, person=True, reviewers=TWO))
    found = settled(scored_call(CARD, "C1", Decimal("0.5"), drawn=True, verdicts=verdicts))
    assert (found.mean, found.counts.heard, found.counts.nothing_applies) == (0, 1, 0)


def test_an_interval_of_calls_that_are_all_alike_has_the_spread_of_the_centre() -> None:
    given = OperatorInput(MONTH, [call("C2")] * 3)
    wide, none = (settle(given, replace(STANDARDS, variance=spread)).interval for spread in (Decimal(9), None))
    assert wide is not None
    assert none is not None
    assert wide.low < none.low == 88 == none.high < wide.high


def test_the_grade_is_told_with_the_worst_and_the_best_that_people_may_still_make_of_it() -> None:
    open_one = [
        ItemVerdict(item.code, Outcome.UNDETERMINED if item.code == "C2" else Outcome.PASS) for item in CARD.items
    ]
    waits = settled(scored_call(CARD, "C1", Decimal("0.5"), drawn=True, verdicts=open_one))
    taken = settled(call("C2", twice=False))
    assert [one.name for one in (waits.grade_low, waits.grade, waits.grade_high)] == ["良好", "优秀", "优秀"]
    assert [one.name for one in (taken.grade_low, taken.grade, taken.grade_high)] == ["良好", "良好", "优秀"]


def test_a_month_is_settled_for_good_only_when_nothing_waits() -> None:
    assert not settled(call(), call()).provisional
    assert settled(call(), call("D4", twice=False)).provisional
    assert settled(call(), call(), raised("V1", drawn=False)).provisional


def test_a_month_at_the_passing_line_has_passed_and_one_just_below_has_failed() -> None:
    at, below = [call("C2", "C1", "D1", "D4")] * 12, [call("C2", "C1", "D1", "D4", "D6")] * 12
    assert (settled(*at).mean, settled(*below).mean) == (75, 73)
    assert [(one.failed, one.confirmed) for one in (settled(*at).assessment, settled(*below).assessment)] == [
        (False, False),
        (True, True),
    ]


def test_what_rules_alone_took_never_makes_a_strike() -> None:
    found = settled(*[call(*BAD, twice=False)] * 12).assessment
    assert (found.failed, found.enough, found.below, found.confirmed) == (True, True, False, False)


@pytest.mark.parametrize(("heard", "enough"), [(9, False), (10, True)])
def test_fewer_calls_than_the_centre_asks_for_make_no_strike(heard: int, enough: bool) -> None:
    found = settled(*[call(*BAD)] * heard).assessment
    assert (found.enough, found.proven) == (enough, enough)


def test_the_more_could_be_put_forward_the_surer_a_month_must_be() -> None:
    given = OperatorInput(MONTH, [*[call(*BAD)] * 9, call("C2", "C1")])  # by chance 0.0186 of the time
    few, many = (settle(given, replace(STANDARDS, operators=size)).assessment for size in (60, 1000))
    assert (few.below, many.below) == (True, False)
    assert few.failed
    assert many.failed


def test_a_call_drawn_with_half_the_chance_counts_twice() -> None:
    found = settled(call(probability="1"), call("C2", probability="0.5"))
    assert (found.mean, found.mean_low, found.mean_high) == (92, 92, 92)


def test_an_interval_after_notices_keeps_its_level() -> None:
    calls = [call("C2"), call()]
    plain, less = settled(*calls).interval, settled(*calls, notices=[NOTICE]).interval
    assert plain is not None
    assert less is not None
    assert plain.level == less.level == 0.95


@pytest.mark.parametrize("top", [0, 1, 17025, 17024, 99999])
@pytest.mark.parametrize("bottom", [1, 3, 200, 7])
def test_a_ratio_is_rounded_as_a_fraction_is(top: int, bottom: int) -> None:
    assert rounded_ratio(top, bottom) == rounded(Fraction(top, bottom))
    assert str(rounded_ratio(top, bottom)) == str(rounded(Fraction(top, bottom)))
