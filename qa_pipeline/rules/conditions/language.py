"""What a condition is: operators, checked over a range of turns, joined by ``and``, ``or`` and ``not``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel

from qa_pipeline.models import Role
from qa_pipeline.rules.matching import Phrases


class Where(StrEnum):
    """Where a range lies from its anchor."""

    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"
    CURRENT = "current"


ANY, EVERY = -1, 0
"""Which of an anchor's hits is meant, beside the nth."""


@dataclass(frozen=True, slots=True)
class Test:
    """One operator with its parameters."""

    operator: str
    params: BaseModel


@dataclass(frozen=True, slots=True)
class Branch:
    """``and`` or ``or`` over several conditions, ``not`` over one."""

    kind: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A condition that is written elsewhere under a name."""

    name: str
    body: Expression


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where another condition was hit. ``condition`` None: the hit that an exception is asked about."""

    condition: Expression | None
    where: Where
    hit: int = ANY


@dataclass(frozen=True, slots=True)
class Unless:
    """What excuses a hit: phrases and patterns in its own turn, or conditions beside it."""

    phrases: Phrases = field(default_factory=Phrases)
    patterns: tuple[str, ...] = ()
    conditions: tuple[Expression, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything excuses."""
        return bool(self.phrases or self.patterns or self.conditions)


@dataclass(frozen=True, slots=True)
class Check:
    """An expression over operators, checked over turns ``first`` to ``last`` of a role.

    Args:
        role: Whose turns; None for everybody's.
        first: 1 is the first, -1 the last; from an anchor, 1 is the nearest, around it -1 the one before, 0 its own.
        last: The same; both ends belong to the range.
        absolute: Positions count the turns of everybody.
        anchor: What the positions count from; None for the call.
        by_turn: The expression must hold at one turn, instead of anywhere in the range together.
        every: It must hold at every turn of the range.
    """

    role: Role | None
    first: int
    last: int
    absolute: bool
    anchor: Anchor | None
    by_turn: bool
    every: bool
    unless: Unless
    body: Expression


Expression = Test | Branch | Named | Check


def parts_of(expression: Expression, known: set[str] | None = None) -> Iterator[Expression]:
    """Yield an expression and all that it is made of, anchors and exceptions too; what has a name once."""
    known = set() if known is None else known
    yield expression
    inner: tuple[Expression, ...] = ()
    match expression:
        case Branch(parts=parts):
            inner = parts
        case Named(name=name, body=body):
            inner = () if name in known else (body,)
            known.add(name)
        case Check(body=body, anchor=anchor, unless=unless):
            inner = (body, *unless.conditions)
            if anchor is not None and anchor.condition is not None:
                inner = (*inner, anchor.condition)
    for one in inner:
        yield from parts_of(one, known)


def needs_roles(expression: Expression) -> bool:
    """Whether any part asks who spoke."""
    return any(isinstance(one, Check) and one.role is not None for one in parts_of(expression))
