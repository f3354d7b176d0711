"""The implementation against a reading of the words, letter by letter, over every sequence of months."""

import itertools
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.strikes import MonthlyAssessment, StrikeStatus, strike_state

PROVEN = {"failed": True, "enough": True, "below": True, "confirmed": True}
KINDS = {
    "x": PROVEN,
    "?": {**PROVEN, "appeal_pending": True},
    ".": {"enough": True},
    "u": {**PROVEN, "confirmed": False},
    "-": None,
}


LAST_DAY = date(2030, 1, 1)


@cache
def assessment(n, kind):
    return MonthlyAssessment(f"{2026 + n // 12}-{n % 12 + 1:02d}", KINDS[kind] is not None, **(KINDS[kind] or {}))


def state(kinds, trained=(LAST_DAY,)):
    return strike_state([assessment(n, kind) for n, kind in enumerate(kinds)], trained)


def run_at_end(kinds):
    heard = "".join(kinds).replace("-", "").replace("u", ".")
    return len(heard) - len(heard.rstrip("x"))


def read_literally(kinds):
    """Decide every pending appeal both ways; what holds in all worlds is certain."""
    pending = [n for n, kind in enumerate(kinds) if kind == "?"]
    runs = []
    for outcome in itertools.product("x.", repeat=len(pending)):
        world = list(kinds)
        for n, kind in zip(pending, outcome, strict=True):
            world[n] = kind
        runs.append(run_at_end(world))
    if min(runs) >= 3:
        return StrikeStatus.FOR_REVIEW
    if max(runs) >= 3:
        return StrikeStatus.HELD
    return StrikeStatus.COUNTING if max(runs) else StrikeStatus.NONE


def test_every_sequence_of_twelve_months_of_passed_and_failed():
    for kinds in itertools.product("x.", repeat=12):
        found = state(kinds)
        assert (found.status, found.run) == (read_literally(kinds), run_at_end(kinds)), kinds


@pytest.mark.large
def test_every_sequence_of_twelve_months_of_passed_failed_and_under_appeal():
    for kinds in itertools.product("x.?", repeat=12):
        said = "".join(kinds)
        # A run that holds whatever becomes of the appeals is one without any; the longest is with all of them lost.
        certain, feared = (len(said) - len(said.rstrip(ending)) for ending in ("x", "x?"))
        found = state(kinds)
        assert (found.run, found.run_if_lost) == (certain, feared), said
        expected = StrikeStatus.COUNTING if feared else StrikeStatus.NONE
        expected = StrikeStatus.HELD if feared >= 3 else expected
        assert found.status is (StrikeStatus.FOR_REVIEW if certain >= 3 else expected), said


def test_every_sequence_of_up_to_six_months_of_all_kinds():
    for length in range(7):
        for kinds in itertools.product(KINDS, repeat=length):
            assert state(kinds).status is read_literally(kinds), kinds


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=12))
def test_sequences_of_up_to_twelve_months_of_all_kinds(kinds):
    assert state(kinds).status is read_literally(kinds)


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=12), st.integers(0, 11))
def test_a_month_of_leave_anywhere_changes_nothing(kinds, place):
    assert state([*kinds[:place], "-", *kinds[place:]]).status is state(kinds).status


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=12))
def test_winning_every_appeal_never_puts_anybody_forward(kinds):
    won = ["." if kind == "?" else kind for kind in kinds]
    if state(won).status is StrikeStatus.FOR_REVIEW:
        assert state(kinds).status is StrikeStatus.FOR_REVIEW


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=12), st.lists(st.dates(date(2025, 1, 1), LAST_DAY)))
def test_without_a_retraining_within_the_run_nobody_is_put_forward_and_nothing_else_changes(kinds, trained):
    found, bare, full = state(kinds, trained), state(kinds, ()), state(kinds)
    assert bare.status is not StrikeStatus.FOR_REVIEW
    assert found.status in {bare.status, full.status}
    assert (found.run, found.months) == (full.run, full.months)
    if found.status is StrikeStatus.FOR_REVIEW:
        assert any(f"{day:%Y-%m}" > found.months[-found.run] for day in trained)
