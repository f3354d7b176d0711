"""The month's workbook: tables for people, and the way from calls to grades as formulas that recompute in the sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pandas as pd
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from qa_pipeline.assessment import MonthView
from qa_pipeline.assessment.rule_table import RuleTable
from qa_pipeline.models import MonthData
from qa_pipeline.reports import tables
from qa_pipeline.reports.after_closing import adjustment_sheets
from qa_pipeline.reports.formulas import is_formula
from qa_pipeline.reports.rules import SHARES, rule_sheets
from qa_pipeline.reports.supervision import Supervision, supervision_sheets
from scoring.scorecard import Scorecard

WORKINGS, GRADES = "计算过程", "等次与系数"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
HEAD_FILL = PatternFill("solid", fgColor="E8EFF8")
CHECK_FILL = PatternFill("solid", fgColor="F5F7FA")
FORMATS = {
    "开始时间": "yyyy-mm-dd hh:mm",
    "时间": "yyyy-mm-dd hh:mm",
    "编号": "0",
    "申诉编号": "0",
    "抽中概率": "0.0000",
    "权重": "0.0000",
    **dict.fromkeys(SHARES, "0.0%"),
}
COUNTS = ("通数", "次数", "不成立")
WIDEST = 60
LONG = ("事实", "依据", "说明", "内容", "扣分办法", "未能质检原因", "扣分项", "扣分依据", "得分计算", "自动降级")
GRADE_HEADS = (
    "工号",
    "姓名",
    "程序均分",
    "程序等次",
    "程序系数",
    "复算均分",
    "复算等次",
    "复算系数",
    "核对",
    "监督扣分",
)
BANDS_AT = 11  # column K: grade, from how many points, factor


def write_workbook(
    view: MonthView,
    data: MonthData,
    card: Scorecard,
    path: Path,
    rules: RuleTable | None = None,
    supervision: Supervision | None = None,
) -> Path:
    """Write the workbook.

    Args:
        view: The month's figures.
        data: What they were made of.
        card: The month's scorecard.
        path: The xlsx file, written over if it is there.
        rules: The rules with what reviews show of them; without it their sheets are left out.
        supervision: Supervision notices and appeals; where there are none, their sheets are left out.

    Raises:
        OSError: The file cannot be written.
    """
    sheets = {
        "说明": tables.remarks(view, data, card),
        "通话": tables.calls(view, data, card),
        "评分项": tables.items(view, card),
        "扣分明细": tables.losses(view, data, card),
        "话务员": tables.operators(view, data),
        GRADES: pd.DataFrame(columns=list(GRADE_HEADS)),
        "连续不合格": tables.strikes(view),
        WORKINGS: tables.workings(view),
        **supervision_sheets(supervision),
        **adjustment_sheets(view),
        **rule_sheets(rules),
    }
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, table in sheets.items():
            table.map(printable).to_excel(writer, sheet_name=name, index=False)
            neutralise(writer.sheets[name])
        _workings(writer.sheets[WORKINGS])
        _grades(writer.sheets[GRADES], view, card, len(sheets[WORKINGS]))
        for sheet in writer.sheets.values():
            dress(sheet)
    return path


def printable(value: object) -> object:
    """Return a text without control characters, anything else as it is."""
    # XML knows no control characters; a transcript or a name with one must not cost the month its workbook.
    return CONTROL.sub("", value) if isinstance(value, str) else value


def neutralise(sheet: Worksheet) -> None:
    """Make plain text of all that came from outside, whatever it begins with."""
    for row in sheet.iter_rows():
        for cell in row:
            _as_text(cell)


def _as_text(cell: Cell) -> None:
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.quotePrefix = is_formula(cell.value)


def _workings(sheet: Worksheet) -> None:
    """Add weight and weighted points as formulas."""
    for column, head in ((5, "权重"), (6, "加权得分")):
        sheet.cell(1, column, head)
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 5, f"=1/D{row}")
        sheet.cell(row, 6, f"=C{row}*E{row}")


def _grades(sheet: Worksheet, view: MonthView, card: Scorecard, n_calls: int) -> None:
    """Write each operator's grade twice, as the program has it and as formulas, with a check."""
    _bands(sheet, card)
    last_band = 1 + len(card.grades)
    for row, line in enumerate(view.operators, start=2):
        known = (line.operator.operator_id, line.operator.name, line.mean, line.grade, line.factor)
        for column, value in enumerate(known, start=1):
            sheet.cell(row, column, tables.number(value) if isinstance(value, Decimal) else printable(value))
        for column, formula in enumerate(_formulas(row, n_calls, last_band), start=6):
            sheet.cell(row, column, formula)
        sheet.cell(row, len(GRADE_HEADS), tables.number(line.notice_points))
    _neutralise_columns(sheet, (1, 2, 4))


