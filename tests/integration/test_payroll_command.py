"""``hotline-qa payroll`` as finance's office meets it: files, sums of teams, and a file that comes back."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl
import pytest

from qa_pipeline.store.session import close_store
from qa_pipeline.workspace import init_workspace
from tests.commands import Run, Said, said_by
from tests.e2e.month import MONTH, seed

SAMPLES = Path(__file__).parents[2] / "recordings_sample"
TERMS = """月份,工号,自,至,班组,身份,绩效基数
2026-10,1001,,,一组,正式,2000
2026-10,1002,2026-10-01,2026-10-15,一组,正式,1800
2026-10,1002,2026-10-16,2026-10-31,二组,正式,1860
"""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a month of audited calls."""
    folder = tmp_path_factory.mktemp("audited") / "centre"
    for _, sessions in (seed(folder), init_workspace(folder)):
        close_store(sessions)
    return folder


@pytest.fixture
def centre(audited: Path, tmp_path: Path) -> Path:
    """A copy of that workspace for one test."""
    shutil.copytree(audited, tmp_path / "centre")
    return tmp_path / "centre"


@pytest.fixture
def run(centre: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(centre), *arguments)

    terms = centre / "terms.csv"
    terms.write_text(TERMS, encoding="utf-8")
    assert call("import", str(terms)).code == 0
    return call


def payroll_csv(centre: Path) -> Path:
    return centre / "reports" / MONTH / f"绩效-{MONTH}.csv"


def test_the_payroll_is_written_and_said_by_teams(run: Run, centre: Path) -> None:
    said = run("payroll", "--month", MONTH)
    assert said.code == 0
    with payroll_csv(centre).open(encoding="utf-8-sig", newline="") as file:
        paid = {row["工号"]: row["绩效工资"] for row in csv.DictReader(file)}
    assert paid["1003"] == ""
    assert paid["1001"]
    total = next(line for line in said.out.splitlines() if line.startswith("绩效合计"))
    assert total.endswith("2 人")
    assert "未定 1 人，不在合计内：1003 王海燕" in said.out
    book = openpyxl.load_workbook(payroll_csv(centre).with_suffix(".xlsx"))
    assert book.sheetnames == ["绩效", "明细", "核对"]


def test_who_was_not_heard_is_settled_without_a_grade_in_words(run: Run, centre: Path) -> None:
    roster = centre / "roster.csv"
    roster.write_text("工号,姓名,班组,班长,入职日期\n1009,新来,一组,,2026-01-05\n", encoding="utf-8")
    assert run("import", str(roster)).code == 0
    said = run("close", "--month", MONTH, "--by", "赵质检", "--accept-open").out
    assert "1009 新来：没有计分的通话，不评等次" in said
    assert "None" not in said
    assert "系数 1.10" in said


def test_finance_is_told_whether_the_month_is_settled(run: Run) -> None:
    assert f"{MONTH} 尚未结账：以下都是暂定数，结账前不要发放" in run("payroll", "--month", MONTH).out
    assert run("close", "--month", MONTH, "--by", "赵质检", "--accept-open").code == 0
    said = run("payroll", "--month", MONTH).out
    assert f"{MONTH} 已由 赵质检 于 " in said
    assert "尚未结账" not in said


