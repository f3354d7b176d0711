"""Conditions that a QA lead writes: ``and``, ``or``, ``not`` over operators with a role and a range.

::

    conditions:
      XA01:
        item: A6
        name: 不用网络用语称呼来电人
        standing: advise
        why: 称呼要得体
        when:
          and:
            - {role: operator, any_keywords: [亲, 宝贝]}
            - not: {role: caller, any_keywords: [亲]}

The rule fails where ``when`` is YES, passes where it is NO, and is undetermined between. ``applies`` is a condition
of the same kind: where it is NO, the rule is not applicable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from qa_pipeline.models import CallContext, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, Rule, failed, not_applicable, passed, undetermined
from qa_pipeline.rules.operators.kleene import Answer, Truth, all_of, any_of, negate
from qa_pipeline.rules.operators.table import OPERATORS


class ConditionParams(Params):
    """A condition's content, kept so that the ruleset's hash covers it."""

    when: dict[str, Any] = Field(default_factory=dict)
    applies: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One operator on utterances ``first`` to ``last`` of a role (1 is the first, -1 the last)."""

    role: Role | None
    first: int
    last: int
    operator: str
    params: BaseModel


@dataclass(frozen=True, slots=True)
class Branch:
    """``and`` or ``or`` over several conditions, ``not`` over one."""

    kind: str
    parts: tuple[Expression, ...]


Expression = Leaf | Branch


def evaluate(expression: Expression, ctx: CallContext) -> Answer:
    """Return what an expression says of a call."""
    if isinstance(expression, Leaf):
        window = window_of(expression, ctx)
        return OPERATORS[expression.operator].test(ctx, window, expression.params)
    answers = [evaluate(part, ctx) for part in expression.parts]
    if expression.kind == "not":
        return negate(answers[0])
    return all_of(answers) if expression.kind == "and" else any_of(answers)


def window_of(leaf: Leaf, ctx: CallContext) -> tuple[Utterance, ...]:
    """Return the utterances that a leaf looks at."""
    spoken = [u for u in ctx.transcript.utterances if leaf.role in {None, u.role}]
    first = leaf.first - 1 if leaf.first > 0 else max(0, len(spoken) + leaf.first)
    last = leaf.last if leaf.last > 0 else len(spoken) + leaf.last + 1
    return tuple(spoken[first : max(first, last)])


def needs_roles(expression: Expression) -> bool:
    """Whether any operator asks who spoke."""
    if isinstance(expression, Leaf):
        return expression.role is not None
    return any(needs_roles(part) for part in expression.parts)


def build(
    code: str, about: Mapping[str, str], standing: Standing, when: Expression, applies: Expression | None
) -> Rule[ConditionParams]:
    """Make the rule of a condition; ``about`` holds item, name and why."""

    def check(ctx: CallContext, params: ConditionParams) -> Finding:
        del params
        return _judge(ctx, about["name"], when, applies)

    doc = _documented(about)
    roles = needs_roles(when) or (applies is not None and needs_roles(applies))
    return Rule(code, about["item"], about["name"], ConditionParams, standing, check, doc, roles)


def _judge(ctx: CallContext, name: str, when: Expression, applies: Expression | None) -> Finding:
    if applies is not None:
        applicable = evaluate(applies, ctx)
        if applicable.truth is Truth.NO:
            return not_applicable(f"“{name}”不适用于这通电话")
        if applicable.truth is Truth.UNSURE:
            return undetermined(f"不能确定“{name}”是否适用，请人工复核", applicable.evidence)
    answer = evaluate(when, ctx)
    if answer.truth is Truth.YES:
        return failed(f"不符合“{name}”", answer.evidence, confidence=answer.confidence)
    if answer.truth is Truth.UNSURE:
        return undetermined(f"“{name}”证据不足，请人工复核", answer.evidence)
    return passed(f"符合“{name}”", confidence=answer.confidence)


