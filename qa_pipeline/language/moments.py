"""When something happened, as it is said (昨天晚上, 上周三, 前天下午三点) or written, as days of the calendar.

`qa_pipeline.language.values` types what was said; here it is read relative to a day: an order writes 11月4日 where the
caller said 昨天. What is said vaguely (上周, 九月份, 国庆节后) is a span of days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from qa_pipeline.language.numerals import digits, to_whole
from qa_pipeline.language.script import simplify

_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_WEEK = "一二三四五六日天"
_YEARS_BACK = {"今年": 0, "本年": 0, "去年": 1, "前年": 2, "大前年": 3}
# 二○二四 and 二O二四 are as common in official writing as 二〇二四.
_ROUND = str.maketrans("○Oo", "零零零")
_YEAR = (
    r"(?:20[0-9]{2}|二[零〇○Oo0][零〇○Oo一二三四五六七八九]{2}|(?<![\d零〇一二三四五六七八九十百])"
    r"(?:[012][0-9]|[零〇一二][零〇一二三四五六七八九]))年|大前年|今年|本年|去年|前年"
)


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of a text, characters ``start`` to ``end``, that names a day: one of ``spans`` (both ends included).

    More than one span where speakers mean either (这个星期六 is the last or the next one).
    """

    start: int
    end: int
    text: str
    spans: tuple[tuple[date, date], ...]

    def holds(self, day: date) -> bool:
        """Whether the day is meant or lies in what is meant."""
        return any(first <= day <= last for first, last in self.spans)

    def meets(self, other: Days) -> bool:
        """Whether both can mean the same day."""
        return any(a <= d and c <= b for a, b in self.spans for c, d in other.spans)

    @property
    def exact(self) -> bool:
        """Whether it is one day and not a longer time."""
        return all(first == last for first, last in self.spans)


_Spans = tuple[tuple[date, date], ...]
_Read = Callable[[re.Match[str], date], _Spans]
_BACK = {"今": 0, "当": 0, "昨": 1, "前": 2, "大前": 3}


def _one(*days: date) -> _Spans:
    return tuple((day, day) for day in days)


def _named(found: re.Match[str], day: date) -> _Spans:
    return _one(day - timedelta(days=_BACK[found["back"]]))


def _weekday(found: re.Match[str], day: date) -> _Spans:
    monday = day - timedelta(days=day.weekday())
    number = min(_WEEK.index(found["weekday"]), 6)
    this = monday + timedelta(days=number)
    if found["which"].startswith(("上上", "再上")):
        return _one(this - timedelta(days=14))
    if found["which"].startswith("上"):
        return _one(this - timedelta(days=7))
    # 这个星期六 of what has happened is the last one; 星期天 ends a week or begins it.
    return _one(this, this - timedelta(days=7))


def _week(found: re.Match[str], day: date) -> _Spans:
    monday = day - timedelta(days=day.weekday() + (7 if found["which"].startswith("上") else 0))
    return ((monday, monday + timedelta(days=6)),)


def _day_of(year: int, month: int, number: int) -> date | None:
    return date(year, month, number) if 1 <= month <= 12 and 1 <= number <= monthrange(year, month)[1] else None


