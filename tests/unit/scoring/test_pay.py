"""What one month pays, and what is refused."""

import pickle
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from scoring.grades import grade_of
from scoring.pay import GradePay, PayStatus, PayTerm, PayTermProblems, RestDays, default_scheme, month_pay
from scoring.scorecard import default_scorecard

CARD, SCHEME = default_scorecard(), default_scheme()
MONTH = "2026-10"


def term(first=1, last=31, base="2000", status="regular", team="一组", who="1001"):
    days = (date(2026, 10, day) for day in (first, last))
    return PayTerm(who, *days, team, PayStatus(status), Decimal(base))


def pay(points, *terms, scheme=SCHEME, month=MONTH):
    band = None if points is None else grade_of(CARD, Decimal(points))
    return month_pay(month, None if points is None else Decimal(points), band, terms or (term(),), scheme)


def amounts(found):
    return [(part.kind, str(part.amount)) for part in found.parts]


def graded(**worth):
    return replace(SCHEME, grades=(GradePay(**{k: v if k == "name" else Decimal(v) for k, v in worth.items()}),))


@pytest.mark.parametrize(
    ("points", "total"), [("100", "2200.00"), ("96", "2200.00"), ("90", "2000.00"), ("80", "1800.00"), ("0", "1400.00")]
)
def test_a_whole_month_pays_base_times_the_grades_factor(points, total):
    found = pay(points)
    assert str(found.total) == total
    assert found.notes == ()


def test_each_part_is_rounded_once_and_the_total_is_their_sum():
    found = pay("96", term(1, 10, "1000.01"), term(11, 31, "999.99", team="二组"))
    assert [str(part.amount) for part in found.parts] == ["354.84", "745.15"]
    assert str(found.total) == "1099.99"
    assert [part.team for part in found.parts] == ["一组", "二组"]


def test_a_part_says_its_sum_in_words():
    (part,) = pay("96", term(1, 15)).parts
    assert part.words == "10-01 至 10-15 一组 正式 绩效：2000 × 15 ÷ 31 × 1.1000 = 1064.52"


def test_an_exact_half_cent_goes_up():
    assert str(pay("90", term(1, 31, "0.01"), scheme=graded(name="良好", factor="0.5")).total) == "0.01"


def test_alike_neighbours_are_one_part():
    found = pay("80", term(16, 31), term(1, 7), term(8, 15))
    assert [(p.from_day.day, p.to_day.day) for p in found.parts] == [(1, 31)]


def test_days_of_leave_earn_nothing_and_a_month_of_leave_is_no_month():
    half = pay("90", term(1, 15), term(16, 31, status="leave"))
    assert amounts(half) == [("绩效", "967.74"), ("绩效", "0.00")]
    assert half.parts[1].words == "10-16 至 10-31 一组 休假 绩效：2000 × 16 ÷ 31 × 0 = 0.00"
    whole = pay("90", term(status="leave"))
    assert (str(whole.total), whole.notes) == ("0.00", ("全月休假，不作为考核月",))


def test_on_probation_the_factor_is_never_below_one():
    assert str(pay("60", term(status="probation")).total) == "2000.00"
    assert str(pay("96", term(status="probation")).total) == "2200.00"
    (part,) = pay("60", term(status="probation")).parts
    assert part.words == "10-01 至 10-31 一组 试用 绩效：2000 × 31 ÷ 31 × 1.0000 = 2000.00（试用期系数不低于 1.0000）"
    (as_graded,) = pay("90", term(status="probation")).parts
    assert as_graded.words.endswith("× 1.0000 = 2000.00")
    assert str(pay("60", term(status="probation"), scheme=replace(SCHEME, probation_factor=None)).total) == "1400.00"


def test_who_passed_probation_in_the_month_has_the_grade_from_that_day():
    assert amounts(pay("60", term(1, 10, status="probation"), term(11, 31))) == [("绩效", "645.16"), ("绩效", "948.39")]


def test_a_cap_keeps_the_share_of_the_base_that_it_says():
    capped = replace(SCHEME, most_deducted=Decimal("0.2"))
    (part,) = pay("60", scheme=capped).parts
    assert (part.factor, part.amount) == (Decimal("0.8"), Decimal(1600))
    assert part.words.endswith("（扣减已到上限，保留基数的 0.8000）")
    assert str(pay("80", scheme=capped).total) == "1800.00"
    on_probation = replace(capped, probation_factor=Decimal("0.5"))
    assert "上限" in pay("60", term(status="probation"), scheme=on_probation).parts[0].words
    # 0.8049 to four decimals: neither rule is mistaken for the other because both are near 0.80.
    nearly = replace(on_probation, most_deducted=Decimal("0.1951"))
    assert (
        pay("60", term(status="probation"), scheme=nearly)
        .parts[0]
        .words.endswith("（扣减已到上限，保留基数的 0.8049）")
    )


def test_rewards_and_deductions_are_yuan_of_a_whole_month():
    reward, deduction = graded(name="优秀", reward="200"), graded(name="不合格", deduction="100")
    assert amounts(pay("96", term(1, 15), scheme=reward)) == [("绩效", "1064.52"), ("奖励", "96.77")]
    assert amounts(pay("60", scheme=deduction)) == [("绩效", "1400.00"), ("扣款", "-100.00")]
    assert str(pay("60", scheme=deduction).total) == "1300.00"
    assert str(pay("80", scheme=deduction).total) == "1800.00"


