"""The range of turns that a check looks at."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.rules.conditions.language import Check, Where
from qa_pipeline.rules.operators.kleene import Place
from qa_pipeline.rules.turns import Call, Turn, Window


def in_call(check: Check, call: Call) -> Window:
    """Return the range of a check that has no anchor."""

    def choose() -> Sequence[Turn]:
        if check.absolute:
            return [t for t in _from_to(call.turns, check) if check.role in {None, t.role}]
        return _from_to(call.of(check.role), check)

    return call.chosen((check.role, check.first, check.last, check.absolute), choose)


def from_place(check: Check, where: Where, place: Place, call: Call) -> Window:
    """Return the range of a check from one hit of its anchor."""
    counted = call.turns if check.absolute else call.of(check.role)
    before = [turn for turn in counted if turn.number < place.first]
    after = [turn for turn in counted if turn.number > place.last]
    own = [turn for turn in counted if place.first <= turn.number <= place.last]
    match where:
        case Where.CURRENT:
            chosen: Sequence[Turn] = own
        case Where.BEFORE:
            chosen = _from_to(before[::-1], check)[::-1]
        case Where.AFTER:
            chosen = _from_to(after, check)
        case Where.AROUND:
            chosen = _around(before, own, after, check)
    return call.window(turn for turn in chosen if check.role in {None, turn.role})


def _around(before: list[Turn], own: list[Turn], after: list[Turn], check: Check) -> list[Turn]:
    first, last = (-len(before), len(after)) if (check.first, check.last) == (1, -1) else (check.first, check.last)
    placed = [
        *((place - len(before), turn) for place, turn in enumerate(before)),
        *((0, turn) for turn in own),
        *enumerate(after, 1),
    ]
    return [turn for place, turn in placed if first <= place <= last]


def _from_to(turns: Sequence[Turn], check: Check) -> Sequence[Turn]:
    first = check.first - 1 if check.first > 0 else max(0, len(turns) + check.first)
    last = check.last if check.last > 0 else len(turns) + check.last + 1
    return turns[first : max(first, last)]
