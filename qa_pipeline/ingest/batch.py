"""What a file gave: rows that can be taken, and rows that cannot with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class FileKind(StrEnum):
    """What a file holds, in the order in which files must be taken: each kind speaks of those before it."""

    ROSTER = "roster"
    SHIFT_PLAN = "shift_plan"
    CALL_LOG = "call_log"
    WORK_ORDERS = "work_orders"
    KNOWLEDGE = "knowledge"
    GAZETTEER = "gazetteer"
    PAY_TERMS = "pay_terms"
    ATTENDANCE = "attendance"
    RECORDING = "recording"

    @property
    def order(self) -> int:
        """Place in the order of taking."""
        return list(FileKind).index(self)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row (or a whole file, ``row`` None) that was not taken.

    ``row`` counts as a spreadsheet does: the header is row 1; in YAML it is the line. ``column`` is '' where the
    fault is not one column's. ``what`` and ``hint`` are in Chinese: they are read by who keeps the files.
    """

    file: str
    row: int | None
    column: str
    what: str
    hint: str

    def __str__(self) -> str:
        place = "".join(
            (
                self.file,
                f" 第 {self.row} 行" if self.row is not None else "",
                f" [{self.column}]" if self.column else "",
            )
        )
        return f"{place}：{self.what}；{self.hint}"


@dataclass(frozen=True, slots=True)
class Numbered(Generic[T]):
    """A value with the row that it stood in."""

    row: int
    value: T


@dataclass(frozen=True, slots=True)
class Batch:
    """One file (or one sheet of one), read. The values are models of the kind: `Operator`, `CallRecord` and so on.

    ``titles`` has by field what the file itself calls its columns: a refusal that comes later must name them so, too.
    ``header`` has all its columns.
    """

    file: str
    kind: FileKind | None
    rows: tuple[Numbered[Any], ...]
    refusals: tuple[Refusal, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file: rows taken, rows that were there already, rows refused; ``notes`` are for people."""

    file: str
    kind: FileKind | None
    taken: int
    unchanged: int
    refusals: tuple[Refusal, ...]
    notes: tuple[str, ...] = ()
