"""``hotline-qa knowledge``: what its user sees."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qa_pipeline.cli.knowledge_month import _hidden
from qa_pipeline.store.session import close_store
from qa_pipeline.upkeep.gaps import Gap, Question
from qa_pipeline.upkeep.heard import Place
from tests.commands import Run, Said, said_by
from tests.judged import judged_centre
from tests.workspaces import empty_centre

ENTRY = """\
- id: K1
  version: 1
  title: 居民身份证补领
  question: 身份证丢了怎么补办
  answer: 带户口簿到派出所，工本费40元，20个工作日领取。
  valid_from: 2026-01-01
  owner_department: 市公安局
  review_by: 2099-01-01
"""
PAGE = """\
---
id: K2
version: 1
valid_from: 2026-01-01
---
# 居住证办理
## 问题
居住证怎么办
## 答案
免费，15个工作日领取。
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "centre"
    close_store(empty_centre(folder)[1])
    return folder


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged") / "centre"
    close_store(judged_centre(folder)[1])
    return folder


@pytest.fixture
def run(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``hotline-qa knowledge`` in this process on a copy of an empty centre."""
    shutil.copytree(empty, tmp_path / "centre")

    def call(*arguments: str) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(tmp_path / "centre"), "knowledge", *arguments)

    return call


@pytest.fixture
def base(tmp_path: Path) -> str:
    """A folder with an entry in YAML, one in Markdown, and a README that is none."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "kb.yaml").write_text(ENTRY, encoding="utf-8")
    (folder / "K2.md").write_text(PAGE, encoding="utf-8")
    (folder / "README.md").write_text("# 说明\n", encoding="utf-8")
    return str(folder)


def test_a_preview_writes_nothing(run: Run, base: str) -> None:
    for _ in range(2):
        said = run("import", base, "--dry-run")
        assert said.code == 0
        assert "2 个文件：新条目 2，未收 0" in said.out
        assert "只是预览，没有写入" in said.out


def test_an_import_is_shown_and_written_once(run: Run, base: str) -> None:
    assert "从正文读出 4 个要点待确认" in run("import", base).out
    said = run("import", base)
    assert (said.code, "无变化 2" in said.out, "已写入 0 处" in said.out) == (0, True, True)


def test_a_changed_answer_is_refused_with_its_row_and_taken_as_a_correction(run: Run, base: str) -> None:
    run("import", base)
    changed = Path(base) / "kb.yaml"
    changed.write_text(ENTRY.replace("40元", "20元").replace("市公安局", "公安局"), encoding="utf-8")
    said = run("import", str(changed))
    assert said.code == 1
    assert "未收 kb.yaml 第 1 行 [version]" in said.out
    said = run("import", str(changed), "--correct")
    assert said.code == 0
    assert "更正 K1 第 1 版" in said.out
    assert "责任部门：“市公安局” → “公安局”" in said.out


def test_the_preview_for_a_program(run: Run, base: str) -> None:
    values = json.loads(run("import", base, "--dry-run", "--json").out)
    assert not values["written"]
    assert [change["kind"] for change in values["changes"]] == ["new", "new"]


def test_a_file_of_another_kind_is_named(run: Run, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("工号,姓名,班组\n1001,张三,一组\n", encoding="utf-8")
    said = run("import", str(roster), str(tmp_path / "none.csv"))
    assert said.code == 1
    assert "用 hotline-qa import 导入" in said.out
    assert "没有这个文件或文件夹" in said.out


def test_a_file_that_holds_only_a_header_is_told(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "kb.csv"
    table.write_text("编号,版本,标题,问题,答案,生效日期\n", encoding="utf-8")
    assert "文件里没有一个条目；检查是不是只有表头" in run("import", str(table), "--dry-run").out


def test_facts_are_listed_with_their_places_and_confirmed_once(run: Run, base: str) -> None:
    run("import", base)
    said = run("facts", "K1")
    assert "费用“40元”  待确认  答案：…带户口簿到派出所，工本费【40元】，20个工作日领取。…" in said.out
    assert "2 个要点待确认" in run("facts").out
    said = run("facts", "K1", "--confirm", "all", "--must-say", "1", "--by", "李四")
    assert said.code == 0
    assert "由 李四 确认过" in said.out
    assert "待确认" not in run("facts", "K1").out
    assert "无变化 2" in run("import", base).out


def test_confirming_needs_a_name_and_numbers(run: Run, base: str) -> None:
    run("import", base)
    assert (run("facts", "K1", "--confirm", "1").code, run("facts", "K1", "--confirm", "一").code) == (2, 2)
    assert run("facts", "K9").code == 2


def test_lint_of_files_and_of_the_base(run: Run, base: str) -> None:
    said = run("lint", base)
    assert said.code == 1
    assert "KB08 警告  K2.md:1 K2@1" in said.out
    run("import", base)
    found = json.loads(run("lint", "--json").out)["found"]
    assert {"KB08", "KB15"} <= {one["code"] for one in found}
    assert "KB01" in run("lint", "--checks").out


def test_an_answer_as_it_was_known(run: Run, base: str) -> None:
    run("import", base)
    said = run("as-of", "K1", "--valid", "2026-10-01")
    assert "工本费40元" in said.out
    assert "当时还没有登记" in run("as-of", "K1", "--valid", "2026-10-01", "--known", "2026-01-01").out
    run("facts", "K1", "--confirm", "all", "--by", "王五")
    assert run("as-of", "K1", "--valid", "2026-10-01").out.count("要点由 王五 于 ") == 1
    assert (run("as-of", "K9").code, run("as-of", "K1", "--valid", "昨天").code) == (2, 2)


def test_a_month_without_knowledge_has_no_faults_and_its_gaps_go_into_a_workbook(
    month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(month, tmp_path / "month")
    start = ("-w", str(tmp_path / "month"), "knowledge")
    said = said_by(monkeypatch, capsys, *start, "faults", "--month", "2026-10")
    assert (said.code, "没有发现因知识库登记有误" in said.out) == (0, True)
    book = tmp_path / "gaps.xlsx"
    said = said_by(monkeypatch, capsys, *start, "gaps", "--month", "2026-10", "--xlsx", str(book))
    assert said.code == 0
    assert "核对 3 通" in said.out
    assert book.stat().st_size > 0
    values = json.loads(said_by(monkeypatch, capsys, *start, "gaps", "--month", "2026-10", "--json").out)
    assert values["calls"] == 3


def test_questions_are_listed_without_who_asked_them() -> None:
    asked = Question(Place("H1", "1001", 0, 1000, "我叫王建国，幺三八零零幺三八零零零，落户怎么办"), "市公安局")
    hidden = _hidden(Gap((asked,), asked, "市公安局", guessed=False, nearest=""))
    for question in (*hidden.questions, hidden.example):
        assert "建国" not in question.place.text
        assert "零零幺三" not in question.place.text
        assert "落户怎么办" in question.place.text


ROUGH = ENTRY.replace("  review_by", "  facts: [费用：40元, 时限：七天左右]\n  review_by")


@pytest.mark.parametrize("how", [["--dry-run"], []])
def test_an_import_shows_what_lint_will_say_of_what_it_changes(run: Run, tmp_path: Path, how: list[str]) -> None:
    (tmp_path / "rough.yaml").write_text(ROUGH, encoding="utf-8")
    said = run("import", str(tmp_path / "rough.yaml"), *how)
    assert said.code == 0
    assert "这些改动有 1 处警告" in said.out
    assert (
        "KB12 警告  rough.yaml:1 K1@1《居民身份证补领》（市公安局）：要点写时限“约7天”，正文写“20个工作日”" in said.out
    )
    assert "~" not in said.out


def test_the_warnings_are_there_for_a_program_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rough.yaml").write_text(ROUGH, encoding="utf-8")
    told = json.loads(run("import", str(tmp_path / "rough.yaml"), "--dry-run", "--json").out)
    assert [one["code"] for one in told["warnings"]] == ["KB12"]


def test_a_clean_import_says_nothing_of_warnings_and_old_ones_are_not_repeated(
    run: Run, base: str, tmp_path: Path
) -> None:
    (tmp_path / "rough.yaml").write_text(ROUGH, encoding="utf-8")
    run("import", str(tmp_path / "rough.yaml"))
    (tmp_path / "K3.yaml").write_text(
        ENTRY.replace("K1", "K3").replace("居民身份证补领", "护照换发").replace("身份证丢了怎么补办", "护照到期怎么换"),
        encoding="utf-8",
    )
    said = run("import", str(tmp_path / "K3.yaml"))
    assert "新条目 K3" in said.out
    assert "警告" not in said.out


def test_a_corrected_fact_is_listed_once_with_what_the_text_still_says(run: Run, base: str) -> None:
    run("import", base)
    said = run("facts", "K1", "--correct", "3=25元", "--by", "李四").out
    assert "3. 费用“25元”  已确认  正文仍写别的值，答案：…" in said
    assert said.count("费用") == 1
    assert "要点写费用“25元”，正文写“40元”" in run("lint").out


TABLE = "编号,版本,标题,问题,答案,生效日期,责任部门\nK1,{},居民身份证补领,身份证丢了怎么补办,{},{},市公安局\n"


def test_a_refusal_names_the_column_as_the_file_does(run: Run, tmp_path: Path) -> None:
    def table(version: int, answer: str, day: str) -> str:
        path = tmp_path / f"base{version}.csv"
        path.write_text(TABLE.format(version, answer, day), encoding="utf-8")
        return str(path)

    run("import", table(1, "工本费40元。", "2026-01-01"))
    assert "未收 base1.csv 第 2 行 [版本]：" in run("import", table(1, "工本费20元。", "2026-01-01")).out
    assert "未收 base2.csv 第 2 行 [生效日期]：" in run("import", table(2, "工本费20元。", "2026-05-01")).out


def test_a_page_is_refused_by_the_name_that_it_uses(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "K2.md"
    page.write_text(PAGE.replace("version", "版本"), encoding="utf-8")
    run("import", str(page))
    page.write_text(PAGE.replace("version", "版本").replace("免费", "20元"), encoding="utf-8")
    assert "[版本]：" in run("import", str(page)).out


@pytest.mark.parametrize(("month", "words"), [("2026-13", "“2026-13”不是月份"), ("2026-01", "2026-01 没有通话")])
def test_a_month_that_is_none_or_empty_is_told_in_chinese(run: Run, month: str, words: str) -> None:
    said = run("gaps", "--month", month)
    assert (said.code, words in said.err) == (2, True)
