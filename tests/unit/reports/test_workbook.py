from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest

from qa_pipeline.assessment import assess
from qa_pipeline.assessment.beside import Beside
from qa_pipeline.models import Commitment, Outcome, Verdict
from qa_pipeline.reports.workbook import write_workbook
from scoring.notices import NoticePoints
from tests.month_builder import CARD, call_file, clean, decision, month, operator, result
from tests.unit.reports.sample_month import WRONG, sample_month

SHEETS = ["说明", "通话", "评分项", "扣分明细", "话务员", "等次与系数", "连续不合格", "计算过程"]


def book_of(data, folder):
    path = write_workbook(assess(data, CARD, 10), data, CARD, folder / "m.xlsx")
    return openpyxl.load_workbook(path)


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return book_of(sample_month(), tmp_path_factory.mktemp("book"))


def test_the_sheets_are_there_in_order_with_a_frozen_head(book):
    assert book.sheetnames == SHEETS
    assert {sheet.freeze_panes for sheet in book} == {"A2"}


def test_whether_the_seed_was_committed_is_told(book, tmp_path):
    told = {row["项目"]: row["内容"] for row in rows_of(book["说明"])}
    assert told["抽样承诺"] == "种子未事先承诺"
    data = sample_month()
    fixed = Commitment(data.month, "56" * 32, 20, "分层", "李四", datetime(2026, 9, 28, 17, 30))
    committed = book_of(replace(data, plan=replace(data.plan, commitment=fixed)), tmp_path)
    told = {row["项目"]: row["内容"] for row in rows_of(committed["说明"])}
    assert told["抽样承诺"] == f"李四，2026-09-28 17:30，{fixed.sha256}"


def test_every_sampled_call_has_its_row(book):
    rows = rows_of(book["通话"])
    assert len(rows) == len(sample_month().files)
    bad = next(row for row in rows if row["通话编号"] == "20261001-4000")
    assert (bad["得分"], bad["最低"], bad["最高"], bad["A 用语标准"]) == (79, 73, 79, 19)
    assert bad["扣分项"] == "C2 −12，A1 −4，D2 −3，A6 −2"
    failed = next(row for row in rows if row["通话编号"] == "20261004-0003")
    assert failed["得分"] is None
    assert "录音被截断" in failed["未能质检原因"]
    risk = next(row for row in rows if row["通话编号"] == "20261020-R1")
    assert (risk["抽样"], risk["计入均分"]) == ("风险补充", "否")


def test_items_and_operators_are_there_with_their_figures(book):
    assert len(rows_of(book["评分项"])) == 23
    zhao = next(row for row in rows_of(book["话务员"]) if row["工号"] == "1005")
    assert (zhao["均分"], zhao["区间下限"], zhao["区间上限"], zhao["等次"], zhao["暂定"]) == (
        81.45,
        79,
        83.9,
        "合格",
        "是",
    )
    away = next(row for row in rows_of(book["话务员"]) if row["工号"] == "1006")
    assert (away["均分"], away["等次"]) == (None, None)


def test_each_loss_of_a_call_stands_with_what_it_costs_of_100(tmp_path):
    away = [result(f"R{i.code}", i.code, Outcome.NOT_APPLICABLE) for i in CARD.items if i.group == "D"]
    book = book_of(month([call_file("C1", clean(but=[WRONG, *away])), call_file("C2", None)]), tmp_path)
    (row,) = rows_of(book["扣分明细"])
    assert (row["通话编号"], row["编号"], row["分值"], row["扣分"], row["折合总分"]) == ("C1", "C2", 12, 12, 16)
    assert row["得分计算"] == "A 25/25×25＋B 20/20×20＋C 18/30×30，÷75×100＝84.00"


def test_a_confirmed_fatal_error_has_its_row(tmp_path):
    said = [decision("FE05", "V5", Verdict.CONFIRM, name, n=n) for n, name in enumerate(("张敏", "周倩"))]
    file = call_file("C1", clean(but=[WRONG, result("FE05", "V5")]), decisions=said)
    rows = rows_of(book_of(month([file]), tmp_path)["扣分明细"])
    assert [(row["编号"], row["折合总分"]) for row in rows] == [("C2", 12), ("V5", 88)]


def test_strikes_show_what_they_rest_on(book):
    row = rows_of(book["连续不合格"])[0]
    assert (row["均分低于合格线"], row["计分通数足够"], row["本月计入"], row["状态"]) == ("否", "是", "否", "无")


