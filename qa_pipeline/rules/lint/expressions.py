"""Regular expressions looked at without running them: what they may touch, what they can never match, what is slow."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from qa_pipeline.language.pinyin import keys
from qa_pipeline.language.script import simplify

# The parser of the standard library has no public name.
_parser: Any = importlib.import_module("re._parser")
_op: Any = importlib.import_module("re._constants")
_MOST_STATES = 4_000
_MOST_COPIES = 60
Accepts = Callable[[str], bool]


class Unknown(Exception):
    """A pattern has parts whose matches cannot be told without running it."""


@dataclass(slots=True)
class Machine:
    """States with steps that take a character, and steps that take none; state 0 begins and ``last`` ends a match."""

    steps: list[list[tuple[Accepts, int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    last: int = 0
    by_sound: bool = False

    def state(self) -> int:
        """Make a state."""
        if len(self.steps) >= _MOST_STATES:
            raise Unknown
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1

    def closure(self, states: Iterable[int]) -> set[int]:
        """Return states with all that can be reached without a character."""
        reached, waiting = set(states), list(states)
        while waiting:
            for state in self.free[waiting.pop()]:
                if state not in reached:
                    reached.add(state)
                    waiting.append(state)
        return reached

    def step(self, states: Iterable[int], character: str) -> set[int]:
        """Return the states after a character."""
        return self.closure({to for state in states for accepts, to in self.steps[state] if accepts(character)})

    def everywhere(self) -> set[int]:
        """Return the states that may be reached by any text at all."""
        reached, waiting = self.closure([0]), [*self.closure([0])]
        while waiting:
            for _, to in self.steps[waiting.pop()]:
                new = self.closure([to]) - reached
                reached |= new
                waiting.extend(new)
        return reached


def may_touch(pattern: str, phrase: str, *, by_sound: bool = False) -> bool:
    """Whether a match of a pattern could share a character with a phrase, whatever stands around the phrase.

    ``by_sound``: the phrase is also found where it is written in homophones, and the pattern may be meant for those.
    True also where it cannot be told.
    """
    try:
        machine = _machine(pattern, by_sound)
    except Unknown:
        return True
    begun, inside = machine.everywhere(), set[int]()
    for character in phrase:
        inside = machine.step(begun | inside, character)
        if machine.last in inside:
            return True
        begun = machine.closure([0])
    # A match that has begun within the phrase can go on behind it.
    return bool(inside)


def always_touches(pattern: str, phrase: str) -> bool:
    """Whether a pattern matches within a phrase by itself, so that it excuses the phrase wherever it is said."""
    try:
        machine = _machine(pattern)
    except Unknown:
        return False
    inside = set[int]()
    for character in phrase:
        inside = machine.step(inside | machine.closure([0]), character)
        if machine.last in inside:
            return not _anchored(pattern)
    return False


def never_written(pattern: str) -> str:
    """Return a part of a pattern that no transcript has, being simplified and half-width; '' where there is none."""
    return next((run for run in _literals(_parsed(pattern)) if simplify(run) != run), "")


def looks_around(pattern: str) -> bool:
    """Whether a pattern has lookaround or back-references, which an engine of linear time does not have."""
    return any(op in {_op.ASSERT, _op.ASSERT_NOT, _op.GROUPREF} for op, _ in _walk(_parsed(pattern)))


def repeats_repeats(pattern: str) -> bool:
    """Whether something without a bound is repeated without a bound, as in (a+)+."""
    return any(
        _unbounded(op, value) and any(_unbounded(*inner) for inner in _walk(value[2]))
        for op, value in _walk(_parsed(pattern))
    )


def _unbounded(op: Any, value: Any) -> bool:
    return op in _repeats() and value[1] is _op.MAXREPEAT


def _repeats() -> set[Any]:
    return {_op.MAX_REPEAT, _op.MIN_REPEAT}


def _anchored(pattern: str) -> bool:
    return any(op is _op.AT for op, _ in _walk(_parsed(pattern)))


@lru_cache(maxsize=4096)
def _parsed(pattern: str) -> Any:
    try:
        return _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return []  # a pattern of another dialect, that this one cannot read


def _walk(items: Any) -> Iterator[tuple[Any, Any]]:
    for op, value in items:
        yield op, value
        for inner in _inside(op, value):
            yield from _walk(inner)


def _inside(op: Any, value: Any) -> list[Any]:
    if op is _op.SUBPATTERN:
        return [value[3]]
    if op is _op.BRANCH:
        return list(value[1])
    if op in {_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT}:
        return [value[2]]
    if op in {_op.ASSERT, _op.ASSERT_NOT}:
        return [value[1]]
    return [value] if op is _op.ATOMIC_GROUP else []


def _literals(items: Any) -> Iterator[str]:
    """Yield the runs of plain characters that every match through them must have."""
    run = ""
    for op, value in items:
        if op is _op.LITERAL:
            run += chr(value)
            continue
        if run:
            yield run
        run = ""
        for inner in _inside(op, value):
            yield from _literals(inner)
    if run:
        yield run


@lru_cache(maxsize=4096)
def _machine(pattern: str, by_sound: bool = False) -> Machine:
    machine = Machine(by_sound=by_sound)
    items = _parsed(pattern)
    if not items:
        raise Unknown
    machine.last = _row(machine, items, machine.state())
    return machine


def _row(machine: Machine, items: Any, start: int) -> int:
    for op, value in items:
        start = _one(machine, op, value, start)
    return start


def _one(machine: Machine, op: Any, value: Any, start: int) -> int:
    if op is _op.AT:
        return start  # where it may match more than it does, nothing is said to be impossible
    if op is _op.SUBPATTERN:
        return _row(machine, value[3], start)
    if op is _op.BRANCH:
        end = machine.state()
        for branch in value[1]:
            machine.free[_row(machine, branch, start)].append(end)
        return end
    if op in _repeats():
        least, most, items = value
        return _repeat(machine, least, most, items, start)
    end = machine.state()
    accepts = _accepts(op, value)
    machine.steps[start].append((_or_sounds_so(accepts) if machine.by_sound else accepts, end))
    return end


def _repeat(machine: Machine, least: Any, most: Any, items: Any, start: int) -> int:
    for _ in range(min(int(least), _MOST_COPIES)):
        start = _row(machine, items, start)
    if most is _op.MAXREPEAT or int(most) > _MOST_COPIES:
        begin = machine.state()
        machine.free[start].append(begin)
        machine.free[_row(machine, items, begin)].append(begin)
        return begin
    end = machine.state()
    machine.free[start].append(end)
    for _ in range(int(most) - int(least)):
        start = _row(machine, items, start)
        machine.free[start].append(end)
    return end


def _or_sounds_so(accepts: Accepts) -> Accepts:
    return lambda c: accepts(c) or any(map(accepts, _homophones().get(keys(c), "")))


@lru_cache(maxsize=1)
def _homophones() -> dict[str, str]:
    """Return the characters of GB 2312 by their sound."""
    found: dict[str, str] = {}
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            character = bytes((high, low)).decode("gb2312", "ignore")
            if character:
                found[keys(character)] = found.get(keys(character), "") + character
    return found


def _accepts(op: Any, value: Any) -> Accepts:
    if op is _op.LITERAL:
        return lambda c: ord(c) == value
    if op is _op.NOT_LITERAL:
        return lambda c: ord(c) != value
    if op is _op.ANY:
        return lambda c: c != "\n"
    if op is _op.IN:
        return _one_of(value)
    raise Unknown


def _one_of(members: Any) -> Accepts:
    negated = bool(members) and members[0][0] is _op.NEGATE
    tests = [_member(op, value) for op, value in members if op is not _op.NEGATE]
    return lambda c: any(test(c) for test in tests) is not negated


_CLASSES: dict[str, Accepts] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_NOT_DIGIT": lambda c: not c.isdecimal(),
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
    "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
    "CATEGORY_NOT_WORD": lambda c: not (c.isalnum() or c == "_"),
}


def _member(op: Any, value: Any) -> Accepts:
    if op is _op.LITERAL:
        return lambda c: ord(c) == value
    if op is _op.RANGE:
        return lambda c: bool(value[0] <= ord(c) <= value[1])
    if op is _op.CATEGORY and str(value) in _CLASSES:
        return _CLASSES[str(value)]
    raise Unknown
