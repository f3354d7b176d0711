"""No export takes a text for a formula, whatever it begins with."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from qa_pipeline.assessment import assess
from qa_pipeline.reports.formulas import STARTS, as_text, is_formula
from qa_pipeline.reports.knowledge import DOUBTED, LACKING, write_knowledge_workbook
from qa_pipeline.reports.payroll import write_payroll
from qa_pipeline.reports.payroll_book import write_payroll_book
from qa_pipeline.reports.workbook import write_workbook
from tests.month_builder import CARD, call_file, clean, month, operator, result
from tests.unit.reports.payrolls import pays, term
from tests.unit.reports.test_payroll import layout

CALLS = 'HYPERLINK("http://evil.example")'
HEADED = (
    f"columns:\n  - {{heading: '={CALLS}', field: operator_id}}\n  - {{heading: '@{CALLS}', field: name}}\n"
    "  - {heading: 金额, field: pay}\n"
)


def hostile(start: str):
    """A month whose people, findings and grades are called by a formula."""
    evil = f"{start}{CALLS}"
    who = operator(f"{start}1", evil, evil)
    card = replace(CARD, grades=tuple(replace(band, name=f"{start}{band.name}") for band in CARD.grades))
    lost = replace(result("PH05", "A5"), reason=evil)
    return card, month([call_file(f"{start}C1", clean(but=[lost]), who), call_file("C2", clean(), who)])


def formulas(path: Path) -> list[str]:
    """Return every formula that a spreadsheet program would compute."""
    cells = (cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


def texts(path: Path) -> set[str]:
    cells = (cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row)
    return {cell.value for cell in cells if isinstance(cell.value, str) and cell.data_type == "s"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝"])
def test_the_months_workbook_computes_its_own_formulas_and_no_other(tmp_path: Path, start: str) -> None:
    card, data = hostile(start)
    path = write_workbook(assess(data, card, 1), data, card, tmp_path / "m.xlsx")
    assert [f for f in formulas(path) if CALLS in f or "优秀" in f] == []
    assert f"{start}{CALLS}" in texts(path)
    assert formulas(path)


def test_the_payroll_workbook_computes_its_own_formulas_and_no_other(tmp_path: Path) -> None:
    _, data = hostile("=")
    path = write_payroll_book(
        pays({"=1": (term("=1", "1000", team=f"={CALLS}"),)}, data), tmp_path / "p.xlsx", layout(tmp_path, HEADED)
    )
    assert [f for f in formulas(path) if CALLS in f] == []
    assert {f"={CALLS}", f"@{CALLS}"} <= texts(path)
    assert formulas(path)


def test_the_payroll_file_neutralises_headings_and_words_and_no_amount(tmp_path: Path) -> None:
    _, data = hostile("=")
    path = write_payroll(pays({"=1": (term("=1", "1000"),)}, data), tmp_path / "p.csv", layout(tmp_path, HEADED))
    with path.open(encoding="utf-8-sig", newline="") as file:
        heads, row = list(csv.reader(file))
    assert heads == [f"'={CALLS}", f"'@{CALLS}", "金额"]
    assert row[:2] == ["'=1", f"'={CALLS}"]
    assert Decimal(row[2]) >= 0  # that what is below zero stays a number is tested beside the payroll


def test_the_knowledge_workbook_computes_nothing(tmp_path: Path) -> None:
    lacking = [dict.fromkeys(("责任部门", "部门依据", "问题", "最接近的条目", "出处"), f"={CALLS}")]
    doubted = [dict.fromkeys(("责任部门", "条目", "条目的值", "多数说的值", "判断", "出处"), f"-{CALLS}")]
    path = write_knowledge_workbook(lacking, doubted, tmp_path / "k.xlsx")
    assert formulas(path) == []
    assert {LACKING, DOUBTED} == set(openpyxl.load_workbook(path).sheetnames)
    assert {f"={CALLS}", f"-{CALLS}"} <= texts(path)


@pytest.mark.parametrize("start", STARTS)
def test_each_beginning_of_a_formula_is_known(start: str) -> None:
    assert is_formula(f"{start}1")
    assert as_text(f"{start}1") == f"'{start}1"
    assert as_text(f"1{start}") == f"1{start}"
