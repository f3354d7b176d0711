"""Groups of calls against each other: what is compared, and what is said where there is too little."""

from dataclasses import replace
from datetime import datetime

import pytest

from qa_pipeline.assessment import assess
from qa_pipeline.cli.fairness import as_dict, lines
from qa_pipeline.models import Standing
from qa_pipeline.reports.fairness import Group, Measure, Said, fairness_month, heard_confidence, is_night
from tests.month_builder import CARD, call_file, clean, month, operator, result


def mix(hostile):
    details = {"hostility": "2" if hostile else "0", "hostile_kinds": "", "hostile_times": "0", "hostile_ms": "0"}
    return result("TN06", "B6", details={**details, "hostile_doubts": "0"}, faults=0, standing=Standing.ADVISE)


def a_call(n, who, *, shift="白班", lost=False, hostile=False, sure=0.9, hour=9):
    but = [mix(hostile), *([result("KN01", "C2")] if lost else [])]
    file = call_file(f"C{n:03}", clean(but=but), who, day=n % 28 + 1, shift=shift)
    utterances = tuple(
        replace(u, words=tuple(replace(word, confidence=sure) for word in u.words)) for u in file.transcript.utterances
    )
    call = replace(file.call, started_at=file.call.started_at.replace(hour=hour))
    return replace(file, call=call, transcript=replace(file.transcript, utterances=utterances))


def told(files):
    data = month(files)
    return fairness_month(assess(data, CARD, min_calls=10), data)


def line(found, group, measure, name=""):
    return next(one for one in found.lines if (one.group, one.measure, one.name) == (group, measure, name))


PEOPLE = [operator(str(1000 + n), f"甲{n}") for n in range(12)]


@pytest.fixture(scope="module")
def night_loses():
    """120 calls of 12 operators; at night half lose points, by day hardly any; every fifth caller is hostile."""
    calls = []
    for n in range(120):
        night = n % 3 == 0
        calls.append(
            a_call(
                n,
                PEOPLE[n % 12],
                shift="夜班" if night else "白班",
                hour=23 if night else 9,
                lost=n % 6 == 0 or n % 24 == 1,
                hostile=n % 5 == 0,
                sure=0.80 + (n % 12) / 100,
            )
        )
    return told(calls)


def test_a_group_that_fares_worse_is_noted_with_its_interval(night_loses):
    found = line(night_loses, Group.NIGHT, Measure.POINTS)
    assert (found.found.n_first, found.found.n_second) == (40, 80)
    assert found.said is Said.NOTED
    assert found.found.interval.high < 0
    assert line(night_loses, Group.NIGHT, Measure.TAKEN).said is Said.NOTED


def test_of_two_shifts_one_is_compared_and_of_three_each(night_loses):
    assert {one.name for one in night_loses.lines if one.group is Group.SHIFT} == {"夜班"}
    three = told([a_call(n, PEOPLE[0], shift=f"{n % 3}班") for n in range(9)])
    assert [one.name for one in three.lines if one.measure is Measure.POINTS][:3] == ["0班", "1班", "2班"]


def test_callers_who_do_not_matter_are_within_chance(night_loses):
    assert line(night_loses, Group.HOSTILE, Measure.POINTS).said is Said.WITHIN_CHANCE
    assert line(night_loses, Group.HOSTILE, Measure.POINTS).found.n_first == 24


def test_the_quarter_heard_least_surely_is_not_compared_by_how_surely(night_loses):
    measures = {one.measure for one in night_loses.lines if one.group is Group.UNSURE}
    assert measures == {Measure.POINTS, Measure.OPEN, Measure.TAKEN}
    assert line(night_loses, Group.UNSURE, Measure.POINTS).found.n_first == 30


def test_the_accent_is_held_against_operators_means(night_loses):
    assert night_loses.points.n == 12
    assert -1 <= night_loses.points.interval.low <= night_loses.points.interval.high <= 1


def test_small_groups_are_said_to_be_too_small():
    found = told([a_call(n, PEOPLE[n % 2]) for n in range(6)])
    assert found.few
    assert {one.said for one in found.lines} == {Said.FEW}
    assert any("样本太小" in one for one in lines(found))
    assert as_dict(found)["comparisons"][0]["difference"] is None


def test_no_calls_are_no_error():
    data = month([call_file()])
    found = fairness_month(assess(data, CARD, min_calls=10), data)
    assert (found.calls, found.few) == (0, True)


def test_a_recogniser_that_does_not_tell_has_no_confidence():
    assert heard_confidence(a_call(1, PEOPLE[0], sure=0.83)) == pytest.approx(0.83)
    assert heard_confidence(a_call(1, PEOPLE[0], sure=0.5)) is None
    assert heard_confidence(replace(a_call(1, PEOPLE[0]), transcript=None)) is None


@pytest.mark.parametrize(("hour", "night"), [(21, False), (22, True), (0, True), (5, True), (6, False)])
def test_night_is_from_22_to_6(hour, night):
    assert is_night(datetime(2026, 10, 1, hour)) is night


def test_the_account_says_that_it_is_no_verdict(night_loses):
    account = "\n".join(lines(night_loses))
    assert "这里只提示去听哪些录音，不是结论" in account
    assert "夜间（22 点至 6 点）" in account
    assert "有差异" in account
    values = as_dict(night_loses)
    assert values["confidence_and_points"]["n"] == 12
    assert {one["said"] for one in values["comparisons"]} >= {"noted", "within_chance"}
