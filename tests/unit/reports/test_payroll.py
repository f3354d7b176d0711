"""The payroll as CSV, in the columns that a centre sets."""

import csv
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files

import pytest

from qa_pipeline.errors import SettingsError
from qa_pipeline.models import Verdict
from qa_pipeline.reports.payroll import write_payroll
from qa_pipeline.reports.payroll_fields import OPERATOR_FIELDS, PART_FIELDS
from qa_pipeline.reports.payroll_layout import default_layout, load_layout
from scoring.pay import Owed
from tests.month_builder import call_file, clean, decision, month, operator, result
from tests.unit.reports.payrolls import TERMS, pays, term


def layout(folder, text):
    path = folder / "layout.yaml"
    path.write_text(text, encoding="utf-8")
    return load_layout(path)


def rows(folder, of=None, columns=None):
    path = write_payroll(pays() if of is None else of, folder / "p.csv", columns)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_payroll_file_has_a_line_an_operator(tmp_path):
    lines = rows(tmp_path)
    assert [line["工号"] for line in lines] == ["1001", "1002", "1003", "1004", "1005", "1006"]
    moved = lines[1]
    assert (moved["绩效基数"], moved["计发天数"], moved["当月天数"]) == ("", "31", "31")
    assert Decimal(moved["绩效工资"]) == pays()[1].pay.total
    zhao = lines[4]
    assert (zhao["均分"], zhao["等次"], zhao["绩效系数"]) == ("81.45", "合格", "0.90")
    assert (zhao["绩效基数"], zhao["绩效工资"]) == ("", "")
    assert "存疑不扣" in zhao["说明"]
    assert "财务未给出" in zhao["说明"]
    away = lines[5]
    assert (away["均分"], away["绩效系数"], away["绩效工资"], away["暂定"]) == ("", "", "", "否")
    assert "由人决定" in away["说明"]


def test_who_left_is_paid_what_is_owed_on_a_line_without_figures_of_the_month(tmp_path):
    data = month([call_file("C1", clean())], [operator(), operator("1009", "离岗的")])
    owed = {"1009": [Owed("2026-09", Decimal("88.80"), "申诉成立")]}
    of = pays({"1001": TERMS["1001"]}, data, owed=owed)
    line = rows(tmp_path, of)[1]
    assert (line["工号"], line["补调"], line["绩效工资"]) == ("1009", "88.80", "88.80")
    assert {line[name] for name in ("计分通数", "总通数", "均分", "等次", "绩效系数", "暂定")} == {""}
    assert "2026-09 补调：88.80（申诉成立）" in line["说明"]


def test_factors_are_written_as_they_are_multiplied(tmp_path):
    best = rows(tmp_path)[0]
    assert best["绩效系数"] == str(pays()[0].pay.factor)
    assert len(best["绩效系数"]) == len("1.1165")
    assert best["奖励"] == "200.05"


def test_the_payroll_file_holds_no_formulas_but_keeps_what_is_below_zero(tmp_path):
    data = month([call_file("C1", clean(), operator("=1", "@x", "+y"))])
    (line,) = rows(tmp_path, pays({}, data))
    assert (line["工号"], line["姓名"], line["班组"]) == ("'=1", "'@x", "'+y")
    wrong = [result(f"X{i}", i) for i in ("C2", "A1", "B5", "D1", "D2", "D3", "B1", "C1")]
    failed = month([call_file("C1", clean(but=wrong))])
    (line,) = rows(tmp_path, pays({"1001": (term("1001", "1000"),)}, failed))
    assert line["扣款"] == "-33.33"


def test_a_review_changes_the_payroll_file(tmp_path):
    file = call_file("C1", clean(but=[result("AN02", "C2")]))
    assert rows(tmp_path, pays({}, month([file])))[0]["绩效系数"] == "1.00"
    overruled = replace(file, decisions=(decision("AN02", "C2", Verdict.OVERRULE),))
    assert rows(tmp_path, pays({}, month([overruled])))[0]["等次"] == "优秀"


