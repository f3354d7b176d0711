"""The scorecard as data: groups, items, fatal errors and grades, in a version that never changes once used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

FATAL_MARK = "V"
"""Codes of fatal errors begin with it (scorecard.md), and of nothing else; two people judge them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One scorecard item, such as ``A1``.

    Loss for ``k`` faults is ``per_fault * k``, but ``all_missing`` where all ``parts`` are missing (A1: 5), never
    more than ``cap`` (default: the item's points; A6 has 6 and eats into its group). A fault that was corrected in
    the call loses ``corrected_loss`` instead. ``hint_only`` items are shown and never deducted (A2).
    ``decided_by``: "rules" or "person" (no rule covers it yet). ``accuracy``: a fault of this item is also a critical
    error of this kind (caller, business, compliance); '' where it is not.
    """

    code: str
    group: str
    name: str
    points: Decimal
    per_fault: Decimal
    all_missing: Decimal | None = None
    cap: Decimal | None = None
    corrected_loss: Decimal | None = None
    hint_only: bool = False
    decided_by: str = "rules"
    how: str = ""
    accuracy: str = ""

    @property
    def most(self) -> Decimal:
        """The most that this item can cost."""
        if self.hint_only:
            return Decimal(0)
        return self.points if self.cap is None else self.cap


@dataclass(frozen=True, slots=True)
class Group:
    """One of the four standards: A, B, C, D with its name and the sum of its items' points."""

    code: str
    name: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class FatalError:
    """A fault that fails the call whatever its points; ``accuracy`` is caller, business or compliance (COPC)."""

    code: str
    name: str
    accuracy: str


@dataclass(frozen=True, slots=True)
class GradeBand:
    """A grade from ``at_least`` points upward and the payroll factor it earns."""

    name: str
    at_least: Decimal
    factor: Decimal
    failing: bool = False


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One version of the centre's scorecard; ``sha256`` is over its canonical JSON. Grades go from best to worst."""

    version: str
    effective_from: date
    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    fatal_errors: tuple[FatalError, ...]
    grades: tuple[GradeBand, ...]
    sha256: str
