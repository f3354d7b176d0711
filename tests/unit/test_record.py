"""Parts of the record rules: an order's text, its numbers, whose call it is, and what a set of calls comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.record import ours, score
from bench.record_cases import misheard, unseen
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.precedents import PrecedentIndex
from qa_pipeline.models import CallContext, Outcome, WorkOrder
from qa_pipeline.rules.record.belonging import foreign
from qa_pipeline.rules.record.key_facts import key_facts
from qa_pipeline.rules.record.phones import differing, said_numbers, written_numbers
from qa_pipeline.rules.record.text import plain
from tests.builders import call


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("<p>路灯<b>不亮</b></p><p>三盏</p>", "路灯不亮 三盏"),
        ("<script>alert(1)</script>路灯&nbsp;不亮", "路灯 不亮"),
        ("１３９００００２１４６", "13900002146"),
        ("室温<18度，不达标", "室温<18度,不达标"),
        ("", ""),
        ("<br/>", ""),
    ],
)
def test_a_field_is_read_as_a_person_reads_it(field: str, text: str) -> None:
    assert plain(field) == text


def _said(*talk: tuple[str, str]) -> CallContext:
    ctx = call(talk)
    return replace(ctx, facts=spoken_facts(ctx.transcript))


def test_a_number_that_is_put_right_takes_the_one_before_back() -> None:
    ctx = _said(("来", "幺三九零零零零四八二六，不对，最后一位是七"))
    assert [(one.value, one.superseded) for one in said_numbers(ctx)] == [("13900004826", True), ("13900004827", False)]


def test_a_number_that_is_begun_again_is_the_second_one() -> None:
    ctx = _said(("来", "幺三九零零零零四八二六"), ("来", "说错了，幺三九零零零零四八六二"))
    assert [one.value for one in said_numbers(ctx) if not one.superseded] == ["13900004862"]


def test_the_number_of_who_is_complained_of_is_not_the_callers() -> None:
    assert said_numbers(_said(("来", "他们店的电话是幺三九零零零零四八二六"))) == ()


def test_where_two_numbers_differ_is_told() -> None:
    assert differing("13900004862", "13900004826") == "第10至11位"
    assert differing("13900004862", "13900004863") == "第11位"


def test_full_width_digits_are_a_number() -> None:
    assert written_numbers("１３９ ００００ ２１４６", "") == ("13900002146",)


def _order_of(ctx: CallContext, **fields: str) -> CallContext:
    return replace(ctx, work_order=WorkOrder("W1", ctx.call.call_id, fields))


MATTER = "来电人反映玉泉山庄19栋有人高空抛下玻璃瓶险些砸伤行人要求查找抛物人并处罚"


def test_an_order_is_another_calls_only_where_number_time_and_content_are() -> None:
    ctx = _said(("来", "碧桂苑七号楼一单元的门禁坏了，陌生人随便进"))
    other = {"来电号码": "13911170852", "来电时间": "2026-10-01 09:14:00", "主要内容": MATTER}
    assert foreign(_order_of(ctx, **other)) is not None
    assert foreign(_order_of(ctx, **other | {"来电号码": ctx.call.caller_number})) is None
    assert foreign(_order_of(ctx, **other | {"来电时间": f"{ctx.call.started_at:%Y-%m-%d %H:%M:%S}"})) is None
    assert foreign(_order_of(ctx, **other | {"主要内容": "碧桂苑七号楼一单元门禁坏了，陌生人进出"})) is None


def test_a_time_that_cannot_be_does_not_stop_the_check() -> None:
    ctx = _order_of(_said(("来", "门禁坏了")), 来电号码="13911170852", 来电时间="2026-13-45 99:99", 主要内容=MATTER)
    assert foreign(ctx) is None


def test_an_order_longer_than_anybody_writes_goes_to_a_person() -> None:
    finding = key_facts(_order_of(_said(("来", "门禁坏了")), 主要内容="门禁坏了，" * 40_000))
    assert finding.outcome is Outcome.UNDETERMINED
    assert "200000个字" in finding.reason


def test_earlier_orders_are_found_by_their_matter() -> None:
    lamp = {"标题": "和平路路灯不亮", "主要内容": "路灯不亮", "问题分类": "城市管理/路灯", "承办单位": "城市管理局"}
    dog = {"标题": "流浪狗咬人", "主要内容": "狗咬人", "问题分类": "公安/犬只", "承办单位": "公安局"}
    index = PrecedentIndex(
        [WorkOrder("W1", "H1", lamp), WorkOrder("W2", "H2", dog), WorkOrder("W3", "H3", {"标题": "空"})]
    )
    found = index.like(WorkOrder("W9", "H9", {"标题": "文化路路灯坏了", "主要内容": "路灯不亮"}))
    assert found[0].order_id == "W1"
    assert {one.order_id for one in found} == {"W1", "W2"}
    assert PrecedentIndex(()).like(WorkOrder("W9", "H9", lamp)) == ()


@pytest.mark.large
def test_most_of_what_is_planted_is_found_and_little_else() -> None:
    cases = unseen()
    heard, slipped = score(cases, ours), score([misheard(one, 0.08, "record") for one in cases], ours)
    assert min(heard.recall.value or 0, heard.precision.value or 0) >= 0.9
    assert min(slipped.recall.value or 0, slipped.precision.value or 0) >= 0.8


def test_the_order_of_fields_changes_nothing() -> None:
    case = next(one for one in unseen() if one.name == "A03")
    order = case.ctx.work_order
    assert order is not None
    turned = replace(order, fields=dict(reversed(order.fields.items())))
    assert ours(replace(case.ctx, work_order=turned)) == ours(case.ctx)
