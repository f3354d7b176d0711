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


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed statement of a knowledge entry.

    ``slot``: time_limit, fee, percent, phone, place, hours, materials, validity, age, amount_cap.
    ``value`` is a number, a range such as ``2-3``, or words; ``unit`` workday, day, month, year, hour, yuan, percent
    or ''. ``tolerance`` is in the unit of the value.
    """

    slot: str
    value: str
    unit: str = ""
    tolerance: Decimal = Decimal(0)
    must_say: bool = False


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