def test_terms_of_somebody_who_is_not_on_the_roster_are_refused():
    with pytest.raises(ValueError, match="pay terms or adjustments of 9999: not on the roster of 2026-10"):
        pays(TERMS | {"9999": (term("9999", "1"),)})


def test_a_centre_sets_headings_order_and_columns_of_its_own(tmp_path):
    text = (
        "columns:\n  - {heading: 员工编号, field: operator_id}\n"
        '  - {heading: 单位, constant: "=610900"}\n  - {heading: 应发, field: pay}\n'
    )
    lines = rows(tmp_path, columns=layout(tmp_path, text))
    assert list(lines[0]) == ["员工编号", "单位", "应发"]
    assert {line["单位"] for line in lines} == {"'=610900"}
    assert lines[0]["应发"] == str(pays()[0].pay.total)


def test_rows_may_be_parts(tmp_path):
    fields = ("operator_id", "team", "kind", "from_day", "to_day", "status", "base", "days", "factor", "amount")
    text = "rows: part\ncolumns:\n" + "".join(f"  - {{heading: {name}, field: {name}}}\n" for name in fields)
    lines = rows(tmp_path, columns=layout(tmp_path, text))
    moved = [line for line in lines if line["operator_id"] == "1002"]
    assert [(line["team"], line["from_day"], line["days"]) for line in moved if line["kind"] == "绩效"] == [
        ("一组", "2026-10-01", "10"),
        ("二组", "2026-10-11", "21"),
    ]
    assert sum(Decimal(line["amount"]) for line in moved) == pays()[1].pay.total
    (without,) = [line for line in lines if line["operator_id"] == "1005"]
    assert (without["kind"], without["team"], without["amount"]) == ("", "三组", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("columns: [", "is not YAML"),
        ("- 1", "holds no names"),
        ("columns: []", "columns is missing, empty"),
        ("columns:\n  - {heading: 工号, field: operator_id}", "must show pay once"),
        ("rows: part\ncolumns:\n  - {heading: 工号, field: operator_id}", "must show amount once"),
        ("rows: team\ncolumns:\n  - {heading: 工号, field: operator_id}", "rows is 'team'; use one of operator, part"),
        ("columns:\n  - {heading: 钱, field: money}", "(line 2): field is 'money'; use one of"),
        ("columns:\n  - {heading: 钱, field: pay, constant: 1}", "one of them makes a column"),
        ("columns:\n  - {heading: 钱}", "one of them makes a column"),
        ("columns:\n  - {field: pay}", "heading is missing"),
        ("columns:\n  - {heading: 钱, field: pay}\n  - {heading: 钱, field: base}", "have heading 钱 2 times"),
        ("columns:\n  - {heading: 钱, field: pay}\n  - {heading: 再, field: pay}", "must show pay once"),
        ("title: x\ncolumns:\n  - {heading: 钱, field: pay}", "title is not known"),
    ],
)
def test_a_layout_that_cannot_be_says_why(tmp_path, text, problem):
    with pytest.raises(SettingsError) as caught:
        layout(tmp_path, text)
    assert problem in caught.value.message


def test_a_layout_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        load_layout(tmp_path / "none.yaml")


def test_the_shipped_layout_says_every_field_that_there_is():
    text = (files("qa_pipeline.reports") / "payroll_layout.yaml").read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    named = {word for line in comments for word in line.split()}
    assert set(OPERATOR_FIELDS) | set(PART_FIELDS) <= named
    assert default_layout().total


def test_finance_reads_what_notices_took_of_the_points():
    who = pays()[0]
    noticed = replace(who, line=replace(who.line, notice_points=Decimal("2.5")))
    note = OPERATOR_FIELDS["note"].value
    assert str(note(noticed, None)).startswith(f"通话均分 {who.line.call_mean}，监督记录扣 2.5 分")
    long_ago = replace(noticed, line=replace(noticed.line, call_mean=None))
    assert str(note(long_ago, None)).startswith("监督记录扣 2.5 分")
    assert "监督记录" not in str(note(who, None))
