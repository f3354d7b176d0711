"""What a reader of a settled month is told beside its figures: what appeals changed since, and what notices took."""

from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from qa_pipeline.assessment import AfterClosing, Beside, assess
from qa_pipeline.reports.after_closing import adjusted_lines
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.workbook import write_workbook
from scoring.adjustments import Adjustment, Standing
from scoring.notices import NoticePoints
from tests.month_builder import CARD, call_file, clean, month, operator
from tests.unit.reports.test_workbook import rows_of

BEFORE = Standing(Decimal("88.00"), "良好", Decimal("1.00"), Decimal("1000.00"))
AFTER = replace(BEFORE, points=Decimal("96.00"), grade="优秀", factor=Decimal("1.10"), pay=Decimal("1100.00"))
MADE = Adjustment("1001", "2026-10", "2026-11", BEFORE, AFTER, "申诉成立，按改判重算后调整")
DATA = month([call_file("C1", clean(), operator("1001", "王芳"))])


def shown(view, folder):
    """Return the report's page and the workbook."""
    page = write_report(view, DATA, CARD, folder, lambda *_: None).read_text("utf-8")
    return page, openpyxl.load_workbook(write_workbook(view, DATA, CARD, folder / "m.xlsx"))


def adjusted(*made):
    return replace(assess(DATA, CARD, 10), adjustments=tuple(AfterClosing(7 + n, one) for n, one in enumerate(made)))


def test_what_an_appeal_changed_after_the_closing_stands_in_report_and_workbook(tmp_path):
    page, book = shown(adjusted(MADE), tmp_path)
    for words in ("结账后调整", "分数 88.00 → 96.00", "等次 良好 → 优秀", "100.00", "2026-11", "申诉成立，按改判重算"):
        assert words in page
    (row,) = rows_of(book["结账后调整"])
    assert (row["申诉编号"], row["姓名"], row["原分数"], row["改后等次"], row["补发（元）"]) == (
        7,
        "王芳",
        88,
        "优秀",
        100,
    )


def test_where_nothing_was_changed_nothing_is_said(tmp_path):
    page, book = shown(adjusted(), tmp_path)
    assert "结账后调整" not in page
    assert "结账后调整" not in book.sheetnames


def test_of_a_month_whose_pay_was_not_computed_finance_decides(tmp_path):
    unknown = replace(MADE, before=replace(BEFORE, pay=None), after=replace(AFTER, pay=None))
    (line,) = adjusted_lines(adjusted(unknown))
    assert (line.paid, [change.what for change in line.changes]) == (None, ["points", "grade", "factor"])
    assert "由财务核定" in shown(adjusted(unknown), tmp_path)[0]


@pytest.mark.parametrize("taken", ["2.5", None])
def test_a_mean_after_notices_stands_beside_the_calls_mean(tmp_path, taken):
    notices = {} if taken is None else {"1001": [NoticePoints("1", Decimal(taken), "")]}
    page, book = shown(assess(DATA, CARD, 10, beside=Beside(notices=notices)), tmp_path)
    (row,) = rows_of(book["话务员"])
    assert (row["通话均分"], row["监督扣分"], row["均分"]) == (100, float(taken or 0), 100 - float(taken or 0))
    assert ("通话均分 100.00，监督扣 2.5 分" in page) == (taken is not None)
    assert ("中心均分只算通话，不含监督扣分" in page) == (taken is not None)
