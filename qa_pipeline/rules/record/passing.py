"""Figures that callers say in passing: how it is said, what is chatted of, what the order need not have."""

from __future__ import annotations

import re

from qa_pipeline.language.clocks import speaks_of_now
from qa_pipeline.language.moments import days_of
from qa_pipeline.language.numbers_said import numbers_of
from qa_pipeline.language.quantities import Quantity, parse_value
from qa_pipeline.language.script import simplify
from qa_pipeline.language.surnames import told_characters
from qa_pipeline.language.values import values
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Role, SpokenFact
from qa_pipeline.rules.record.places import UNITS
from qa_pipeline.rules.record.text import text_of

DURATIONS = frozenset({"workday", "day", "month", "year", "hour", "minute"})
# 一天两次, 一次性, 等一分钟: how often or how it is said, no fact of its own.
_MANNER = re.compile(r"(?:^|[^\d一二三四五六七八九十])(?:一|1)(?:天|次|年|个月|小时|分钟|个人|个星期)")
_ASKS_COUNT = re.compile(r"几|多少|多大|多长|多久")
# 今天都九号了 says how late it is, no day of the matter.
_TODAY = re.compile(r"今[天儿]|这都|都|已经")
_MONTH = re.compile(r"(?:\d{4}-)?\d{2}")
_FLOORS = frozenset({"楼", "层"})
_VAGUE = re.compile(r"[几多来]")
_MONEY_AT_LEAST = 10
_SMALL = 100
_COIN = re.compile(r"[块元钱毛角分]")
_PERCENT_AT_MOST = 100
# 一千二百九十九，用了个券，实付一千一百九十九: the price that was not paid.
_PAID_IN_THE_END = re.compile(r"实付|实际付|实收|优惠|用了个?券|打[一二三四五六七八九]折|原价|标价")
_WAY = re.compile(r"走路|步行|走[过去到]|开车|坐车|骑车|路程|车程")
# What it was before (以前的门牌是二十三号，后来改的，你写十七号).
_BEFORE = re.compile(r"以前|原来|原先|早先|之前|老的")
_ONCE = re.compile(r"那时候|那会儿|当年|年轻|原先|早年|我们那时")


def in_passing(ctx: CallContext, fact: SpokenFact, text: str) -> bool:
    """Whether a caller's figure, said in an utterance of this text, is said in passing."""
    if fact.unit in DURATIONS and (_MANNER.search(fact.text) or (fact.unit == "minute" and speaks_of_now(text))):
        return True
    # 等了十分钟, 打了半小时电话: of this call or the one before, not of the matter.
    bare = re.escape(fact.text)
    quantity = parse_value(fact.value)
    if fact.slot == "measure" and quantity is not None and quantity.high < 1:  # 零件
        return True
    if fact.unit == "yuan":  # 一分钱没给, 一毛都别少
        coin = quantity is not None and quantity.high < 1
        return coin or (fact.text.startswith("一") and bool(re.search(rf"{bare}[^，。]{{0,4}}(?:没|不)", text)))
    # 没来一辆, 一张: one of a thing is seldom counted; where it numbers a house it counts.
    if _is_a_little(fact, text) or (fact.unit == "minute" and _WAY.search(text)):
        return True
    if fact.value == "1" and fact.slot == "measure" and fact.unit not in UNITS | {"路"}:
        return True
    if fact.unit == "号" and fact.value == str(ctx.call.started_at.day) and _TODAY.search(text):
        return True
    # 第三次, 六十岁以上, 礼拜六礼拜天, 两米宽的过道, 一梯四户, 十八层楼, 两点水, 三点意见
    around = rf"第{bare}|{bare}(?:以[上下]|宽|高|长|深|水|意见|要求|诉求|原因|建议|抱)|(?:礼拜|星期|周|梯){bare}"
    return (
        bool(re.search(around + (rf"|{bare}楼|了{bare}" if fact.unit == "层" else ""), text))
        or bool(_ONCE.search(text) and fact.slot != "date")
        or _spells_a_name(fact, text)
    )


