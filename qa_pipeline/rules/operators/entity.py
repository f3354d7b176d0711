"""Operator on what was named: numbers, money, times, people, places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from qa_pipeline.language.names import names
from qa_pipeline.language.personal.finding import Kind as PersonalKind
from qa_pipeline.language.personal.numbers import numbers
from qa_pipeline.language.personal.plates import plates
from qa_pipeline.language.quantities import parse_value
from qa_pipeline.language.values import values
from qa_pipeline.rules.evidence import said_in
from qa_pipeline.rules.operators.found import Found, Seen, doubted, found_in
from qa_pipeline.rules.operators.strict import Strict
from qa_pipeline.rules.turns import Call, Window

Kind = Literal[
    "phone", "id_number", "plate", "money", "duration", "date", "time", "percent", "age", "person", "organisation",
    "address",
]  # fmt: skip
_OF_VALUES = {"hours": "time"}
_NAMED = {"person", "organisation", "address"}


@dataclass(frozen=True, slots=True)
class _Named:
    """What was named at characters ``start`` to ``end``; ``likely``, 0–1, is how likely it is of its kind."""

    value: str
    unit: str
    start: int
    end: int
    likely: float = 1.0


class Entity(Strict):
    """Something of a ``kind`` that was named, and a test on its value (money in yuan, phones in bare digits)."""

    kind: Kind
    test: Literal["any", "==", "!=", ">", "<", ">=", "<=", "in", "contains"] = "any"
    value: str | int | float | tuple[str, ...] = ""
    unit: str = ""
    times: int = Field(default=1, ge=1, le=50)

    @model_validator(mode="after")
    def _makes_sense(self) -> Entity:
        if self.test == "in" and not isinstance(self.value, tuple):
            raise ValueError("test in needs a list of values")
        if self.test != "any" and self.value == "":
            raise ValueError(f"test {self.test} needs a value")
        if self.test in {">", "<", ">=", "<="} and parse_value(str(self.value)) is None:
            raise ValueError(f"test {self.test} needs a number, not {self.value!r}")
        return self


def entity(call: Call, window: Window, wanted: Entity) -> Found:
    """Whether something of a kind was named; an approximate value that may pass or not is not enough evidence."""
    hits = []
    for turn in window:
        for named in _named(turn.passage.text, wanted.kind):
            held = _holds(named, wanted)
            if held is False or (wanted.unit and named.unit != wanted.unit):
                continue
            first, last = turn.passage.spoken_at(named.start, named.end)
            heard = turn.passage.sure(first, last).sound * turn.role_confidence * named.likely
            evidence = said_in(turn.passage, first, last, f"{named.value}{named.unit}")
            hit = Seen((evidence,), round(heard, 3), turn.place)
            hits.append(hit if held else doubted(hit, call.sure))
    return found_in(call, window, hits, wanted.times)


def _named(text: str, kind: str) -> Iterator[_Named]:
    if kind in _NAMED:
        yield from (_Named(n.text, "", n.start, n.end) for n in names(text) if n.kind == kind)
    elif kind == "id_number":
        identities = (n for n in numbers(text) if n.kind is PersonalKind.IDENTITY)
        yield from (_Named(n.value, "", n.start, n.end, n.probability) for n in identities)
    elif kind == "plate":
        yield from (_Named(p.value, "", p.start, p.end, p.probability) for p in plates(text))
    else:
        found = (v for v in values(text) if _OF_VALUES.get(v.kind, v.kind) == kind)
        yield from (_Named(v.value, v.unit, v.start, v.end) for v in found)


def _holds(named: _Named, wanted: Entity) -> bool | None:
    """Return whether a value passes the test; None where it is a range that may or may not."""
    value = wanted.value
    match wanted.test:
        case "any":
            return True
        case "in":
            return isinstance(value, tuple) and named.value in value
        case "contains":
            return str(value) in named.value
        case "==" | "!=" if parse_value(named.value) is None or parse_value(str(value)) is None:
            return (named.value == str(value)) is (wanted.test == "==")
    said, bound = parse_value(named.value), parse_value(str(value))
    if said is None or bound is None:
        return False
    low, high, than = said.low, said.high, bound.low
    sure, possible = {
        ">": (low > than, high > than),
        "<": (high < than, low < than),
        ">=": (low >= than, high >= than),
        "<=": (high <= than, low <= than),
        "==": (low == high == than, low <= than <= high),
        "!=": (not low <= than <= high, not low == high == than),
    }[wanted.test]
    if said.about and low <= than <= high:
        return None
    return True if sure else None if possible else False
