"""What rules say of a work order's fields and of an answer's facts, kept in the details of their results.

Who reviews sees the order and the entry beside the call, and where each agrees with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from qa_pipeline.models.findings import Agreement

FIELD = "field:"
"""Before a field's name it is the key under which a result's details say how the field stands to the call."""
FACTS = "facts"
"""The key under which a result's details say how the answer stands to each fact of the entries."""


class Stands(StrEnum):
    """How a field of an order stands to the call."""

    AGREES = "agrees"
    MISSING = "missing"
    """It is empty, or lacks what was said."""
    DIFFERS = "differs"
    """It has something else than was said, or what cannot be."""
    UNSUPPORTED = "unsupported"
    """It has what nobody said."""


@dataclass(frozen=True, slots=True)
class FieldMark:
    """One field with how it stands; ``start_ms`` to ``end_ms`` is where the call tells it, equal where nowhere."""

    name: str
    stands: Stands
    start_ms: int = 0
    end_ms: int = 0


def field_details(marks: Iterable[FieldMark]) -> dict[str, str]:
    """Return marks as details of a result; of a field's marks the first counts."""
    found: dict[str, str] = {}
    for mark in marks:
        found.setdefault(f"{FIELD}{mark.name}", f"{mark.stands}@{mark.start_ms}-{mark.end_ms}")
    return found


def field_marks(details: Mapping[str, str]) -> tuple[FieldMark, ...]:
    """Return the marks in a result's details; what cannot be read is left out."""
    return tuple(mark for key, text in details.items() if (mark := _mark(key, text)) is not None)


def _mark(key: str, text: str) -> FieldMark | None:
    stands, _, place = text.partition("@")
    start, _, end = place.partition("-")
    if not key.startswith(FIELD) or stands not in set(Stands) or not (start.isdigit() and end.isdigit()):
        return None
    return FieldMark(key.removeprefix(FIELD), Stands(stands), int(start), int(end))


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """One fact of an entry beside what was said.

    ``expected`` and ``said`` are words to read, '' where there are none; ``slot``, ``value`` and ``unit`` are the
    entry's (see `Fact`). ``utterance`` is where it was said, -1 where it was not.
    """

    entry_id: str
    entry_version: int
    slot: str
    value: str
    unit: str
    expected: str
    must_say: bool
    agreement: Agreement
    said: str = ""
    utterance: int = -1
    start_ms: int = 0
    end_ms: int = 0


def facts_text(facts: Iterable[ComparedFact]) -> str:
    """Return facts as a detail of a result."""
    return json.dumps([asdict(fact) for fact in facts], ensure_ascii=False)


def compared_facts(details: Mapping[str, str]) -> tuple[ComparedFact, ...]:
    """Return the facts in a result's details; none where there are none, or where hiding names spoiled them."""
    try:
        read = json.loads(details.get(FACTS, "[]"))
        return tuple(ComparedFact(**{**one, "agreement": Agreement(one["agreement"])}) for one in read)
    except (ValueError, TypeError, KeyError):
        return ()
