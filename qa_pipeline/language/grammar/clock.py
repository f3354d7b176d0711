"""Times of day: 早上八点半到下午五点半, 差五分三点, 早八晚五, 22时至次日6时; values ``HH:MM`` and ``HH:MM-HH:MM``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import to_number

# How people call the parts of the day; the longer first.
_NOON = "晌午头|晌午|中午|正午|当午"
_NIGHT = "晚上|夜间|夜里头?|晚间|后半夜|前半夜|大半夜|半夜里?|深夜|夜晚|凌晨"
_AFTERNOON = "后半晌|下半晌|下半天|后晌|下晌|过晌|午后|过午|下午|傍晚|傍黑儿?|擦黑儿?|天黑|入夜|晚"
_MORNING = (
    "前半晌|上半晌|上半天|前晌|头晌|头午|午前|上午|大清早上?|一大早上?|大早上|清早|清晨|早晨|早上|早起|一早|早间|早"
)
_DAY_PART = f"{_NOON}|{_NIGHT}|{_AFTERNOON}|{_MORNING}"
_LACK = r"一刻|(?:\d\d?|[一二两三四五六七八九]?十?[一二三四五六七八九]?)分钟?"
_CLOCK = (
    rf"(?P<{{0}}day>{_DAY_PART})?(?:的|差不多|大概)?"
    rf"(?:差(?P<{{0}}lack>{_LACK})(?:就|到|不到)?)?"
    r"(?P<{0}hour>\d{{1,2}}|[零一二两三四五六七八九十]{{1,3}})(?:[点时:](?!间|候|常)"
    rf"(?:(?:钟)?差(?P<{{0}}short>{_LACK})|"
    r"(?:过|零)?(?P<{0}minute>半|整|钟|来钟|一刻|三刻|\d{{1,2}}分?|[零一二三四五六七八九十]{{1,3}}分?))?)"
)
_IDIOM = re.compile(r"(?:朝|早上?)(?P<begin>[五六七八九十])(?:点)?晚上?(?P<end>[四五六七八九十])(?!点)")
_SPAN = re.compile(
    _CLOCK.format("a") + r"(?:钟)?(?:就?开|营业|一直|上班?)?(?:到|至|[-~—])(?:第二天|次日|当天)?" + _CLOCK.format("b")
)
_ONE = re.compile(_CLOCK.format("a").replace("[点时:]", "(?:点(?!儿|多|钱|了|都|也)|:(?=\\d))"))
# 利息年化三点一 is a number, and so is 三点五倍.
_NUMBER_BEFORE = re.compile(r"(?:利率|利息|年化|百分之|约为|达到|系数|指数|血糖|视力)(?:是|为|大概)?$")
_NEXT_DAY = re.compile(r"第二天|次日")
# Nobody goes home at half past five in the morning.
_CLOSES = re.compile(r"(?:就|才|准时|统一)?(?:下班|关门|打烊|闭馆|闭园)")
_NUMBER_AFTER = re.compile(r"^(?:个百分点|倍|万|亿|平|公里|度|吨|米|折|%)")
_LATE = re.compile(rf"{_AFTERNOON}|{_NIGHT}".replace("|凌晨", "").replace("后半夜|", ""))
_MINUTES = {None: 0, "半": 30, "整": 0, "钟": 0, "来钟": 0, "一刻": 15, "三刻": 45}


def read_spans(text: str) -> Iterator[Reading]:
    """Yield opening hours and the like; 八点半到五点半 ends in the afternoon, 晚上十点到早上六点 goes over midnight."""
    for found in _SPAN.finditer(text):
        begin, end = _minutes(found, "a", found["aday"]), _minutes(found, "b", found["bday"])
        if begin is None or end is None:
            continue
        if end <= begin and end < 12 * 60 and not found["bday"] and not _NEXT_DAY.search(found[0]):
            end += 12 * 60
        # Nothing opens at two in the night: 两点到六点 is the afternoon.
        if 60 <= begin < 6 * 60 and begin < end < 12 * 60 and not (found["aday"] or found["bday"]):
            begin, end = begin + 12 * 60, end + 12 * 60
        yield Reading("hours", f"{_clock(begin)}-{_clock(end)}", "", *found.span())
    for found in _IDIOM.finditer(text):
        opens, closes = to_number(found["begin"]), to_number(found["end"])
        if opens is not None and closes is not None:
            yield Reading("hours", f"{_clock(int(opens) * 60)}-{_clock(int(closes + 12) * 60)}", "", *found.span())


def read_times(text: str) -> Iterator[Reading]:
    """Yield single times of day."""
    late = False
    for found in _ONE.finditer(text):
        if _NUMBER_BEFORE.search(text[: found.start()]) or _NUMBER_AFTER.search(text[found.end() :]):
            continue
        # 下午两点上班，五点半下班: in one sentence the afternoon goes on.
        late = _goes_on(text, found, late) or (not found["aday"] and _CLOSES.match(text, found.end()) is not None)
        minutes = _minutes(found, "a", found["aday"] or ("下午" if late else None))
        if minutes is not None:
            yield Reading("hours", _clock(minutes), "", *found.span())


def _goes_on(text: str, found: re.Match[str], late: bool) -> bool:
    """Whether a time without its part of the day is in the afternoon, as the one before it was."""
    if found["aday"]:
        return _LATE.fullmatch(found["aday"]) is not None
    since = text[max(0, found.start() - 16) : found.start()]
    return late and not re.search(r"[。？！?!]", since) and bool(re.search(r"[点时]", since))


def _minutes(found: re.Match[str], which: str, day: str | None) -> int | None:
    """Return the minutes since midnight of a time on that part of the day; None where it is no time."""
    hour, minute = to_number(found[f"{which}hour"]), _past(found[f"{which}minute"])
    if hour is None or minute is None or hour > 24:
        return None
    lack = _past(found[f"{which}lack"] or found[f"{which}short"])  # 差五分三点, 三点差五分
    if lack is None:
        return None
    return (_hour(int(hour), day) * 60 + minute - lack) % (24 * 60)


def _past(spoken: str | None) -> int | None:
    """Return minutes as they are said after the hour."""
    if (known := _MINUTES.get(spoken, -1)) >= 0:
        return known
    minute = to_number((spoken or "").removesuffix("钟").removesuffix("分").removeprefix("零"))
    return None if minute is None or minute > 59 else int(minute)


def _hour(hour: int, day: str | None) -> int:
    if day is None:
        return hour % 24
    if re.fullmatch(_NIGHT, day) and (hour < 5 or hour == 12):
        return hour % 12  # 夜里一点, 半夜十二点
    late = _LATE.fullmatch(day) is not None or (re.fullmatch(_NOON, day) is not None and hour < 3)
    return (hour + (12 if late and hour < 12 else 0)) % 24


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
