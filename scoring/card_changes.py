"""What changes from one scorecard to another, in words for who has to adopt it (Chinese)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from scoring.card import FatalError, GradeBand, Group, Item, Scorecard
from scoring.effective import first_month
from scoring.exact import HUNDREDTH
from scoring.grades import grade_of
from scoring.outcome import Outcome
from scoring.score import ItemVerdict, score_call

FULL = Decimal(100)
WORDS = {
    "name": "名称",
    "group": "所属大类",
    "points": "分值",
    "per_fault": "每处扣分",
    "all_missing": "全部缺失扣分",
    "cap": "单项封顶",
    "corrected_loss": "自行更正后扣分",
    "hint_only": "只提示不扣分",
    "decided_by": "由谁判定",
    "how": "扣分说明",
    "accuracy": "计入的准确率",
    "at_least": "起点分",
    "factor": "绩效系数",
    "failing": "不合格",
}
VALUES: dict[object, str] = {
    None: "未设",
    "": "无",
    True: "是",
    False: "否",
    "rules": "规则",
    "person": "质检员",
    "caller": "来电人关键",
    "business": "业务关键",
    "compliance": "合规关键",
}
Part = Group | Item | FatalError | GradeBand


@dataclass(frozen=True, slots=True)
class CardChanges:
    """Lines of words, part by part; all empty where the scorecards do not differ but in version and date."""

    groups: tuple[str, ...]
    items: tuple[str, ...]
    fatal_errors: tuple[str, ...]
    grades: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.groups or self.items or self.fatal_errors or self.grades)


@dataclass(frozen=True, slots=True)
class Example:
    """A call's points by either scorecard; None where it has not the items to tell."""

    words: str
    old: Decimal | None
    new: Decimal | None


@dataclass(frozen=True, slots=True)
class GradeShift:
    """Means from ``low`` to ``high`` whose grade or factor changes."""

    low: Decimal
    high: Decimal
    old: GradeBand
    new: GradeBand


def card_changes(old: Scorecard, new: Scorecard) -> CardChanges:
    """Return what was added, dropped and altered, each part in the new scorecard's order and then the dropped."""
    return CardChanges(
        groups=_changes({g.code: g for g in old.groups}, {g.code: g for g in new.groups}),
        items=_changes({i.code: i for i in old.items}, {i.code: i for i in new.items}),
        fatal_errors=_changes({f.code: f for f in old.fatal_errors}, {f.code: f for f in new.fatal_errors}),
        grades=_changes({b.name: b for b in old.grades}, {b.name: b for b in new.grades}),
    )


def examples(old: Scorecard, new: Scorecard) -> tuple[Example, ...]:
    """Return what calls come to: one without fault, one with a fault in each group, and one fault on each item.

    All items apply in them. Of the single items only those are given whose points differ.
    """
    codes = list(dict.fromkeys([*(i.code for i in new.items), *(i.code for i in old.items)]))
    typical = Example(
        "每个大类的第一个扣分项各错一处", _points(old, _one_a_group(old)), _points(new, _one_a_group(new))
    )
    single = (Example(f"只在 {code} 错一处", _points(old, [code]), _points(new, [code])) for code in codes)
    clean = Example("没有差错", _points(old, []), _points(new, []))
    return (clean, typical, *(one for one in single if one.old != one.new))


def grade_shifts(old: Scorecard, new: Scorecard) -> tuple[GradeShift, ...]:
    """Return the ranges of means whose grade, factor or passing changes, from the top."""
    starts = sorted(
        {band.at_least for card in (old, new) for band in card.grades if band.at_least <= FULL}, reverse=True
    )
    found = []
    above = FULL
    for start in starts:
        before, after = grade_of(old, start), grade_of(new, start)
        if (before.name, before.factor, before.failing) != (after.name, after.factor, after.failing):
            found.append(GradeShift(start, above, before, after))
        above = start - HUNDREDTH
    return tuple(found)


def told(old: Scorecard, new: Scorecard) -> Iterator[str]:
    """Yield the whole account, line by line."""
    yield f"评分标准 {old.version}（{first_month(old)} 起）→ {new.version}（{first_month(new)} 起）"
    changes = card_changes(old, new)
    if not changes:
        yield "内容没有变化"
        return
    for title, lines in (
        ("大类", changes.groups),
        ("评分项", changes.items),
        ("一票否决", changes.fatal_errors),
        ("等次", changes.grades),
    ):
        yield from (f"{title}：{line}" for line in lines)
    yield "通话得分（各项都适用时）："
    yield from (f"  {one.words}：{_said(one.old)} → {_said(one.new)}" for one in examples(old, new))
    yield from _shifts(old, new)


def _shifts(old: Scorecard, new: Scorecard) -> Iterator[str]:
    shifts = grade_shifts(old, new)
    if not shifts:
        yield "月均分对应的等次和系数不变"
        return
    yield "月均分对应的等次和系数："
    for shift in shifts:
        yield f"  {shift.low:.2f} 至 {shift.high:.2f} 分：{_band(shift.old)} → {_band(shift.new)}"


def _band(band: GradeBand) -> str:
    return f"{band.name}（系数 {_said(band.factor)}{'，不合格' if band.failing else ''}）"


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    lines = [_added(code, part) for code, part in new.items() if code not in old]
    for code, part in new.items():
        if code in old and old[code] != part:
            lines.append(f"{_label(code, part)} 改：{'；'.join(_altered(old[code], part))}")
    return (*lines, *(f"{_label(code, part)} 删去" for code, part in old.items() if code not in new))


def _added(code: str, part: Part) -> str:
    named = [(WORDS[f.name], getattr(part, f.name)) for f in fields(part) if f.name in WORDS and f.name != "name"]
    said = [
        f"{word} {_said(value)}" for word, value in named if value is not None and value != "" and value is not False
    ]
    return f"{_label(code, part)} 新增：{'，'.join(said)}"


def _altered(old: Part, new: Part) -> list[str]:
    pairs = [(WORDS[f.name], getattr(old, f.name), getattr(new, f.name)) for f in fields(new) if f.name in WORDS]
    return [f"{word} {_said(before)} → {_said(after)}" for word, before, after in pairs if before != after]


def _label(code: str, part: Part) -> str:
    return code if part.name == code else f"{code} {part.name}"


def _said(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return VALUES.get(value, str(value))


def _one_a_group(card: Scorecard) -> list[str]:
    costly = {
        group.code: [i.code for i in card.items if i.group == group.code and not i.hint_only] for group in card.groups
    }
    return [codes[0] for codes in costly.values() if codes]


def _points(card: Scorecard, faulty: Collection[str]) -> Decimal | None:
    known = {item.code for item in card.items}
    if not known.issuperset(faulty):
        return None
    said = [ItemVerdict(c, Outcome.FAIL if c in faulty else Outcome.PASS, person=True) for c in known]
    return score_call(card, said).points
