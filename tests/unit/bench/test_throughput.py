"""Modes are compared within a round, errors call by call."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.conversations import Conversation, Turn
from bench.normalise import Errors
from bench.samples import sample_calls
from bench.throughput import Tally, faster, interval, measure, score
from qa_pipeline.asr.audio import probe


def _call(name: str, left: str, right: str) -> Conversation:
    turns = (Turn(0, 0, 1000, left, "a", "a.wav"), Turn(1, 1000, 2000, right, "b", "b.wav"))
    return Conversation(name, Path(name), "pair", 2000, turns)


CALLS = [_call("one", "您好", "我要咨询"), _call("two", "再见", "谢谢")]


def test_each_channel_is_scored_against_its_own_words() -> None:
    tally = Tally()
    score(tally, CALLS, [("您好", "我要咨"), ("谢谢", "再见")])
    assert tally.errors == [[Errors(6, deletions=1), Errors(4, substitutions=4)]]
    assert tally.total.percent(tally.total.wrong) == 50


def test_every_mode_hears_all_calls_in_every_round_and_not_always_in_the_same_order() -> None:
    order: list[str] = []

    def mode(name: str) -> object:
        def recognise(calls: list[Conversation]) -> list[tuple[str, ...]]:
            order.append(name)
            return [("您好", "谢谢")] * len(calls)

        return recognise

    tallies = measure(CALLS, {name: mode(name) for name in "abc"}, rounds=3)
    timed = ["".join(order[place : place + 3]) for place in (3, 6, 9)]
    assert all(sorted(each) == ["a", "b", "c"] for each in timed)
    assert len(set(timed)) == 3
    assert {len(tally.seconds) for tally in tallies.values()} == {3}


def test_speed_is_the_median_of_the_rounds_own_ratios() -> None:
    assert faster(Tally(seconds=[1.0, 4.0, 2.0]), Tally(seconds=[2.0, 4.0, 6.0])) == "2.00 (1.00–3.00)"


def test_the_interval_of_a_difference_is_nothing_for_equal_modes_and_around_it_for_others() -> None:
    bad = Tally(errors=[[Errors(100, substitutions=20), Errors(100, substitutions=10)] * 5])
    good = Tally(errors=[[Errors(100, substitutions=10), Errors(100, substitutions=5)] * 5])
    assert interval(bad, bad) == (0, 0)
    low, high = interval(bad, good)
    assert 5 <= low < 7.5 < high <= 10


def test_sample_calls_hold_their_turns_within_the_recording() -> None:
    calls = sample_calls()
    assert {call.channels for call in calls} == {1, 2}
    for call in calls:
        recording = probe(call.path, 60)
        assert recording.channels == call.channels
        assert recording.duration_ms == pytest.approx(call.duration_ms, abs=600)
