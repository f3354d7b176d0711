"""Talk-over, responses and dead air of calls whose speech is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.asr.turns import dead_airs, responses, talk_overs
from qa_pipeline.models import Role, Span, Transcript
from tests.sounds import said, transcript

OPERATOR, CALLER, UNKNOWN = Role.OPERATOR, Role.CALLER, Role.UNKNOWN


def of(spans: list[Span], duration_ms: int = 60_000, utterances: list | None = None) -> Transcript:
    words = utterances or [said(n, s.channel, s.start_ms, "话", s.role) for n, s in enumerate(spans)]
    return transcript(words, duration_ms, spans)


def op(start_ms: int, end_ms: int, channel: int = 0) -> Span:
    return Span(start_ms, end_ms, channel, OPERATOR)


def caller(start_ms: int, end_ms: int, channel: int = 1) -> Span:
    return Span(start_ms, end_ms, channel, CALLER)


def test_talk_over_is_by_whom_began_second_and_lasts_while_both_speak() -> None:
    (over,) = talk_overs(of([caller(1000, 6000), op(4500, 9000)]))
    assert (over.start_ms, over.end_ms, over.by, over.utterance) == (4500, 6000, OPERATOR, 1)
    assert (over.into_ms, over.gave_way) == (3500, CALLER)


def test_who_falls_silent_first_gave_way() -> None:
    (over,) = talk_overs(of([caller(1000, 6000), op(4500, 5000)]))
    assert (over.by, over.gave_way) == (OPERATOR, OPERATOR)


def test_a_breath_does_not_split_a_talk_over_and_a_touch_is_none() -> None:
    (over,) = talk_overs(of([op(0, 5000), caller(1000, 2000), caller(2200, 3000)]))
    assert (over.start_ms, over.end_ms, over.by) == (1000, 3000, CALLER)
    assert talk_overs(of([op(0, 5000), caller(4900, 8000)])) == ()


def test_each_of_many_words_over_one_long_turn_is_found() -> None:
    spans = [caller(0, 60_000), *(op(t, t + 500) for t in range(1000, 50_000, 5000))]
    assert [t.start_ms for t in talk_overs(of(spans))] == list(range(1000, 50_000, 5000))


def test_mono_without_roles_has_no_talk_over_no_response_and_awaits_nobody() -> None:
    call = of([Span(0, 5000), Span(12_000, 14_000)], 14_000)
    assert talk_overs(call) == ()
    assert responses(call) == ()
    assert [d.awaited for d in dead_airs(call)] == [UNKNOWN]


def test_mono_with_roles_is_measured_as_far_as_its_speech_tells() -> None:
    spans = [caller(0, 4000, 0), op(4500, 9000, 0), caller(8500, 12_000, 0), op(17_000, 18_000, 0)]
    call = of(spans, 18_000)
    assert [(t.by, t.start_ms, t.end_ms) for t in talk_overs(call)] == [(CALLER, 8500, 9000)]
    assert [r.latency_ms for r in responses(call)] == [500, 5000]
    assert [(d.start_ms, d.awaited) for d in dead_airs(call)] == [(12_000, OPERATOR)]


def test_a_response_is_from_the_callers_end_to_the_operators_begin() -> None:
    call = of([op(0, 3000), caller(3200, 6000), caller(6900, 8000), op(9500, 12_000), caller(13_000, 14_000)])
    (answer,) = responses(call)
    assert (answer.caller_end_ms, answer.operator_start_ms, answer.utterance) == (8000, 9500, 3)


def test_an_answer_before_the_caller_had_ended_has_a_latency_below_zero() -> None:
    (answer,) = responses(of([caller(0, 5000), op(4600, 9000)]))
    assert answer.latency_ms == -400


def test_a_nod_takes_no_floor_but_a_short_answer_does() -> None:
    nodding = [caller(0, 4000), op(4200, 4600), caller(4900, 9000), op(9300, 12_000)]
    assert [r.latency_ms for r in responses(of(nodding))] == [300]
    within = [caller(0, 9000), op(4200, 6000), op(9300, 12_000)]
    assert [r.latency_ms for r in responses(of(within))] == [300]
    waiting = [caller(0, 4000), op(4200, 4600), op(12_000, 15_000)]
    assert [r.latency_ms for r in responses(of(waiting))] == [200]


@pytest.mark.parametrize(
    ("before", "asked", "after", "words", "awaited"),
    [
        (CALLER, "怎么办呢", OPERATOR, "您好", OPERATOR),
        (CALLER, "话", CALLER, "还有", OPERATOR),
        (OPERATOR, "话", OPERATOR, "久等了", OPERATOR),
        (OPERATOR, "您是哪个小区的呢", OPERATOR, "您好", CALLER),
        (OPERATOR, "话", CALLER, "我想想", CALLER),
        (OPERATOR, "话", CALLER, "喂还在吗", OPERATOR),
    ],
)
def test_dead_air_awaits_who_should_have_spoken(
    before: Role, asked: str, after: Role, words: str, awaited: Role
) -> None:
    channel = {OPERATOR: 0, CALLER: 1}
    utterances = [said(0, channel[before], 0, asked, before), said(1, channel[after], 15_000, words, after)]
    spans = [Span(0, 5000, channel[before], before), Span(15_000, 20_000, channel[after], after)]
    (air,) = dead_airs(of(spans, 20_000, utterances))
    assert (air.start_ms, air.end_ms, air.awaited, air.after) == (5000, 15_000, awaited, 0)


def test_dead_air_at_the_beginning_and_end_is_found_and_three_seconds_are_not() -> None:
    call = of([op(4000, 6000), caller(9000, 10_000)], 15_000)
    assert [(d.start_ms, d.end_ms, d.awaited, d.after) for d in dead_airs(call)] == [
        (0, 4000, OPERATOR, None),
        (10_000, 15_000, OPERATOR, 1),
    ]


def test_somebody_speaking_on_either_channel_is_no_dead_air() -> None:
    assert dead_airs(of([op(0, 20_000), caller(1000, 2000), caller(19_000, 21_000)], 22_000)) == ()


SPANS = st.lists(st.tuples(st.integers(50, 4000), st.integers(50, 4000)), min_size=1, max_size=12)


def laid_out(lengths: list[tuple[int, int]], role: Role, channel: int) -> list[Span]:
    spans, clock = [], 0
    for gap, length in lengths:
        spans.append(Span(clock + gap, clock + gap + length, channel, role))
        clock += gap + length
    return spans


@given(SPANS, SPANS)
def test_talk_overs_lie_where_both_speak_and_are_the_same_with_channels_swapped(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    spans = laid_out(left, OPERATOR, 0) + laid_out(right, CALLER, 1)
    found = talk_overs(of(spans))
    swapped = talk_overs(of([Span(s.start_ms, s.end_ms, 1 - s.channel, s.role) for s in spans]))
    assert [(t.start_ms, t.end_ms) for t in found] == [(t.start_ms, t.end_ms) for t in swapped]
    for over in found:
        assert over.end_ms - over.start_ms >= 200
        for role in (OPERATOR, CALLER):
            near = [
                s
                for s in spans
                if s.role is role and s.start_ms - 300 <= over.end_ms and s.end_ms + 300 >= over.start_ms
            ]
            assert near


@given(SPANS, SPANS)
def test_dead_air_and_speech_never_meet(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    spans = laid_out(left, OPERATOR, 0) + laid_out(right, CALLER, 1)
    for air in dead_airs(of(spans, 100_000)):
        assert all(s.end_ms <= air.start_ms or s.start_ms >= air.end_ms for s in spans)