def _is_a_little(fact: SpokenFact, text: str) -> bool:
    """Whether 一点 is a little of something (补一点, 快一点) and no time of day."""
    return fact.text == "一点" and not re.search(r"(?:^|[到在至从约前后是天，。,])一点", text)


def _spells_a_name(fact: SpokenFact, text: str) -> bool:
    """Whether a number is part of how a name is written (三点水, 二十二画)."""
    return any(fact.text in told.text for told in told_characters(text))


def of_the_matter(ctx: CallContext, fact: SpokenFact, written: str) -> bool:
    """Whether a figure that the order lacks is worth a person's look.

    A count is where the operator asked for it, or the order speaks of what is counted; a rough amount beside one that
    the order has is not (三千一百多，涨过一回，涨了六十几块).
    """
    text = next((simplify(u.text) for u in ctx.transcript.utterances if u.index == fact.utterance), "")
    if fact.unit == "yuan":
        rate = _COIN.search(fact.text) is None and _small(fact) and _COIN.search(written) is not None
        return not rate and not instead_of_it(text, fact.text, written)
    if fact.unit == "percent":  # 先付百分之四十，四万七千二
        return not any(_has(n.quantity, written) for n in numbers_of(text) if n.quantity.low > _PERCENT_AT_MOST)
    before = ctx.transcript.utterances[: fact.utterance]
    asked = bool(before) and before[-1].role is Role.OPERATOR and bool(_ASKS_COUNT.search(simplify(before[-1].text)))
    if fact.slot == "age":  # 二十多岁一个小姑娘 only describes
        return asked or not _VAGUE.search(fact.text)
    if fact.slot == "date":  # a month alone (六月还打了呢) is told of where the order has no day at all
        return not _MONTH.fullmatch(fact.value) or not days_of(written, ctx.call.started_at.date())
    if fact.unit in _FLOORS:  # a shop on the third floor, where the order has the numbers of the place
        return asked or not any(v.unit in UNITS for v in values(text_of(ctx.work_order, "事发地点")))
    if _replaced(ctx, fact, text, written):
        return False
    if fact.slot != "measure" or fact.unit in UNITS or asked:
        return True
    clause = next((c for c in re.split(r"[，。！？；,.!?;]", text) if fact.text in c), text)
    counted = [word for word in content_words(clause.replace(fact.text, " ")) if word not in {"时候", "大概", "现在"}]
    return any(word in written or word[-1] in written for word in counted)


def _replaced(ctx: CallContext, fact: SpokenFact, text: str, written: str) -> bool:
    """Whether a number is what it was before, and what it is now was said beside it and is in the order."""
    now = [f for f in ctx.facts if f.utterance == fact.utterance and f.unit == fact.unit and f.value != fact.value]
    known = {v.value for v in values(written)}
    return bool(re.search(rf"(?:{_BEFORE.pattern})[^，。]{{0,8}}{re.escape(fact.text)}", text)) and any(
        f.value in known for f in now
    )


def _small(fact: SpokenFact) -> bool:
    """Whether an amount without a coin may as well be a rate (一只按二十八算)."""
    quantity = parse_value(fact.value)
    return quantity is not None and quantity.high < _SMALL


def instead_of_it(text: str, amount: str, written: str) -> bool:
    """Whether an amount is rough or was not paid, and another one of the same utterance is in the order."""
    others = [n.quantity for n in numbers_of(text) if n.quantity.low >= _MONEY_AT_LEAST and n.text not in amount]
    rough = _VAGUE.search(amount) or _PAID_IN_THE_END.search(text)
    return bool(rough) and any(_has(one, written) for one in others)


def _has(quantity: Quantity, written: str) -> bool:
    in_order = [n.quantity for n in numbers_of(written)]
    return any(q.low <= quantity.high and quantity.low <= q.high for q in in_order)