def test_a_deduction_never_takes_more_than_there_is():
    scheme = graded(name="不合格", deduction="5000", reward="10")
    assert amounts(pay("60", scheme=scheme)) == [("绩效", "0.00"), ("奖励", "10.00")]
    assert str(pay("60", term(status="probation"), scheme=graded(name="不合格", deduction="1")).total) == "2000.00"


@pytest.mark.parametrize(("points", "factor"), [("85", "1.0000"), ("90.55", "1.0555"), ("94.99", "1.0800")])
def test_a_formula_pays_each_point_above_the_grades_line(points, factor):
    found = pay(points, scheme=graded(name="良好", factor="1", per_point="0.01", at_most="1.08"))
    assert str(found.factor) == factor


def test_a_formula_may_start_from_the_scorecards_factor():
    assert str(pay("76", scheme=graded(name="合格", per_point="0.005")).factor) == "0.9050"


def test_who_was_not_heard_is_left_to_a_person():
    found = pay(None)
    assert (found.total, found.factor, found.parts[0].amount) == (None, None, None)
    assert found.notes == ("没有听到通话，由人决定",)
    assert found.parts[0].words == "10-01 至 10-31 一组 正式 绩效：2000 × 31 ÷ 31，系数由人决定"
    at_base = pay(None, scheme=replace(SCHEME, not_heard="base"))
    assert (str(at_base.total), str(at_base.factor)) == ("2000.00", "1.0000")


def test_a_base_may_be_nothing():
    assert str(pay("96", term(base="0")).total) == "0.00"


def test_a_term_may_be_a_single_day():
    assert amounts(pay("90", term(1, 30), term(31, 31, "3100"))) == [("绩效", "1935.48"), ("绩效", "100.00")]


def test_too_few_days_are_not_graded():
    found = pay("60", term(1, 4), scheme=replace(graded(name="不合格", deduction="100")))
    assert amounts(found) == [("绩效", "258.06")]
    assert found.notes == ("在岗 4 天，不足 5 天，按系数 1 计发，不奖不扣",)
    assert pay("60", term(1, 4), scheme=replace(SCHEME, few_days="person")).total is None
    assert pay("60", term(1, 5)).notes == ()


def test_without_terms_there_is_a_factor_and_no_amount():
    found = month_pay(MONTH, Decimal(96), grade_of(CARD, Decimal(96)), (), SCHEME)
    assert (found.total, found.parts, found.notes) == (None, (), ("财务未给出任职与绩效基数，未计算",))
    assert found.operator_id == ""
    assert str(found.factor) == "1.1000"
    unheard = month_pay(MONTH, None, None, (), SCHEME)
    assert unheard.notes == ("没有听到通话，由人决定", "财务未给出任职与绩效基数，未计算")


def test_due_days_leave_out_days_of_rest():
    rest = RestDays(weekdays=(6, 7), off=tuple(date(2026, 10, day) for day in range(1, 8)), on=(date(2026, 10, 10),))
    scheme = replace(SCHEME, days="due", rest=rest)
    found = pay("90", term(1, 15), term(16, 31, base="1000"), scheme=scheme)
    # Of 31 days 22 are weekdays; of these 1, 2, 5, 6, 7 are holidays, and Saturday the 10th is worked.
    assert [(p.days, p.month_days) for p in found.parts] == [(7, 18), (11, 18)]
    assert str(found.total) == "1388.89"
    nobody = replace(scheme, rest=RestDays(weekdays=(1, 2, 3, 4, 5, 6, 7)))
    with pytest.raises(ValueError, match="nobody is due"):
        pay("90", scheme=nobody)


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ([term(1, 15), term(15, 31)], "between 2026-10-15 and 2026-10-15: two terms overlap"),
        ([term(1, 14), term(16, 31)], "days without terms"),
        ([term(1, 31, "-1")], "base -1 is no amount"),
        ([term(1, 31, "10.005")], r"base 10\.005 is no amount"),
        ([term(1, 31, "NaN")], "base NaN is no amount"),
        ([term(10, 1)], "ends before it begins"),
        ([term(1, 10), term(11, 31, who="1002")], "the terms are of 1001, 1002"),
        ([replace(term(), to_day=date(2026, 11, 1))], "is not within 2026-10-01 to 2026-10-31"),
        ([replace(term(), from_day=date(2026, 9, 30))], "is not within"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_their_days(terms, problem):
    with pytest.raises(PayTermProblems, match=problem):
        pay("90", *terms)


def test_all_problems_of_the_terms_are_told_at_once_also_by_a_copy_of_the_error():
    with pytest.raises(PayTermProblems) as caught:
        pay("90", term(1, 20, "-1"), term(10, 31))
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert str(error) == (
            "pay terms of 2026-10: 2 problem(s)\n"
            "  - operator 1001, 2026-10-01 to 2026-10-20: base -1 is no amount; write yuan of 0 or more with at most "
            "two decimals\n"
            "  - operator 1001, between 2026-10-20 and 2026-10-10: two terms overlap; let the first end on the day "
            "before the second begins"
        )


@pytest.mark.parametrize(("points", "band"), [(Decimal(90), None), (None, CARD.grades[0])])
def test_points_and_grade_go_together(points, band):
    with pytest.raises(ValueError, match="do not belong together"):
        month_pay(MONTH, points, band, (term(),), SCHEME)


@pytest.mark.parametrize("points", ["-1", "94.99", "100.01"])
def test_points_outside_their_grade_are_refused(points):
    with pytest.raises(ValueError, match="not within grade 优秀"):
        month_pay(MONTH, Decimal(points), CARD.grades[0], (term(),), SCHEME)


def test_what_is_no_month_is_refused():
    with pytest.raises(ValueError, match="'2026-13' is no month"):
        pay("90", month="2026-13")