def _documented(about: Mapping[str, str]) -> str:
    return "\n".join(
        (
            "A condition of the ruleset.",
            f"What: {about['name']}",
            f"Why: {about.get('why') or '由本中心的规则集规定'}",
            "Passes: 没有命中规则集中写明的条件。",
            "Fails: 命中规则集中写明的条件。",
            "Undetermined: 识别把握不足，或者要看的一段有听不清的话。",
            "Source: 规则集。",
        )
    )


Fail = Callable[[Any, Any, str, str], Exception]
"""Makes the error of a place in the file: node, key, message, hint."""


def parse(node: Any, fail: Fail, nearest: Callable[[str, Sequence[str]], str]) -> Expression:
    """Read a condition.

    Args:
        node: Mapping of the YAML file.
        fail: Makes the error that names the line.
        nearest: Makes the hint for an unknown word.

    Raises:
        RulesetError: Whatever ``fail`` makes, for unknown words, wrong parameters and ranges that are empty.
    """
    if not isinstance(node, Mapping):
        raise fail(node, None, "a condition is a mapping", "write and, or, not, or one operator")
    if branches := [key for key in ("and", "or", "not") if key in node]:
        return _branch(node, branches, fail, nearest)
    return _leaf(node, fail, nearest)


def _branch(node: Any, kinds: list[str], fail: Fail, nearest: Callable[[str, Sequence[str]], str]) -> Branch:
    kind = kinds[0]
    if len(node) > 1:
        raise fail(node, kind, f'"{kind}" stands alone', "put what belongs together under one more and / or")
    inner = node[kind]
    if kind == "not":
        return Branch(kind, (parse(inner, fail, nearest),))
    if not isinstance(inner, Sequence) or isinstance(inner, str) or not inner:
        raise fail(node, kind, f'"{kind}" holds a list of conditions', "write each behind a dash")
    return Branch(kind, tuple(parse(part, fail, nearest) for part in inner))


def _leaf(node: Any, fail: Fail, nearest: Callable[[str, Sequence[str]], str]) -> Leaf:
    names = [key for key in node if key not in {"role", "range"}]
    for name in names:
        if name not in OPERATORS:
            hint = nearest(str(name), ("and", "or", "not", "role", "range", *OPERATORS))
            raise fail(node, name, f'unknown operator "{name}"', hint)
    if len(names) != 1:
        raise fail(node, None, f"a condition has one operator, not {len(names)}", "join several with and / or")
    first, last = _range(node, fail)
    return Leaf(_role(node, fail), first, last, names[0], _operator_params(node, names[0], fail))


def _role(node: Any, fail: Fail) -> Role | None:
    word = node.get("role", "any")
    if word not in {"operator", "caller", "any"}:
        raise fail(node, "role", f'unknown role "{word}"', "write operator, caller or any")
    return None if word == "any" else Role(word)


def _range(node: Any, fail: Fail) -> tuple[int, int]:
    given = node.get("range", [1, -1])
    whole = isinstance(given, Sequence) and len(given) == 2 and all(isinstance(n, int) and n for n in given)
    if not whole:
        raise fail(
            node, "range", "range is [first, last], from 1, or negative from the end", "such as [1, 2] or [-3, -1]"
        )
    first, last = given
    if first * last > 0 and first > last:
        raise fail(node, "range", f"range {first} to {last} is empty", "put the earlier utterance first")
    return first, last


def _operator_params(node: Any, name: str, fail: Fail) -> BaseModel:
    operator = OPERATORS[name]
    given = plain(node[name])
    if operator.short is not None and not isinstance(given, dict):
        given = {operator.short: given}
    try:
        return operator.params.model_validate(given)
    except ValueError as error:
        first = error.errors()[0] if hasattr(error, "errors") else {"loc": (), "msg": str(error)}
        where = ".".join(str(step) for step in (name, *first["loc"]))
        known = ", ".join(info.alias or key for key, info in operator.params.model_fields.items())
        raise fail(node, name, f"{where}: {first['msg']}", f"parameters of {name}: {known}") from error


def plain(value: Any) -> Any:
    """Return YAML's mappings and sequences as plain dicts and lists."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value
