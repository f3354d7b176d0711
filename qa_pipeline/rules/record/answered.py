"""What answers a question of the operator's that an order has a field for, and of which the order has nothing.

Who it was, where along a road, how much was paid, on which days of the week, at what hour: asked for or read back, so
that the order should have it. All of it doubts for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa_pipeline.language.clocks import clocks_of
from qa_pipeline.language.numbers_said import numbers_of
from qa_pipeline.language.personal.surnames import surname_of
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.coverage import covered, sounds_in
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import narrative, text_of

_NOT_TO_BE_WRITTEN = re.compile(r"不用管|别写|别记|不用写|不用记|不清楚|不知道|记不|没看清|忘了|不好说|说不")
_WHERE_ALONG = re.compile(
    r"具体(?:在|是)?(?:哪|什么)|哪一?段|哪个位置|什么位置|哪个(?:口|门|路口)|(?:路|街|河|小区)(?:比较|挺|很)?[长大]"
)
_ALONG = re.compile(
    r"(?P<what>加油站|火车站|汽车站|地铁站?口?|公交站|桥头|医院|学校|超市|银行|饭店|邮局|菜市场|红绿灯|大树|[大老]?[\u4e00-\u9fff]树|"
    r"牌坊|天桥|立交|隧道|收费站|水塔|祠堂|庙)"
)
_WHO = re.compile(
    r"(?:工作人员|司机|师傅|医生|大夫|老师|经理|店员|老板|那个?人|对方|他|她)?[^，。]{0,6}(?:是谁|叫什么|姓什么|哪位|工号|名字)"
)
_THE_CALLER = re.compile(r"您(?:贵姓|姓|叫|怎么|的姓|的名)|怎么称呼|如何称呼|称呼您|贵姓|您是")
_SURNAME = re.compile(r"姓(?P<name>(?!名|什|啥|氏|不|的|是|没)[\u4e00-\u9fff])")
_HOW_MUCH = re.compile(r"(?:付|交|花|给|收|转|欠|损失)[^，。]{0,6}(?:多少|几)|多少钱|什么价")
_PAID = re.compile(r"[付交花给转收扣罚欠]了?|一共|总共|加一块|加起来")
_LEAST_PAID = 100
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
_RING_BACK = re.compile(r"打(?:给|电话|我)|联系|回电|找我|接电话")
_HAPPENED = re.compile(
    r"(?:今[天早晚]|昨[天晚]|前天|当天|[\d一二三四五六七八九十]+[号日])[^，。]{0,8}(?:早上|上午|中午|下午|晚上|夜里|凌晨|半夜)?[^，。]{0,3}$"
)
_PART_OF_DAY = re.compile(r"[早晚夜]|[上中下]午|凌晨|傍晚|\d{1,2}[时:：点]")


def answers_left_out(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield what was asked or read back and of which no field of the order has anything, of each kind the first."""
    for kind in (_along, _somebody, _sum_paid, _weekdays, _hour):
        if (found := next(kind(ctx, order), None)) is not None:
            yield found


def _answers(ctx: CallContext, asked: re.Pattern[str]) -> Iterator[tuple[Utterance, str]]:
    """Yield the caller's replies to a question of the operator's, without what was taken back in them."""
    texts = {one.utterance.index: one.text for one in standing(ctx)}
    for before, after in pairwise(ctx.transcript.utterances):
        if before.role is not Role.OPERATOR or after.role is not Role.CALLER:
            continue
        text = texts.get(after.index, "")
        if asked.search(simplify(before.text)) and text and not _NOT_TO_BE_WRITTEN.search(text):
            yield after, text


