"""What differs between two rulesets: rules, standings, parameters, phrases, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qa_pipeline.models import Standing
from qa_pipeline.rules.conditions import ConditionParams
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from qa_pipeline.rules.telling import told_plain
from qa_pipeline.rules.telling_operators import quoted

STANDINGS = {Standing.DEDUCT: "直接扣分", Standing.ADVISE: "只提示"}
_CONDITIONS = frozenset({"when", "applies"})
_NONE = "（没有）"


class Kind(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ListChange:
    """A list of phrases (or texts) of a rule; ``altered`` are phrases whose exceptions or exactness differ."""

    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A single value of a rule, as people read it."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What differs of one rule."""

    code: str
    item: str
    name: str
    kind: Kind
    values: tuple[ValueChange, ...] = ()
    lists: tuple[ListChange, ...] = ()

    @property
    def short(self) -> str:
        """Say it in a few words: 停用; standing 直接扣分→只提示; forbidden +2 −1."""
        if self.kind is not Kind.CHANGED:
            return "新增" if self.kind is Kind.ADDED else "停用"
        parts = [f"{v.name} {v.old}→{v.new}" if v.name not in _CONDITIONS else f"{v.name} 改写" for v in self.values]
        return "；".join([*parts, *(f"{one.name} {_counts(one)}" for one in self.lists)])

    def lines(self) -> list[str]:
        """Say it in full, a line each."""
        lines = [f"{v.name}：{v.old} → {v.new}" for v in self.values]
        for one in self.lists:
            signs = (("加", one.added), ("减", one.removed), ("改例外或写法", one.altered))
            lines += [f"{one.name} {sign} {len(texts)} 个：{quoted(texts, 12)}" for sign, texts in signs if texts]
        return lines


def _counts(change: ListChange) -> str:
    signs = (("+", change.added), ("−", change.removed), ("±", change.altered))
    return " ".join(f"{sign}{len(texts)}" for sign, texts in signs if texts)


def differences(old: Ruleset, new: Ruleset) -> tuple[RuleChange, ...]:
    """Return what differs, by code; nothing where two rulesets judge alike, whatever their versions are called."""
    before, after = ({bound.code: bound for bound in one.rules} for one in (old, new))
    changes = []
    for code in sorted(before.keys() | after.keys()):
        was, now = before.get(code), after.get(code)
        if was is None or now is None:
            changes.append(_whole(was, now))
        elif (found := _changed(was, now)) is not None:
            changes.append(found)
    return tuple(changes)


def _whole(was: BoundRule | None, now: BoundRule | None) -> RuleChange:
    bound = was or now
    assert bound is not None  # noqa: S101  # one of the two rulesets has it
    kind = Kind.ADDED if was is None else Kind.REMOVED
    values: list[ValueChange] = []
    if isinstance(bound.params, ConditionParams):
        told = {name: _shown(bound, name, getattr(bound.params, name)) for name in sorted(_CONDITIONS)}
        pairs = ((name, _NONE, text) if was is None else (name, text, _NONE) for name, text in told.items())
        values += [ValueChange(*pair) for pair in pairs if pair[1] != pair[2]]
    return RuleChange(bound.code, bound.item, bound.name, kind, tuple(values))


def _changed(was: BoundRule, now: BoundRule) -> RuleChange | None:
    values = [
        ValueChange(name, old, new)
        for name, old, new in (
            ("item", was.item, now.item),
            ("name", was.name, now.name),
            ("standing", STANDINGS[was.standing], STANDINGS[now.standing]),
        )
        if old != new
    ]
    lists = []
    fields = {**type(was.params).model_fields, **type(now.params).model_fields}
    for name in fields:
        old, new = _value(was, name), _value(now, name)
        if old == new:
            continue
        if isinstance(old, tuple) and isinstance(new, tuple):
            # The same phrases in another order judge alike.
            lists += [one for one in [_list(name, old, new)] if one.added or one.removed or one.altered]
        else:
            values.append(ValueChange(name, _NONE if old is None else str(old), _NONE if new is None else str(new)))
    if not values and not lists:
        return None
    return RuleChange(now.code, now.item, now.name, Kind.CHANGED, tuple(values), tuple(lists))


def _value(bound: BoundRule, name: str) -> Any:
    """Return what a parameter is compared by: of a condition, what it says, names filled in."""
    if not isinstance(bound.params, ConditionParams):
        return getattr(bound.params, name, None)
    if name in {"conditions", "named", "cases"}:
        return None
    return _shown(bound, name, getattr(bound.params, name)) if name in _CONDITIONS else getattr(bound.params, name)


def _shown(bound: BoundRule, name: str, value: Any) -> str:
    if value is None:
        return _NONE
    if isinstance(bound.params, ConditionParams) and name in _CONDITIONS and value != _NONE:
        return told_plain(value, bound.params.named)
    return str(value)


def _list(name: str, old: Sequence[Any], new: Sequence[Any]) -> ListChange:
    before, after = {_text(one): one for one in old}, {_text(one): one for one in new}
    return ListChange(
        name,
        tuple(text for text in after if text not in before),
        tuple(text for text in before if text not in after),
        tuple(text for text, one in after.items() if text in before and before[text] != one),
    )


def _text(entry: Any) -> str:
    return entry.text if isinstance(entry, Phrase) else str(entry)
