"""Number words that were written as any other word of their sound, found by where they stand: 四十添之内 is 四十天之内.

A character is only read as a number word where its neighbours are numbers or units already, and the commonest words of
those sounds (就, 是, 起, 吧) never at the beginning of a number. What is read so is a guess, and marked as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.pinyin import positions, syllables
from qa_pipeline.language.words import is_word

_DIGITS = {
    "yi": "一", "er": "二", "liang": "两", "san": "三", "si": "四", "wu": "五", "liu": "六", "qi": "七", "ba": "八",
    "jiu": "九",
}  # fmt: skip
_SCALES = {"shi": "十", "bai": "百", "qian": "千", "wan": "万"}
_UNITS = {
    "kuai": "块", "yuan": "元", "tian": "天", "nian": "年", "sui": "岁", "ge": "个", "dian": "点", "hao": "号",
    "cheng": "成", "yue": "月", "ban": "半",
}  # fmt: skip
_NUMERAL = "零〇一二两三四五六七八九十百千万幺半几0123456789"
_DIGIT, _SCALE = "一二两三四五六七八九", "十百千万"
_ROW = re.compile(r"[零一二三四五六七八九幺\d]{3,}$")
_ROW_ON = re.compile(r"[零一二三四五六七八九幺\d]{2,}|$|[，。,]")
# What may follow a number: a unit, or its end. 以 and 也 are words of their own, for which an end is not enough.
_STRONG = r"(?:个?工作日|日(?=之?内)|个半?月|块|元|天|年(?!级)|周?岁|分钟|个?小时|个百分|[%成]|号楼|平米)"
_UNIT_ON = re.compile(rf"[{_NUMERAL}]*{_STRONG}")
_END_ON = re.compile(rf"[{_NUMERAL}]*(?:{_STRONG}|[点号月](?!名|码)|封顶|左右|之内|[，。,]|$)")
_SCALE_ON = re.compile(rf"[十百千万][{_NUMERAL}]*(?:{_STRONG}|封顶|之内|[，。,]|$)")
_COMMON = frozenset("就期起其气吧把爸而儿无务误物事是似死以已也意义亿久有又时于与万完要前钱签晚")
_AFTER_UNIT = {
    "块": re.compile(r"钱|[，。,]|一[张个本人年次度吨]|$|每"),
    "元": re.compile(r"钱|[，。,]|一[张个本人年次度吨]|$|每|人民币|以[上下内]|封顶|左右"),
    "天": re.compile(r"之?内|以内|左右|就|[，。,吧]|$|才|能"),
    "年": re.compile(r"之?内|以内|左右|就|[，。,吧]|$|才|以[上后]"),
    "岁": re.compile(r"以[上下]|就|[，。,]|$|的|才|老人"),
    "个": re.compile(r"工作日|月|半?小时|星期|礼拜|百分点"),
    "点": re.compile(r"半|到|整|[，。,]|$|之?前|以后|[一二三四五]十|钟|一刻"),
    "号": re.compile(r"之?前|[，。,]|$|到|开始|以后|截止|楼|起"),
    "成": re.compile(r"[，。,]|$|左右|[一二三五六七八九]"),
    "月": re.compile(r"之?内|以内|左右|[，。,底初]|$|[一二三]?十?[一二三四五六七八九十]号"),
    "半": re.compile(r"到|[，。,]|$|上班|下班|之?前|以[前后]|开"),
}
_GOES_ON = re.compile(r"[，。,]|$|[一每毛角块元]")
_BEFORE_UNIT = {"月": "个", "半": "点"}
_WORDS = (
    "工作日", "小时", "分钟", "周岁", "百分之", "身份证", "户口簿", "户口本", "复印件", "结婚证", "居住证", "房产证",
)  # fmt: skip
_AFTER_NUMBER = frozenset({"工作日", "小时", "分钟", "周岁"})


_ONE_OFF = {
    word: re.compile("(?=" + "|".join(f"{word[:n]}.{word[n + 1 :]}" for n in range(len(word))) + ")", re.DOTALL)
    for word in _WORDS
}
# 万把块, 千儿八百: those words are what they are.
_ABOUT = re.compile(rf"(?:^|[^{_NUMERAL}])[百千万](?:把|儿八)")
_READ = frozenset(_NUMERAL + "块元天年岁个点号成月日")
_BESIDE = frozenset(_NUMERAL + "个之")
"""A character with none of these beside it is no number word."""


def heard_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the places of characters that sound like number words where only those make sense, and those words.

    ``text`` is simplified. A character is read once, from left to right, what was read before it counting as read.
    """
    sounds = dict(zip(positions(text), syllables(text), strict=True))
    characters = list(text)
    for place, right in _words(text, sounds):
        characters[place] = right
        yield place, right
    for place, sound in sorted(sounds.items()):
        beside = characters[max(0, place - 1) : place + 2]
        if characters[place] in _READ or _BESIDE.isdisjoint(beside) or _ABOUT.match(text, max(0, place - 2)):
            continue
        said = _number(characters, place, sound) or _unit(characters, place, sound)
        if said is not None:
            characters[place] = said
            yield place, said