def _along(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """往火车站去那头，过了加油站: where along a road it is, of which the order has no landmark at all."""
    text = narrative(order) + text_of(order, "事发地点")
    for utterance, answer in _answers(ctx, _WHERE_ALONG):
        names = list(dict.fromkeys(found["what"] for found in _ALONG.finditer(answer)))
        if names and not any(covered(name, text) or sounds_in(name, text) for name in names):
            words = "”“".join(names)
            yield _doubt(ctx, order, "事发地点", f"来电人说的位置“{words}”工单里没有", utterance, f"说到{names[0]}")


def _somebody(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """姓苟，苟建业: who it was, asked for or repeated by the operator, of whom the order has not even the surname."""
    text = "".join(order.fields.values())
    spoken = ctx.transcript.utterances
    for place, utterance in enumerate(spoken):
        before = simplify(spoken[place - 1].text) if place else ""
        if utterance.role is not Role.CALLER or not place or spoken[place - 1].role is not Role.OPERATOR:
            continue
        said_text = simplify(utterance.text)
        if _THE_CALLER.search(before) or not _WHO.search(before) or _NOT_TO_BE_WRITTEN.search(said_text):
            continue
        found = _SURNAME.search(said_text)
        if (
            found is not None
            and surname_of(found["name"])
            and found["name"] not in text
            and not sounds_in(found["name"], text)
        ):
            yield _doubt(
                ctx, order, "被反映对象", f"来电人说的人（“{found[0]}”）工单里没有", utterance, f"说到{found[0]}"
            )


def _sum_paid(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """六万五，三万九，加一块儿十万零四千: what was paid, asked for, of which the order has neither part nor sum."""
    written = {n.quantity.low for value in order.fields.values() for n in numbers_of(value)}
    for utterance, answer in _answers(ctx, _HOW_MUCH):
        paid = _PAID.search(answer)
        amounts = [n for n in numbers_of(answer) if n.quantity.low >= _LEAST_PAID and paid and n.start >= paid.start()]
        if amounts and not any(n.quantity.low in written or n.quantity.high in written for n in amounts):
            words = answer[amounts[-1].start : amounts[-1].end]
            yield _doubt(
                ctx, order, "主要内容", f"工单里没有找到来电人说的付款金额“{words}”", utterance, f"说的是{words}"
            )


def _weekdays(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """礼拜二和礼拜四: days of the week that both said, of which the order has none and no other."""
    text = "".join(order.fields.values())
    if _WEEKDAY.search(text) or re.search(r"工作日|周末|双休", text):
        return
    # A single one may be written as its date.
    mine = {found["day"] for u in ctx.transcript.of(Role.CALLER) for found in _WEEKDAY.finditer(simplify(u.text))}
    for utterance in ctx.transcript.of(Role.OPERATOR):
        back = [found for found in _WEEKDAY.finditer(simplify(utterance.text)) if found["day"] in mine]
        if len({found["day"] for found in back}) > 1:
            words = "、".join(found[0] for found in back)
            yield _doubt(ctx, order, "发生时间", f"来电人说的“{words}”工单里没有", utterance, f"复述{words}")


def _hour(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """今天早上五点二十: the hour on a named day of what happened once, where the order's time has a day only."""
    when = text_of(order, "发生时间")
    if not when or _PART_OF_DAY.search(when):
        return
    known = clocks_of("。".join(order.fields.values()))
    for one in standing(ctx):
        if one.utterance.role is not Role.CALLER or _RING_BACK.search(one.text):
            continue
        for clock in clocks_of(one.text):
            if _HAPPENED.search(one.text[: clock.start]) and not any(clock.near(other, 20) for other in known):
                reason = f"工单的发生时间没有来电人说的钟点“{clock.text}”"
                yield _doubt(ctx, order, "发生时间", reason, one.utterance, f"说的是{clock.text}")


def _doubt(ctx: CallContext, order: WorkOrder, field: str, reason: str, utterance: Utterance, note: str) -> Discrepancy:
    evidence = (field_value(ctx, field, text_of(order, field), "工单所记"), said(utterance, note))
    return Discrepancy(Kind.OMITTED, field, reason, evidence, confidence=0.6)
