"""The draw: fair, complete, repeatable, and nobody's choice."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.models import CallRecord, DrawReason
from qa_pipeline.sampling import SHORTEST_S, apportion, draw, frame_sha256
from tests import centre
from tests.centre import MONTH, NOW

OPERATORS = st.sampled_from(["1001", "1002", "1003"])
SHIFTS = st.sampled_from(["早班", "中班", "晚班"])


@st.composite
def frames(draw_one: st.DrawFn) -> list[CallRecord]:
    rows = draw_one(st.lists(st.tuples(OPERATORS, SHIFTS, st.integers(0, 30)), max_size=60))
    return [
        centre.call(f"H{number:03}", operator_id=operator, shift=shift, duration_s=duration_s)
        for number, (operator, shift, duration_s) in enumerate(rows)
    ]


QUOTAS = st.integers(1, 25)
SEEDS = st.text(max_size=8)


def usable_calls(frame: list[CallRecord]) -> list[CallRecord]:
    return [one for one in frame if one.duration_s >= SHORTEST_S]


@given(frames(), QUOTAS, SEEDS)
def test_each_call_is_drawn_at_most_once_and_is_drawn_or_excluded_or_left(
    frame: list[CallRecord], quota: int, seed: str
) -> None:
    plan = draw(frame, MONTH, quota, seed, {}, NOW)
    drawn = [one.call_id for one in plan.calls]
    excluded = {one.call_id for one in plan.exclusions}
    assert len(set(drawn)) == len(drawn)
    assert not excluded & set(drawn)
    assert set(drawn) | excluded <= {one.call_id for one in frame}
    assert excluded == {one.call_id for one in frame} - {one.call_id for one in usable_calls(frame)}


@given(frames(), QUOTAS, SEEDS)
def test_every_operator_has_the_quota_heard_or_all_usable_calls(frame: list[CallRecord], quota: int, seed: str) -> None:
    plan = draw(frame, MONTH, quota, seed, {}, NOW)
    there = Counter(one.operator_id for one in usable_calls(frame))
    assert Counter(one.operator_id for one in plan.calls) == {who: min(quota, n) for who, n in there.items()}


@given(frames(), QUOTAS, SEEDS)
def test_the_probability_is_the_drawn_share_of_the_stratum(frame: list[CallRecord], quota: int, seed: str) -> None:
    plan = draw(frame, MONTH, quota, seed, {}, NOW)
    sizes = Counter(f"{one.shift}/{one.operator_id}" for one in usable_calls(frame))
    drawn = Counter(one.stratum for one in plan.calls)
    for one in plan.calls:
        assert one.probability == Decimal(drawn[one.stratum]) / Decimal(sizes[one.stratum])
        assert 0 < one.probability <= 1
        assert one.reason is DrawReason.RANDOM


@given(frames(), QUOTAS, SEEDS)
def test_every_shift_is_heard_where_the_quota_reaches_that_far(frame: list[CallRecord], quota: int, seed: str) -> None:
    plan = draw(frame, MONTH, quota, seed, {}, NOW)
    strata = {(one.operator_id, one.shift) for one in usable_calls(frame)}
    heard = {one.stratum for one in plan.calls}
    for operator_id, shift in strata:
        if quota >= sum(who == operator_id for who, _ in strata):
            assert f"{shift}/{operator_id}" in heard


@given(frames(), QUOTAS, SEEDS, st.randoms())
def test_the_order_of_the_frame_is_irrelevant(
    frame: list[CallRecord], quota: int, seed: str, order: random.Random
) -> None:
    shuffled = list(frame)
    order.shuffle(shuffled)
    assert draw(shuffled, MONTH, quota, seed, {}, NOW) == draw(frame, MONTH, quota, seed, {}, NOW)


@given(frames(), QUOTAS, SEEDS)
def test_the_same_seed_draws_the_same_calls_at_any_time(frame: list[CallRecord], quota: int, seed: str) -> None:
    later = datetime(2030, 1, 1)
    first = draw(frame, MONTH, quota, seed, {}, NOW)
    assert replace(draw(frame, MONTH, quota, seed, {}, later), drawn_at=NOW) == first


@given(frames(), QUOTAS, SEEDS, st.data())
def test_what_cannot_be_used_is_excluded_with_its_reason_and_never_drawn(
    frame: list[CallRecord], quota: int, seed: str, data: st.DataObject
) -> None:
    barred = {one.call_id: "没有录音" for one in frame if data.draw(st.booleans())}
    plan = draw(frame, MONTH, quota, seed, barred, NOW)
    reasons = {one.call_id: one.reason for one in plan.exclusions}
    assert barred.items() <= reasons.items()
    assert not barred.keys() & {one.call_id for one in plan.calls}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50), max_size=8), st.integers(0, 100))
def test_shares_add_up_to_the_quota_and_no_stratum_gets_more_than_it_has(sizes: dict[str, int], quota: int) -> None:
    shares = apportion(sizes, quota)
    assert sum(shares.values()) == min(quota, sum(sizes.values()))
    assert all(0 <= shares[name] <= sizes[name] for name in shares)
    assert apportion(dict(reversed(sizes.items())), quota) == shares


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 50), min_size=1, max_size=8), st.integers(0, 100))
def test_a_larger_stratum_never_gets_less_than_a_smaller_one(sizes: dict[str, int], quota: int) -> None:
    shares = apportion(sizes, quota)
    by_size = sorted(sizes.items(), key=lambda one: one[1])
    for (smaller, size), (larger, larger_size) in pairwise(by_size):
        assert size == larger_size or shares[smaller] <= shares[larger]


def test_a_quota_is_shared_by_largest_remainders_after_one_for_each() -> None:
    assert apportion({"早班": 60, "中班": 30, "晚班": 10}, 20) == {"早班": 12, "中班": 6, "晚班": 2}
    assert apportion({"早班": 97, "中班": 2, "晚班": 1}, 10) == {"早班": 8, "中班": 1, "晚班": 1}
    assert apportion({"早班": 5, "中班": 5, "晚班": 5}, 2) == {"中班": 1, "早班": 1, "晚班": 0}
    assert apportion({}, 5) == {}


def test_each_call_of_a_stratum_is_drawn_as_often_as_its_probability_says() -> None:
    frame = [centre.call(f"H{number}") for number in range(8)]
    times = 4_000
    drawn = Counter(
        one.call_id for seed in range(times) for one in draw(frame, MONTH, 3, f"seed {seed}", {}, NOW).calls
    )
    # 3/8 of 4000 is 1500 with a standard deviation of 31: five of them either way.
    assert all(abs(drawn[one.call_id] - times * 3 / 8) < 155 for one in frame)


def test_the_draw_can_be_repeated_by_hand_from_frame_and_seed() -> None:
    frame = [centre.call(f"H{number}") for number in range(8)]
    plan = draw(frame, MONTH, 3, "seed", {}, NOW)
    by_hand = sorted(frame, key=lambda one: hashlib.sha256(f"seed\n{MONTH}\n{one.call_id}".encode()).hexdigest())[:3]
    assert {one.call_id for one in plan.calls} == {one.call_id for one in by_hand}
    assert plan.seed_sha256 == hashlib.sha256(b"seed").hexdigest()


def test_another_seed_or_month_draws_others() -> None:
    frame = [centre.call(f"H{number}") for number in range(100)]
    plans = [draw(frame, month, 10, seed, {}, NOW) for month, seed in ((MONTH, "a"), (MONTH, "b"), ("2026-11", "a"))]
    assert len({tuple(one.call_id for one in plan.calls) for plan in plans}) == 3


def test_the_frame_hash_notices_any_change_that_could_move_the_draw() -> None:
    frame = [centre.call("H1"), centre.call("H2")]
    changes = ({"duration_s": 61}, {"shift": "晚班"}, {"operator_id": "1002"}, {"call_id": "H3"})
    changed = [[frame[0], replace(frame[1], **change)] for change in changes]
    assert len({frame_sha256(calls) for calls in (frame, frame[:1], *changed)}) == 6
    assert frame_sha256(frame) == frame_sha256(frame[::-1])


def test_a_quota_of_nothing_and_a_call_that_is_there_twice_are_mistakes() -> None:
    with pytest.raises(ValueError, match="quota 0"):
        draw([centre.call()], MONTH, 0, "seed", {}, NOW)
    with pytest.raises(ValueError, match="twice"):
        draw([centre.call(), centre.call()], MONTH, 1, "seed", {}, NOW)
