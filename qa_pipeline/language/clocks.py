"""Times of day, as they are said (下午三点半, 夜里一点) or written, and parts of the day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_pipeline.language.numerals import to_whole
from qa_pipeline.language.script import simplify

_NOW = re.compile(
    r"刚才|刚刚|现在|眼下|(?:十来?|几|[一二两三四五]?十?[一二三四五六七八九]?)分钟(?:之?前|了)|这会儿|来电时|目前|此刻"
)
_PART = (
    r"(?P<part>早高峰[，,]?|晚高峰[，,]?|"
    r"早上|早晨|清晨|今早|凌晨|上午|中午|下午|傍晚|晚上|昨晚|今晚|前晚|夜间|夜里|半夜|深夜|晚|早)?"
)
_CLOCK = re.compile(
    _PART
    + r"(?:的)?(?:大概|大约|差不多)?(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:点|时|:|：)(?!儿|间|候|常|都|"
    r"也|了|钱)"
    r"(?P<minute>半|一刻|三刻|整|钟|\d{1,2}|[零一二三四五六七八九十]{1,3})?"
)
_LATE = {"下午", "晚高峰", "傍晚", "晚上", "昨晚", "今晚", "前晚", "夜间", "晚", "夜里", "深夜"}
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
    hour, minute_text = to_whole(found["hour"]), found["minute"]
    named = {None: 0, "半": 30, "一刻": 15, "三刻": 45, "整": 0, "钟": 0}
    minute = named[minute_text] if minute_text in named else to_whole((minute_text or "").removeprefix("零") or "零")
    if hour is None or hour > 24 or minute is None or minute > 59:
        return None
    part = (found["part"] or "").rstrip("，,") or None
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
