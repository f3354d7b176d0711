"""Characters of a name as they are told apart on the phone: 弓长张, 立早章, 黎明的黎, 三个石的磊."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_pipeline.language.frequency import frequency
from qa_pipeline.language.pinyin import sound_distance
from qa_pipeline.language.script import simplify

# How surnames that sound alike are told apart. Custom of the trade and of every service counter.
_PARTS = {
    "弓长": "张", "立早": "章", "木子": "李", "耳东": "陈", "口天": "吴", "言午": "许", "双人徐": "徐",
    "双口": "吕", "古月": "胡", "双木": "林", "草头": "蒋", "人可": "何", "加贝": "贺", "走肖": "赵",
    "干勾": "于", "人则": "余", "邑俞": "俞", "三横": "王", "三点水": "江", "美女": "姜", "早立": "章",
    "文武": "斌", "千里": "董", "草字头": "范", "竹字头": "范", "禾呈": "程", "西土": "覃", "日月": "明",
    "言身寸": "谢", "马": "冯", "禾火": "秋", "卜": "卞", "女兆": "姚", "田力": "男", "白水": "泉", "奔": "贲",
    "山今": "岑", "雨田": "雷", "人尔": "你", "尹口": "君", "金戈": "钱", "金十": "针", "金同": "铜",
    "金中": "钟", "金童": "钟", "反犬": "狄", "人言": "信", "水工": "江", "又鸟": "鸡", "丘山": "岳",
    "女子": "好",
}  # fmt: skip
_UNSAFE = frozenset({
    "马", "卜", "奔", "人尔", "又鸟", "女子", "金十", "金戈", "美女", "千里", "草头", "三横", "三点水", "草字头",
    "竹字头",
})  # fmt: skip
_SPELT = re.compile(
    "(?P<parts>"
    + "|".join(sorted((p for p in _PARTS if p not in _UNSAFE), key=len, reverse=True))
    + ")(?P<name>[\u4e00-\u9fff])?"
)
_OF = re.compile(r"(?P<phrase>[\u4e00-\u9fff]{2,4})的(?P<name>[\u4e00-\u9fff])(?![\u4e00-\u9fff]{2})")
_THREE = {
    "三个石": "磊", "三个木": "森", "三个水": "淼", "三个金": "鑫", "三个火": "焱", "三个日": "晶",
    "三个土": "垚", "两个吉": "喆", "两个木": "林",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A character of a name that was told by its parts or by a word; characters ``start`` to ``end`` of the text."""

    character: str
    start: int
    end: int
    text: str


def told_characters(text: str) -> tuple[Told, ...]:
    """Return the characters of names that a text tells apart, in order.

    立早章 is 章 also where the recogniser wrote 立早张: the parts tell. 黎明的黎 counts where the character
    stands in the word; 三个石的磊 by the parts.
    """
    plain = simplify(text)
    found = [Told(_PARTS[m["parts"]], *m.span(), m[0]) for m in _SPELT.finditer(plain) if _fits(m)]
    for match in _OF.finditer(plain):
        three = next((c for parts, c in _THREE.items() if c and match["phrase"].endswith(parts)), None)
        if three is not None and _alike(three, match["name"]):
            found.append(Told(three, *match.span(), match[0]))
        elif three is None and (own := _in_word(match["phrase"], match["name"])) is not None:
            found.append(Told(own, *match.span(), match[0]))
    return tuple(sorted(found, key=lambda one: one.start))


def _fits(match: re.Match[str]) -> bool:
    """Whether parts are followed by the character that they make, by sound: 古月胡 and no 古月楼."""
    name = match["name"]
    return name is not None and _alike(_PARTS[match["parts"]], name)


def _alike(a: str, b: str) -> bool:
    return sound_distance(a, b) <= 0.2


def _in_word(phrase: str, name: str) -> str | None:
    """Return the character of a word that a name's sounds like; the one of the word is surer than the lone one."""
    word = next((phrase[n:] for n in range(len(phrase) - 1) if frequency(phrase[n:])), "")
    return next((c for c in word if _alike(c, name)), None)
