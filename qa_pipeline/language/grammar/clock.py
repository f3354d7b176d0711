"""Times of day: 早上八点半到下午五点半, 末班九点一刻, 22时至次日6时; values ``HH:MM`` and ``HH:MM-HH:MM``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import to_number

_CLOCK = (
    r"(?P<{0}day>早上|早晨|清早|凌晨|上午|中午|下午|傍晚|晚上|夜间|夜里|早|晚)?"
    r"(?P<{0}hour>\d{{1,2}}|[零一二两三四五六七八九十]{{1,3}})(?:[点时:](?!间|候|常)"
    r"(?P<{0}minute>半|整|钟|一刻|三刻|\d{{1,2}}分?|[零一二三四五六七八九十]{{1,3}}分?)?)"
)
_SPAN = re.compile(
    _CLOCK.format("a") + r"(?:钟)?(?:就?开|营业|一直|上班?)?(?:到|至|[-~—])(?:第二天|次日|当天)?" + _CLOCK.format("b")
)
_ONE = re.compile(_CLOCK.format("a").replace("[点时:]", "(?:点(?!儿|多|钱|了|都|也)|:(?=\\d))"))
# 利息年化三点一 is a number, and so is 三点五倍.
_NUMBER_BEFORE = re.compile(r"(?:利率|利息|年化|百分之|约为|达到|系数|指数|血糖|视力)(?:是|为|大概)?$")
_NUMBER_AFTER = re.compile(r"^(?:个百分点|倍|万|亿|平|公里|度|吨|米|折|%)")
_LATE = {"下午", "傍晚", "晚上", "夜间", "夜里", "晚"}
_MINUTES = {None: 0, "半": 30, "整": 0, "钟": 0, "一刻": 15, "三刻": 45}


def read_spans(text: str) -> Iterator[Reading]:
    """Yield opening hours and the like; 八点半到五点半 ends in the afternoon, 晚上十点到早上六点 goes over midnight."""
    for found in _SPAN.finditer(text):
        begin = _minutes(found["aday"], found["ahour"], found["aminute"])
        end = _minutes(found["bday"], found["bhour"], found["bminute"])
        if begin is None or end is None:
            continue
        if end <= begin and end < 12 * 60 and not found["bday"]:
            end += 12 * 60
        # Nothing opens at two in the night: 两点到六点 is the afternoon.
        if 60 <= begin < 6 * 60 and begin < end < 12 * 60 and not (found["aday"] or found["bday"]):
            begin, end = begin + 12 * 60, end + 12 * 60
        yield Reading("hours", f"{_clock(begin)}-{_clock(end)}", "", *found.span())


def read_times(text: str) -> Iterator[Reading]:
    """Yield single times of day."""
    late = False
    for found in _ONE.finditer(text):
        if _NUMBER_BEFORE.search(text[: found.start()]) or _NUMBER_AFTER.search(text[found.end() :]):
            continue
        # 下午两点上班，五点半下班: in one sentence the afternoon goes on.
        late = _goes_on(text, found, late)
        minutes = _minutes(found["aday"] or ("下午" if late else None), found["ahour"], found["aminute"])
        if minutes is not None:
            yield Reading("hours", _clock(minutes), "", *found.span())


def _goes_on(text: str, found: re.Match[str], late: bool) -> bool:
    """Whether a time without its part of the day is in the afternoon, as the one before it was."""
    if found["aday"]:
        return found["aday"] in _LATE
    since = text[max(0, found.start() - 16) : found.start()]
    return late and not re.search(r"[。？！?!]", since) and bool(re.search(r"[点时]", since))


def _minutes(day: str | None, hour_text: str, minute_text: str | None) -> int | None:
    hour = to_number(hour_text)
    if hour is None or hour > 24:
        return None
    minute = _MINUTES.get(minute_text, -1)
    if minute < 0:
        spoken = to_number((minute_text or "").removesuffix("分").removeprefix("零"))
        if spoken is None or spoken > 59:
            return None
        minute = int(spoken)
    late = day in _LATE or (day == "中午" and hour < 3)
    return (int(hour) + (12 if late and hour < 12 else 0)) % 24 * 60 + minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