def _bands(sheet: Worksheet, card: Scorecard) -> None:
    # From worst to best, as a lookup of the last band that was reached needs it.
    rows = [("等次", "分数从", "系数"), *((b.name, float(b.at_least), float(b.factor)) for b in reversed(card.grades))]
    for row, band in enumerate(rows, start=1):
        for column, value in enumerate(band, start=BANDS_AT):
            _as_text(sheet.cell(row, column, printable(value)))


def _formulas(row: int, n_calls: int, last_band: int) -> tuple[str, ...]:
    """Return mean, grade, factor and check. EXACT, since SUMIF takes 001 for 1 and * for anything.

    What approved notices take of the month (column J) comes off the mean of its calls, as `scoring.notices` has it.
    """
    mine = f"EXACT({WORKINGS}!$A$2:$A${n_calls + 1},A{row})"
    weights = f"SUMPRODUCT({mine}*{WORKINGS}!$E$2:$E${n_calls + 1})"
    weighted = f"SUMPRODUCT({mine}*{WORKINGS}!$F$2:$F${n_calls + 1})"
    bands = f"$L$2:$L${last_band}"
    mean = f'=IF({weights}=0,"",ROUND(MAX(0,ROUND({weighted}/{weights},2)-J{row}),2))' if n_calls else '=""'
    return (
        mean,
        f'=IF(F{row}="","",LOOKUP(F{row},{bands},$K$2:$K${last_band}))',
        f'=IF(F{row}="","",LOOKUP(F{row},{bands},$M$2:$M${last_band}))',
        f'=IF(AND(C{row}&""=F{row}&"",D{row}&""=G{row}&"",E{row}&""=H{row}&""),"一致","不一致")',
    )


def _neutralise_columns(sheet: Worksheet, columns: tuple[int, ...]) -> None:
    for row in range(2, sheet.max_row + 1):
        for column in columns:
            _as_text(sheet.cell(row, column))


def dress(sheet: Worksheet) -> None:
    """Freeze the head, set widths and number formats, and make it print on one page's width."""
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    for column in sheet.iter_cols():
        head = str(column[0].value or "")
        column[0].font = Font(bold=True)
        column[0].alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        if head:
            column[0].fill = HEAD_FILL
        for cell in column[1:]:
            # An empty cell stays one: with a style, some spreadsheet programs read it as 0.
            if cell.value is not None:
                _dress_cell(cell, head)
        sheet.column_dimensions[get_column_letter(column[0].column)].width = _width(column)


def _dress_cell(cell: Cell, head: str) -> None:
    cell.alignment = Alignment(vertical="top", wrap_text=head in LONG)
    if head.startswith("复算"):
        cell.fill = CHECK_FILL
    if isinstance(cell.value, str) and cell.data_type != "f":
        return
    cell.number_format = FORMATS.get(head, "0" if head.endswith(COUNTS) else "0.00")


def _width(column: Sequence[Cell]) -> float:
    texts = ["" if cell.data_type == "f" else str(cell.value if cell.value is not None else "") for cell in column]
    wide = max(sum(1.9 if ord(char) > 0x2E7F else 1.1 for char in text) for text in texts)
    return min(WIDEST, max(9.0, wide + 2))
