"""Stretches of time: 二十个工作日, 三五天, 十来天, 一个半月, 半小时, 每两年, 一年一次."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.quantities import QUANTITY, Quantity, read_quantity

_UNITS = {
    "工作日": ("workday", 1), "工作天": ("workday", 1), "月": ("month", 1), "小时": ("hour", 1), "钟头": ("hour", 1),
    "年": ("year", 1), "天": ("day", 1), "日": ("day", 1), "分钟": ("minute", 1), "周": ("day", 7), "星期": ("day", 7),
    "礼拜": ("day", 7), "季度": ("month", 3),
}  # fmt: skip
_HALVES = {"month": ("15", "day"), "year": ("6", "month"), "hour": ("30", "minute"), "day": ("12", "hour")}
_DURATION = re.compile(
    rf"(?P<every>每隔?)?(?P<about>大概|大约|差不多)?(?<![第零〇一二三四五六七八九十百千万幺\d])"
    rf"(?!(?<=[块元钱])[一1]个?[月年天]|(?<=头)[一1][年月天])"
    rf"(?:(?<!上午)(?<!下午)(?<![上下])(?P<half>半)(?:个|拉)?来?|(?P<amount>{QUANTITY})个?(?P<and_half>半)?(?:(?P<some>多)|(?P<nearly>来))?)"
    r"(?P<unit>整?年(?!级|代|报|底|初|度)|工作日|工作天|(?<=[个半多来拉俩仨])月|小时|钟头|整?天(?!然|气)|(?<![周期拜][一二三四五六])日(?!常|元)|分钟|"
    r"周(?!岁|年|边|围|[一二三四五六日末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|季度)"
    r"(?!两头|打鱼)(?P<half_after>(?<!工作[日天])半(?![夜路个年月级价期]))?(?P<some_after>多)?"
    r"(?:之?内)?(?P<about_after>左右)?"
)
_ONCE = re.compile(r"^[^，。；,;\d每]{0,4}(?:[一二两三四五六七八九十百]+|\d{1,3})次")
_EVERY = re.compile(r"每(?:个)?(?P<unit>年|月|周|星期|天|季度)(?:至少|最少|只|要|需|须|都)?[^，。；,;\d]{0,4}?[一1]次")
_MONTHISH = re.compile(
    r"(?<!百)(?<!千)(?:个把(?P<unit>月|星期|礼拜|小时|钟头)|(?:(?<!半)个来|(?<![来快多])来个)(?P<nearly>月)|(?P<some>[年月])把(?=时间|左右|吧|就|，|。))"
)
# 十天半月, 一年半载: from the one to the other.
_OR_HALF = re.compile(r"十天半个?月|十天半拉月|一年半载")
_QUARTERS = re.compile(r"(?P<of>[一三])刻钟")
_ONE_NUMBER = "[一二两俩三仨四五六七八九十]"
# 十天八天, 三天五天: from the less to the more.
_OR_MORE = re.compile(
    rf"(?<![第{_ONE_NUMBER[1:-1]}百千万])(?P<low>{_ONE_NUMBER})(?P<unit>个?月|天|年|周|个?星期|个?礼拜|个?小时|个?钟头)"
    rf"(?P<high>{_ONE_NUMBER})(?P=unit)(?![{_ONE_NUMBER[1:-1]}])"
)
_OR_HALVES = {"月": (10, 15, "day"), "载": (6, 12, "month")}


def read_durations(text: str) -> Iterator[Reading]:
    """Yield durations; working days keep their unit, weeks are seven days, halves the next smaller unit."""
    yield from _idioms(text)
    for found in _DURATION.finditer(text):
        typed = _amount(found)
        if typed is not None:
            often = found["every"] or _ONCE.search(text[found.end() :])
            yield Reading("duration", *typed, *found.span(), "period" if often else "")
    for found in _EVERY.finditer(text):
        unit, factor = _UNITS[found["unit"]]
        yield Reading("duration", str(factor), unit, *found.span(), "period")
    for found in _MONTHISH.finditer(text):
        unit, factor = _UNITS[found["unit"] or found["nearly"] or found["some"]]
        yield Reading("duration", f"~{factor}", unit, *found.span())


def _idioms(text: str) -> Iterator[Reading]:
    """Yield 十天半个月, 一刻钟, 十天八天."""
    for found in _OR_HALF.finditer(text):
        low, high, unit = _OR_HALVES[found[0][-1]]
        yield Reading("duration", f"{low}-{high}", unit, *found.span())
    for found in _QUARTERS.finditer(text):
        yield Reading("duration", "15" if found["of"] == "一" else "45", "minute", *found.span())
    for found in _OR_MORE.finditer(text):
        one, other = to_number(found["low"]), to_number(found["high"])
        unit, factor = _UNITS[found["unit"].removeprefix("个")]
        if one is not None and other is not None and one != other:
            both = Quantity(min(one, other), max(one, other)).times(Decimal(factor))
            yield Reading("duration", both.text(), unit, *found.span())


def _amount(found: re.Match[str]) -> tuple[str, str] | None:
    unit, factor = _UNITS[found["unit"].removeprefix("整")]
    if found["half"]:
        return _HALVES.get(unit)
    quantity = read_quantity(found["amount"])
    if quantity is None or (unit == "year" and quantity.low > 1000):
        return None
    if found["and_half"] or found["half_after"]:
        quantity = quantity.plus(Decimal("0.5"))
    elif (found["some"] or found["some_after"]) and quantity.low == quantity.high:
        quantity = Quantity(quantity.low, quantity.low + 1)  # 一个多月 lies between one and two
    quantity = quantity.times(Decimal(factor))
    about = bool(found["about"] or found["about_after"] or found["nearly"]) and quantity.low == quantity.high
    return Quantity(quantity.low, quantity.high, about or quantity.about).text(), unit
