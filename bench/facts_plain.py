"""What a few regular expressions read in a text whose numbers are figures: how a rival's output is counted.

cn2an and wetext write 二十个工作日 as 20个工作日 and type nothing; recognizers-text types what it finds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date

from bench.facts_scores import Typed

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNITS = {"工作日": "workday", "天": "day", "日": "day", "月": "month", "年": "year", "小时": "hour", "分钟": "minute"}
_READERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"(?<!\d)(\d{5,12})(?!\d)")),
    ("percent", re.compile(rf"{_NUMBER}(?:%|个百分点)")),
    ("date", re.compile(r"(\d{1,2})[月/](\d{1,2})[号日]?")),
    ("time", re.compile(r"(?<!\d)(\d{1,2})(?:[:点时](\d{2}|半)?)(?!间)")),
    ("age", re.compile(rf"{_NUMBER}周?岁")),
    ("money", re.compile(rf"[¥￥]{_NUMBER}|{_NUMBER}(?:块钱?|元)")),
    ("duration", re.compile(r"(\d+(?:\.\d+)?)(?:[-~](\d+))?个?(工作日|天|日|月|年|小时|分钟)")),
    ("measure", re.compile(rf"{_NUMBER}(度|平米?)")),
    ("fraction", re.compile(r"(\d+/\d+)")),
    ("id", re.compile(r"(?<!\d)(\d{17}[\dX])(?!\d)")),
)


def in_figures(text: str) -> list[Typed]:
    """Return what is read in a normalised text; None of the words, only figures with what stands beside them."""
    taken: set[int] = set()
    found: list[Typed] = []
    for kind, pattern in _READERS:
        for match in pattern.finditer(text):
            if taken & set(range(*match.span())):
                continue
            taken.update(range(*match.span()))
            found.append((kind, _value(kind, match)))
    return found


def _value(kind: str, match: re.Match[str]) -> str:
    parts = [part for part in match.groups() if part]
    match kind:
        case "percent":
            return f"{parts[0]}%"
        case "date":
            return f"{int(parts[0]):02d}-{int(parts[1]):02d}"
        case "time":
            minute = {"半": "30"}.get(parts[1], parts[1]) if len(parts) > 1 else "00"
            return f"{int(parts[0]):02d}:{minute}"
        case "duration":
            return f"{'-'.join(parts[:-1])} {_UNITS[parts[-1]]}"
        case "measure":
            return f"{parts[0]} {'celsius' if parts[1] == '度' else 'sqm'}"
        case _:
            return parts[0]


def typed(found: Sequence[Sequence[str]], day: date | None) -> list[Typed]:
    """Return what recognizers-text found in the form of the sets; of several readings the first."""
    return [one for name, text in found for one in _recognised(name, json.loads(text), day)]


def _recognised(name: str, resolution: dict[str, object] | None, day: date | None) -> Iterator[Typed]:
    values = (resolution or {}).get("values")
    first = values[0] if isinstance(values, list) and values else resolution or {}
    value, timex = str(first.get("value")), str(first.get("timex", ""))
    match name.removeprefix("datetimeV2."):
        case "currency":
            yield "money", value
        case "age":
            yield "age", value
        case "percentage":
            yield "percent", value
        case "phonenumber":
            yield "phone", re.sub(r"\D", "", value)
        case "duration":
            yield from _duration(timex)
        case "timerange":
            yield "timerange", f"{str(first.get('start'))[:5]}-{str(first.get('end'))[:5]}"
        case "time":
            yield "time", value[:5]
        case "date":
            yield "date", timex[-5:] if day is None or timex.startswith("XXXX-") else value
        case "daterange":
            yield "date", str(first.get("start"))[-5:]


def _duration(timex: str) -> Iterator[Typed]:
    found = re.fullmatch(r"P(T?)(\d+(?:\.\d+)?)([DWMYHS])", timex)
    if found:
        unit = {
            "D": "day",
            "W": "week",
            "Y": "year",
            "H": "hour",
            "M": "minute" if found[1] else "month",
            "S": "second",
        }
        yield "duration", f"{found[2]} {unit[found[3]]}"
