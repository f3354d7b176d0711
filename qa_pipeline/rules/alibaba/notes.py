"""What an import tells about everything that did not come over as it was."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum


class Severity(StrEnum):
    """How far something is from what it was.

    ``DROPPED``: it is not there. ``APPROXIMATED``: it is there and measures something near. ``ASSUMED``: the published
    schema leaves it open, and this is how it was read.
    """

    DROPPED = "dropped"
    APPROXIMATED = "approximated"
    ASSUMED = "assumed"


class Bias(Flag):
    """Which way a check errs against the one it was made of: it hits where that did not, or the reverse."""

    NONE = 0
    FEWER = 1
    MORE = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a field, before it is known where in the file that field stands."""

    severity: Severity
    field: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that did not come over as it was. ``where``: JSON path. Rule and condition are empty for the file."""

    severity: Severity
    where: str
    rule: str
    condition: str
    field: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return self.told(f"rule {self.rule}" if self.rule else "")

    def told(self, of: str = "") -> str:
        """Return the note on one line, ``of`` what; nothing where that is clear from where the line stands."""
        condition = f"condition {self.condition}" if self.condition else ""
        place = ", ".join(part for part in (of, condition, self.field) if part)
        end = f" → {self.hint}" if self.hint else ""
        return f"{self.severity.value}: {place}: {self.message}{end} [{self.where}]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file something stands; makes notes of remarks."""

    path: str
    rule: str = ""
    condition: str = ""

    def note(self, remark: Remark) -> Note:
        """Return the remark as a note about this place."""
        return Note(remark.severity, self.path, self.rule, self.condition, remark.field, remark.message, remark.hint)


class NotCarriedError(Exception):
    """Something has no counterpart here: which field, why, and what to write by hand instead."""

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(field, message, hint)
        self.remark = Remark(Severity.DROPPED, field, message, hint)


def dropped(field: str, message: str, hint: str = "") -> Remark:
    """Return the remark that a field was left out."""
    return Remark(Severity.DROPPED, field, message, hint)


def approximated(field: str, message: str, hint: str = "") -> Remark:
    """Return the remark that a field was carried over only nearly."""
    return Remark(Severity.APPROXIMATED, field, message, hint)


def assumed(field: str, message: str, hint: str = "") -> Remark:
    """Return the remark that a field was read in one of several possible ways."""
    return Remark(Severity.ASSUMED, field, message, hint)
