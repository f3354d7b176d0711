"""A payroll file that comes back from finance against the program's: which line differs, where, by how much."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from qa_pipeline.ingest.tables import Table
from qa_pipeline.reports.payroll_fields import PAID, Form, OperatorPay, Value, printed
from qa_pipeline.reports.payroll_layout import PayrollLayout
from qa_pipeline.reports.workbook import CONTROL
from scoring.pay import PayPart

CLOSE = {Form.FACTOR: Decimal("0.00005"), Form.COUNT: Decimal("0.5")}
CENT = Decimal("0.005")
DAY = re.compile(r"(\d{4})[-/年](\d{1,2})(?:[-/月](\d{1,2}))?[日月]?(?: 00:00:00)?")
Key = tuple[str, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a file says otherwise.

    ``row`` counts as a spreadsheet does, None where the file lacks the line; ``column`` is '' where the whole line is
    meant. ``ours`` and ``theirs`` are as printed; ``apart`` is theirs less ours where both are numbers.
    """

    row: int | None
    operator_id: str
    column: str
    ours: str
    theirs: str
    apart: Decimal | None = None

    def __str__(self) -> str:
        place = "表内没有的行" if self.row is None else f"第 {self.row} 行"
        if not self.column:
            return f"{place} 工号 {self.operator_id}：程序{self.ours}，表内{self.theirs}"
        gap = "" if self.apart is None else f"，差 {self.apart:+f}"
        return (
            f"{place} 工号 {self.operator_id} {self.column}：程序 {self.ours or '空'}，表内 {self.theirs or '空'}{gap}"
        )


def is_payroll(table: Table, layout: PayrollLayout) -> bool:
    """Whether a table has the columns that say whose line it is and what it pays."""
    return {layout.heading("operator_id"), layout.heading(PAID[layout.rows])} <= set(table.header)


def is_computed(table: Table, layout: PayrollLayout) -> bool:
    """Whether any row pays a number: the formulas of a workbook have none until a spreadsheet program has saved it."""
    paid = table.header.index(layout.heading(PAID[layout.rows]))
    return any(_decimal(cells[paid] if paid < len(cells) else "") is not None for _, cells in table.rows)


def stated_total(table: Table, layout: PayrollLayout) -> Decimal | None:
    """Return the total that a file states in its row 合计, None where it has none."""
    paid = table.header.index(layout.heading(PAID[layout.rows]))
    for _, cells in table.rows:
        if _is_total(cells):
            return _decimal(cells[paid] if paid < len(cells) else "")
    return None


def differences(table: Table, pays: tuple[OperatorPay, ...], layout: PayrollLayout) -> tuple[Difference, ...]:
    """Return everything that a file has otherwise in the layout's columns, and lines that it lacks or has beyond.

    Lines are matched by operator, several lines of one in their order. Texts are compared, too: a month or a name that
    was changed pays somebody else. Columns that the layout does not have are finance's own.
    """
    theirs = dict(_lines(table, layout))
    ours = dict(_numbered((who.line.operator.operator_id, (who, part)) for who, part in layout.lines(pays)))
    found: list[Difference] = []
    for key, (who, part) in ours.items():
        if key not in theirs:
            found.append(Difference(None, key[0], "", "有这一行", "没有"))
            continue
        row, cells = theirs[key]
        found.extend(_compared(row, cells, who, part, layout))
    beyond = (Difference(theirs[key][0], key[0], "", "没有这一行", "有") for key in theirs if key not in ours)
    return (*found, *beyond)


def missing_columns(table: Table, layout: PayrollLayout) -> tuple[str, ...]:
    """Return the layout's columns that a file does not have, so that nothing could be compared in them."""
    return tuple(column.heading for column in layout.columns if column.heading not in table.header)


def _compared(
    row: int, cells: Mapping[str, str], who: OperatorPay, part: PayPart | None, layout: PayrollLayout
) -> Iterator[Difference]:
    for column in layout.columns:
        if column.heading not in cells:
            continue
        field, value = layout.field(column), layout.value(column, who, part)
        form = Form.TEXT if field is None else field.form
        found = _difference(form, value, cells[column.heading])
        if found is not None:
            ours, theirs, apart = found
            yield Difference(row, who.line.operator.operator_id, column.heading, ours, theirs, apart)


def _difference(form: Form, value: Value, text: str) -> tuple[str, str, Decimal | None] | None:
    """Return what is ours, theirs and between them; None where they agree."""
    if form is Form.TEXT:
        ours_text = printed(value, form)
        return None if _plain(ours_text) == _plain(text) else (ours_text, text, None)
    theirs = _decimal(text)
    if value is None or theirs is None:
        return None if value is None and not text else (printed(value, form), text, None)
    ours = Decimal(str(value))
    if abs(theirs - ours) < CLOSE.get(form, CENT):
        return None
    return printed(value, form), text, theirs - ours


def _lines(table: Table, layout: PayrollLayout) -> Iterator[tuple[Key, tuple[int, Mapping[str, str]]]]:
    at = table.header.index(layout.heading("operator_id"))
    whose = (
        (cells[at].removeprefix("'"), (row, dict(zip(table.header, cells, strict=False))))
        for row, cells in table.rows
        if at < len(cells) and cells[at] and not _is_total(cells)
    )
    return _numbered(whose)


def _numbered(lines: Iterator[tuple[str, T]]) -> Iterator[tuple[Key, T]]:
    seen: Counter[str] = Counter()
    for operator_id, line in lines:
        seen[operator_id] += 1
        yield (operator_id, seen[operator_id]), line


def _is_total(cells: tuple[str, ...]) -> bool:
    return "合计" in cells


def _plain(text: str) -> str:
    """Return a text as it is compared: without what spreadsheets add to it, days and months as 2026-10-01, 2026-10."""
    bare = " ".join(CONTROL.sub("", text).removeprefix("'").split())
    if (day := DAY.fullmatch(bare)) is None:
        return bare
    parts = [int(part) for part in day.groups() if part is not None]
    # A sheet makes a day of a month: its first.
    return "-".join(f"{part:02d}" for part in (parts[:2] if parts[2:] == [1] else parts))


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
