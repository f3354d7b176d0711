"""Facts as people write them in an entry or on a command line: 费用：120元, 时限：二十个工作日."""

from __future__ import annotations

import re
from dataclasses import replace

from qa_pipeline.language.values import Value, values
from qa_pipeline.models import FACT_UNITS, Fact

SLOT_NAMES = {
    "time_limit": "时限",
    "fee": "费用",
    "percent": "比例",
    "phone": "电话",
    "place": "地点",
    "hours": "办理时间",
    "materials": "材料",
    "validity": "有效期",
    "age": "年龄",
    "amount_cap": "限额",
}
"""What each slot is called (the glossary's words)."""
UNIT_NAMES = {
    "workday": "个工作日",
    "day": "天",
    "month": "个月",
    "year": "年",
    "hour": "小时",
    "minute": "分钟",
    "yuan": "元",
    "percent": "%",
}
_SLOTS = {name: slot for slot, name in SLOT_NAMES.items()} | {
    "收费": "fee",
    "金额": "fee",
    "办理时限": "time_limit",
    "期限": "time_limit",
    "办结时限": "time_limit",
    "报销比例": "percent",
    "地址": "place",
    "办理地点": "place",
    "时间": "hours",
    "联系电话": "phone",
    "咨询电话": "phone",
    "办理材料": "materials",
    "所需材料": "materials",
    "最高额度": "amount_cap",
    "额度": "amount_cap",
    "上限": "amount_cap",
}
_KINDS = {
    "time_limit": ("duration",),
    "validity": ("duration",),
    "fee": ("money",),
    "amount_cap": ("money", "percent"),
    "percent": ("percent",),
    "age": ("age",),
    "phone": ("phone",),
    "hours": ("hours",),
}
_LINE = re.compile(r"(?P<name>[^：:]{1,14})[：:]\s*(?P<value>.+?)\s*(?P<must>[（(]必告(?:知)?[)）]|[★*])?", re.DOTALL)
WRITE_LIKE = "写成“费用：120元（必告）”“时限：7个工作日”“材料：户口簿”这样，数字带上单位"
"""What to say where `fact_in_line` cannot read a line."""
_IN_WORDS = frozenset({"place", "materials", "hours", "validity", "time_limit"})


def slot_named(name: str) -> str | None:
    """Return the slot of a name such as 费用 or fee; None where it is none of ours."""
    plain = name.strip()
    return plain if plain in FACT_UNITS else _SLOTS.get(plain)


def fact_of(slot: str, text: str) -> Fact | None:
    """Return the fact that a text states for a slot; None where it states no value of the slot's kind.

    Args:
        slot: One of `FACT_UNITS`.
        text: Such as ``120元``, 二十个工作日, 免费, ``户口簿``. Places, documents and dates are kept in words.
    """
    text = text.strip(" \t。；;，,")
    found = [one for one in values(text) if one.kind in _KINDS.get(slot, ()) and one.unit in FACT_UNITS[slot]]
    if slot == "hours" and found:
        return Fact(slot, joined_hours(found))
    if found:
        return Fact(slot, found[0].value, found[0].unit)
    if slot in _IN_WORDS and "" in FACT_UNITS[slot] and any(c.isalpha() for c in text):
        return Fact(slot, text)
    return None


def fact_in_line(text: str) -> Fact | None:
    """Return the fact of a line as departments write it: 费用：120元（必告）; None where it cannot be read."""
    found = _LINE.fullmatch(text.strip())
    slot = slot_named(found["name"]) if found else None
    fact = fact_of(slot, found["value"]) if found and slot else None
    return replace(fact, must_say=bool(found["must"])) if found and fact else None


def joined_hours(spans: list[Value]) -> str:
    """Return the spans of one sentence as one value: 09:00-12:00、13:30-17:00."""
    return "、".join(dict.fromkeys(one.value for one in spans))


def in_words(fact: Fact) -> str:
    """Return a fact as people read it: 费用“120元”, 材料“户口簿”, 时限“约7天”."""
    if fact.slot == "fee" and fact.value == "0":
        return f"{SLOT_NAMES['fee']}“免费”"
    unit = "岁" if fact.slot == "age" else UNIT_NAMES.get(fact.unit, fact.unit)
    return f"{SLOT_NAMES.get(fact.slot, fact.slot)}“{value_in_words(fact.value)}{unit}”"


def value_in_words(value: str) -> str:
    """Return a value as people read it: ~7 is 约7."""
    return f"约{value[1:]}" if value.startswith("~") else value