def _words(text: str, sounds: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Yield the wrong characters of words that are right in all but one: 公作日, 身份正."""
    for word in _WORDS:
        spelt = syllables(word)
        for start in (found.start() for found in _ONE_OFF[word].finditer(text)):
            wrong = [n for n, character in enumerate(word) if text[start + n] != character]
            if len(wrong) != 1 or sounds.get(start + wrong[0]) != spelt[wrong[0]]:
                continue
            if word in _AFTER_NUMBER and (not start or text[start - 1] not in _NUMERAL + "个来多"):
                continue
            yield start + wrong[0], word[wrong[0]]


def _number(text: list[str], place: int, sound: str) -> str | None:
    before, after = text[place - 1] if place else "", "".join(text[place + 1 : place + 12])
    if "".join(text[max(0, place - 3) : place]) == "百分之" and (said := _DIGITS.get(sound) or _SCALES.get(sound)):
        return said
    if sound in _SCALES and before and before in _DIGIT:
        on = _UNIT_ON if text[place] in _COMMON else _END_ON
        return _SCALES[sound] if on.match(after) else None
    if sound not in _DIGITS:
        return None
    if _ROW.search("".join(text[max(0, place - 6) : place])) and _ROW_ON.match(after):
        return _DIGITS[sound]
    if before and before in _SCALE:
        return _DIGITS[sound] if _UNIT_ON.match(after) else None
    if text[place] in _COMMON or (before and before in _NUMERAL):
        return None
    return _DIGITS[sound] if _SCALE_ON.match(after) or re.match(r"个(?:工作日|月|小时)", after) else None


def _unit(text: list[str], place: int, sound: str) -> str | None:
    said = _UNITS.get(sound)
    if said is None or not place or text[place] in _COMMON:
        return None
    after = "".join(text[place + 1 : place + 6])
    fits = (
        text[place - 1] == _BEFORE_UNIT[said] if said in _BEFORE_UNIT else text[place - 1] in _NUMERAL.replace("半", "")
    )
    return said if fits and _AFTER_UNIT[said].match(after) else None


def perhaps_longer(text: str, start: int, end: int) -> bool:
    """Whether a character beside a number at ``start`` to ``end`` sounds like more of it: 誓五块 may be 十五块."""
    if not text or text[start] not in _NUMERAL:
        return False
    if start and _like_number(text[start - 1]) and not is_word(text[max(0, start - 2) : start]):
        return True
    if end >= len(text) or not _like_number(text[end]) or is_word(text[end : end + 2]):
        return False
    return bool(_GOES_ON.match(text, end + 1))


def _like_number(character: str) -> bool:
    if character in _COMMON or character in _NUMERAL:
        return False
    sound = next(iter(syllables(character)), "")
    return sound in _DIGITS or sound in _SCALES
