"""Figures of an order that nobody said: amounts, counts, how long, how often, on which days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from qa_pipeline.language.lasting import lasting_since
from qa_pipeline.language.moments import days_of
from qa_pipeline.language.numbers_said import borne_out, numbers_of, rows_of
from qa_pipeline.language.quantities import QUANTITY, Quantity, in_words, parse_value, read_quantity
from qa_pipeline.language.spoken_forms import amount_forms, misheard
from qa_pipeline.language.values import Value, values
from qa_pipeline.models import CallContext, Evidence, Role, SpokenFact, WorkOrder
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import Standing, standing, stands
from qa_pipeline.rules.record.text import text_of

_FIGURES = frozenset({"money", "percent", "age"})
_FIELDS = ("主要内容", "具体诉求")
# A written 2名 may be 我爸妈: small counts of persons and things follow from what was said without a number.
_LEAST = 3
# How long something lasts, in days; a working day is no day.
_DAYS = {"day": Decimal(1), "month": Decimal(30), "year": Decimal(365), "hour": Decimal(1) / 24}
_ROUGHLY = Decimal("0.2")
# What follows a number that counts no time.
_OTHERWISE = frozenset("号月点块元楼栋层路时分节")
_ROUGH_TIME = re.compile(
    r"好几|几个|几天|半个|大半年|小半年|多半年|一个多|[一二两三四五六七八九十]个?多|好久|很久|老半天|整整|前后|一直"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])")
_FIGURE = re.compile(rf"{QUANTITY}")
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_SHORTEST = 3
_COUNTED_BY = re.compile(r"[针倍期届岁级度株棵头只条口袋箱瓶桶箱盒份页本遍趟回班站亩斤吨升圈片块间扇根台封篇门科分]")
_OF_THE_CLOCK = re.compile(r"[时点:：]$")
_RATE = re.compile(
    rf"(?:每|一)个?(?P<unit>天|日|周|星期|礼拜|月|年)[^，。,\d一二两三四五六七八九十]{{0,4}}(?P<count>{QUANTITY})(?:次|回|遍|趟)"
)
_EVERY = re.compile(r"每(?:个)?(?P<unit>天|日|晚|夜|周|星期|礼拜|月|年|季)")


def figures_unsaid(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield the figures of an order's content and demand that the call does not bear out; all doubts."""
    said_so = _Said(ctx)
    told: set[tuple[str, str]] = set()
    for field in _FIELDS:
        text = text_of(order, field)
        for value in values(text):
            if (value.value, value.unit) in told or not _counts(value):
                continue
            told.add((value.value, value.unit))
            if not said_so.bears_out(value):
                yield _figure(ctx, field, text, value, said_so)
    yield from _weekdays(ctx, order, said_so)
    yield from _rates(ctx, order, said_so)
    yield from _counted(ctx, order, said_so, told)


def _counts(value: Value) -> bool:
    quantity = parse_value(value.value)
    if value.kind in _FIGURES:
        return True
    if quantity is None or quantity.low < 1 or value.text.startswith("每"):  # how often: `_weekdays`, `_rates`
        return False
    return (value.kind == "measure" and quantity.low >= _LEAST) or (value.kind == "duration" and quantity.low > 1)


