"""Days: 十一月十五号, 明年三月一号, 每月十五号, 下周三, 后天, 月底; `qa_pipeline.language.calendar` resolves them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import digits, to_number

_DAY = r"\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = (
    r"(?:(?P<year>二[零〇][零〇一二三四五六七八九]{2}|20\d{2})年|"
    r"(?<![\d零〇一二两三四五六七八九十百千万])(?P<short>二[零〇一二三四五六七八九]|2\d)年(?=[\d一二三四五六七八九十元]{1,2}月)|"
    r"(?P<which>今年|明年|后年|去年|次年|当年)(?:的)?)"
)
_WEEKDAY = r"[一二三四五六日天末]"
_NEAR = re.compile(r"大?前天|昨天|今天|明天|大?后天|(?<!赶)(?:大后|大前|[今明后昨前])儿(?!子|女|孙|媳|童|科)(?:个)?")
_WEEK = re.compile(rf"(?P<which>上上|下下|上|下|这|本)个?(?:周|星期|礼拜)(?P<day>{_WEEKDAY})?(?![年岁边围期])")
_MONTH_DAY = re.compile(
    rf"(?:{_YEAR})?(?<!个)(?<![\d零一二三四五六七八九十])(?P<month>\d{{1,2}}|十[一二]?|元|[一二三四五六七八九])月(?!薪|租|子)"
    rf"(?:份|的)?(?:(?P<day>{_DAY})[号日]|(?P<part>底|初|中旬|上旬|下旬))?"
    rf"(?:(?P<to>到|至|[-~—])(?P<last>{_DAY})[号日])?"
)
# Of a month that was not named: a bare number of 号 is a house as often, so only where something is due by it.
_DAY_ALONE = re.compile(
    rf"(?<![月年第路街道巷弄院\d零〇一二三四五六七八九十])(?P<day>{_DAY})号(?=之前|以前|前(?!面|台|门|后)|截止|之后|以后|以内|到账|发[钱工放薪])"
)
_MONTHS = re.compile(
    r"(?<![\d零〇一二三四五六七八九十第])(?P<month>十[一二]?|[一二三四五六七八九]|\d{1,2})(?P<to>[到至])(?=(?:十[一二]?|[一二三四五六七八九]|\d{1,2})月(?:份|底|$|[，。,]|都|可|能|期间|之?间))"
)
_THIS_MONTH = re.compile(
    rf"(?P<which>这个?|本|上个?|下个?|当|次)月(?!薪|租)(?:份|的)?(?:(?P<day>{_DAY})[号日]|(?P<part>底|初|中旬|末))?"
)
_MONTH_END = re.compile(r"(?<![个本这上下\d一二三四五六七八九十])月(?P<part>底|初|末)(?!薪)")
_YEAR_END = re.compile(r"(?P<which>今年|明年|后年|去年)?(?:的)?年?(?P<part>年底|年初|年末|(?<=年)[底末](?!班))")
_EVERY_MONTH = re.compile(
    rf"(?:每个?月|按月|月月)(?:的|都是|都|是|到了?|在|于|从|自)*(?:(?P<day>{_DAY})[号日]?(?:(?P<to>到|至|[-~—])(?P<last>{_DAY}))?[号日](?!楼|线|窗)|(?P<part>底|初|末|中旬)(?!薪))"
)


def read_dates(text: str) -> Iterator[Reading]:
    """Yield dates: ``MM-DD``, ``YYYY-MM-DD``, 明年03-01, ``08``; words that the call's day resolves stay."""
    yield from _calendar_dates(text)
    yield from _monthly(text)
    yield from _alone(text)
    for found in _THIS_MONTH.finditer(text):
        day, which = to_number(found["day"] or ""), found["which"]
        tail = f"{day}日" if day else _part(found["part"])
        yield Reading("date", f"{which}月{tail}", "", *found.span())
    for found in _NEAR.finditer(text):
        yield Reading("date", found[0].replace("儿个", "天").replace("儿", "天"), "", *found.span())
    for found in _WEEK.finditer(text):
        yield Reading("date", found[0] if found["day"] else f"{found['which']}周", "", *found.span())
    for found in _YEAR_END.finditer(text):
        yield Reading(
            "date",
            f"{found['which'] or ''}年{_part(found['part'][-1])}",
            "",
            *found.span(),
        )
    for found in _MONTH_END.finditer(text):
        yield Reading("date", f"月{_part(found['part'])}", "", *found.span())


def _alone(text: str) -> Iterator[Reading]:
    """Yield 十五号之前 as the 15日 of some month, and the first month of 一到三月."""
    for found in _DAY_ALONE.finditer(text):
        day = to_number(found["day"])
        if day is not None and 1 <= day <= 31:
            yield Reading("date", f"{day}日", "", *found.span())
    for found in _MONTHS.finditer(text):
        month = to_number(found["month"])
        if month is not None and 1 <= month <= 12:
            yield Reading("date", f"{int(month):02d}", "", *found.span("month"))


def _monthly(text: str) -> Iterator[Reading]:
    """Yield days of every month: 每月15日, and both ends of 每月十五到二十号."""
    for found in _EVERY_MONTH.finditer(text):
        day, last = to_number(found["day"] or ""), to_number(found["last"] or "")
        if found["part"]:
            yield Reading("date", f"每月{_part(found['part'])}", "", *found.span())
        elif day is not None and 1 <= day <= 31:
            end = found.start("to") if last else found.end()
            yield Reading("date", f"每月{day}日", "", found.start(), end)
            if last:
                yield Reading("date", f"每月{last}日", "", found.start("last"), found.end())


def _part(part: str | None) -> str:
    return (part or "").replace("末", "底")


def _calendar_dates(text: str) -> Iterator[Reading]:
    for found in _MONTH_DAY.finditer(text):
        month, day, last = (to_number((found[name] or "").replace("元", "一")) for name in ("month", "day", "last"))
        if month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
            continue
        said = found["year"] or (f"20{digits(found['short'])}" if found["short"] else "")
        year = f"{digits(said)}-" if said else {None: "", "今年": "", "当年": ""}.get(found["which"], found["which"])
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
