"""The payroll workbook, its formulas recomputed by a spreadsheet engine, against the program to the cent."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import ironcalc
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.reports.payroll_book import AGREE, DIFFER, _amount, write_payroll_book
from qa_pipeline.reports.payroll_layout import default_layout
from scoring.exact import rounded
from scoring.pay import Owed
from scoring.payroll import by_team, payroll_total
from tests.month_builder import call_file, clean, month, operator
from tests.unit.reports.payrolls import pays, term
from tests.unit.reports.test_payroll import layout

PARTS = (
    "rows: part\ntotal: true\ncolumns:\n  - {heading: 工号, field: operator_id}\n"
    "  - {heading: 项目, field: kind}\n  - {heading: 金额, field: amount}\n"
)


def recomputed(path):
    """Return sheet name -> rows as a spreadsheet program computes them."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    sheets = {}
    for n, sheet in enumerate(openpyxl.load_workbook(path)):
        sheets[sheet.title] = [
            [model.get_formatted_cell_value(n, row, column) for column in range(1, sheet.max_column + 1)]
            for row in range(1, sheet.max_row + 1)
        ]
    return sheets


def book(folder, of=None, columns=None):
    return write_payroll_book(pays() if of is None else of, folder / "p.xlsx", columns)


def column(rows, heading):
    at = rows[0].index(heading)
    return [row[at] for row in rows[1:]]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    return recomputed(book(tmp_path_factory.mktemp("book")))


def test_every_amount_that_the_sheet_computes_is_the_programs(sheets):
    *lines, _ = sheets["明细"][1:]
    amounts = [line[11] for line in lines]
    expected = [part.amount for who in pays() for part in who.pay.parts]
    assert [amount for amount in amounts if amount] == [f"{amount:.2f}" for amount in expected if amount is not None]
    assert set(column(sheets["明细"], "核对")) == {AGREE}


def test_pay_rewards_and_their_total_are_the_programs(sheets):
    *lines, total = sheets["绩效"][1:]
    heads = sheets["绩效"][0]
    paid = [line[heads.index("绩效工资")] for line in lines]
    assert paid == ["" if who.pay.total is None else f"{who.pay.total:.2f}" for who in pays()]
    assert total[heads.index("绩效工资")] == f"{payroll_total(who.pay for who in pays()):.2f}"
    assert total[0] == "合计"
    assert lines[0][heads.index("奖励")] == "200.05"


def test_teams_and_totals_agree_on_the_check_sheet(sheets):
    rows = sheets["核对"]
    assert [row[3] for row in rows[1:-1]] == [AGREE] * (len(rows) - 2)
    sums = by_team(who.pay for who in pays())
    assert {row[0]: row[1] for row in rows[1 : len(sums) + 1]} == {team: f"{x:.2f}" for team, x in sums.items()}
    assert rows[-1][0] == "未定人数"
    assert float(rows[-1][1]) == sum(who.pay.total is None for who in pays()) == 2


def test_what_an_earlier_month_owes_is_in_its_column_and_in_the_total(tmp_path):
    owed = {"1002": [Owed("2026-09", Decimal("123.45"), "申诉成立")]}
    of = pays(owed=owed)
    sheets = recomputed(book(tmp_path, of))
    assert column(sheets["绩效"], "补调")[:2] == ["0.00", "123.45"]
    assert column(sheets["绩效"], "绩效工资")[1] == f"{pays()[1].pay.total + Decimal('123.45'):.2f}"
    assert [row[3] for row in sheets["核对"][1:-1]] == [AGREE] * (len(sheets["核对"]) - 2)


