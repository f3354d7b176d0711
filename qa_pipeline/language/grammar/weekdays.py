"""Days of the week: 周一到周五, 周一三五上午, 礼拜二和礼拜四; values ``Mon-Fri``, ``Mon,Wed,Fri AM``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.grammar.reading import Reading

_NAMES = dict(zip("一二三四五六日天1234567", (*("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "Sun",
                  "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))  # fmt: skip
_ORDER = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEK = r"(?:周|星期|礼拜)"
_DAY = r"[一二三四五六日天1-7]"
_WEEKDAYS = re.compile(
    rf"(?<![上下这本个])(?:每个?|逢)?{_WEEK}(?P<first>{_DAY})(?![年岁])(?:(?:到|至|[-~—]){_WEEK}?(?P<last>{_DAY})"
    rf"|(?P<more>(?:(?:[、，,和跟]|以及|还有)?{_WEEK}?{_DAY}(?![点月年号天个十百千]))*))(?:只|就|的)?(?P<half>上午|下午)?"
)
_WEEKEND = re.compile(r"(?<![上下这本个])(?:周末|双休日)")
_CLOSED = re.compile(
    r"^(?:(?:[及和、与跟]|还有|以及)?(?:法定)?(?:节假日|放大假|过节|放假|节日|长假))?(?:的?(?:时候|那几天|那天|期间))?(?:都|也|是|就|才|全天|他们|人家)*(?:不上班|闭馆|闭园|停诊|停业|歇业|公休|关门|不接待|休息|不办公|放假|不开(?!放|具|展|始)|关着|不对外|不营业|没人|不办理|不工作)"
)


def read_weekdays(text: str) -> Iterator[Reading]:
    """Yield days of the week that recur; ``slot`` is ``closed`` where nobody works then. 下周三 is a date, not here."""
    for found in _WEEKDAYS.finditer(text):
        half = {"上午": " AM", "下午": " PM"}.get(found["half"] or "", "")
        yield Reading("weekday", _value(found) + half, "", *found.span(), _slot(text, found.end()))
    for found in _WEEKEND.finditer(text):
        yield Reading("weekday", "Sat,Sun", "", *found.span(), _slot(text, found.end()))


def days(value: str) -> frozenset[str]:
    """Return the days of a value: ``Mon-Fri`` has five."""
    bare = value.removesuffix(" AM").removesuffix(" PM")
    if "-" in bare:
        first, last = (_ORDER.index(name) for name in bare.split("-"))
        return frozenset(_ORDER[first : last + 1])
    return frozenset(bare.split(","))


def _value(found: re.Match[str]) -> str:
    first = _NAMES[found["first"]]
    if found["last"]:
        last = _NAMES[found["last"]]
        return f"{first}-{last}" if _ORDER.index(last) > _ORDER.index(first) else f"{first},{last}"
    more = [_NAMES[c] for c in re.findall(_DAY, found["more"] or "")]
    return ",".join(dict.fromkeys((first, *more)))


def _slot(text: str, end: int) -> str:
    return "closed" if _CLOSED.search(text[end:]) else ""
