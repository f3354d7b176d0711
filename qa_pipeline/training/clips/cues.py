"""Where personal data is due, whatever the recogniser made of it: answers to 您贵姓, what follows 我叫, a read-back.

Of what Whisper base hears, the finder of personal data (`language.personal`) finds little more than half, since a
misheard name is no name any more. What was asked for is covered as a whole instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from qa_pipeline.language.names import names
from qa_pipeline.language.pinyin import keys, positions
from qa_pipeline.models.clips import MaskKind

Found = tuple[int, int, MaskKind]
"""Characters ``start`` to ``end`` of a text, and what they are."""

_ASKS_PLACE = re.compile(
    r"(?:哪个|哪一个|哪家|什么|哪儿?|哪里的?).{0,3}(?:小|位置|地方|地点|地址|街|路|村|镇|楼|栋|单元|广场|停车场|饭店|站|公司|医院|学校|店)"
    r"|在哪(?!个部门)|叫什么|具体.{0,2}位置|地址|住址|住哪|门牌"
)
_ASKS_NUMBER = re.compile(
    r"(?:电话|手机|号码|联系方式|微信|车牌|身份证号|卡号|账号).{0,6}(?:多少|什么|几|留|吗|嘛|呢|是|记得|报|说)"
    r"|(?:留|提供|报|说)一?下?.{0,6}(?:电话|手机|号码|联系方式|身份证号|车牌|姓名|名字|地址)|车牌"
)
_ASKS_NAME = re.compile(r"贵姓|称呼|姓名|名字|叫什么|您姓|你姓|哪位|什么人")
_ASKS = (_ASKS_NAME, _ASKS_NUMBER, _ASKS_PLACE)
_ASKS_BY_SOUND = (
    *("贵姓", "怎么称呼", "姓名和", "什么名字", "联系电话", "电话多少", "电话是多少", "车牌号", "身份证号"),
    *("哪个小区", "什么位置", "在什么地方", "具体地址"),
)
_NAMED = re.compile(
    r"(?:我叫|名字叫|名字是|本人叫|我姓|免贵姓|他叫|她叫|老板叫|联系人是?)(?P<name>[\u4e00-\u9fff]{1,4})"
)
_LIVES = re.compile(r"(?:家住|我住|他住|她住|住在|住址是?|地址是?|我家在|家在)(?P<place>[\u4e00-\u9fff\d]{2,16})")
_READ_BACK = re.compile(r"[核合和]对一?下?|确认一?下|重复一?[下遍]|复述|您看对")
_READ_BACK_SOUNDS = ("跟您核对", "和您核对", "核对一下", "确认一下", "重复一遍")
_TITLED = re.compile(r"(?P<name>[\u4e00-\u9fff])(?=先生|女士|小姐|同志)")
_NO_SURNAME = frozenset("的是好您你他她它位个这那各谢了吗啊嗯哦对被叫找跟给请老小大一着去")
_ESTATE = re.compile(r"[\u4e00-\u9fff]{2}(?:花园|家园|华庭|公寓|新村|山庄|[佳名]苑|嘉园)")
_PLACE_ENDS = (
    *("路", "街", "巷", "大道", "广场", "花园", "家园", "华庭", "公寓", "苑", "小区", "新村", "山庄", "村", "镇"),
    *("大厦", "号", "楼", "站", "桥", "单元"),
)
_LETTERS = re.compile(r"[A-Za-z\d]{5,}")


def asks_for_personal(text: str) -> bool:
    """Whether an operator's words ask the caller for a name, a number or a place."""
    if any(pattern.search(text) for pattern in _ASKS):
        return True
    heard = keys(text)
    return any(phrase in heard for phrase in _sounds())


def said_after_cues(text: str) -> Iterator[Found]:
    """Yield what follows 我叫 and 住在, a surname before 先生, streets and estates, and rows of letters and digits."""
    for match in _NAMED.finditer(text):
        yield (*match.span("name"), MaskKind.NAME)
    for match in _LIVES.finditer(text):
        yield (*match.span("place"), MaskKind.ADDRESS)
    for match in _TITLED.finditer(text):
        if match["name"] not in _NO_SURNAME:
            yield (*match.span("name"), MaskKind.NAME)
    for match in _ESTATE.finditer(text):
        yield (*match.span(), MaskKind.ADDRESS)
    for one in names(text):
        if one.kind == "address" and len(one.text) > 2 and one.text.endswith(_PLACE_ENDS):
            yield one.start, one.end, MaskKind.ADDRESS
    for match in _LETTERS.finditer(text):
        if not match[0].isdigit():
            yield (*match.span(), MaskKind.NUMBER)


def read_back_from(text: str) -> int | None:
    """Return the character from which on somebody reads back what was recorded, None where nobody does."""
    if match := _READ_BACK.search(text):
        return match.end()
    heard, places = keys(text), positions(text)
    ends = [heard.find(phrase) + len(phrase) for phrase in map(keys, _READ_BACK_SOUNDS) if phrase in heard]
    return places[min(ends) - 1] + 1 if ends else None


@cache
def _sounds() -> tuple[str, ...]:
    return tuple(map(keys, _ASKS_BY_SOUND))
