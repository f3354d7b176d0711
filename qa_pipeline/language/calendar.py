"""Days that were said, resolved on the day of the call: 下周三, 下个月十五号, 月底, 11-15."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_SHIFTS = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_MONTHS = {"上个": -1, "上": -1, "这个": 0, "这": 0, "本": 0, "下个": 1, "下": 1}
_YEARS = {"去年": -1, "今年": 0, "": 0, "明年": 1, "次年": 1, "后年": 2}
_WEEK = re.compile(r"(上上|下下|上|下|这|本)个?(?:周|星期|礼拜)([一二三四五六日天末])?")
_MONTH = re.compile(r"(这个?|本|上个?|下个?)月(?:(\d+)日|(底|初|中旬))?")
_DAY = re.compile(r"(?:(\d{4})-|(明年|后年|去年|次年))?(\d{2})(?:-(\d{2})|(底|初|中旬|上旬|下旬))?")
_YEAR = re.compile(r"(去年|今年|明年|后年)?年?(底|初)")
_PARTS = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}
_HALF_YEAR = timedelta(days=183)


def resolve(value: str, day: date) -> tuple[date, date] | None:
    """Return the first and last day that a date's value means in a call of that day; None where it cannot be.

    Weeks begin on Monday; 月底 and 年底 are the last day. A day without a year is the one nearest to the call.
    """
    if value in _SHIFTS:
        moved = day + timedelta(days=_SHIFTS[value])
        return moved, moved
    if found := _WEEK.fullmatch(value):
        return _in_week(found, day)
    if found := _MONTH.fullmatch(value):
        return _in_month(day.year, day.month + _MONTHS[found[1]], found[2], found[3])
    if value in {"月底", "月初"}:
        return _in_month(day.year, day.month, None, value[1])
    if found := _YEAR.fullmatch(value):
        return _in_month(day.year + _YEARS[found[1] or ""], 12 if found[2] == "底" else 1, None, found[2])
    return _written(value, day)


def _written(value: str, day: date) -> tuple[date, date] | None:
    found = _DAY.fullmatch(value)
    if found is None or not 1 <= int(found[3]) <= 12:
        return None
    if found[1] or found[2]:
        year = int(found[1]) if found[1] else day.year + _YEARS[found[2]]
        return _in_month(year, int(found[3]), found[4], found[5])
    near = [_in_month(day.year + more, int(found[3]), found[4], found[5]) for more in (0, 1, -1)]
    return next((span for span in near if span is not None and abs(span[0] - day) <= _HALF_YEAR), near[0])


def _in_week(found: re.Match[str], day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=_WEEKS[found[1]])
    if found[2] is None:
        return monday, monday + timedelta(days=6)
    if found[2] == "末":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    one = monday + timedelta(days="一二三四五六日天".index(found[2]) if found[2] != "天" else 6)
    return one, one


def _in_month(year: int, month: int, number: str | None, part: str | None) -> tuple[date, date] | None:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    length = monthrange(year, month)[1]
    if number is not None:
        if not 1 <= int(number) <= length:
            return None
        return date(year, month, int(number)), date(year, month, int(number))
    first, last = _PARTS.get(part or "", (1, length))
    first = length if part == "底" else first
    return date(year, month, first), date(year, month, min(last, length))
