"""The payroll file as finance reads it in: CSV in the columns that the centre set."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from qa_pipeline.assessment import MonthView
from qa_pipeline.reports.formulas import as_text
from qa_pipeline.reports.payroll_fields import Form, OperatorPay, printed
from qa_pipeline.reports.payroll_layout import PayrollLayout, default_layout
from scoring.pay import Owed, PayScheme, PayTerm, month_pay, with_owed
from scoring.scorecard import Scorecard


def operator_pays(
    view: MonthView,
    card: Scorecard,
    terms: Mapping[str, Sequence[PayTerm]],
    scheme: PayScheme,
    owed: Mapping[str, Sequence[Owed]] | None = None,
) -> tuple[OperatorPay, ...]:
    """Return each operator's pay of a month, in the view's order.

    Somebody whose month is undecided has a second line with what earlier months owe; somebody who left, took no call
    and has no terms, that line alone (`OperatorPay.apart`). So what is owed is always in the total, and once.

    Args:
        view: The month's figures; a settled month's as they were settled.
        card: Its scorecard.
        terms: Operator id -> the terms worked under; who has none is left without an amount.
        scheme: How a grade becomes money.
        owed: Operator id -> what earlier months still owe and this one pays.

    Raises:
        ValueError: As `scoring.pay.month_pay`; terms of somebody who is not on the month's roster;
            or an adjustment that cannot be.
    """
    known, debts = {line.operator.operator_id for line in view.operators}, owed or {}
    if strangers := sorted({*terms, *debts} - known):
        raise ValueError(f"pay terms or adjustments of {', '.join(strangers)}: not on the roster of {view.month}")
    bands = {band.name: band for band in card.grades}
    return tuple(
        OperatorPay(view.month, line, pay)
        for line in view.operators
        for who, band in [(line.operator.operator_id, None if line.grade is None else bands[line.grade])]
        for own in [month_pay(view.month, line.mean, band, terms.get(who, ()), scheme)]
        for pay in with_owed(
            own, debts.get(who, ()), line.operator.team, absent=line.n_frame == 0 and not terms.get(who)
        )
    )


def write_payroll(pays: tuple[OperatorPay, ...], path: Path, layout: PayrollLayout | None = None) -> Path:
    """Write the payroll file as CSV that spreadsheets open as UTF-8; without a layout in the default columns.

    Raises:
        OSError: The file cannot be written.
    """
    columns = layout or default_layout()
    heads = [as_text(column.heading) for column in columns.columns]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([heads, *payroll_rows(pays, columns)])
    return path


def payroll_rows(pays: tuple[OperatorPay, ...], layout: PayrollLayout) -> list[list[str]]:
    """Return the rows of the file as text, words from outside neutralised."""
    rows = []
    for who, part in layout.lines(pays):
        row = []
        for column in layout.columns:
            field = layout.field(column)
            form = Form.TEXT if field is None else field.form
            text = printed(layout.value(column, who, part), form)
            row.append(as_text(text) if form is Form.TEXT else text)
        rows.append(row)
    return rows
