"""Pay schemes that can be read, and every problem of one that cannot."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from scoring.pay import (
    GradePay,
    PaySchemeProblems,
    RestDays,
    default_scheme,
    load_scheme,
    misfits,
    parse_scheme,
    scheme_mapping,
)
from scoring.scorecard import default_scorecard

CARD, SCHEME = default_scorecard(), default_scheme()
HEAD = {"version": "x", "effective_from": "2026-01-01"}


def problems(**more):
    with pytest.raises(PaySchemeProblems) as caught:
        parse_scheme(HEAD | more)
    assert str(caught.value).startswith("pay scheme: ")
    return caught.value.problems


def grades(*worth):
    return replace(SCHEME, grades=tuple(GradePay(name, **{k: Decimal(v) for k, v in of.items()}) for name, of in worth))


def test_the_shipped_scheme_pays_by_the_scorecards_factors_and_fits():
    assert SCHEME.grades == ()
    assert SCHEME.not_heard == "person"
    assert misfits(SCHEME, CARD) == ()


def test_a_scheme_is_the_same_after_json_and_its_hash_does_not_know_how_numbers_are_written():
    mapping = HEAD | {
        "days": "due",
        "rest": {"weekdays": [6, 7], "off": ["2026-10-02", date(2026, 10, 1)], "on": ["2026-10-10"]},
        "most_deducted": 0.2,
        "grades": [{"name": "优秀", "factor": "1.10", "per_point": 0.01, "at_most": 1.15, "reward": 200}],
    }
    scheme = parse_scheme(mapping)
    assert scheme.rest == RestDays((6, 7), (date(2026, 10, 1), date(2026, 10, 2)), (date(2026, 10, 10),))
    assert parse_scheme(scheme_mapping(scheme)) == scheme
    assert parse_scheme(mapping | {"most_deducted": "0.20"}).sha256 == scheme.sha256
    assert parse_scheme(mapping | {"most_deducted": "0.21"}).sha256 != scheme.sha256


def test_every_field_is_read_and_what_is_left_out_has_its_default():
    worth = {"name": "优秀", "factor": 1.1, "per_point": 0.01, "at_most": 1.1, "reward": 200, "deduction": 5}
    scheme = parse_scheme(HEAD | {"min_days": 31, "most_deducted": 1, "probation_factor": 0.9875, "grades": [worth]})
    assert (scheme.min_days, scheme.most_deducted, scheme.probation_factor) == (31, 1, Decimal("0.9875"))
    numbers = (Decimal(text) for text in ("1.1", "0.01", "1.1", "200", "5"))
    assert scheme.grades == (GradePay("优秀", *numbers),)
    rest = parse_scheme(HEAD | {"days": "due", "rest": {"weekdays": [1, 7]}}).rest
    assert rest == RestDays(weekdays=(1, 7))
    bare = parse_scheme(HEAD | {"grades": [{"name": "优秀"}]})
    assert (bare.days, bare.min_days, bare.few_days, bare.not_heard) == ("calendar", 0, "base", "person")
    assert (bare.most_deducted, bare.probation_factor, bare.grades) == (None, None, (GradePay("优秀"),))


def test_grades_may_pay_the_same():
    assert misfits(grades(*((band.name, {"factor": "1"}) for band in CARD.grades)), CARD) == ()


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"extra": 1}, "extra is not known"),
        ({"version": ""}, "version is missing"),
        ({"days": "lunar"}, "days is 'lunar'; use one of calendar, due"),
        ({"days": "due"}, ": days is due, and no day of rest is named; write `rest: {weekdays: [6, 7]}`"),
        (
            {"rest": {"weekdays": [6]}},
            "rest is given, but days are counted by the calendar; write `days: due`, or leave `rest` out",
        ),
        ({"rest": 6, "days": "due"}, "rest is 6; write"),
        ({"rest": {"weekdays": [0]}}, "weekdays holds [0]; use 1 (Monday) to 7 (Sunday)"),
        ({"rest": {"weekdays": [8, True]}}, r"weekdays holds [8, True]"),
        ({"rest": {"off": ["2026-02-30"]}}, "off is no date ('2026-02-30')"),
        ({"rest": {"on": "2026-02-28"}}, "on is '2026-02-28', no list"),
        ({"rest": {"holidays": []}}, "holidays is not known"),
        ({"min_days": 2.5}, "min_days is 2.5"),
        ({"min_days": 32}, "min_days is 32; write a whole number of days from 0 to 31"),
        ({"few_days": "free"}, "few_days is 'free'"),
        ({"not_heard": "free"}, "not_heard is 'free'"),
        ({"probation_factor": -1}, "probation_factor is -1, below 0"),
        ({"most_deducted": 1.5}, "most_deducted is 1.5, above 1; write the share of the base, such as 0.2"),
        ({"most_deducted": 0.33333}, "finer than 0.0001"),
        ({"grades": "all"}, "grades is missing, empty or no list"),
        ({"grades": [{"name": "优秀", "reward": 0.001}]}, "reward is 0.001, finer than 0.01"),
        ({"grades": [{"name": "优秀", "reward": -1}]}, "reward is -1, below 0"),
        (
            {"grades": [{"name": "优秀", "factor": 1.2, "at_most": 1.1}]},
            "grades[1] 优秀: at_most is 1.1, below factor 1.2; raise it, or leave it out",
        ),
        ({"grades": [{"name": "优秀"}, {"name": "优秀"}]}, "grades names 优秀 2 times; give each grade one line"),
        ({"grades": [{"factor": 1}, {"factor": 1}]}, "name is missing"),
        ({"grades": [{"name": "优秀", "bonus": 1}]}, "bonus is not known"),
    ],
)
def test_what_a_scheme_cannot_say_is_named(more, problem):
    assert any(problem in found for found in problems(**more))


def test_all_problems_come_at_once_with_their_lines(tmp_path):
    file = tmp_path / "scheme.yaml"
    file.write_text("version: x\neffective_from: 2026-01-01\nmin_days: -1\nmost_deducted: 2\n", encoding="utf-8")
    with pytest.raises(PaySchemeProblems) as caught:
        load_scheme(file)
    assert [problem.partition(": ")[0].rpartition(" (")[2] for problem in caught.value.problems] == [
        "line 3)",
        "line 4)",
    ]
    assert str(caught.value).startswith(f"{file}: 2 problem(s)\n  - {file} (line 3): min_days is -1")


@pytest.mark.parametrize(
    ("text", "problem"), [("a: [", "is not YAML"), ("- 1", "; start from the default pay scheme$")]
)
def test_a_file_that_is_no_scheme_says_so(tmp_path, text, problem):
    file = tmp_path / "scheme.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PaySchemeProblems, match=problem):
        load_scheme(file)


@pytest.mark.parametrize(
    ("scheme", "problem"),
    [
        (grades(("卓越", {})), "scorecard default-2026 has no such grade; use one of 优秀, 良好, 合格, 不合格"),
        (
            grades(("良好", {"per_point": "0.02"})),
            "its factor reaches 1.1998, above the 1.1000 of the better 优秀; lower `per_point` or `at_most`",
        ),
        (grades(("合格", {"factor": "1.01"})), "its factor reaches 1.0100"),
        (grades(("合格", {"reward": "1"})), "its reward 1 is above the 0 of the better 良好"),
        (grades(("优秀", {"deduction": "1"})), "its deduction 0 is below the 1 of the better 优秀"),
    ],
)
def test_a_scheme_under_which_a_better_score_pays_less_does_not_fit(scheme, problem):
    assert any(problem in found for found in misfits(scheme, CARD))