class _Said:
    """The figures of a call, without those that were taken back or denied."""

    def __init__(self, ctx: CallContext) -> None:
        self.ctx = ctx
        self.texts = standing(ctx)
        self.facts = tuple(f for f in ctx.facts if stands(f, self.texts))
        numbers = [n.quantity for one in self.texts for n in numbers_of(one.text)]
        self.exact = {n.low for n in numbers} | {n.high for n in numbers}
        self.exact |= {Decimal(row) for one in self.texts for row in rows_of(one.text)}
        self.exact |= {v for f in self.facts if (q := parse_value(f.value)) is not None for v in (q.low, q.high)}
        self.uncounted = {n.quantity.low for one in self.texts for n in numbers_of(one.text)
                          if one.text[n.end : n.end + 1] not in _OTHERWISE}  # fmt: skip
        self.lasting = tuple((f, q) for f in self.facts if f.unit in {*_DAYS, "workday"}
                             and (q := parse_value(f.value)) is not None)  # fmt: skip

    def bears_out(self, value: Value) -> bool:
        quantity = parse_value(value.value)
        if quantity is None or quantity.low == 0:
            return True
        lasts = value.kind == "duration" and any(f.unit == value.unit for f, _ in self.lasting)
        if not lasts and misheard(_forms(value, quantity), (one.text for one in self.texts)):
            return True
        if value.kind == "duration":
            return self._lasts(value, quantity)
        return self._has(quantity) or (
            value.kind == "money" and borne_out(quantity.low, {n for n in self.exact if n >= 1})
        )

    def _has(self, quantity: Quantity) -> bool:
        return any(quantity.low <= n <= quantity.high for n in self.exact)

    def _lasts(self, value: Value, quantity: Quantity) -> bool:
        """Whether a length of time was said, in this unit or another, or follows from days that were."""
        if any(f.unit == value.unit and _meet(q, quantity) for f, q in self.lasting):
            return True
        if value.unit == "workday" and any(f.unit == "workday" for f, _ in self.lasting):
            return False
        if value.unit in _DAYS and any(f.unit in _DAYS and _like(f, q, value, quantity) for f, q in self.lasting):
            return True
        # The number was said, but of another unit: 六年 for 6个月, 十五个工作日 for 15天.
        otherwise = [f for f, q in self.lasting if _meet(q, quantity)]
        if otherwise:
            return False
        return (
            any(quantity.low <= n <= quantity.high for n in self.uncounted)
            or any(_ROUGH_TIME.search(one.text) for one in self.texts)
            or value.unit not in _DAYS
            or value.unit == "hour"
            or self._since(value, quantity)
        )

    def _since(self, value: Value, quantity: Quantity) -> bool:
        """Whether a length of time reaches from the call, or from another day, to a day that was said."""
        at = self.ctx.call.started_at
        named = [span for one in self.texts for d in days_of(one.text, at.date()) for span in d.spans]
        each = _DAYS[value.unit]
        least, most = int(quantity.low * each * (1 - _ROUGHLY)) - 2, int(quantity.high * each * (1 + _ROUGHLY)) + 2
        ends = [day for span in named for day in span] + [at.date()]
        lasting = any(lasting_since(one.text, at) and value.unit in one.text for one in self.texts)
        return lasting or any(least <= abs((a - b).days) <= most for a in ends for b in ends)


def _forms(value: Value, quantity: Quantity) -> tuple[str, ...]:
    """Return how a figure may be said: as an amount, with its unit (十二号楼), digit by digit (九零二)."""
    unit = _FIGURE.sub("", value.text)
    row = str(quantity.low).translate(_DIGITS) if quantity.low == int(quantity.low) else ""
    whole = [in_words(q) + unit for q in (quantity.low, quantity.high)]
    forms = [*whole, *(re.sub(r"^二(?=[个年月天百千万])", "两", one) for one in whole), row, row + unit]
    return (*amount_forms(quantity.low), *(one for one in forms if len(one) >= _SHORTEST))


def _meet(one: Quantity, other: Quantity) -> bool:
    return one.low <= other.high and other.low <= one.high


def _like(fact: SpokenFact, spoken: Quantity, value: Value, written: Quantity) -> bool:
    a, b = _DAYS[fact.unit], _DAYS[value.unit]
    slack = 1 + _ROUGHLY
    return spoken.low * a <= written.high * b * slack and written.low * b <= spoken.high * a * slack


def _figure(ctx: CallContext, field: str, text: str, value: Value, said_so: _Said) -> Discrepancy:
    alike = {*_DAYS, "workday"} if value.kind == "duration" else {value.unit}
    others = [f for f in said_so.facts if f.unit in alike and f.unit]
    where: list[Evidence] = [said(one.utterance, "通话里说的数") for one in said_so.texts if _may_be_meant(one)]
    where = where[:3]
    heard = "、".join(dict.fromkeys(f"“{f.text}”" for f in others)) or "、".join(f"“{e.text}”" for e in where[:2])
    where = where or everything(ctx)
    unlike = next((f.text for f in others if f.unit != value.unit and f.value == value.value), None)
    if (
        unlike is not None and value.kind == "duration"
    ):  # 三个月 where 三天 was said: told otherwise, and not only unsaid
        reason = f"工单写“{value.text}”，通话里说的是“{unlike}”"
    else:
        reason = f"工单写“{value.text}”，通话里没有说到" + (f"（通话里说的是{heard}）" if heard else "")
    kind = Kind.CONFLICT if others else Kind.INVENTED
    return Discrepancy(kind, field, reason, (field_value(ctx, field, text, "工单所记"), *where), confidence=0.7)


def _may_be_meant(one: Standing) -> bool:
    return one.utterance.role is not Role.OPERATOR and any(n.quantity.low >= 10 for n in numbers_of(one.text))


