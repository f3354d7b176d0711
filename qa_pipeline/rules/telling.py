"""Conditions told as Chinese sentences, for ``rules explain`` and for what differs between two rulesets.

An operator has an entry in `_TOLD`: what is so where it hits, and what is so where it does not. One that has none is
told by its name and parameters, so that a new operator is never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qa_pipeline.errors import RulesetError
from qa_pipeline.rules.conditions.language import ANY, EVERY, Branch, Check, Expression, Named, Test, Unless, Where
from qa_pipeline.rules.conditions.parsing import Parser
from qa_pipeline.rules.telling_operators import WHO, quoted, told_operator


def told(expression: Expression) -> str:
    """Return a condition as a sentence without a full stop: 话务员说了“亲”，并且来电人没有说“亲”."""
    return _expression(expression, negated=False, inside=False)


def told_plain(written: Any, named: Mapping[str, Any] | None = None) -> str:
    """Return a condition as `told` does, from the plain mappings and lists that a ruleset keeps of it.

    ``named`` are the conditions that it speaks of by name. What cannot be read as a condition (one of a later version,
    say) is shown as it is written.
    """
    try:
        return told(Parser(named or {}, _unreadable, lambda _word, _names: "").parse(written))
    except RulesetError:
        return str(written)


def _unreadable(_node: Any, _key: Any, message: str, hint: str) -> RulesetError:
    return RulesetError(message, hint)


def _expression(expression: Expression, *, negated: bool, inside: bool) -> str:
    match expression:
        case Named(name=name, body=body):
            return f"“{name}”{'不' if negated else ''}成立（{_expression(body, negated=False, inside=False)}）"
        case Branch():
            return _branch(expression, _expression, negated=negated, inside=inside)
        case Check():
            return _check(expression, negated=negated)
        case _:
            return _test(expression, "任何一方", negated=negated)


def _branch(branch: Branch, part: Callable[..., str], *, negated: bool, inside: bool) -> str:
    if branch.kind == "not":
        return part(branch.parts[0], negated=not negated, inside=inside)
    if len(branch.parts) == 1:
        return part(branch.parts[0], negated=negated, inside=inside)
    # De Morgan: "not (a and b)" reads as "not a, or not b".
    joint = "，并且" if (branch.kind == "and") is not negated else "，或者"
    sentence = joint.join(part(one, negated=negated, inside=True) for one in branch.parts)
    return f"（{sentence}）" if inside else sentence


def _check(check: Check, *, negated: bool) -> str:
    """Return a check: beside what, who, where, and what is said there."""
    who = f"{_beside(check)}{WHO[check.role]}{_where(check)}"
    one_turn = "每一轮话都" if check.every else "有一轮话" if check.by_turn and isinstance(check.body, Branch) else ""
    denied = "不是" if negated and one_turn else ""

    def part(expression: Expression, *, negated: bool, inside: bool) -> str:
        if isinstance(expression, Branch):
            return _branch(expression, part, negated=negated, inside=inside)
        return _test(expression, f"{denied}{who}{one_turn}", negated=negated)

    said = part(check.body, negated=negated and not one_turn, inside=True)
    return f"{said}{_unless(check.unless)}"


def _test(expression: Expression, who: str, *, negated: bool) -> str:
    if not isinstance(expression, Test):
        return _expression(expression, negated=negated, inside=True)
    made = told_operator(expression.operator, expression.params)
    sentence = made.not_so if negated else made.so
    return sentence if made.of_call else f"{who}{sentence}"


def _beside(check: Check) -> str:
    anchor = check.anchor
    if anchor is None:
        return ""
    hit = {ANY: "任何一次", EVERY: "每一次"}.get(anchor.hit, f"第{anchor.hit}次")
    side = {"before": "以前，", "after": "以后，", "around": "前后，", "current": "的同一轮话里，"}[anchor.where.value]
    if anchor.condition is None:
        return {"before": "在它以前", "after": "在它以后", "around": "在它前后", "current": "同一轮话里"}[
            anchor.where.value
        ]
    name = f"“{anchor.condition.name}”" if isinstance(anchor.condition, Named) else f"（{told(anchor.condition)}）"
    return f"在{name}{hit}成立{side}"


def _unless(unless: Unless) -> str:
    texts = [*(phrase.text for phrase in unless.phrases), *unless.patterns]
    parts = [quoted(texts, 4)] if texts else []
    parts += [told(condition) for condition in unless.conditions]
    return f"（除外：{'；'.join(parts)}）" if parts else ""


def _where(check: Check) -> str:
    first, last = check.first, check.last
    if (first, last) == (1, -1):
        return ""
    if check.anchor is not None and check.anchor.where is Where.AROUND:
        return f"前{max(0, -first)}轮到后{max(0, last)}轮话里"
    if first == last:
        return f"{_nth(first)}里"
    if first == 1 and last > 0:
        return f"前{last}轮话里"
    if last == -1 and first < 0:
        return f"最后{-first}轮话里"
    return f"从{_nth(first)}到{_nth(last)}里"


def _nth(place: int) -> str:
    return f"第{place}轮话" if place > 0 else "最后一轮话" if place == -1 else f"倒数第{-place}轮话"
