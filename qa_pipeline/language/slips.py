"""Mend number words that the recogniser wrote as other words of the same sound, and remember where."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_pipeline.language.script import simplify

_DIGIT = r"[一二两三四五六七八九\d]"
_UNIT = r"(?:个?工作日|个?月|个?小时|天|块|元|岁|分钟|年|点|号)"
# A word is only mended where numbers stand around it: 是 and 就 are far more often themselves, so they never are.
_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), character)
    for pattern, character in (
        (rf"[尔儿而](?=[十百千](?:{_DIGIT}|个|块|元|天|{_UNIT}))", "二"),
        (r"[伞散](?=[十百千])", "三"),
        (r"[午舞屋](?=[十百千])", "五"),
        (r"[溜刘流](?=[十百千])", "六"),
        (r"[其期气](?=[十百千]\D?(?:个|块|元|天))", "七"),
        (r"[巴吧拔](?=[十百千])", "八"),
        (r"[酒久](?=[十百千])", "九"),
        (rf"(?<={_DIGIT})[石时食拾](?=(?:{_DIGIT})?{_UNIT})", "十"),
        (rf"(?<=百分之{_DIGIT})[石时食拾]", "十"),
        (rf"(?<={_DIGIT})[摆拜](?={_DIGIT}|块|元)", "百"),
        (r"(?<=[零〇一二三四五六七八九幺\d]{2})[要腰妖夭](?=[零〇一二三四五六七八九幺\d])", "幺"),
        (r"(?<![\u4e00-\u9fff])[要腰妖夭](?=[零〇一二三四五六七八九幺\d]{4})", "幺"),
        (r"(?<=[十百千\d])[快筷](?=钱)", "块"),
        (r"(?<=[十百千])[员圆](?!工)", "元"),
    )
)
_WORKDAY = re.compile(r"(?<=[十百一二两三四五六七八九\d个])[工公功][作做坐座][日认热入](?!员)")


@dataclass(frozen=True, slots=True)
class Heard:
    """Text of the same length as what was recognised, with ``mended`` the places that were changed."""

    text: str
    mended: frozenset[int]


def mend(text: str) -> Heard:
    """Return the text with its number words mended by sound (尔十块 is 二十块, 百分之七石 is 百分之七十)."""
    characters = list(simplify(text))
    mended: set[int] = set()
    for pattern, character in _SLIPS:
        for found in pattern.finditer("".join(characters)):
            characters[found.start()] = character
            mended.add(found.start())
    for found in _WORKDAY.finditer("".join(characters)):
        characters[found.start() : found.end()] = "工作日"
    return Heard("".join(characters), frozenset(mended))
