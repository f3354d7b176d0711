"""Rows of digits as they are read out: groups, pauses, fillers, 幺 洞 拐, 三个八, and the recogniser's slips."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qa_pipeline.language.pinyin import fuzzy, syllables

_PLAIN = {
    **{character: str(value) for value, character in enumerate("零一二三四五六七八九")},
    **{character: str(value) for value, character in enumerate("0123456789")},
    **{character: str(value) for value, character in enumerate("０１２３４５６７８９")},
    "〇": "0",
    "幺": "1",
    "洞": "0",
    "拐": "7",
}
# What a digit sounds like, and therefore what the recogniser may write for it; only between digits.
_SOUNDS = {
    fuzzy(sound): digit
    for sound, digit in (
        *(("ling", "0"), ("dong", "0"), ("yi", "1"), ("yao", "1"), ("er", "2"), ("liang", "2"), ("san", "3")),
        *(("si", "4"), ("wu", "5"), ("liu", "6"), ("qi", "7"), ("guai", "7"), ("ba", "8"), ("jiu", "9"), ("gou", "9")),
    )
}
_DIGIT = f"[{''.join(_PLAIN)}]"
_TIMES = {"两": 2, "俩": 2, "二": 2, "三": 3, "仨": 3, "四": 4, "五": 5, "六": 6, "2": 2, "3": 3, "4": 4, "5": 5}
_REPEAT = re.compile(f"([{''.join(_TIMES)}])个({_DIGIT})(?![个{''.join(_TIMES)}]个)")
_GAP = re.compile(
    rf"(?:[\s,，、。.．·\-—–－()（）]|横杠|杠|嗯|呃|额|啊|哦|哎|对|的|然后|后面是){{1,4}}(?={_DIGIT}|[{''.join(_TIMES)}]个{_DIGIT})"
)
# A short group before one of these is an amount, a house or a date and no part of a number: 13912345678，三号楼.
_UNITS = "号栋幢单楼室块元个月年天点人次岁层路户组平米十百千万亿期%％分"
_SHORT = 4
_LOCAL = 7
_LEADING = "要腰以"  # what is written for the 幺 that a mobile number begins with


@dataclass(frozen=True, slots=True)
class Group:
    """Digits that were read without a pause, at characters ``start`` to ``end``; ``slips`` of them mended by sound."""

    start: int
    end: int
    digits: str
    slips: int = 0


def rows(text: str) -> tuple[tuple[Group, ...], ...]:
    """Return rows of digits in order, each as the groups that pauses and fillers part it into."""
    found: list[tuple[Group, ...]] = []
    place = 0
    while place < len(text):
        if text[place] not in _PLAIN:
            place += 1
            continue
        row = _row(text, place)
        place = max(row[-1].end, place + 1)
        kept = _without_amounts(text, row)
        if kept:
            found.append(kept)
    return tuple(found)


def muttered(text: str) -> tuple[tuple[Group, ...], ...]:
    """Return rows of which up to half the digits were written as other words of their sound (动九幺五乖乖乖八).

    So little is sure of them that only what is called a phone, an identity or a card number may be read from one.
    """
    found: list[tuple[Group, ...]] = []
    start, read, slips = 0, "", 0
    for place in range(len(text) + 1):
        letter = text[place : place + 1]
        said = _PLAIN.get(letter) or (sounded(letter) if read or letter in _LEADING else None)
        if said is None and letter and letter in " ，,、-" and read:
            continue
        if said is None:
            if len(read) >= _LOCAL and slips and slips * 2 <= len(read):
                found.append((Group(start, place, read, slips),))
            read, slips = "", 0
            continue
        start = start if read else place
        read += said
        slips += letter not in _PLAIN
    return tuple(found)


def _row(text: str, place: int) -> tuple[Group, ...]:
    groups = [_group(text, place)]
    while gap := _GAP.match(text, groups[-1].end):
        groups.append(_group(text, gap.end()))
    return tuple(groups)


def _group(text: str, start: int) -> Group:
    """Read digits from a place on as far as nothing parts them."""
    place, read, slips = start, "", 0
    while place < len(text):
        if (repeated := _REPEAT.match(text, place)) and (read or place == start):
            read += _PLAIN[repeated[2]] * _TIMES[repeated[1]]
            place = repeated.end()
        elif text[place] in _PLAIN:
            read += _PLAIN[text[place]]
            place += 1
        elif (mended := _mended(text, place, read)) is not None:
            read += mended
            slips += 1
            place += 1
        else:
            break
    return Group(start, max(place, start + 1), read, slips)


def _mended(text: str, place: int, read: str) -> str | None:
    """Return the digit that a character in a row sounds like: more digits follow, or it is the last of a mobile."""
    digit = sounded(text[place])
    if digit is None or len(read) < 2:
        return None
    rest = text[place + 1 : place + 4]
    follows = bool(re.match(_DIGIT, rest)) or (bool(rest) and sounded(rest[0]) is not None and rest[1:2] in _PLAIN)
    if follows and not re.match(rf"{_DIGIT}(?:[{_UNITS}]|$)", rest):
        return digit
    last = len(read) == 10 and read[0] == "1" and not re.match(r"[\w]", rest)
    return digit if last else None


@lru_cache(maxsize=4096)
def sounded(character: str) -> str | None:
    """Return the digit that a Chinese character sounds like; None for those that sound like none."""
    if not "\u4e00" <= character <= "\u9fff" or character == "十":
        return None
    spoken = syllables(character)
    return _SOUNDS.get(fuzzy(spoken[0])) if spoken else None


def digit(character: str) -> str | None:
    """Return the digit that a character is, spoken or written; None for any other."""
    return _PLAIN.get(character)


def _without_amounts(text: str, row: tuple[Group, ...]) -> tuple[Group, ...]:
    last = row[-1]
    if len(last.digits) <= _SHORT and text[last.end : last.end + 1] and text[last.end] in _UNITS:
        return row[:-1]
    return row