def test_a_file_without_the_pay_says_which_columns_it_must_have(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "back.csv"
    file.write_text("工号,姓名\n1001,李晓明\n", encoding="utf-8")
    said = run("payroll", "check", str(file), "--month", MONTH)
    assert said.code == 2
    assert "没有一张表同时有“工号”、“绩效工资”这两列" in said.err


def test_a_file_that_comes_back_is_checked_line_by_line(run: Run, centre: Path) -> None:
    run("payroll", "--month", MONTH)
    file = payroll_csv(centre)
    assert run("payroll", "check", str(file), "--month", MONTH).code == 0
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    at = lines[0].split(",").index("绩效工资")
    cells = lines[1].split(",")
    cells[at] = "1.00"
    total = [""] * len(cells)
    total[0], total[at] = "合计", "1.00"
    file.write_text("\n".join([lines[0], ",".join(cells), *lines[2:], ",".join(total)]), encoding="utf-8")
    said = run("payroll", "check", str(file), "--month", MONTH)
    assert said.code == 1
    assert "第 2 行 工号 1001 绩效工资" in said.out
    assert "合计不符" in said.out


def test_a_layout_of_the_settings_or_of_the_moment_sets_the_columns(run: Run, centre: Path, tmp_path: Path) -> None:
    columns = "columns:\n  - {heading: 编号, field: operator_id}\n  - {heading: 金额, field: pay}\n"
    (centre / "columns.yaml").write_text(columns, encoding="utf-8")
    with (centre / "settings.yaml").open("a", encoding="utf-8") as settings:
        settings.write("\npayroll_layout: columns.yaml\n")
    assert run("payroll", "--month", MONTH).code == 0
    assert payroll_csv(centre).read_text(encoding="utf-8-sig").startswith("编号,金额\n")
    other = tmp_path / "other.yaml"
    other.write_text(columns.replace("编号", "员工"), encoding="utf-8")
    assert run("payroll", "-m", MONTH, "--layout", str(other), "--out", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out" / f"绩效-{MONTH}.csv").read_text(encoding="utf-8-sig").startswith("员工,金额\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("payroll", "--out", "x"), "没有写明月份"),
        (("payroll", "--month", "2026-13"), "不是月份"),
        (("payroll", "--month", "2026-09"), "2026-09"),
        (("payroll", "--month", MONTH, "--layout", "none.yaml"), "none.yaml"),
        (("payroll", "--month", MONTH, "--out", "/proc/none"), "/proc/none"),
        (("payroll", "check", "none.csv", "--month", MONTH), "none.csv"),
    ],
)
def test_what_cannot_be_done_says_why_with_exit_code_2(run: Run, arguments: tuple[str, ...], words: str) -> None:
    said = run(*arguments)
    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_scheme_that_does_not_fit_the_scorecard_pays_nobody(run: Run, centre: Path) -> None:
    scheme = "version: ours\neffective_from: 2026-01-01\ngrades:\n  - {name: 良好, reward: 100}\n"
    (centre / "pay_scheme.yaml").write_text(scheme, encoding="utf-8")
    said = run("payroll", "--month", MONTH)
    assert said.code == 2
    assert "its reward 100 is above the 0 of the better 优秀" in said.err
    (centre / "pay_scheme.yaml").write_text("version: ours\n", encoding="utf-8")
    (centre / "pay_scheme.yaml").write_text("version: ours\neffective_from: 2026-11-01\n", encoding="utf-8")
    assert "takes effect on 2026-11-01, 2026-10 lies before" in run("payroll", "--month", MONTH).err
    (centre / "pay_scheme.yaml").write_text("version: ours\n", encoding="utf-8")
    assert "effective_from is no date" in run("payroll", "--month", MONTH).err


def test_a_scheme_by_which_nobody_is_due_pays_nobody(run: Run, centre: Path) -> None:
    days = "days: due\nrest: {weekdays: [1, 2, 3, 4, 5, 6, 7]}\n"
    (centre / "pay_scheme.yaml").write_text(f"version: ours\neffective_from: 2026-01-01\n{days}", encoding="utf-8")
    said = run("payroll", "--month", MONTH)
    assert said.code == 2
    assert "nobody is due" in said.err


def test_a_month_that_was_not_drawn_has_no_payroll(run: Run, centre: Path) -> None:
    log = centre / "september.csv"
    row = "S1,2026-09-03 09:00:00,60,1001,早班,13900009999,来电人,5,s1.wav,左"
    header = (SAMPLES / "call_log.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    log.write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert run("import", str(log)).code == 0
    assert "no sampling plan" in run("payroll", "--month", "2026-09").err