def test_the_formulas_stand_where_a_sheet_can_recompute_them(book):
    pay = book["等次与系数"]
    assert pay["F2"].value.startswith("=IF(SUMPRODUCT(EXACT(计算过程!$A$2:$A$47,A2)")
    assert book["计算过程"]["E2"].value == "=1/D2"
    assert book["计算过程"]["F2"].value == "=C2*E2"


def test_the_workings_recompute_to_the_programs_mean_and_factor(book):
    """What the formulas say, done with what stands in the cells."""
    workings = rows_of(book["计算过程"])
    bands = [(row[11], row[10], row[12]) for row in book["等次与系数"].iter_rows(2, 5, values_only=True)]
    for row in rows_of(book["等次与系数"]):
        mine = [
            (Decimal(str(w["得分"])), 1 / Decimal(str(w["抽中概率"]))) for w in workings if w["工号"] == row["工号"]
        ]
        if not mine:
            assert row["程序均分"] is None
            continue
        mean = (sum(p * w for p, w in mine) / sum(w for _, w in mine)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert float(mean) == row["程序均分"]
        reached = [(name, factor) for at, name, factor in bands if at <= mean]
        assert reached[-1] == (row["程序等次"], row["程序系数"])


def test_what_notices_take_comes_off_the_mean_in_the_sheets_own_sum(tmp_path):
    beside = Beside(notices={"1001": (NoticePoints("1", Decimal("2.5"), "离席"),)})
    data = month([call_file("C1", clean(), operator("1001"))])
    path = write_workbook(assess(data, CARD, 10, beside=beside), data, CARD, tmp_path / "m.xlsx")
    sheet = openpyxl.load_workbook(path)["等次与系数"]
    row = rows_of(sheet)[0]
    assert (row["程序均分"], row["监督扣分"]) == (97.5, 2.5)
    assert sheet["F2"].value.endswith(",2)-J2),2))")
    assert sheet["J1"].value == "监督扣分"


def test_words_from_outside_are_text_whatever_they_begin_with(tmp_path):
    who = operator("=1+1", '=HYPERLINK("x")', "@team")
    file = call_file("+C1", None, who, failure="-2+3")
    good = call_file("=C2", clean(but=[WRONG]), who)
    book = book_of(month([file, good]), tmp_path)
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                ours = sheet.title in {"计算过程", "等次与系数"} and cell.column_letter in "EFGHI"
                assert cell.data_type != "f" or ours, (sheet.title, cell.coordinate, cell.value)
    assert book["话务员"]["A2"].value == "=1+1"
    assert book["等次与系数"]["B2"].value == '=HYPERLINK("x")'


def test_control_characters_do_not_cost_the_workbook(tmp_path):
    who = operator("1001", "王\x07芳")
    book = book_of(month([call_file("C1", clean(), who)]), tmp_path)
    assert book["话务员"]["B2"].value == "王芳"


def test_operator_numbers_that_a_sheet_would_take_for_equal_stay_apart(tmp_path):
    files = [call_file("C1", clean(), operator("01")), call_file("C2", clean(but=[WRONG]), operator("1"))]
    book = book_of(month(files), tmp_path)
    assert [row["程序均分"] for row in rows_of(book["等次与系数"])[:2]] == [100, 88]
    assert "EXACT(" in book["等次与系数"]["F2"].value


def test_a_month_without_calls_has_a_workbook(tmp_path):
    book = book_of(month([], [operator()]), tmp_path)
    assert rows_of(book["计算过程"]) == []
    assert book["等次与系数"]["F2"].value == '=""'


def test_a_closed_month_says_by_whom_and_shows_its_seed(tmp_path):
    remarks = {row["项目"]: row["内容"] for row in rows_of(book_of(sample_month(closed=True), tmp_path)["说明"])}
    assert remarks["状态"].startswith("已结账：李主管")
    assert remarks["抽样种子"] == "秋分-4711"


def test_an_open_month_without_plan_has_remarks(tmp_path):
    data = replace(month([call_file("C1", clean())]), plan=None)
    remarks = {row["项目"]: row["内容"] for row in rows_of(book_of(data, tmp_path)["说明"])}
    assert remarks["状态"].startswith("未结账")
    assert "抽样种子" not in remarks
