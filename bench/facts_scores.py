"""What was read in a sentence, brought to the form of the measuring sets, and counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qa_pipeline.language.calendar import resolve
from qa_pipeline.language.grammar.weekdays import days
from qa_pipeline.language.values import Value
from scoring.intervals import Share, share

Typed = tuple[str, str]
"""A type of the measuring sets and a value in their form."""

_MEASURES = {
    "度": "celsius", "摄氏度": "celsius", "℃": "celsius", "平": "sqm", "平米": "sqm", "平方": "sqm", "平方米": "sqm",
    "square_meter": "sqm", "公里": "kilometer", "千米": "kilometer", "米": "meter", "厘米": "centimeter",
    "公分": "centimeter", "毫米": "millimeter", "分贝": "decibel", "立方米": "cubic_meter", "立方": "cubic_meter",
    "方": "cubic_meter", "度电": "kwh", "千瓦时": "kwh", "公斤": "kilogram", "千克": "kilogram", "斤": "jin",
    "亩": "mu", "吨": "ton",
}  # fmt: skip
# Names of one length of time: those of ours are the second.
_SPANS = {"0.5 month": "15 day", "0.5 year": "6 month", "0.5 hour": "30 minute", "0.5 day": "12 hour"}
_WEEKS = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))? week")
_MONTHLY = re.compile(r"every month (\d+)")
_NUMBERED = re.compile(r"(\d+)(号楼|号|单元|楼|层|栋|室|幢)?")


def wanted(row: Mapping[str, Any]) -> list[Typed]:
    """Return the facts of a row: ``facts`` of ours, or the one fact (``type``, ``value``) of the shared set's."""
    facts = row.get("facts", [row])
    return [one for fact in facts for one in _canonical(str(fact["type"]), str(fact["value"]))]


def _canonical(kind: str, value: str) -> list[Typed]:
    if kind == "date":
        value = _MONTHLY.sub(r"每月\1日", value)
        ends = value.replace("next month ", "下个月").split("..")
        return [(kind, f"{end}日" if end.startswith("下个月") else end) for end in ends]
    if kind == "materials":
        return [(kind, item) for item in value.split(",")]
    if kind == "weekday":
        return [(kind, _week(value))]
    if kind == "address":
        return [(kind, _address(value))]
    if kind == "duration":
        return [(kind, _span(value.removeprefix("~")))]
    if kind in {"time", "timerange"}:
        return [(kind, value.replace("24:00", "00:00"))]
    if kind == "measure":
        number, _, unit = value.removeprefix("~").partition(" ")
        return [(kind, f"{number} {_MEASURES.get(unit, unit)}")]
    value = value.removeprefix("~")  # how roughly it was said is the bound's to tell
    cleaned = {"percent": value.removesuffix("pt"), "phone": value.replace("-", "")}
    return [(kind, cleaned.get(kind, value))]


def _span(value: str) -> str:
    """Weeks are seven days, and half a month is fifteen."""
    if found := _WEEKS.fullmatch(value):
        numbers = [f"{7 * Decimal(one):f}" for one in found.groups() if one is not None]
        return f"{'-'.join(numbers)} day"
    return _SPANS.get(value, value)


def _week(value: str) -> str:
    half = value[-3:] if value.endswith((" AM", " PM")) else ""
    return ",".join(sorted(days(value))) + half


def _address(value: str) -> str:
    """Numbers with their units, after the name of the road or office; the office on a street is left out."""
    numbers = " ".join("".join(pair) for pair in _NUMBERED.findall(value))
    road = re.match(r"\D*?(?:路|街|大道|大街|巷)(?=\d)", value)
    return (road[0] if road else "") + numbers if numbers else value.split(maxsplit=1)[0]


def read(values: Iterable[Value], day: date | None = None) -> list[Typed]:
    """Return values in the form of the sets. Counts with a measure word (三张, 十二路) are of no type there."""
    return [one for value in values if (one := _typed(value, day)) is not None]


def _typed(value: Value, day: date | None) -> Typed | None:
    match value.kind:
        case "duration":
            return "duration", _span(f"{value.value.removeprefix('~')} {value.unit}")
        case "percent":
            return "percent", f"{value.value}%"
        case "phone":
            return "phone", value.value + value.unit.replace("转", "x")
        case "hours":
            return "timerange" if "-" in value.value else "time", value.value
        case "weekday":
            return "weekday", _week(value.value)
        case "date":
            return "date", _date(value.value, day)
        case "measure":
            amount = value.value.removeprefix("~")
            return ("measure", f"{amount} {_MEASURES[value.unit]}") if value.unit in _MEASURES else None
        case "materials":
            count = f"x{value.unit}" if value.unit else ""
            return None if value.slot == "negated" else ("materials", value.value + count)
        case "address":
            return "address", _address(value.value)
        case _:
            return value.kind, value.value.removeprefix("~")


def _date(value: str, day: date | None) -> str:
    if day is None or re.fullmatch(r"\d{2}-\d{2}", value):
        return value
    span = resolve(value, day)
    return value if span is None else span[1].isoformat()


@dataclass
class Tally:
    """Facts wanted, read and right, by type."""

    wanted: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, list[Typed], list[Typed]]] = field(default_factory=list)

    def add(self, text: str, gold: Sequence[Typed], found: Sequence[Typed]) -> None:
        """Count one sentence."""
        both = Counter(gold) & Counter(found)
        for counter, typed in ((self.wanted, gold), (self.read, found), (self.right, both.elements())):
            counter.update(kind for kind, _ in typed)
        missed, false = Counter(gold) - both, Counter(found) - both
        if missed or false:
            self.wrong.append((text, list(missed.elements()), list(false.elements())))

    def share(self, of: Counter[str], kind: str | None = None) -> Share:
        """Return the right ones as a share, of one type or of all."""
        if kind is None:
            return share(self.right.total(), of.total())
        return share(self.right[kind], of[kind])

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall over all types."""
        return 2 * self.right.total() / max(1, self.wanted.total() + self.read.total())
