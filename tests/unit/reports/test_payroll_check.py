"""A payroll file that finance gives back: each line that differs is named, and the total reconciles or does not."""

import csv
from decimal import Decimal

import ironcalc
import openpyxl
import pytest

from qa_pipeline.errors import UserError
from qa_pipeline.payroll.checking import check_file
from qa_pipeline.reports.payroll import write_payroll
from qa_pipeline.reports.payroll_book import write_payroll_book
from qa_pipeline.reports.payroll_layout import default_layout
from scoring.payroll import payroll_total
from tests.unit.reports.payrolls import pays
from tests.unit.reports.test_payroll import layout
from tests.unit.reports.test_payroll_book import PARTS

LAYOUT = default_layout()


@pytest.fixture
def file(tmp_path):
    return write_payroll(pays(), tmp_path / "p.csv", LAYOUT)


def edited(file, change):
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    return check_file(file, pays(), LAYOUT)


def at(heading):
    return [column.heading for column in LAYOUT.columns].index(heading)


def test_a_file_that_nobody_changed_agrees(file):
    assert check_file(file, pays(), LAYOUT).agrees


def test_a_workbook_that_a_spreadsheet_program_saved_agrees(tmp_path):
    path = write_payroll_book(pays(), tmp_path / "p.xlsx", LAYOUT)
    with pytest.raises(UserError, match="绩效金额都是空的"):
        check_file(path, pays(), LAYOUT)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    model.save_to_xlsx(str(tmp_path / "saved.xlsx"))
    found = check_file(tmp_path / "saved.xlsx", pays(), LAYOUT)
    assert (found.differences, found.unbalanced) == ((), "")


def test_the_line_that_was_changed_is_named_with_how_much(file):
    def change(rows):
        rows[2][at("绩效工资")] = "1,000.00"
        rows[1][at("绩效基数")] = "2000.0"
        rows[3][at("绩效系数")] = "0.9"

    found = edited(file, change).differences
    ours = pays()[1].pay.total
    assert str(found[0]) == f"第 3 行 工号 1002 绩效工资：程序 {ours}，表内 1,000.00，差 {1000 - ours:+}"
    assert [(one.row, one.column) for one in found] == [(3, "绩效工资"), (4, "绩效系数")]


def test_every_column_is_compared(file):
    def change(rows):
        for column in range(len(rows[0])):
            rows[1][column] = rows[1][column] if column == at("工号") else "12345.67"

    found = edited(file, change).differences
    assert [one.column for one in found] == [column.heading for column in LAYOUT.columns if column.heading != "工号"]
    assert str(found[0]) == "第 2 行 工号 1001 月份：程序 2026-10，表内 12345.67"


@pytest.mark.parametrize("month", ["2026-10-01 00:00:00", "2026/10/1", "2026年10月", "2026-10"])
def test_a_month_that_a_spreadsheet_made_a_day_of_is_the_same_month(file, month):
    assert edited(file, lambda rows: rows[1].__setitem__(at("月份"), month)).agrees


@pytest.mark.parametrize("month", ["2026-11", "2026-10-02", "2026年1月", ""])
def test_another_month_differs(file, month):
    found = edited(file, lambda rows: rows[1].__setitem__(at("月份"), month)).differences
    assert [one.column for one in found] == ["月份"]


def test_columns_that_finance_took_out_or_put_in_are_told_and_left_aside(file):
    def change(rows):
        rows[0][at("等次")] = "财务备注"

    found = edited(file, change)
    assert (found.agrees, found.missing) == (True, ("等次",))


def test_amounts_that_one_side_lacks_differ(file):
    def change(rows):
        rows[1][at("绩效工资")] = ""
        rows[5][at("绩效工资")] = "100"

    assert [str(one) for one in edited(file, change).differences] == [
        f"第 2 行 工号 1001 绩效工资：程序 {pays()[0].pay.total}，表内 空",
        "第 6 行 工号 1005 绩效工资：程序 空，表内 100",
    ]


def test_lines_that_are_missing_or_beyond_the_programs_are_named(file):
    def change(rows):
        rows[1][at("工号")] = "9999"
        rows.append(list(rows[2]))

    assert [str(one) for one in edited(file, change).differences] == [
        "表内没有的行 工号 1001：程序有这一行，表内没有",
        "第 2 行 工号 9999：程序没有这一行，表内有",
        "第 8 行 工号 1002：程序没有这一行，表内有",
    ]


@pytest.mark.parametrize(("more", "agrees"), [("0", True), ("0.01", False)])
def test_a_stated_total_must_reconcile_to_the_cent(file, more, agrees):
    total = payroll_total(who.pay for who in pays()) + Decimal(more)

    def change(rows):
        rows.append(["合计", *[""] * (len(rows[0]) - 1)])
        rows[-1][at("绩效工资")] = str(total)

    found = edited(file, change)
    assert found.agrees is agrees
    assert ("0.01 apart" in found.unbalanced) is not agrees


def test_a_total_without_a_number_states_nothing(file):
    assert edited(file, lambda rows: rows.append(["合计", ""])).agrees


def test_rows_of_parts_are_matched_in_their_order(tmp_path):
    columns = layout(tmp_path, PARTS)
    path = write_payroll(pays(), tmp_path / "p.csv", columns)
    assert check_file(path, pays(), columns).agrees
    text = path.read_text(encoding="utf-8-sig").splitlines()
    assert text[4].startswith("1002,奖励,")
    text[4] = "1002,奖励,1.00"
    path.write_text("\n".join(text), encoding="utf-8")
    assert [one.row for one in check_file(path, pays(), columns).differences] == [5]


def test_a_file_without_the_columns_or_not_there_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("姓名,电话\n张三,1\n", encoding="utf-8")
    with pytest.raises(UserError, match="没有一张表同时有“工号”、“绩效工资”这两列"):
        check_file(tmp_path / "x.csv", pays(), LAYOUT)
    with pytest.raises(UserError, match="No such file"):
        check_file(tmp_path / "none.csv", pays(), LAYOUT)


def test_a_workbooks_other_sheets_are_left_aside(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["说明", "x"])
    sheet = book.create_sheet("工资")
    sheet.append(["工号", "绩效工资"])
    for who in pays():
        sheet.append([who.line.operator.operator_id, None if who.pay.total is None else float(who.pay.total)])
    book.save(tmp_path / "p.xlsx")
    assert check_file(tmp_path / "p.xlsx", pays(), LAYOUT).agrees
