"""How far a passage goes: whole turns, from what begins it to the calming or the end of the matter, 15 to 120 s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_pipeline.models import Role, Utterance
from qa_pipeline.models.passages import Mark
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue

SHORTEST_MS, LONGEST_MS = 15_000, 120_000
CONTEXT_MS = 15_000
"""The operator's turn before is taken along where it is no longer than this."""
_TOGETHER_TURNS, _TOGETHER_MS = 4, 20_000
_AFTER_TURNS, _THANKS_TURNS = 8, 10
"""Four rounds after the last that shows anything, at most, then the matter has moved on; five where thanks come."""
_GREETING = 0
_LITTLE = 8
"""Characters: 好的谢谢 and 行 are an answer, and end the matter where nothing else is in them."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The turns of a passage, first and last, and the marks within them."""

    first: int
    last: int
    marks: tuple[Mark, ...]


def extents(call: Heard, marks: Sequence[Mark]) -> tuple[Extent, ...]:
    """Return the passages that marks make, in the order of the call; none overlaps another."""
    known = ((call.of_turn[mark.utterance], mark) for mark in marks if mark.utterance is not None)
    placed = sorted(known, key=lambda one: one[0])
    found: list[Extent] = []
    while placed:
        first, last = placed[0][0], _together(call, [number for number, _ in placed])
        taken_to = found[-1].last if found else -1
        first = _with_context(call, first, taken_to)
        last = _to_the_end(call, first, last)
        first, last = _long_enough(call, first, last, taken_to)
        found.append(Extent(first, last, tuple(mark for number, mark in placed if number <= last)))
        placed = [(number, mark) for number, mark in placed if number > last]
    return tuple(found)


def length_ms(call: Heard, first: int, last: int) -> int:
    """Return how long some turns are together."""
    return max(u.end_ms for turn in call.turns[first : last + 1] for u in turn) - call.turns[first][0].start_ms


def utterances_of(call: Heard, extent: Extent) -> tuple[Utterance, ...]:
    """Return a passage's utterances; of one turn that is too long, as many from its first mark on as there may be."""
    within = tuple(u for turn in call.turns[extent.first : extent.last + 1] for u in turn)
    if length_ms(call, extent.first, extent.last) <= LONGEST_MS:
        return within
    begin = next(place for place, u in enumerate(within) if u.index == extent.marks[0].utterance)
    ends = [u for u in within[begin:] if u.end_ms - within[begin].start_ms <= LONGEST_MS]
    return tuple(ends) or within[begin : begin + 1]


def _together(call: Heard, numbers: Sequence[int]) -> int:
    """Return the last turn of the marks that are near each other, from the first on."""
    last = numbers[0]
    for number in numbers[1:]:
        apart_ms = call.turns[number][0].start_ms - call.turns[last][-1].end_ms
        near = number - last <= _TOGETHER_TURNS or apart_ms <= _TOGETHER_MS
        if not near or length_ms(call, numbers[0], number) > LONGEST_MS:
            break
        last = number
    return last


def _with_context(call: Heard, first: int, taken_to: int) -> int:
    before = first - 1
    if before <= max(_GREETING, taken_to) or call.turns[before][0].role is not Role.OPERATOR:
        return first
    return before if length_ms(call, before, before) <= CONTEXT_MS else first


def _to_the_end(call: Heard, first: int, last: int) -> int:
    """Return the turn in which the caller, answered, gives thanks; else takes note; else some rounds on."""
    reach = [n for n in range(last + 1, len(call.turns)) if length_ms(call, first, n) <= LONGEST_MS]
    answered = [n for n in reach if _is_callers_answer(call, last, n)]
    for kind, turns in ((_thanks, _THANKS_TURNS), (_takes_note, _AFTER_TURNS)):
        for number in answered:
            if number <= last + turns and kind(call.turns[number]):
                return number
    return max((n for n in reach if n <= last + _AFTER_TURNS), default=last)


def _is_callers_answer(call: Heard, last: int, number: int) -> bool:
    between = call.turns[last + 1 : number]
    return call.turns[number][0].role is Role.CALLER and any(turn[0].role is Role.OPERATOR for turn in between)


def _thanks(turn: Sequence[Utterance]) -> bool:
    return cue("relieved").heard(turn) or cue("content").heard(turn)


def _takes_note(turn: Sequence[Utterance]) -> bool:
    return cue("accepted").heard(turn) and sum(c.isalnum() for u in turn for c in u.text) <= _LITTLE


def _long_enough(call: Heard, first: int, last: int, taken_to: int) -> tuple[int, int]:
    while length_ms(call, first, last) < SHORTEST_MS:
        after = last + 1 < len(call.turns) and length_ms(call, first, last + 1) <= LONGEST_MS
        before = first - 1 > taken_to and length_ms(call, first - 1, last) <= LONGEST_MS
        if not after and not before:
            break
        first, last = (first, last + 1) if after else (first - 1, last)
    return first, last