def everything(ctx: CallContext) -> list[Evidence]:
    """Return all that was said as where something was not heard; nothing where nothing was."""
    spoken = ctx.transcript.utterances
    return [absent(spoken, "通话里没有听到")] if spoken else []


def _weekdays(ctx: CallContext, order: WorkOrder, said_so: _Said) -> Iterator[Discrepancy]:
    """Yield a weekday of the order's, or how often something is, where another was said and this was not."""
    for field in _FIELDS:
        text = text_of(order, field)
        for pattern, group in ((_WEEKDAY, "day"), (_EVERY, "unit")):
            said_ones = [(_one_name(m[group]), m[0], one) for one in said_so.texts for m in pattern.finditer(one.text)]
            for found in pattern.finditer(text):
                name = _one_name(found[group])
                if not said_ones or any(name == other for other, _, _ in said_ones) or _follows(name, said_so.texts):
                    continue
                _, words, where = said_ones[0]
                evidence = (field_value(ctx, field, text, "工单所记"), said(where.utterance, f"说的是{words}"))
                reason = f"工单写“{found[0]}”，通话里说的是“{words}”"
                yield Discrepancy(Kind.CONFLICT, field, reason, evidence, confidence=0.6)
                return


def _counted(ctx: CallContext, order: WorkOrder, said_so: _Said, told: set[tuple[str, str]]) -> Iterator[Discrepancy]:
    """Yield counts by words that are no measures of the grammar (缝八针) where another number of them was said."""
    known = {value for value, _ in told}
    for field in _FIELDS:
        text = text_of(order, field)
        for one in numbers_of(text):
            word = text[one.end : one.end + 1]
            # 21时15分 is a time of day.
            clock = word == "分" and _OF_THE_CLOCK.search(text[: one.start]) is not None
            if one.quantity.low < _LEAST or clock or not _COUNTED_BY.match(word) or one.quantity.text() in known:
                continue
            others = [(n.text + word, each) for each in said_so.texts for n in numbers_of(each.text)
                      if each.text[n.end : n.end + 1] == word]  # fmt: skip
            if not others or said_so._has(one.quantity):  # noqa: SLF001  # of this module
                continue
            words, where = others[0]
            evidence = (field_value(ctx, field, text, "工单所记"), said(where.utterance, f"说的是{words}"))
            reason = f"工单写“{one.text}{word}”，通话里说的是“{words}”"
            yield Discrepancy(Kind.CONFLICT, field, reason, evidence, confidence=0.7)
            return


def _rates(ctx: CallContext, order: WorkOrder, said_so: _Said) -> Iterator[Discrepancy]:
    """Yield how many times a week something is where another number was said for as long (每周一两次, 一礼拜三四回)."""
    heard = [(_one_name(m["unit"]), read_quantity(m["count"]), m[0], one) for one in said_so.texts
             for m in _RATE.finditer(one.text)]  # fmt: skip
    for field in (*_FIELDS, "发生时间"):
        for found in _RATE.finditer(text_of(order, field)):
            unit, count = _one_name(found["unit"]), read_quantity(found["count"])
            same = [(q, words, one) for name, q, words, one in heard if name == unit and q is not None]
            if count is None or not same or any(_meet(q, count) for q, _, _ in same):
                continue
            _, words, where = same[0]
            evidence = (
                field_value(ctx, field, text_of(order, field), "工单所记"),
                said(where.utterance, f"说的是{words}"),
            )
            reason = f"工单写“{found[0]}”，通话里说的是“{words}”"
            yield Discrepancy(Kind.CONFLICT, field, reason, evidence, confidence=0.7)
            return


def _one_name(name: str) -> str:
    return {"天": "日", "礼拜": "周", "星期": "周", "晚": "夜"}.get(name, name)


def _follows(name: str, texts: Sequence[Standing]) -> bool:
    """Whether how often something is follows from other words: 天天, 一天两趟, 一到晚上 and 周末 are such."""
    others = {
        "日": r"天天|每晚|每夜|一天|日日|整天|成天|白天|早晚|周[末六]|礼拜六|星期六",
        "夜": r"晚上|夜里|半夜|天天|每天|凌晨|一到晚",
        "周": r"周末|双休|礼拜|星期|一周",
        "末": r"[周期拜][六日天]|双休",
        "月": r"一个月|月月|月租|月付|按月",
        "年": r"一年|年年|年费",
        "季": r"一季|三个月",
    }.get(name, r"周末|双休|[今昨前]天")  # fmt: skip
    return any(re.search(others, one.text) for one in texts)
