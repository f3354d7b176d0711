"""What the centre knows of its people, calls, orders and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from qa_pipeline.models.speech import Role


@dataclass(frozen=True, slots=True)
class Operator:
    """One person on the roster."""

    operator_id: str
    name: str
    team: str
    leader_id: str | None
    hired_on: date | None


@dataclass(frozen=True, slots=True)
class ShiftDuty:
    """One operator on one shift of one day."""

    day: date
    shift: str
    operator_id: str


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One row of the call log. ``operator_channel`` is 0 left, 1 right, None where it is not known or mono."""

    call_id: str
    started_at: datetime
    duration_s: int
    operator_id: str
    shift: str
    caller_number: str
    hang_up_by: Role
    satisfaction: int | None
    recording_file: str
    operator_channel: int | None


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """The record that the operator wrote. ``fields`` keeps every column under its Chinese name; empty stays ''."""

    order_id: str
    call_id: str
    fields: Mapping[str, str] = field(default_factory=dict)
    submitted_at: datetime | None = None

    def get(self, name: str) -> str:
        """Return a field's text, '' where it is absent."""
        return self.fields.get(name, "")


_TIME_UNITS = frozenset({"workday", "day", "month", "year", "hour", "minute"})
FACT_UNITS: Mapping[str, frozenset[str]] = {
    "time_limit": _TIME_UNITS,
    "fee": frozenset({"yuan"}),
    "percent": frozenset({"percent"}),
    "phone": frozenset({""}),
    "place": frozenset({""}),
    "hours": frozenset({""}),
    "materials": frozenset({""}),
    "validity": _TIME_UNITS | {""},
    "age": frozenset({"year", ""}),
    "amount_cap": frozenset({"yuan", "percent", ""}),
}
"""The slots that a fact may have, and the units that each may be in."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed statement of a knowledge entry.

    ``slot`` and ``unit`` are of `FACT_UNITS`. ``value`` is a number, a range such as ``2-3``, or words. ``tolerance``
    is in the unit of the value. ``confirmed``: its owner stands for it; what was only read out of the entry's text is
    not, and what rests on it is a hint and never a deduction.
    """

    slot: str
    value: str
    unit: str = ""
    tolerance: Decimal = Decimal(0)
    must_say: bool = False
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class KnowledgeEntry:
    """One official answer in one version, valid from ``valid_from`` to ``valid_to`` inclusive (None: still)."""

    entry_id: str
    version: int
    title: str
    question: str
    answer: str
    valid_from: date
    valid_to: date | None = None
    paraphrases: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    category_path: str = ""
    hotwords: tuple[str, ...] = ()
    owner_department: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        """Whether this version was the answer on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def dated(self, name: str) -> date | None:
        """Return a date among the details: ``reviewed_at`` or ``review_by``; None where there is none, or no date."""
        try:
            return date.fromisoformat(self.details.get(name, "")[:10])
        except ValueError:
            return None
