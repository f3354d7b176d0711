"""Replacing by rank is drawing without what cannot be used; calls added for a risk are nobody's choice either."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.models import CallRecord, DrawReason, RiskCriteria, SampledCall, SamplePlan
from qa_pipeline.sampling import (
    SHORTEST_S,
    as_it_stands,
    draw,
    first_difference,
    frame_rows,
    record_of,
    replace_calls,
)
from qa_pipeline.sampling.supplement import risk_calls
from tests import centre
from tests.centre import MONTH, NOW
from tests.properties.test_sampling import QUOTAS, SEEDS, frames

COUNTING = (DrawReason.RANDOM, DrawReason.REPLACEMENT)
CRITERIA = RiskCriteria()


def with_out(plan: SamplePlan, frame: list[CallRecord], *gone: str) -> SamplePlan:
    made = replace_calls(frame_rows(frame), plan, dict.fromkeys(gone, "坏了"), "张三", NOW)
    return replace(plan, replacements=(*plan.replacements, *made))


def counting(plan: SamplePlan) -> dict[str, SampledCall]:
    return {one.call_id: one for one in as_it_stands(plan.calls, plan.replacements) if one.reason in COUNTING}


@st.composite
def replaced(draw_one: st.DrawFn) -> tuple[list[CallRecord], SamplePlan, list[str]]:
    """A frame, its draw after some replacements, and what was replaced."""
    frame = draw_one(frames())
    plan = draw(frame, MONTH, draw_one(QUOTAS), draw_one(SEEDS), {}, NOW)
    gone: list[str] = []
    for _ in range(draw_one(st.integers(0, 6))):
        still = sorted(counting(plan))
        if still:
            gone.append(draw_one(st.sampled_from(still)))
            plan = with_out(plan, frame, gone[-1])
    return frame, plan, gone


@given(replaced())
def test_what_counts_is_what_each_stratum_gives_without_the_calls_that_cannot_be_used(
    made: tuple[list[CallRecord], SamplePlan, list[str]],
) -> None:
    frame, plan, gone = made
    shares = Counter(one.stratum for one in plan.calls)
    expected: set[str] = set()
    for stratum, share in shares.items():
        left = [c for c in frame if f"{c.shift}/{c.operator_id}" == stratum and c.call_id not in gone]
        if left and share:
            expected |= {one.call_id for one in draw(left, MONTH, share, plan.seed, {}, NOW).calls}
    assert counting(plan).keys() == expected


@given(replaced())
def test_chances_of_a_stratum_add_up_to_the_calls_that_are_heard_of_it(
    made: tuple[list[CallRecord], SamplePlan, list[str]],
) -> None:
    frame, plan, gone = made
    usable = [one for one in frame if one.duration_s >= SHORTEST_S and one.call_id not in gone]
    sizes = Counter(f"{one.shift}/{one.operator_id}" for one in usable)
    heard = Counter(one.stratum for one in counting(plan).values())
    for one in counting(plan).values():
        assert abs(Fraction(one.probability) * sizes[one.stratum] - heard[one.stratum]) < Fraction(1, 10**20)
        assert 0 < one.probability <= 1


@given(frames(), QUOTAS, SEEDS)
def test_every_usable_call_may_be_drawn_where_the_quota_reaches_every_shift(
    frame: list[CallRecord], quota: int, seed: str
) -> None:
    plan = draw(frame, MONTH, quota, seed, {}, NOW)
    chances = {one.stratum: one.probability for one in plan.calls}
    shifts = Counter(who for who, _ in {(c.operator_id, c.shift) for c in frame if c.duration_s >= SHORTEST_S})
    for one in frame:
        if one.duration_s >= SHORTEST_S and quota >= shifts[one.operator_id]:
            assert chances[f"{one.shift}/{one.operator_id}"] > 0


@given(replaced())
def test_a_stratum_is_short_only_when_it_has_no_more_calls(
    made: tuple[list[CallRecord], SamplePlan, list[str]],
) -> None:
    frame, plan, gone = made
    for one in plan.replacements:
        assert one.call_id in gone
        if one.replacement_id is None:
            left = {c.call_id for c in frame if f"{c.shift}/{c.operator_id}" == one.stratum} - set(gone)
            assert {i for i in left if i not in {e.call_id for e in plan.exclusions}} <= counting(plan).keys()


@given(replaced())
def test_a_record_of_what_was_replaced_by_the_rule_is_found_right(
    made: tuple[list[CallRecord], SamplePlan, list[str]],
) -> None:
    frame, plan, _ = made
    assert first_difference(record_of(plan, frame_rows(frame))) is None


@given(frames(), QUOTAS, SEEDS, st.randoms())
def test_several_calls_at_once_are_replaced_as_one_after_another(
    frame: list[CallRecord], quota: int, seed: str, order: random.Random
) -> None:
    plan = draw(frame, MONTH, quota, seed, {}, NOW)
    gone = order.sample(sorted(counting(plan)), min(4, len(plan.calls)))
    one_by_one = plan
    for call_id in gone:
        one_by_one = with_out(one_by_one, frame, call_id)
    at_once = with_out(plan, frame, *gone)
    assert counting(at_once) == counting(one_by_one)
    assert first_difference(record_of(at_once, frame_rows(frame))) is None


def test_without_replacements_the_sample_is_as_it_was_drawn() -> None:
    plan = draw([centre.call(f"H{n}") for n in range(9)], MONTH, 3, "seed", {}, NOW)
    assert as_it_stands(plan.calls, ()) == plan.calls


def test_a_call_of_the_risk_supplement_counts_once_its_rank_is_reached() -> None:
    frame = [centre.call(f"H{n}") for n in range(4)]
    plan = draw(frame, MONTH, 1, "seed", {}, NOW)
    (drawn,) = plan.calls
    after = with_out(plan, frame, drawn.call_id)
    next_id = after.replacements[0].replacement_id
    assert next_id is not None
    risky = SampledCall(next_id, "1001", drawn.stratum, Decimal(1), DrawReason.RISK)
    standing = {one.call_id: one for one in as_it_stands([*plan.calls, risky], after.replacements)}
    assert standing[next_id].reason is DrawReason.REPLACEMENT
    assert standing[next_id].probability == Decimal(1) / Decimal(3)
    assert standing[drawn.call_id].reason is DrawReason.REPLACED


def test_a_call_that_does_not_count_cannot_be_replaced_nor_twice() -> None:
    frame = [centre.call(f"H{n}") for n in range(4)]
    plan = draw(frame, MONTH, 1, "seed", {}, NOW)
    drawn = plan.calls[0].call_id
    other = next(one.call_id for one in frame if one.call_id != drawn)
    with pytest.raises(ValueError, match=f"call {other} does not count"):
        with_out(plan, frame, other)
    with pytest.raises(ValueError, match=f"call {drawn} does not count"):
        with_out(with_out(plan, frame, drawn), frame, drawn)


def risky_month() -> list[CallRecord]:
    """Twenty ordinary calls, and one for each criterion."""
    usual = [
        centre.call(f"U{n:02}", caller_number=f"139{n:08}", duration_s=50 + n, started_at=centre_day(n))
        for n in range(20)
    ]
    again = [centre.call(f"R{n}", caller_number="13900009999", started_at=centre_day(3 * n)) for n in range(3)]
    return [
        *usual,
        *again,
        centre.call("LONG", duration_s=4000, caller_number="1"),
        centre.call("MARK", satisfaction=1, caller_number="2"),
        centre.call("BOTH", satisfaction=2, caller_number="3"),
    ]


def centre_day(day: int) -> datetime:
    return datetime(2026, 10, 1, 9) + timedelta(days=day)


ORDERS = (centre.order("W1", "BOTH", 诉求类型="投诉举报"), centre.order("W2", "U03", 诉求类型="咨询"))


def test_calls_are_added_for_what_they_met_the_gravest_first() -> None:
    found = risk_calls(risky_month(), ORDERS, (), 9, CRITERIA)
    assert [one.call_id for one in found] == ["BOTH", "MARK", "R2", "LONG"]
    assert found[0].reasons == ("工单诉求类型为“投诉举报”", "来电人满意度 2 分")
    assert found[2].reasons == ("同一号码 7 天内第 3 次来电",)
    assert found[3].reasons == ("时长 4000 秒，本人中位数 60 秒",)


@given(st.randoms(), st.integers(1, 5), st.sets(st.sampled_from(["BOTH", "MARK", "LONG"])))
def test_the_same_calls_are_added_in_any_order_within_the_budget_and_never_drawn_ones(
    order: random.Random, budget: int, barred: set[str]
) -> None:
    frame = risky_month()
    order.shuffle(frame)
    found = risk_calls(frame, ORDERS, barred, budget, CRITERIA)
    everything = [one for one in risk_calls(risky_month(), ORDERS, (), 99, CRITERIA) if one.call_id not in barred]
    assert list(found) == everything[:budget]


def test_a_hidden_number_is_nobodys_and_a_week_is_a_week() -> None:
    hidden = [centre.call(f"H{n}", caller_number="139****0000") for n in range(5)]
    slow = [centre.call(f"S{n}", caller_number="13900009999", started_at=centre_day(4 * n)) for n in range(4)]
    assert risk_calls([*hidden, *slow], (), (), 9, replace(CRITERIA, min_calls=99)) == ()


def test_calls_that_are_all_of_one_length_are_not_unusual_nor_are_those_of_a_newcomer() -> None:
    same = [centre.call(f"S{n}", caller_number="") for n in range(30)]
    few = [centre.call(f"F{n}", operator_id="1002", caller_number="", duration_s=9 * 9**n) for n in range(4)]
    dead = [centre.call("D0", operator_id="1002", caller_number="", duration_s=0)]
    assert risk_calls([*same, *few, *dead], (), (), 9, CRITERIA) == ()


def test_a_budget_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="budget 0"):
        risk_calls([], (), (), 0, CRITERIA)
