"""Days: 十一月十五号, 明年三月一号, 下个月十五号, 下周三, 后天, 月底; `qa_pipeline.language.calendar` resolves them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import digits, to_number

_DAY = r"\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = r"(?:(?P<year>二[零〇][零〇一二三四五六七八九]{2}|20\d{2})年|(?P<which>今年|明年|后年|去年|次年|当年)(?:的)?)"
_WEEKDAY = r"[一二三四五六日天末]"
_NEAR = re.compile(r"大?[前昨]天|今天|明天|明儿|后天|大后天")
_WEEK = re.compile(rf"(?P<which>上上|下下|上|下|这|本)个?(?:周|星期|礼拜)(?P<day>{_WEEKDAY})?(?![年岁边围期])")
_MONTH_DAY = re.compile(
    rf"(?:{_YEAR})?(?<!个)(?<![\d零一二三四五六七八九十])(?P<month>\d{{1,2}}|十[一二]?|元|[一二三四五六七八九])月(?!薪|租|子)"
    rf"(?:份|的)?(?:(?P<day>{_DAY})[号日]|(?P<part>底|初|中旬|上旬|下旬))?"
    rf"(?:(?P<to>到|至|[-~—])(?P<last>{_DAY})[号日])?"
)
_THIS_MONTH = re.compile(
    rf"(?P<which>这个?|本|上个?|下个?)月(?!薪|租)(?:份|的)?(?:(?P<day>{_DAY})[号日]|(?P<part>底|初|中旬))?"
)
_MONTH_END = re.compile(r"(?<![个本这上下\d一二三四五六七八九十])月(?P<part>底|初)(?!薪)")
_YEAR_END = re.compile(r"(?P<which>今年|明年|后年|去年)?(?:的)?年?(?P<part>年底|年初|(?<=年)底)")
_NEAR_WORDS = {"明儿": "明天"}


def read_dates(text: str) -> Iterator[Reading]:
    """Yield dates: ``MM-DD``, ``YYYY-MM-DD``, 明年03-01, ``08``; words that the call's day resolves stay."""
    yield from _calendar_dates(text)
    for found in _THIS_MONTH.finditer(text):
        day, which = to_number(found["day"] or ""), found["which"]
        tail = f"{day}日" if day else found["part"] or ""
        yield Reading("date", f"{which}月{tail}", "", *found.span())
    for found in _NEAR.finditer(text):
        yield Reading("date", _NEAR_WORDS.get(found[0], found[0]), "", *found.span())
    for found in _WEEK.finditer(text):
        yield Reading("date", found[0] if found["day"] else f"{found['which']}周", "", *found.span())
    for found in _YEAR_END.finditer(text):
        yield Reading(
            "date",
            f"{found['which'] or ''}{found['part'].removeprefix('年') and '年' + found['part'][-1]}",
            "",
            *found.span(),
        )
    for found in _MONTH_END.finditer(text):
        yield Reading("date", f"月{found['part']}", "", *found.span())


def _calendar_dates(text: str) -> Iterator[Reading]:
    for found in _MONTH_DAY.finditer(text):
        month, day, last = (to_number((found[name] or "").replace("元", "一")) for name in ("month", "day", "last"))
        if month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
            continue
        year = (
            f"{digits(found['year'])}-"
            if found["year"]
            else {None: "", "今年": "", "当年": ""}.get(found["which"], found["which"])
        )
        if not (last and day):
            yield Reading(
                "date",
                year + _written(month, day, found["part"]),
                "",
                found.start(),
                found.end("last") if last else found.end(),
            )
            continue
        # 七月一号到十号: the second day is of the same month.
        yield Reading("date", year + _written(month, day, None), "", found.start(), found.start("to"))
        yield Reading("date", year + _written(month, last, None), "", found.start("last"), found.end())


def _written(month: Decimal, day: Decimal | None, part: str | None) -> str:
    return f"{int(month):02d}" + (f"-{int(day):02d}" if day else part or "")
