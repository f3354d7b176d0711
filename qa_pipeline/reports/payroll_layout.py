"""The columns of the payroll file, as a centre sets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from qa_pipeline.errors import SettingsError
from qa_pipeline.reports.payroll_fields import (
    OPERATOR_FIELDS,
    PAID,
    PART_FIELDS,
    Field,
    OperatorPay,
    Value,
)
from scoring.fields import Fields
from scoring.pay import PayPart

KEYS = ("rows", "total", "columns")
COLUMN_KEYS = ("heading", "field", "constant")
DEFAULT = "payroll_layout.yaml"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and the field it shows; without a field every row holds ``constant``."""

    heading: str
    field: str = ""
    constant: str = ""


@dataclass(frozen=True, slots=True)
class PayrollLayout:
    """Columns from left to right; a row is an ``operator`` or a ``part``. ``total``: the workbook ends in a sum."""

    rows: str
    total: bool
    columns: tuple[Column, ...]

    def field(self, column: Column) -> Field | None:
        """Return what a column shows, None for a constant."""
        return (OPERATOR_FIELDS if self.rows == "operator" else PART_FIELDS)[column.field] if column.field else None

    def lines(self, pays: tuple[OperatorPay, ...]) -> Iterator[tuple[OperatorPay, PayPart | None]]:
        """Yield what the rows are of: operators, or their parts (one row without a part for who has none)."""
        for who in pays:
            if self.rows == "operator":
                yield who, None
            else:
                yield from ((who, part) for part in who.pay.parts or (None,))

    def value(self, column: Column, who: OperatorPay, part: PayPart | None) -> Value:
        """Return what stands in a column."""
        field = self.field(column)
        return column.constant if field is None else field.value(who, part)

    def heading(self, field: str) -> str:
        """Return the heading of a field that every layout has: ``operator_id``, and what a row pays."""
        return next(column.heading for column in self.columns if column.field == field)


def load_layout(path: Path) -> PayrollLayout:
    """Read a layout from a YAML file.

    Raises:
        SettingsError: It cannot be read, or its columns cannot be; every problem is named with its line.
    """
    try:
        return _parsed(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise SettingsError(f"payroll layout {path}: {error.strerror}", "name a YAML file of columns") from error


@cache
def default_layout() -> PayrollLayout:
    """Return the layout that the product ships, read once a process."""
    return _parsed((files("qa_pipeline.reports") / DEFAULT).read_text(encoding="utf-8"), DEFAULT)


def _parsed(text: str, source: str) -> PayrollLayout:
    try:
        loaded = YAML(typ="rt").load(text)
    except YAMLError as error:
        raise SettingsError(f"payroll layout {source} is not YAML: {error}", "mend the line it names") from error
    if not isinstance(loaded, Mapping):
        raise SettingsError(f"payroll layout {source} holds no names with values", "start from the default layout")
    problems: list[str] = []
    layout = _layout(Fields(loaded, source, problems))
    if problems:
        listed = "".join(f"\n  - {problem}" for problem in problems)
        raise SettingsError(f"payroll layout: {len(problems)} problem(s){listed}", "mend the file; nothing was written")
    return layout


def _layout(top: Fields) -> PayrollLayout:
    top.only(KEYS)
    rows = top.text("rows", default="operator")
    if rows not in PAID:
        top.problem("rows", f"is {rows!r}", f"use one of {', '.join(PAID)}")
        rows = "operator"
    known = tuple(OPERATOR_FIELDS if rows == "operator" else PART_FIELDS)
    columns = tuple(_column(entry, known) for entry in top.many("columns"))
    for heading, count in Counter(column.heading for column in columns).items():
        if count > 1 and heading:
            top.problem("columns", f"have heading {heading} {count} times", "give each column its own")
    for field in ("operator_id", PAID[rows]):
        if columns and sum(column.field == field for column in columns) != 1:
            top.problem("columns", f"must show {field} once", f"write one line with `field: {field}`")
    return PayrollLayout(rows, "total" in top.data and top.flag("total"), columns)


def _column(entry: Fields, known: tuple[str, ...]) -> Column:
    entry.only(COLUMN_KEYS)
    field, constant = entry.text("field", default=""), entry.text("constant", default="")
    if ("field" in entry.data) == ("constant" in entry.data):
        entry.problem("field", "and constant: one of them makes a column", "write either")
    elif field and field not in known:
        entry.problem("field", f"is {field!r}", f"use one of {', '.join(known)}")
    return Column(entry.text("heading"), field if field in known else "", constant)
