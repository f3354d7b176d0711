"""The ``lambda`` of rules and conditions: ids joined by ``&&``, ``||``, ``!`` and brackets, such as ``a&&(b||!c)``.

``!`` binds closest, then ``&&``, then ``||``. Single ``&`` and ``|`` and full-width signs are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_DEEPEST = 100  # brackets and negations; nobody writes so many, and a parser must not run out of stack
_FULL_WIDTH = str.maketrans("（）！＆｜", "()!&|")
_TOKEN = re.compile(r"\s*(&&?|\|\|?|[!()]|[^\s&|!()]+)")


@dataclass(frozen=True, slots=True)
class Name:
    """An id of a condition or an operator."""

    id: str


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of an expression."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Every:
    """All of several expressions, joined by ``&&``."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of several expressions, joined by ``||``."""

    parts: tuple[Expression, ...]


Expression = Name | Not | Every | Some
Node = dict[str, Any] | str
"""A condition as it is written into a ruleset: a mapping, or the name of one."""


class LambdaError(ValueError):
    """An expression that cannot be read; says at which character and why."""


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        LambdaError: It is empty, has an operator or bracket too many or too few, or is nested deeper than 100.
    """
    return _Parser(text).read()


def ids(expression: Expression) -> Iterator[str]:
    """Yield the ids of an expression, from left to right, each as often as it stands there."""
    if isinstance(expression, Name):
        yield expression.id
    elif isinstance(expression, Not):
        yield from ids(expression.part)
    else:
        for part in expression.parts:
            yield from ids(part)


def weakened(expression: Expression, leaf: Callable[[str, bool], Node | None], positive: bool = True) -> Node | bool:
    """Write an expression with our ``and``, ``or`` and ``not``, so that what is missing never makes it hit more.

    Args:
        expression: What to write.
        leaf: Gives the node of an id and whether it stands under an even number of negations; None where it has none.
        positive: Whether hitting less is the safe side. Under a negation it is hitting more.

    Returns:
        The node; False (True where ``positive`` is False) if nothing is left that could be written.
    """
    if isinstance(expression, Name):
        node = leaf(expression.id, positive)
        return (not positive) if node is None else node
    if isinstance(expression, Not):
        inner = weakened(expression.part, leaf, not positive)
        return (not inner) if isinstance(inner, bool) else {"not": inner}
    parts = [weakened(part, leaf, positive) for part in expression.parts]
    return _joined(parts, isinstance(expression, Every))


def _joined(parts: list[Node | bool], every: bool) -> Node | bool:
    if (not every) in [part for part in parts if isinstance(part, bool)]:
        return not every
    nodes = [part for part in parts if not isinstance(part, bool)]
    if len(nodes) < 2:
        return nodes[0] if nodes else every
    return {"and" if every else "or": nodes}


class _Parser:
    """Recursive descent over the tokens, each with the place of its first character (from 1)."""

    def __init__(self, text: str) -> None:
        self._text = text.translate(_FULL_WIDTH)
        self._tokens = [(m.group(1)[0] if m.group(1)[0] in "&|" else m.group(1), m.start(1) + 1)
                        for m in _TOKEN.finditer(self._text)]  # fmt: skip
        self._next = 0
        self._depth = 0

    def read(self) -> Expression:
        if not self._tokens:
            raise LambdaError("the expression is empty")
        found = self._some()
        if self._next < len(self._tokens):
            sign, place = self._tokens[self._next]
            what = "a bracket is closed that was not opened" if sign == ")" else f'"{sign}" follows without && or ||'
            raise LambdaError(f"character {place}: {what}")
        return found

    def _some(self) -> Expression:
        parts = [self._every()]
        while self._takes("|"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _every(self) -> Expression:
        parts = [self._one()]
        while self._takes("&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self) -> Expression:
        if self._next == len(self._tokens):
            raise LambdaError(f"character {len(self._text) + 1}: the expression ends where an id should stand")
        sign, place = self._tokens[self._next]
        self._next += 1
        if sign in {"!", "("}:
            return self._nested(sign, place)
        if sign in {"&", "|", ")"}:
            raise LambdaError(f'character {place}: "{sign}" where an id should stand')
        return Name(sign)

    def _nested(self, sign: str, place: int) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise LambdaError(f"character {place}: nested deeper than {_DEEPEST}")
        found = Not(self._one()) if sign == "!" else self._some()
        if sign == "(" and not self._takes(")"):
            raise LambdaError(f"character {place}: the bracket is not closed")
        self._depth -= 1
        return found

    def _takes(self, sign: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next][0] == sign:
            self._next += 1
            return True
        return False
