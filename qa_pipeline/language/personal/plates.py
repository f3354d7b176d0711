"""Number plates, written or spoken: 陕A·12345, 陕西的陕 G 七七零二五, and letters written as what they sound like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.personal.finding import Kind, Personal
from qa_pipeline.language.personal.rows import digit
from qa_pipeline.language.pinyin import syllables

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# How a province's character is spelt out (陕西的陕); 的 is what the recogniser may drop least.
_SPELT = (
    "北京|天津|上海|重庆|河北|河南|云南|辽宁|黑龙江|湖南|安徽|山东|新疆|江苏|浙江|江西|湖北|广西|甘肃|山西|内蒙古?|陕西|吉林|福建|"
    "贵州|广东|青海|西藏|四川|宁夏|海南"
)
# What the recogniser writes for a letter that is read out; only after a province and before digits.
_LETTERS = {
    **dict.fromkeys("吉记寄季即鸡计基", "G"),
    **dict.fromkeys("诶欸哎艾", "A"),
    **dict.fromkeys("必比毕币", "B"),
    **dict.fromkeys("西希吸", "C"),
    **dict.fromkeys("迪地弟帝", "D"),
    **dict.fromkeys("易意亿", "E"),
    **dict.fromkeys("艾爱", "F"),
    **dict.fromkeys("杰姐", "J"),
    **dict.fromkeys("开凯", "K"),
}
_SPOKEN = "0-9０-９零〇一二三四五六七八九幺洞拐"
_SIGN = f"[A-Za-z{_SPOKEN}]"
# 五个八 is 88888.
_TIMES = dict(zip("两二三四五六", (2, 2, 3, 4, 5, 6), strict=True))
_TOKEN = rf"(?:[{''.join(_TIMES)}]个)?{_SIGN}"
_GAP = r"[\s·.．•,，\-]{0,2}"
_PLATE = re.compile(
    rf"(?:(?:{_SPELT})的)?(?P<province>[{_PROVINCES}]){_GAP}(?P<letter>[A-Za-z]|[{''.join(_LETTERS)}])"
    rf"{_GAP}(?P<signs>{_TOKEN}(?:{_GAP}{_TOKEN}){{0,5}})(?P<last>[学警挂港澳]?)"
)
_CUE = re.compile(r"车|牌照|牌号|[绿蓝黄号]牌|辆")
_BY_SOUND = {syllables(province)[0]: province for province in _PROVINCES}
_NEARLY = re.compile(
    rf"(?P<province>[\u4e00-\u9fff]){_GAP}(?P<letter>[A-Za-z]|[{''.join(_LETTERS)}]){_GAP}"
    rf"(?P<signs>{_SIGN}(?:{_GAP}{_SIGN}){{3,5}})"
)


def plates(text: str) -> Iterator[Personal]:
    """Yield the number plates of a text; with a letter that is written as a word only where a plate is spoken of."""
    yield from _plain(text)
    yield from _misheard(text)


def _plain(text: str) -> Iterator[Personal]:
    for found in _PLATE.finditer(text):
        letter = found["letter"].upper()
        guessed = not letter.isascii()
        if guessed and not _CUE.search(text[: found.start()][-12:]):
            continue
        signs, end = _fitting(found["signs"], found.start("signs"))
        if not signs or sum(sign.isdigit() for sign in signs) < 2:
            continue
        end = found.end() if found["last"] and end == found.end("signs") else end
        value = found["province"] + _LETTERS.get(letter, letter) + signs
        start = found.start()
        yield Personal(Kind.PLATE, start, end, text[start:end], value, 0.8 if guessed else 0.97)


def _misheard(text: str) -> Iterator[Personal]:
    """Yield plates whose province was written as another word of its sound (闪G77025), where a plate is spoken of."""
    for found in _NEARLY.finditer(text):
        sounds = syllables(found["province"])
        province = _BY_SOUND.get(sounds[0]) if sounds else None
        if province and _CUE.search(text[: found.start()][-12:]) and sum(map(_is_digit, found["signs"])) >= 3:
            letter = _LETTERS.get(found["letter"], found["letter"].upper())
            value = province + letter + "".join(digit(c) or c.upper() for c in found["signs"] if c.isalnum())
            yield Personal(Kind.PLATE, found.start(), found.end(), found[0], value, 0.6)


def _is_digit(sign: str) -> bool:
    return digit(sign) is not None


def _fitting(signs: str, start: int) -> tuple[str, int]:
    """Return five signs, or the six of a new-energy plate (a letter first or last), and where they end; '' if fewer."""
    read, ends = "", list[int]()
    for token in re.finditer(_TOKEN, signs):
        sign = digit(token[0][-1]) or token[0][-1].upper()
        times = _TIMES[token[0][0]] if len(token[0]) > 1 else 1
        read += sign * times
        ends += [start + token.end()] * times
    length = 6 if len(read) == 6 and (read[0].isalpha() or read[-1].isalpha()) else 5
    return (read[:length], ends[length - 1]) if len(read) >= length else ("", 0)
