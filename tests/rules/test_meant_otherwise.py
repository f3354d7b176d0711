"""What sounds like a fault and was meant otherwise: it costs nobody a point, whatever else is made of it."""

from __future__ import annotations

from typing import Any

import pytest

from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import Outcome
from qa_pipeline.rules.registry import discover
from tests.builders import call
from tests.samples import entry, with_knowledge


def entry_of(title: str, answer: str, *facts: tuple[str, str, str]) -> dict[str, Any]:
    listed = [{"slot": slot, "value": value, "unit": unit} for slot, value, unit in facts]
    return {"id": "K1", "title": title, "question": f"{title}怎么办", "answer": answer, "facts": listed}


PERMIT = entry_of(
    "居住证办理",
    "办理居住证无需预约，工本费20元，15个工作日办结。",
    ("fee", "20", "yuan"),
    ("time_limit", "15", "workday"),
)
PHONE = entry_of("居住证办理", "居住证咨询电话029-87654321。", ("phone", "029-87654321", ""))
GAS = entry_of("燃气报修", "燃气报修24小时受理。", ("hours", "24小时", ""))


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (PERMIT, ["居住证不是必须预约的"]),
        (PERMIT, ["居住证不一定要预约"]),
        (PERMIT, ["居住证需要提前预约，哦不对，说错了，不用预约"]),
        (PERMIT, ["居住证工本费我记得好像是四十", "块钱"]),
        (PERMIT, ["居住证材料需要您三十个工作日内补齐"]),
        (PERMIT, ["居住证补办的话是四十块钱"]),
        (PHONE, ["您先打一下物业电话问住址证明，号码是85551234"]),
        (PHONE, ["跟您核对一下，电话是85551234"]),
        (GAS, ["燃气报修早上九点到下午五点都可以打"]),
    ],
)
def test_an_answer(row: dict[str, Any], answer: list[str]) -> None:
    asked = "我想问一下燃气报修什么时候能打" if row is GAS else "我想问一下居住证怎么办理"
    dialogue = [("来", asked), *(("话", text) for text in answer), ("来", "好的谢谢")]
    ctx = with_knowledge(call(dialogue), KnowledgeIndex([entry(row)]))
    assert discover()["AN02"](ctx).outcome is not Outcome.FAIL


ORDER = {
    "诉求类型": "投诉",
    "标题": "小区停水",
    "主要内容": "来电人反映解放路18号12栋停水，要求恢复供水",
    "具体诉求": "尽快恢复供水",
    "发生时间": "2026-10-02 08:00",
    "事发地点": "解放路18号12栋",
    "姓名或称谓": "章女士",
    "联系方式": "13800138000",
    "来电号码": "13800138000",
}
SHOWN = {"caller_number": "13800138000"}


@pytest.mark.parametrize(
    ("code", "dialogue", "record"),
    [
        (
            "RD01",
            [("来", "我要举报诈骗电话，号码是幺三九幺幺幺幺二二二二"), ("话", "幺三九幺幺幺幺二二二二，已登记")],
            SHOWN,
        ),
        (
            "RD01",
            [("来", "我打这个电话好几次了没人管，我电话幺三九嗯"), ("话", "好的")],
            {"caller_number": "13911112222"},
        ),
        ("RD01", [("来", "我要投诉一个老板，他姓张，弓长张"), ("话", "好的")], SHOWN),
        ("RD01", [("话", "我是话务员，我姓张，弓长张"), ("来", "好")], SHOWN),
        ("RD02", [("来", "五号就停水了"), ("话", "核对一下，五号停的是吧"), ("来", "对，解放路")], SHOWN),
        ("RD02", [("来", "我家住八栋，停水的是那边最高那栋"), ("话", "核对一下，您家在八栋是吧")], SHOWN),
        ("RD02", [("来", "上班的时候停的，昨天下午三点打过电话"), ("话", "核对一下，昨天下午三点是吧")], SHOWN),
        ("RD03", [("来", "停水了，我一个月才三千块钱工资"), ("话", "好的")], SHOWN),
        ("RD03", [("来", "停水了，我听说别人被骗了五万块钱"), ("话", "好的")], SHOWN),
        ("RD03", [("来", "停水了，打官司要五千块钱，我可不想打"), ("话", "好的")], SHOWN),
        ("RD03", [("来", "停水了，我都等了十分钟才打通"), ("话", "让您等了十分钟，抱歉")], SHOWN),
    ],
)
def test_a_record(code: str, dialogue: list[tuple[str, str]], record: dict[str, str]) -> None:
    opening = [("话", "您好12345热线，请讲"), ("来", "你好，我们小区停水了")]
    ctx = call([*opening, *dialogue], work_order=ORDER, **record)
    assert discover()[code](ctx).outcome is not Outcome.FAIL


@pytest.mark.parametrize("text", ["1" * 5_000, "一" * 5_000, "7 " * 2_000, "一二三四五，" * 1_600])
def test_rows_of_numerals_without_end_are_read_in_bounded_time(text: str) -> None:
    from qa_pipeline.language.personal.masking import masked_numbers  # noqa: PLC0415
    from qa_pipeline.language.values import stated  # noqa: PLC0415

    assert isinstance(stated(text), tuple)
    assert masked_numbers(text)
