"""What changes from one pay scheme to another, in words for who has to adopt it (Chinese)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal

from scoring.pay.scheme import GradePay, PayScheme, RestDays

SCHEME_WORDS = {
    "days": "按什么天数折算",
    "min_days": "评等次至少在岗天数",
    "few_days": "天数不足时",
    "not_heard": "没有听到通话时",
    "probation_factor": "试用期系数下限",
    "most_deducted": "最多扣除基数的份额",
    "rest": "休息日",
}
GRADE_WORDS = {
    "factor": "系数",
    "per_point": "每高一分加系数",
    "at_most": "系数上限",
    "reward": "奖励（元）",
    "deduction": "扣款（元）",
}
VALUES: dict[object, str] = {
    None: "未设",
    "calendar": "日历天数",
    "due": "应出勤天数",
    "base": "按基数",
    "person": "由人决定",
}


def scheme_changes(old: PayScheme, new: PayScheme) -> tuple[str, ...]:
    """Return what differs but for version and date, the scheme's own values first, then grade by grade.

    A grade that a scheme does not speak of is paid by the scorecard's factor alone, which is said as ``按评分标准``.
    """
    own = (
        f"{words}：{_said(getattr(old, name))} → {_said(getattr(new, name))}"
        for name, words in SCHEME_WORDS.items()
        if getattr(old, name) != getattr(new, name)
    )
    return (*own, *_grades(old, new))


def _grades(old: PayScheme, new: PayScheme) -> Iterator[str]:
    before, after = ({grade.name: grade for grade in scheme.grades} for scheme in (old, new))
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name, GradePay(name)), after.get(name, GradePay(name))
        altered = [
            f"{GRADE_WORDS[field.name]} {_worth(field.name, was)} → {_worth(field.name, now)}"
            for field in fields(GradePay)
            if getattr(was, field.name) != getattr(now, field.name)
        ]
        if altered:
            yield f"{name}：{'；'.join(altered)}"


def _worth(name: str, grade: GradePay) -> str:
    value = getattr(grade, name)
    return "按评分标准" if name == "factor" and value is None else _said(value)


def _said(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, RestDays):
        return _rest(value)
    return VALUES.get(value, str(value))


def _rest(rest: RestDays) -> str:
    weekdays = "、".join(f"周{'一二三四五六日'[day - 1]}" for day in rest.weekdays) or "无"
    return f"{weekdays}，另休 {_days(rest.off)}，调班上班 {_days(rest.on)}"


def _days(days: tuple[date, ...]) -> str:
    return "、".join(day.isoformat() for day in days) or "无"