def _month_of(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _months_back(day: date, months: int) -> tuple[int, int]:
    count = day.year * 12 + day.month - 1 - months
    return count // 12, count % 12 + 1


def _near_month(found: re.Match[str], day: date) -> _Spans:
    which = found["near"]
    year, month = _months_back(day, 0 if which[0] in "这本" else which.count("上"))
    number = to_whole(found["mday"] or "")
    if number is None:
        return (_month_of(year, month),)
    exact = _day_of(year, month, number)
    return _one(exact) if exact else ()


def _calendar(found: re.Match[str], day: date) -> _Spans:
    year_said, number = found["year"], to_whole(found["mday"] or "")
    month = 1 if found["month"] == "元" else to_whole(found["month"])
    if month is None or not 1 <= month <= 12:
        return ()
    year = _year(year_said, day)
    if year is None:  # of what has happened, the last one
        year = day.year if month <= day.month else day.year - 1
    if number is None:
        return (_part_of_month(year, month, found["part"]),)
    exact = _day_of(year, month, number)
    return _one(exact) if exact else ()


# A few days more than the word has: 月初 is said of the eighth, 二十几号 of the thirtieth.
_PARTS_OF_MONTH = {"上": (1, 12), "中": (9, 22), "下": (19, 31), "初": (1, 10), "底": (20, 31), "末": (20, 31)}


def _part_of_month(year: int, month: int, part: str | None) -> tuple[date, date]:
    first, last = _month_of(year, month)
    if not part:
        return first, last
    low, high = (20, 31) if part.startswith("二") else (10, 20) if "几" in part else _PARTS_OF_MONTH[part[0]]
    return first.replace(day=low), first.replace(day=min(high, last.day))


def _year(said: str | None, day: date) -> int | None:
    if not said:
        return None
    if said in _YEARS_BACK:
        return day.year - _YEARS_BACK[said]
    number = int(digits(said.translate(_ROUND)))
    return number if number > 99 else 2000 + number


def _iso(found: re.Match[str], day: date) -> _Spans:  # noqa: ARG001  # all readers are called alike
    year, month = int(found["iyear"]), int(found["imonth"])
    if not 1 <= month <= 12:
        return ()
    if found["iday"] is None:
        return (_month_of(year, month),)
    exact = _day_of(year, month, int(found["iday"]))
    return _one(exact) if exact else ()


def _day_alone(found: re.Match[str], day: date) -> _Spans:
    number = to_whole(found["mday"] or "")
    if number is None or not 1 <= number <= 31:
        return ()
    candidates = (_day_of(*_months_back(day, back), number) for back in range(3))
    return _one(*[one for one in candidates if one is not None and one <= day][:1])


def _ago(found: re.Match[str], day: date) -> _Spans:
    number = to_whole(found["count"])
    if number is None:
        return ()
    unit = found["unit"]
    days = number * {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}.get(unit, 30)
    slack = 0 if unit in {"天", "日"} else max(3, days // 6)
    centre = day - timedelta(days=days)
    return ((centre - timedelta(days=slack), centre + timedelta(days=slack)),)


# Months and feasts of the lunar calendar, as days around which they lie in any year.
_LUNAR = {
    "腊月": ((12, 20), 62), "正月": ((1, 20), 62), "冬月": ((11, 20), 62), "春节": ((1, 10), 60), "过年": ((1, 10), 60),
    "过了年": ((1, 15), 75), "年后": ((1, 20), 60), "年前": ((12, 20), 55), "除夕": ((1, 10), 40), "元宵": ((2, 1), 40),
    "清明": ((4, 1), 10), "端午": ((5, 25), 35), "中秋": ((9, 5), 40), "重阳": ((10, 1), 45),
}  # fmt: skip


def _lunar(found: re.Match[str], day: date) -> _Spans:
    """Read 腊月, 春节后 as the days that it may be: of the year that is named, else of the last time."""
    (month, first), length = _LUNAR[found["lunar"]]
    named = _YEARS_BACK.get(found["lyear"] or "")
    years = [day.year - named] if named is not None else [day.year, day.year - 1]
    spans = [(start := date(year, month, first), start + timedelta(days=length)) for year in years]
    return tuple([span for span in spans if span[0] <= day][:1])


_FEASTS = {"国庆": (10, 1, 8), "十一": (10, 1, 8), "元旦": (1, 1, 3), "五一": (5, 1, 5), "劳动节": (5, 1, 5)}


def _feast(found: re.Match[str], day: date) -> _Spans:
    month, first, last = _FEASTS[found["feast"]]
    year = day.year if (month, first) <= (day.month, day.day) else day.year - 1
    # 国庆节后 and 国庆前 reach some days beyond.
    return ((date(year, month, first) - timedelta(days=1), date(year, month, last) + timedelta(days=14)),)


_GRAMMAR: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (re.compile(r"(?P<iyear>20\d\d)[-/.](?P<imonth>\d{1,2})(?:[-/.](?P<iday>\d{1,2}))?(?!\d)"), _iso),
    (
        re.compile(
            rf"(?P<year>{_YEAR})?(?:的)?(?<![个\d一二三四五六七八九])(?P<month>{_N}|元)月(?!薪|租)份?(?:的)?"
            rf"(?:(?P<part>[上中下]旬|初|底|末|[一二]?十几[号日])|"
            rf"(?P<mday>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:[号日]|(?=$|\D)))?"
        ),
        _calendar,
    ),
    (
        re.compile(
            r"(?P<near>这个?|本|上上个?|上个?)月(?:份)?(?:的)?"
            r"(?:(?P<mday>\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[号日])?"
        ),
        _near_month,
    ),
    (
        re.compile(rf"(?P<which>再上一?个?|上上一?个?|上一?个?|这一?个?|本)?(?:周|星期|"
        rf"礼拜)(?P<weekday>[{_WEEK}])(?![周个天]|[至到]?[一二两三四五六]?[次回趟遍])".replace(")?(?:周", "|)(?:周")),
        _weekday,
    ),
    (re.compile(r"(?P<which>上一?个?|这一?个?|本)(?:周|星期|礼拜)(?![一二三四五六日天])"), _week),
    (re.compile(r"(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,3})个?(?P<unit>天|日|周|星期|礼拜|月)(?:之)?前"), _ago),
    (re.compile(r"(?P<back>大前|[今昨前当])(?:[天日晚早晨夜儿])"), _named),
    (
        re.compile(rf"(?P<lyear>今年|去年|前年)?(?:的)?(?<![几半一二两三四五六七八九十\d])(?P<lunar>{'|'.join(_LUNAR)})"),
        _lunar,
    ),
    (re.compile(r"(?P<feast>国庆|元旦|五一|劳动节)"), _feast),
    (
        re.compile(
            r"(?<![月\d一二三四五六七八九十百零路街巷道区院座弄])(?P<mday>\d{1,2}|[一二三]?十[一二三四五六七八九]?|"
            r"[一二三四五六七八九])[号日]"
            r"(?=那天|当天|早|上午|中午|下午|晚|凌晨|夜|$|[，。,]|开始|供|来|到|起|就|的时候|我|去|交|买|发)"
        ),
        _day_alone,
    ),
)  # fmt: skip


def days_of(text: str, today: date) -> tuple[Days, ...]:
    """Return the days that a text names, in order, seen from ``today``; none overlapping another."""
    plain = simplify(text)
    taken: set[int] = set()
    return tuple(sorted(_all(plain, today, taken), key=lambda one: one.start))


def _all(text: str, today: date, taken: set[int]) -> Iterator[Days]:
    for pattern, read in _GRAMMAR:
        for found in pattern.finditer(text):
            start, end = found.span()
            if taken & set(range(start, end)) or not (spans := read(found, today)):
                continue
            taken.update(range(start, end))
            yield Days(start, end, found[0], spans)
