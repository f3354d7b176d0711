"""Addresses of homes: a unit, a room, a house number or a village's group, with the words that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_pipeline.language.names import Tagged, tagged
from qa_pipeline.language.personal.finding import Kind, Personal
from qa_pipeline.language.pinyin import syllables

_N = r"[\d零〇一二两三四五六七八九十百幺]{1,5}"
_ROOM = r"(?:[\d零〇一二三四五六七八九十幺]{3,5}|[二三四五六七八九]?十[一二三四五六七八九]?零[一二三四五六七八九])"
_BUILDING = rf"(?:{_N}号院|[A-Za-z\d]+座|[A-Za-z](?:区|栋|幢|号楼)|{_N}期|{_N}(?:号楼|栋|幢|号))"
_INNER = rf"(?:{_N}单元|{_N}(?:楼|层)(?:[东南西北中](?:户|边|侧|门)?)?|{_ROOM}(?:室|号|房|户)?|[东南西北中]户)"
# The part that makes an address somebody's: what follows a building or a village and leads to one door.
_DOOR = re.compile(
    rf"{_BUILDING}*(?:(?<=[路街道巷弄])[\d零〇一二三四五六七八九十百幺]{{1,5}}号)?{_BUILDING}*"
    rf"(?:{_N}单元(?:{_N}(?:楼|层))?(?:{_ROOM}(?:室|号|房|户)?|[东南西北中](?:户|边|侧|门)?(?![一-龥]*[路街]))?|{_BUILDING}{_INNER}+|(?<=村){_N}(?:组|队|社)(?:{_N}号)?)"
)
_STREET = re.compile(rf"(?<=[路街道巷弄])(?:{_BUILDING})+")
_DIGIT = r"[\d零〇一二三四五六七八九十幺耳]"
_UNIT = re.compile(rf"(?<={_DIGIT})[\u4e00-\u9fff]{{2}}(?={_DIGIT})")
_BLOCK = re.compile(
    rf"(?<={_DIGIT})[洞动冻懂](?={_DIGIT}{{1,3}}(?:单元|[\u4e00-\u9fff]{{2}}{_DIGIT}{{2}})|{_DIGIT}{{3}})"
)
_SECOND = re.compile(r"[耳尔儿](?=单元)")
_FLOOR = re.compile(rf"(?<=号)[罗娄搂漏](?={_DIGIT})")
_LEADS = frozenset(("LOC", "ORG", "n", "m", "nz", "nw", "xc", "TIME", "s", "f"))
_LEAD_IN = re.compile(
    r"^.*(?:地址|住址|住处|住在|家住|家在|我家|他家|她家|我们家|我们村|户籍|户口|老家|房子|是|在|住|到|送|呢|我们|就|的|了|去|给|楼上|楼下|，|。)"
)
_HOME = re.compile(r"住|家|地址|送到|寄到|门牌|户籍|老家")
_OFFICE = re.compile(
    r"大厅|窗口|中心|派出所|局|政务|法院|医院|学校|银行|营业厅|办事处|社保|公安|服务站|居委会|村委会|办理|咨询|公司|酒店|超市"
)


def addresses(text: str, context: str = "") -> Iterator[Personal]:
    """Yield addresses that lead to somebody's door.

    Args:
        text: What one speaker said.
        context: What the other one said before (您家住哪里).
    """
    heard = _mended(text)
    words = tagged(heard)
    done = 0
    for door in (*_DOOR.finditer(heard), *_STREET.finditer(heard)):
        if door.start() < done or not door[0]:
            continue
        start = _begin(heard, door.start(), words)
        likely = _likely(heard, start, door, context)
        if likely:
            done = door.end()
            yield Personal(Kind.ADDRESS, start, done, text[start:done], text[start:done], likely)


def _mended(text: str) -> str:
    """Return a text of the same length with what sounds like 单元, 栋 or 楼 between numbers written so."""
    plain = _UNIT.sub(lambda found: "单元" if syllables(found[0]) == ("dan", "yuan") else found[0], text)
    plain = _BLOCK.sub("栋", _SECOND.sub("二", plain))
    return _FLOOR.sub("楼", plain)


def _begin(text: str, place: int, words: Sequence[Tagged]) -> int:
    """Return where the place names that lead to a door begin."""
    start = place
    before = [word for word in words if word.start < place]
    for number, word in reversed(list(enumerate(before))):
        # 江北办 is a sub-district, 社区老水文站 an old one.
        joint = word.text in {"办", "老", "新"} and number > 0 and before[number - 1].tag in {"LOC", "ORG", "n"}
        if word.end < start or not (word.tag in _LEADS or joint):
            break
        start = word.start
    led_in = _LEAD_IN.match(text[start:place])
    return start + led_in.end() if led_in else start


def _likely(text: str, start: int, door: re.Match[str], context: str) -> float:
    """Return how likely a door is somebody's home; 0 for an office's, a bare number, a street without a home."""
    clause = re.split(r"[，。！？,]", text[:start])[-1]
    said = clause + text[start : door.end()] + text[door.end() :][:8]
    if _OFFICE.search(re.sub("供电局家属院|[^，。]{0,6}家属[院楼区]", "", said)):
        return 0.0
    home = bool(_HOME.search(clause) or _HOME.search(context[-20:]) or re.match(r"[住的]?业主|住", text[door.end() :]))
    if door.re is _STREET:
        return 0.8 if home else 0.0
    fine = bool(re.search(rf"单元{_N}|{_ROOM}(?:室|号|房|户)?$|[东南西北中]户$|(?:组|队|社)(?:{_N}号)?$|户$", door[0]))
    return 0.93 if fine and home else 0.85 if fine else 0.6 if home else 0.0
