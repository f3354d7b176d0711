"""How an operator usually sounds, and the centre's own limits of the speech rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.assessment import rate_limits, voice_baseline
from qa_pipeline.models import Role, Usual, Voice

LEVELS = st.one_of(st.none(), st.floats(min_value=5, max_value=60))
VOICES = st.lists(
    st.builds(Voice, st.just(Role.OPERATOR), LEVELS, LEVELS, LEVELS, LEVELS, LEVELS), min_size=0, max_size=12
)


def voice(above_floor_db: float | None = None, **measures: float) -> Voice:
    measured: dict[str, float | None] = {
        "loudness_lufs": None,
        "pitch_hz": None,
        "pitch_range_semitones": None,
        "rate_cpm": None,
    }
    return Voice(Role.OPERATOR, above_floor_db=above_floor_db, **(measured | measures))


def test_it_is_the_median_and_the_odd_call_does_not_move_its_spread() -> None:
    baseline = voice_baseline([voice(db) for db in (30, 31, 32, 33, 60)])
    assert baseline is not None
    assert baseline.above_floor_db == Usual(32, 1.483, 5)
    assert baseline.pitch_hz is None


def test_two_calls_tell_nothing() -> None:
    assert voice_baseline([voice(30), voice(31)]) is None
    assert voice_baseline([]) is None


def test_each_measure_needs_its_own_calls() -> None:
    heard = [voice(30, rate_cpm=240), voice(31), voice(32)]
    baseline = voice_baseline(heard)
    assert baseline is not None
    assert baseline.calls == 3
    assert baseline.rate_cpm is None


@given(VOICES, st.randoms())
def test_the_order_of_the_calls_never_matters(heard: list[Voice], chance: object) -> None:
    shuffled = list(heard)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert voice_baseline(heard) == voice_baseline(shuffled)


@given(VOICES)
def test_the_median_lies_within_what_was_measured(heard: list[Voice]) -> None:
    baseline = voice_baseline(heard)
    usual = baseline.above_floor_db if baseline is not None else None
    if usual is not None:
        known = [v.above_floor_db for v in heard if v.above_floor_db is not None]
        assert min(known) - 0.001 <= usual.median <= max(known) + 0.001
        assert usual.spread >= 0


def test_the_limits_are_the_centres_own_fifth_and_ninety_fifth_percentile() -> None:
    limits = rate_limits([*range(200, 301), None])
    assert limits is not None
    assert (limits.low_cpm, limits.high_cpm, limits.calls) == (205, 295, 101)


@pytest.mark.parametrize("calls", [0, 1, 99])
def test_too_few_calls_set_no_limits(calls: int) -> None:
    assert rate_limits([250.0] * calls) is None
