"""When something happened, as it is said (昨天晚上, 上周三, 前天下午三点) or written, as days of the calendar.

`qa_pipeline.language.values` types what was said; here it is read relative to a day: an order writes 11月4日 where the
caller said 昨天. What is said vaguely (上周, 九月份, 国庆节后) is a span of days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from qa_pipeline.language.numerals import digits, to_number
from qa_pipeline.language.quantities import Quantity, read_quantity
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


def _whole(text: str | None) -> int | None:
    number = to_number(text or "")
    return None if number is None else int(number)


def _near_month(found: re.Match[str], day: date) -> _Spans:
    which = found["near"]
    year, month = _months_back(day, 0 if which[0] in "这本" else which.count("上"))
    number = _whole(found["mday"])
    if number is None:
        return (_month_of(year, month),)
    exact = _day_of(year, month, number)
    return _one(exact) if exact else ()


def _calendar(found: re.Match[str], day: date) -> _Spans:
    year_said, number = found["year"], _whole(found["mday"])
    month = 1 if found["month"] == "元" else _whole(found["month"])
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
    number = _whole(found["mday"])
    if number is None or not 1 <= number <= 31:
        return ()
    candidates = (_day_of(*_months_back(day, back), number) for back in range(3))
    return _one(*[one for one in candidates if one is not None and one <= day][:1])


def _ago(found: re.Match[str], day: date) -> _Spans:
    number = _whole(found["count"])
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
            r"(?<![月\d一二三四五六七八九十百零路街巷道])(?P<mday>\d{1,2}|[一二三]?十[一二三四五六七八九]?|"
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


_NOW = re.compile(
    r"刚才|刚刚|现在|眼下|(?:十来?|几|[一二两三四五]?十?[一二三四五六七八九]?)分钟(?:之?前|了)|这会儿|来电时|目前|此刻"
)
_PART = r"(?P<part>早上|早晨|清晨|今早|凌晨|上午|中午|下午|傍晚|晚上|昨晚|今晚|前晚|夜间|夜里|半夜|深夜|晚|早)?"
_CLOCK = re.compile(
    _PART
    + r"(?:的)?(?:大概|大约|差不多)?(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:点|时|:|：)(?!儿|间|候|常|都|"
    r"也|了|钱)"
    r"(?P<minute>半|一刻|三刻|整|钟|\d{1,2}|[零一二三四五六七八九十]{1,3})?"
)
_LATE = {"下午", "傍晚", "晚上", "昨晚", "今晚", "前晚", "夜间", "晚", "夜里", "深夜"}
_PARTS = {
    "凌晨": (0, 360), "半夜": (1320, 1800), "早": (300, 600), "上午": (480, 720), "中午": (660, 840),
    "下午": (720, 1140), "傍晚": (1020, 1200), "晚": (1020, 1440), "夜": (1200, 1800), "今晨": (300, 540),
}  # fmt: skip
_BARE_PART = re.compile(r"凌晨|半夜|早|上午|中午|下午|傍晚|晚|夜")
HALF_DAY = 12 * 60


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes after midnight, characters ``start`` to ``end``; 六点 may be either six of the day."""

    start: int
    end: int
    text: str
    minutes: int
    sure_of_half: bool

    def near(self, other: Clock, within: int) -> bool:
        """Whether both are the same time to ``within`` minutes, halves of the day held apart where both are known."""
        cycle = 2 * HALF_DAY if self.sure_of_half and other.sure_of_half else HALF_DAY
        gap = abs(self.minutes - other.minutes) % cycle
        return min(gap, cycle - gap) <= within


def clocks_of(text: str) -> tuple[Clock, ...]:
    """Return the times of day that a text names, in order."""
    return tuple(clock for found in _CLOCK.finditer(simplify(text)) if (clock := _clock(found)) is not None)


def _clock(found: re.Match[str]) -> Clock | None:
    hour, minute_text = _whole(found["hour"]), found["minute"]
    named = {None: 0, "半": 30, "一刻": 15, "三刻": 45, "整": 0, "钟": 0}
    minute = named[minute_text] if minute_text in named else _whole((minute_text or "").removeprefix("零") or "零")
    if hour is None or hour > 24 or minute is None or minute > 59:
        return None
    part = found["part"]
    late = part in _LATE or (part == "中午" and hour < 3)
    # 夜里一点 and 晚上两点 are after midnight.
    late = late and not (part in {"夜里", "深夜", "晚上"} and hour < 5)
    known = part is not None or hour > 12 or bool(re.fullmatch(r"\d{2}[:：].*", found[0]))
    return Clock(*found.span(), found[0], (hour + (12 if late and hour < 12 else 0)) % 24 * 60 + minute, known)


def part_of_day(text: str, minutes: int) -> bool:
    """Whether a text names a part of the day (中午, 昨晚) that a time in minutes lies in."""
    return any(
        low <= minutes < high or low <= minutes + 2 * HALF_DAY < high
        for found in _BARE_PART.finditer(simplify(text))
        for low, high in [_PARTS[found[0]]]
    )


def speaks_of_now(text: str) -> bool:
    """Whether a text says that it is happening, or has just happened (刚才, 现在, 十来分钟前)."""
    return _NOW.search(simplify(text)) is not None


def lasting_since(text: str, at: datetime) -> tuple[tuple[date, date], ...]:
    """Return from when something lasts that goes on (三天了, 四个多月了, 半年多), give or take a third."""
    spans = []
    for found in _LASTING.finditer(simplify(text)):
        quantity = read_quantity(found["count"]) if found["count"] else Quantity(_HALF, _HALF)
        if quantity is None or not quantity.low or _AHEAD.search(found.string[: found.start()]):
            continue
        if found["unit"] in {"天", "日"} and quantity.high <= 1:  # 一天二百六 is a rate
            continue
        each = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30.4, "年": 365}[found["unit"]]
        most = float(quantity.high) * each * (1.2 if found["more"] else 1)
        least = float(quantity.low) * each
        early = at - timedelta(days=most + max(1.0, most / 3))
        late = at - timedelta(days=max(0.0, least - max(1.0, least / 3)))
        spans.append((early.date(), late.date()))
    return tuple(spans)


_HALF = Decimal("0.5")
# 再有三天出院, 工期两个月, 提前一天: what is to come, or how long something is to be.
_AHEAD = re.compile(
    r"(?:再有?|还有|还[要得]|又得?|得|要|需要?|提前|延长|推迟|[工租质期]期|保修|保质|限|每|第|内)[^，。,]{0,2}$"
)
_LASTING = re.compile(
    r"(?:(?P<half>半)个?|(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<more>来|多|几)?个?)多?(?P<unit>天|周|"
    r"星期|礼拜|(?<=个)月|(?<=个多)月|年)(?!前|级|代|\d)"
)
