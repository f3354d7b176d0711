"""Branches that answers turn on (本地户口二十天，外地三十天): which of them a value belongs to, and a caller is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Each axis has branches that exclude one another; a branch has the ways in which it is said.
_AXES: Mapping[str, Mapping[str, str]] = {
    "residence": {
        "本地": "本地|本市|本省|本县|市内|省内|我市",
        "外地": "外地|外省|异地|非本市|非本地|外来|省外|市外|跨省",
    },
    "settlement": {"城市": "城市|城镇|城区|市区|主城", "农村": "农村|乡镇|郊区|乡下|村里"},
    "hospital": {"三级": "三级|三甲|市级三级", "二级": "二级|县级", "一级": "一级|社区医院|乡镇卫生院"},
    "family": {"单身": "单身|单人|单缴|一个人缴|单职工", "夫妻": "已婚|夫妻|双缴|双职工|两口子|已婚家庭|双方缴"},
    "insured": {"职工": "职工医保|职工(?!资)", "居民": "城乡居民|居民医保|居民保险|新农合"},
    "working": {"在职": "在职", "退休": "退休"},
    "sex": {"男": "男(?:的|性|方|职工|同志)?(?!女)", "女": "女(?:的|性|方|职工|同志)?"},
    "grown": {"儿童": "儿童|小孩|孩子|未成年|学生|娃", "成人": "成人|成年|大人", "老人": "老人|老年人"},
    "income": {
        "低保户": "低保户?(?!标准|金|申请)|特困|困难家庭|建档立卡",
        "一般家庭": "一般家庭|普通家庭|一般户|其他家庭|普通人",
    },
    "turn": {
        "首次": "首次|第一次|头一次|初次|新办|首领",
        "补领": "补领|补办|丢失|遗失|丢了|挂失|补证",
        "换领": "换领|到期换|换证|期满|换发|到期|换新|续期|续签",
    },
    "urgency": {"加急": "加急|急件|特急", "普通": "普通件|不加急|正常办|普通的"},
    "way": {"网上": "网上|线上|手机上|APP", "窗口": "窗口|线下|柜台|大厅|现场"},
    "delivery": {"邮寄": "邮寄|快递|寄给", "自取": "自取|自己来取|自己取|现场取"},
    "house": {"首套": "首套|第一套", "二套": "二套|第二套|二套房"},
    "building": {"新房": "新房|一手房|新建", "二手房": "二手房|二手"},
    "storey": {"多层": "多层|没有电梯|步梯", "高层": "高层|电梯房|小高层"},
    "use": {"住宅": "(?<!非)住宅|居民用|民用|家用", "商业": "商业|商铺|商用|门面|非住宅|非居民"},
    "degree": {"专科": "大专|(?<!本)专科", "本科": "(?<!专)本科", "硕士": "硕士|研究生", "博士": "博士"},
    "school": {"幼儿园": "幼儿园", "小学": "小学", "初中": "初中", "高中": "高中", "大学": "大学"},
    "vehicle": {
        "小型车": "小型车|小轿车|小汽车|私家车|轿车",
        "大型车": "大型车|大车|货车|大客车",
        "摩托车": "摩托车|摩托",
    },
    "year": {
        "第一年": "(?:第一|头一|首)年(?!级)",
        "以后各年": "第二年(?!级)|(?:往后|之后|以后|此后)(?:每|各|一)年|次年(?![\\d一二三四五六七八九十]+月)",
    },
    "hour": {
        "首小时": "(?:首|头一?|第一)个?(?:小时|钟头)",
        "以后每小时": "(?:之后|往后|以后|此后|超过后)(?:每|一)个?(?:小时|钟头)",
    },
    "grade": {
        "一档": "一档|一类|第一档|第一阶梯|头档",
        "二档": "二档|二类|第二档|第二阶梯",
        "三档": "三档|三类|第三档|第三阶梯",
    },
    "season": {"夏季": "夏天|夏季|夏令时", "冬季": "冬天|冬季|冬令时"},
    "day": {"工作日": "平时|周一到周五|工作日(?=上|早|营)", "周末": "周末|双休日", "节假日": "节假日|法定假日|过节"},
    "hour_of_day": {"白天": "白天|昼间|日间", "夜间": "夜间|夜里|深夜|夜晚"},
    "person": {"个人": "个人(?!所得|信息|账户)", "单位": "单位(?!证明)|企业|公司"},
}


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch (``term``) of an axis, at characters ``start`` to ``end`` of a text."""

    axis: str
    term: str
    start: int = 0
    end: int = 0


_PATTERNS = tuple((axis, term, re.compile(pattern)) for axis, terms in _AXES.items() for term, pattern in terms.items())
_AXIS_OF = {term: axis for axis, terms in _AXES.items() for term in terms}
SEPARATOR = "、"
_SENTENCE = re.compile(r"[。！？!?\n]")
_NOT_IN_IT = re.compile(r"(?:不是|不属于|并非|不管|不论|无论|除了)(?:您|你|我|是)?$")


def branches(text: str) -> tuple[Branch, ...]:
    """Return the branches that a text names, in order; 不是本地的 names none."""
    found = [
        Branch(axis, term, match.start(), match.end())
        for axis, term, pattern in _PATTERNS
        for match in pattern.finditer(text)
        if not _NOT_IN_IT.search(text[: match.start()])
    ]
    return tuple(sorted(found, key=lambda branch: (branch.start, -branch.end)))


def condition_at(text: str, place: int, named: tuple[Branch, ...] | None = None) -> tuple[Branch, ...]:
    """Return the branches that hold for a value at a place of a text: of each axis the last one named before it.

    A branch holds to the end of its sentence or until another of its axis is named.
    """
    breaks = [found.end() for found in _SENTENCE.finditer(text, 0, place)]
    first = breaks[-1] if breaks else 0
    holding: dict[str, Branch] = {}
    for branch in branches(text) if named is None else named:
        if first <= branch.start and branch.end <= place:
            holding[branch.axis] = branch
    return tuple(holding.values())


def condition_text(text: str, place: int, named: tuple[Branch, ...]) -> str:
    """Return the branches that hold for a value, as they stand in `Value.condition`: 职工、三级."""
    return SEPARATOR.join(branch.term for branch in condition_at(text, place, named))


def conditions(condition: str) -> dict[str, str]:
    """Return axis → branch of what `condition_text` wrote; words that are no branch are left out."""
    return {_AXIS_OF[term]: term for term in condition.split(SEPARATOR) if term in _AXIS_OF}


def known(text: str) -> dict[str, str]:
    """Return the branch of each axis that a text settles: one that names both (本地和外地) settles nothing."""
    terms: dict[str, set[str]] = {}
    for branch in branches(text):
        terms.setdefault(branch.axis, set()).add(branch.term)
    return {axis: next(iter(names)) for axis, names in terms.items() if len(names) == 1}


def clash(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether two sets of conditions exclude one another."""
    return any(a[axis] != b[axis] for axis in a.keys() & b.keys())