def test_what_is_owed_beside_an_undecided_month_is_a_line_of_its_own_and_in_the_total(tmp_path):
    owed = {who: [Owed("2026-09", Decimal("123.45"), "申诉成立")] for who in ("1001", "1006")}
    of = pays(owed=owed)
    sheets = recomputed(book(tmp_path, of))
    rows = [line for line in sheets["绩效"][1:] if line[1] == "1006"]
    heads = sheets["绩效"][0]
    told = [(row[heads.index("总通数")], row[heads.index("补调")], row[heads.index("绩效工资")]) for row in rows]
    assert told == [("0", "", ""), ("", "123.45", "123.45")]
    assert payroll_total(who.pay for who in of) == payroll_total(who.pay for who in pays()) + Decimal("246.90")
    assert [row[3] for row in sheets["核对"][1:-1]] == [AGREE] * (len(sheets["核对"]) - 2)
    assert float(sheets["核对"][-1][1]) == 2


def test_a_figure_that_somebody_changes_shows_on_the_check_sheet(tmp_path):
    path = book(tmp_path)
    changed = openpyxl.load_workbook(path)
    changed["明细"]["H2"] = 2000.01
    changed.save(path)
    sheets = recomputed(path)
    assert column(sheets["明细"], "核对")[0] == DIFFER
    assert sheets["核对"][1][3] == DIFFER


def test_a_base_that_finance_fills_in_is_computed(tmp_path):
    path = book(tmp_path, pays({}))
    filled = openpyxl.load_workbook(path)
    filled["明细"]["H6"] = 1333.33
    filled.save(path)
    sheets = recomputed(path)
    heads = sheets["绩效"][0]
    assert sheets["绩效"][5][heads.index("绩效工资")] == "1200.00"
    assert sheets["绩效"][1][heads.index("绩效工资")] == ""


def test_rows_may_be_parts_with_their_sum(tmp_path):
    sheets = recomputed(book(tmp_path, columns=layout(tmp_path, PARTS)))
    *lines, total = sheets["绩效"][1:]
    assert [line[2] for line in lines] == [row[11] for row in sheets["明细"][1:-1]]
    assert total[2] == f"{payroll_total(who.pay for who in pays()):.2f}"


def test_a_layout_may_leave_the_total_out(tmp_path):
    sheets = recomputed(book(tmp_path, columns=replace(default_layout(), total=False)))
    assert len(sheets["绩效"]) == 1 + len(pays())


def test_words_from_outside_are_text_whatever_they_begin_with(tmp_path):
    data = month([call_file("C1", clean(), operator("=1+1", '=HYPERLINK("x")', "@team"))])
    terms = {"=1+1": (term("=1+1", "100", team="=2+2"),)}
    written = openpyxl.load_workbook(book(tmp_path, pays(terms, data)))
    outside = [cell for sheet in written for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not [cell.coordinate for cell in outside if cell.value.startswith(("=1+1", "=2+2", "=HYPER"))]
    assert recomputed(tmp_path / "p.xlsx")["核对"][1][3] == AGREE


def test_operators_and_teams_that_a_sheet_would_take_for_equal_stay_apart(tmp_path):
    data = month([call_file("C1", clean(), operator("01")), call_file("C2", clean(), operator("1"))])
    terms = {"01": (term("01", "100", team="组*"),), "1": (term("1", "50", team="组A"),)}
    of = pays(terms, data)
    rows = recomputed(book(tmp_path, of))["核对"]
    assert [row[3] for row in rows[1:5]] == [AGREE] * 4


@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 30), st.integers(0, 15_000)), min_size=1, max_size=6))
def test_the_sheet_rounds_as_the_program_does_whatever_the_figures(lines):
    """The formula on arbitrary bases, days and factors, exact half cents among them."""
    model = ironcalc.create("x", "en", "UTC", "en")
    for row, (cents, days, parts) in enumerate(lines, start=2):
        for at, value in ((8, cents / 100), (9, days), (10, 31), (11, parts / 10_000)):
            model.set_user_input(0, row, at, str(value))
        model.set_user_input(0, row, 12, _amount(row))
    model.evaluate()
    for row, (cents, days, parts) in enumerate(lines, start=2):
        exact = rounded(Fraction(cents, 100) * days / 31 * Fraction(parts, 10_000))
        assert Decimal(model.get_formatted_cell_value(0, row, 12)) == exact
