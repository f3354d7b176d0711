"""The payroll file: one line an operator, as finance reads it in."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from qa_pipeline.assessment import MonthView, OperatorMonth
from qa_pipeline.reports.words import figure
from scoring.payroll import PayrollLine, payroll_line

COLUMNS = (
    *("月份", "工号", "姓名", "班组", "计分通数", "总通数", "均分", "区间下限", "区间上限"),
    *("等次", "绩效系数", "绩效基数", "绩效工资", "暂定", "说明"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def payroll_lines(view: MonthView, bases: Mapping[str, Decimal] | None = None) -> tuple[PayrollLine, ...]:
    """Return a line for each operator; ``bases`` are their performance pay in yuan, where finance gave it.

    Raises:
        ValueError: A base that is no amount, or of somebody who is not on the month's roster.
    """
    given = dict(bases or {})
    lines = tuple(_line(line, given.pop(line.operator.operator_id, None)) for line in view.operators)
    if given:
        raise ValueError(f"performance pay of {', '.join(sorted(given))}: not on the roster of {view.month}")
    return lines


def write_payroll(view: MonthView, path: Path, bases: Mapping[str, Decimal] | None = None) -> Path:
    """Write the payroll file as CSV that spreadsheets open as UTF-8.

    Raises:
        OSError: The file cannot be written.
        ValueError: As `payroll_lines`.
    """
    pairs = zip(view.operators, payroll_lines(view, bases), strict=True)
    rows = [[_safe(text) for text in _row(view.month, line, pay)] for line, pay in pairs]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def _line(line: OperatorMonth, base: Decimal | None) -> PayrollLine:
    note = "；".join(str(note) for note in line.notes)
    return payroll_line(line.operator.operator_id, line.mean, line.grade, line.factor, base, note)


def _row(month: str, line: OperatorMonth, pay: PayrollLine) -> list[str]:
    who = line.operator
    numbers = (line.mean, line.interval_low, line.interval_high)
    return [
        *(month, who.operator_id, who.name, who.team, str(line.n_heard), str(line.n_frame)),
        *("" if number is None else figure(number) for number in numbers),
        line.grade or "",
        *("" if number is None else figure(number) for number in (pay.factor, pay.base, pay.pay)),
        "是" if line.provisional else "否",
        pay.note,
    ]


def _safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
