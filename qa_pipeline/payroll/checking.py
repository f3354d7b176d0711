"""A payroll file that finance worked on, held against the program's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qa_pipeline.errors import UserError
from qa_pipeline.ingest.tables import read_tables
from qa_pipeline.reports.payroll_check import (
    Difference,
    differences,
    is_computed,
    is_payroll,
    missing_columns,
    stated_total,
)
from qa_pipeline.reports.payroll_fields import PAID, OperatorPay
from qa_pipeline.reports.payroll_layout import PayrollLayout
from scoring.payroll import reconcile


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file from finance says otherwise; ``unbalanced`` is how its total is off ('' where it is not).

    ``missing`` are columns that it does not have, so that nothing was compared in them.
    """

    differences: tuple[Difference, ...]
    unbalanced: str
    missing: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the file agrees with the program to the cent."""
        return not self.differences and not self.unbalanced


def check_file(path: Path, pays: tuple[OperatorPay, ...], layout: PayrollLayout) -> Checked:
    """Compare a payroll file that finance worked on with the program's, row by row and in total.

    Raises:
        ImportRefused: The file cannot be read.
        UserError: No table of it has the columns of the operator and of the pay.
    """
    try:
        tables = read_tables(path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}", "name the CSV or xlsx that finance gave back") from error
    table = next((table for table in tables if is_payroll(table, layout)), None)
    if table is None:
        columns = "、".join(f"“{layout.heading(field)}”" for field in ("operator_id", PAID[layout.rows]))
        raise UserError(f"{path.name} 没有一张表同时有{columns}这两列", "补上缺的列；列名不同的，用 --layout 指明")
    if not is_computed(table, layout):
        raise UserError(f"{path.name} 的绩效金额都是空的", "公式要先算出：用 Excel 或 WPS 打开、保存后再核对")
    stated, unbalanced = stated_total(table, layout), ""
    if stated is not None:
        try:
            reconcile([who.pay for who in pays], stated)
        except ValueError as error:
            unbalanced = str(error)
    return Checked(differences(table, pays, layout), unbalanced, missing_columns(table, layout))
