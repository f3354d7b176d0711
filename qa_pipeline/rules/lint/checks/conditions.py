"""Conditions: what can never be hit, and what is hit in every call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.rules.lint.bounds import FINE, Interval, common, complement, outside
from qa_pipeline.rules.lint.expressions import always_touches
from qa_pipeline.rules.lint.nodes import Node
from qa_pipeline.rules.lint.subject import Flaw, Subject, text_of
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.operators.table import OPERATORS

BRANCHES = ("and", "or", "not")
_NEVER, _ALWAYS = "永远不会命中", "每一句都会命中"
_SIZES = {"duration": FINE, "utterance_count": 1}
"""Operators on a number from 0 on, with the steps that it has in a unit."""
_SPOKEN = ("好的", "您稍等我查一下", "12345", "身份证在派出所办理", "喂")
"""Sentences that have nothing in common: what matches all of them matches everything."""
Reason = tuple[int, str]


@lint_check("never-hits", Level.WARNING, "条件自相矛盾，永远不会命中；或者什么都会命中")
def never_hits(subject: Subject) -> Iterator[Flaw]:
    """Conditions that contradict themselves, or that leave nothing out."""
    for code, part, node in subject.expressions():
        for line, why in _reasons(node):
            what = f"{part}：" if part else ""
            yield Flaw(code, line, f"{what}{why}", "改正数值或写法；要的是“或者”的，用 or")


def _reasons(node: Node) -> Iterator[Reason]:
    """Yield what is contradictory, at the place where it is."""
    for name, inner in node.items():
        if name in {"and", "or"} and isinstance(inner.value, list):
            yield from _together(name, inner)
        if name in BRANCHES:
            for one in inner.each():
                yield from _reasons(one)
        elif name in OPERATORS and (test := _ALONE.get(name)) is not None:
            yield from ((inner.line, why) for why in test(_params(name, inner)))
    # Conditions stand in anchors and exceptions too.
    for name in ("anchor", "except", "condition"):
        if (other := node.get(name)) is not None:
            for one in other.each():
                yield from _reasons(one)


def _params(operator: str, node: Node) -> Mapping[str, Any]:
    plain, short = node.plain(), OPERATORS[operator].short
    return plain if isinstance(plain, dict) else {short or "": plain}


def _together(kind: str, inner: Node) -> Iterator[Reason]:
    """Yield contradictions between the parts of an ``and``, and what leaves nothing out in an ``or``."""
    literals = [_literal(one) for one in inner.each()]
    yield from _opposite(kind, literals)
    for operator in _SIZES:
        yield from _sizes(kind, operator, literals)
    if kind == "and":
        yield from _fields(literals)


def _literal(node: Node) -> tuple[Node, bool]:
    """Return what a part asks, and whether it asks that it be so."""
    so = True
    while (inner := node.get("not")) is not None and len(node.value) == 1:
        node, so = inner, not so
    return node, so


def _opposite(kind: str, literals: Sequence[tuple[Node, bool]]) -> Iterator[Reason]:
    seen: dict[str, tuple[int, bool]] = {}
    for node, so in literals:
        line, before = seen.setdefault(text_of(node.plain()), (node.line, so))
        if before is not so:
            what = f"与第 {line} 行的条件正好相反"
            yield node.line, f"{what}，{'两者不会同时成立' if kind == 'and' else '两者总有一个成立'}"


def _sizes(kind: str, operator: str, literals: Sequence[tuple[Node, bool]]) -> Iterator[Reason]:
    groups: dict[str, list[tuple[Node, list[Interval]]]] = {}
    for node, so in literals:
        if (inner := node.get(operator)) is None:
            continue
        size = _params(operator, inner)
        parts = outside(size.get("above"), size.get("below"), _SIZES[operator])
        groups.setdefault(_beside(node, operator), []).append((inner, parts if so else complement(parts)))
    for group in groups.values():
        if len(group) < 2:
            continue
        last = group[-1][0]
        if kind == "and" and not common([parts for _, parts in group], low=0):
            yield last.line, f"{operator} 的几个界限不可能同时满足，{_NEVER}"
        if kind == "or" and not common([complement(parts) for _, parts in group], low=0):
            yield last.line, f"{operator} 的几个界限总有一个满足，每通都会命中"


def _beside(node: Node, operator: str) -> str:
    """Return what a condition says beside its operator: two tests speak of the same only where that is the same."""
    return text_of({name: inner.plain() for name, inner in node.items() if name != operator})


_BOUNDS: dict[str, Callable[[float], Interval]] = {
    ">": lambda n: (n * FINE + 1, inf),
    ">=": lambda n: (n * FINE, inf),
    "<": lambda n: (-inf, n * FINE - 1),
    "<=": lambda n: (-inf, n * FINE),
}


def _fields(literals: Sequence[tuple[Node, bool]]) -> Iterator[Reason]:
    """Yield fields whose tests in one ``and`` exclude each other; denied tests are left aside."""
    groups: dict[tuple[str, str], list[tuple[Node, Mapping[str, Any]]]] = {}
    for node, so in literals:
        if so and (inner := node.get("field")) is not None:
            test = _params("field", inner)
            groups.setdefault((str(test.get("of")), str(test.get("name"))), []).append((inner, test))
    for (_, name), group in groups.items():
        if len(group) > 1 and _exclude([test for _, test in group]):
            yield group[-1][0].line, f"对“{name}”的几个要求不可能同时满足，{_NEVER}"


def _exclude(tests: Sequence[Mapping[str, Any]]) -> bool:
    allowed: set[str] | None = None
    empty = any(test["test"] == "empty" for test in tests)
    bounds = [[_BOUNDS[test["test"]](float(test["value"]))] for test in tests if test["test"] in _BOUNDS]
    for test in tests:
        if test["test"] in {"==", "in"}:
            values = test["value"] if isinstance(test["value"], list) else [test["value"]]
            mine = {str(value) for value in values}
            allowed = mine if allowed is None else allowed & mine
    for test in tests:
        if test["test"] == "!=" and allowed is not None:
            allowed.discard(str(test["value"]))
    if allowed is not None and (not allowed or (empty and "" not in allowed)):
        return True
    return (empty and bool(bounds)) or not common(bounds)


def _repeated(p: Mapping[str, Any]) -> Iterator[str]:
    times, within = p.get("times", 3), p.get("within", 20)
    if isinstance(times, int) and isinstance(within, int) and times > within:
        yield f"在 {within} 句之内不可能重复 {times} 遍，{_NEVER}"


def _regex(p: Mapping[str, Any]) -> Iterator[str]:
    pattern = str(p.get("pattern", ""))
    try:
        found = [re.search(pattern, said) for said in _SPOKEN]
    except re.error:  # a pattern of the engine's own dialect
        return
    if all(match is not None and match.group() for match in found):
        yield f"“{pattern}”什么话都符合，{_ALWAYS}"


def _hang_up(p: Mapping[str, Any]) -> Iterator[str]:
    if p.get("who") == "unknown":
        yield f"不知道谁挂机的本来就不判，{_NEVER}"


def _keywords(p: Mapping[str, Any]) -> Iterator[str]:
    given = p.get("phrases") or []
    wanted = [Phrase.model_validate(one) for one in (given if isinstance(given, list) else [given])]
    if wanted and all(any(always_touches(pattern, one.text) for pattern in one.unless) for one in wanted):
        yield f"每一句都被自己的例外除外了，{_NEVER}"


_ALONE: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "any_keywords": _keywords,
    "regex": _regex,
    "repeated": _repeated,
    "hang_up": _hang_up,
}
