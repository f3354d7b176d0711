"""Mend number words that the recogniser wrote as other words of the same sound, and remember where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qa_pipeline.language.number_sounds import heard_numbers
from qa_pipeline.language.script import simplify

_ROW = r"[零〇一二三四五六七八九幺\d]"
_DIGIT = r"[一二两三四五六七八九\d]"
_STRONG = r"(?:个?工作日|个月|块钱?|元|周?岁|分钟|个?小时)"
_NUMERAL = r"[零〇一二两三四五六七八九十百千万\d]"
_UNIT = r"(?:个?工作日|个?月|个?小时|天|块|元|岁|分钟|年|点|号)"
# A word is only mended where it makes no sense of its own: 上午十点 and 好吧十天 must stay what they are.
_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), character)
    for pattern, character in (
        (rf"尔(?=[十百千](?:{_DIGIT}|{_UNIT}))", "二"),
        (r"伞(?=[十百千])", "三"),
        (rf"[溜刘流留](?=[十百千](?:{_DIGIT}|{_UNIT}))", "六"),
        (rf"[酒旧舅](?=[十百千](?:{_DIGIT}|{_UNIT}))", "九"),
        (rf"(?<![中上下晌正])[午物舞](?=[十百千](?:{_DIGIT}|{_STRONG}))", "五"),
        (rf"[巴疤](?=[十百千](?:{_DIGIT}|{_STRONG}))", "八"),
        (rf"[妻漆棋](?=[十百千](?:{_DIGIT}|{_STRONG}))", "七"),
        (rf"(?<=[十百千])[尔儿](?={_STRONG})", "二"),
        (rf"(?<=[十百千])[散伞山](?={_STRONG})", "三"),
        (rf"(?<=[十百千])[午物舞](?={_STRONG})", "五"),
        (rf"(?<=[十百千])[溜流](?={_STRONG})", "六"),
        (rf"(?<={_DIGIT})[石时食拾实识](?=(?:{_DIGIT}(?!分(?!钟)))?{_UNIT})", "十"),
        (rf"(?<=[二三五六七八九])[是事市式](?={_STRONG})", "十"),
        (rf"(?<={_DIGIT})[前钱签浅](?={_DIGIT}百|[块元]|{_DIGIT}?{_DIGIT}十)", "千"),
        (rf"(?<={_DIGIT})[晚玩完](?=[块元]|{_DIGIT}千)", "万"),
        (rf"(?<=百分之{_DIGIT})[石时食拾]", "十"),
        (rf"(?<={_DIGIT})[摆拜白败](?={_DIGIT}|块|元)", "百"),
        (rf"(?<=[十百千]{_DIGIT})[洲粥舟州](?=岁)", "周"),
        (r"(?<=[十百千\d]周)[随碎]", "岁"),
        (r"(?<=[十百千\d])[随碎](?=以[上下]|的?老人|就能|就可以)", "岁"),
        (rf"(?<={_NUMERAL})[填添](?=[之以]?内|左右|[，,。吧]|就能|$)", "天"),
        (rf"(?<={_NUMERAL}个)[约越悦](?=[之以]?内|左右|[，,。吧]|就|$)", "月"),
        (rf"(?<={_NUMERAL}小)[使是](?=[之以]?内|左右|[，,。]|$)", "时"),
        (rf"(?<={_NUMERAL}分)[中终种](?=[之以]?内|左右|就|[，,。]|$)", "钟"),
        (r"[白摆](?=分之)", "百"),
        (r"(?<=[白百]分)[只指知](?=[一二三四五六七八九十\d])", "之"),
        (r"(?<=[报减免退付][一二三四五六七八九])[乘城承程](?![立功人])", "成"),
        (r"(?<=户口)[部不步](?=[，,。、和跟还原复]|$)", "簿"),
        (r"(?<=身份)[正政症](?=[，,。、和跟还原复]|$)", "证"),
        (r"(?<=复印)[建健间](?=[，,。、各一两三也都就]|$)", "件"),
        # 要三九零零零零二要四六: in a row of digits, or before a mobile number's, it is 幺.
        (rf"[要腰妖夭药](?=[三四五六七八九3-9](?:{_ROW}|[要腰，,\s]){{8}})", "幺"),
        (rf"(?<={_ROW})[要腰妖夭药](?={_ROW})", "幺"),
        (rf"(?<={_ROW}{{3}})[要腰妖夭药](?!{_ROW})(?=[，。,]|$)", "幺"),
        (r"(?<=[十百千\d])[快筷](?=钱|[，,。]|一[张本个人年次]|$)", "块"),
        (r"(?<=[十百千])[员圆](?!工)", "元"),
        (r"(?<=[十百\d])[的各](?=工作日)", "个"),
    )
)
_WORKDAY = re.compile(r"(?<=[十百一二两三四五六七八九\d个])[工公功][作做坐座](?:[日认热入](?!员)|人(?=[内类累]))")
# 每月最高1200人: an amount where money is spoken of is 元.
_YUAN = re.compile(
    rf"(?:费|缴|限额|最高|每月|每年|每人|补贴|补助)[^，。,\d零一二两三四五六七八九十百千万]{{0,6}}"
    rf"(?:\d+0|[一二两三四五六七八九][百千万]{_NUMERAL}*)(?P<slip>人)(?![员民家次数力])"
)
_BUILDING = re.compile(rf"(?<={_NUMERAL})(?P<slip>[洞动冻])(?=$|[，。,]|{_NUMERAL}|电|楼|单)")
# A pause within a number: 两，个工作日 is ，两个工作日.
_PAUSED = re.compile(rf"({_NUMERAL}+)([，,])(?=个(?:工作|月|小时)|号|点|块|元|天|日|岁|分钟)")


@dataclass(frozen=True, slots=True)
class Heard:
    """Text of the same length as what was recognised, with ``mended`` the places that were changed."""

    text: str
    mended: frozenset[int]


@lru_cache(maxsize=1024)
def mend(text: str) -> Heard:
    """Return the text with its number words mended by sound (尔十块 is 二十块, 百分之七石 is 百分之七十)."""
    characters = list(_PAUSED.sub(r"\2\1", simplify(text)))
    mended: set[int] = set()
    for pattern, character in _SLIPS:
        for found in pattern.finditer("".join(characters)):
            characters[found.start()] = character
            mended.add(found.start())
    for pattern, character in ((_YUAN, "元"), (_BUILDING, "栋")):
        for found in pattern.finditer("".join(characters)):
            characters[found.start("slip")] = character
            mended.add(found.start("slip"))
    for place, character in list(heard_numbers("".join(characters))):
        characters[place] = character
        mended.add(place)
    for found in _WORKDAY.finditer("".join(characters)):
        characters[found.start() : found.end()] = "工作日"
    return Heard("".join(characters), frozenset(mended))
