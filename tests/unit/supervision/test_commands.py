"""``hotline-qa notice``, ``appeal`` and ``retraining``: what their users see."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.publish import publish_month
from qa_pipeline.settings import SETTINGS_FILE, Settings
from tests.commands import Run, Said, said_by
from tests.e2e.month import MAIN, MONTH

TABLE = """\
工号,类别,发现人,发生时间,事实,依据,建议扣分,通话编号,时刻
1003,班长巡查,周班长,2026-10-14 15:20,离席 25 分钟未报备,"监控 2026-10-14，来电13900001234",2,,
1002,互相提醒,陈晓雯,2026-10-15 10:05,话术生硬,录音,1,H261004-002,00:02
9999,互相提醒,陈晓雯,2026-10-15 10:05,串岗,当场,0,,
1002,互相提醒,陈晓雯,昨天,串岗,当场,多,,2分
"""
ADD = (
    *("notice", "add", "--operator", "1003", "--kind", "班长巡查", "--when", "2026-10-14 15:20", "--points", "2"),
    *("--what", "离席未报备", "--evidence", "监控", "--by", "周班长"),
)


@pytest.fixture
def run(
    month: tuple[Settings, sessionmaker[Session]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    (tmp_path / SETTINGS_FILE).write_text(
        "centre_name: 某市12345热线中心\nnotice_basis: 《绩效考核办法》（某办〔2026〕1号）第五条的规定\n",
        encoding="utf-8",
    )

    def call(*arguments: str) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(tmp_path), *arguments)

    return call


def approve(run: Run, number: int = 1) -> Said:
    return run("notice", "approve", str(number), "--by", "李主管", "--as", "主管", "--reason", "属实", "--criticise")


def test_a_notice_goes_from_what_was_seen_to_a_page_on_paper(run: Run, tmp_path: Path) -> None:
    assert "待审批，提出扣 2 分" in run(*ADD).out
    assert "扣 2 分，通报批评" in approve(run).out
    listed = run("notice", "list", "-m", MONTH).out
    assert "1003 王海燕 班长巡查：离席未报备" in listed
    assert "合计扣 1003 王海燕 2 分" in listed
    printed = run("notice", "print", "-m", MONTH, "--reference", "某通〔2026〕3号", "--day", "2026-11-02")
    page = Path(printed.out.strip()).read_text(encoding="utf-8")
    for words in (
        "某市12345热线中心",
        "某通〔2026〕3号",
        "关于对王海燕同志",
        "2026年10月14日15时20分",
        "2026年11月2日",
        "根据《绩效考核办法》（某办〔2026〕1号）第五条的规定，",
    ):
        assert words in page
    assert "个人绩效分数 2 分" in page
    assert "周班长" not in page


def test_nobody_is_criticised_without_the_document_that_it_rests_on(run: Run, tmp_path: Path) -> None:
    run(*ADD)
    approve(run)
    (tmp_path / SETTINGS_FILE).write_text("notice_basis: ' '\n", encoding="utf-8")
    said = run("notice", "print", "-m", MONTH)
    assert (said.code, said.out) == (2, "")
    assert "没有写明通报批评依据哪份文件哪一条" in said.err
    assert f"{tmp_path / SETTINGS_FILE} 写上 notice_basis" in said.err


def test_the_same_notice_again_is_told_to_be_there_already(run: Run) -> None:
    first, again = run(*ADD), run(*ADD)
    assert first.out.startswith("已登记 1 号")
    assert again.out.startswith("已在 1 号登记，没有另记：1 号 10-14 15:20")
    assert run("notice", "list", "-m", MONTH).out.startswith(f"{MONTH} 监督记录 1 条")


def test_who_saw_it_is_told_to_those_who_judge_only(run: Run) -> None:
    run(*ADD)
    assert "周班长" not in run("notice", "list", "-m", MONTH).out
    assert "班长巡查（周班长）" in run("notice", "list", "-m", MONTH, "--for", "supervisor").out
    (listed,) = json.loads(run("notice", "list", "-m", MONTH, "--json").out)
    assert (listed["state"], listed["taken"], listed["seen_by"]) == ("entered", "0", "")


def test_a_table_of_notices_is_taken_row_by_row_and_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notices.csv"
    path.write_text(TABLE, encoding="gb18030")
    said = run("notice", "import", str(path), "--by", "质检岗")
    assert said.code == 1
    assert "登记 2 条，已有 0 条，未收 4 条" in said.out
    assert "第 4 行：花名册上没有“9999”" in said.out
    for column in ("发生时间", "建议扣分", "时刻"):
        assert f"第 5 行 [{column}]" in said.out
    assert "登记 0 条，已有 2 条" in run("notice", "import", str(path), "--by", "质检岗").out
    listed = run("notice", "list", "-m", MONTH).out
    assert "通话 H261004-002" in listed


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "工号,类别\n1003,互相提醒\n", "缺少列：发现人"),
        ("a.csv", "", "空文件"),
        ("none.csv", None, "读不出来"),
    ],
)
def test_a_table_that_is_none_is_refused_as_a_whole(run: Run, tmp_path: Path, name, text, words) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = run("notice", "import", str(tmp_path / name), "--by", "质检岗")
    assert (said.code, words in said.out) == (1, True)


def test_notices_are_rejected_and_taken_back(run: Run) -> None:
    run(*ADD)
    run(*ADD[:-3], "监控二", "--by", "周班长", "--what", "串岗")
    assert "未批准" in run("notice", "reject", "1", "--by", "李主管", "--reason", "已报备").out
    assert "已撤回" in run("notice", "withdraw", "2", "--by", "周班长", "--reason", "记错").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*ADD, "--at", "9点"), "不是通话中的时刻"),
        ((*ADD, "--points", "两分"), "不是数字"),
        ((*ADD, "--when", "2026-10-14"), "不是日期加时间"),
        (("notice", "print", "-m", MONTH), "没有通报批评"),
        (("appeal", "file", "--by", "1003", "--reason", "有异议"), "没有写明申诉什么"),
        (("appeal", "file", "--by", "1003", "--reason", "有异议", "--call", MAIN), "没有写明申诉什么"),
        (("appeal", "file", "--by", "1003", "--reason", "有异议", "-m", MONTH), "还没有结账"),
        (("appeal", "show", "7"), "没有 7 号申诉"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(run: Run, arguments: tuple[str, ...], words: str) -> None:
    said = run(*arguments)
    assert (said.code, words in said.err) == (2, True), said.err


def test_an_appeal_goes_its_way(run: Run) -> None:
    filed = run(
        "appeal", "file", "--call", MAIN, "--item", "A6", "--by", "1003", "--reason", "复述张伟先生的话13900001234"
    )
    assert "待复核答复，应于" in filed.out
    assert run("appeal", "list").code == 0
    assert "待主管裁定" in run("appeal", "answer", "1", "--by", "赵复核", "--words", "确系复述").out
    decided = run(
        "appeal", "decide", "1", "--by", "李主管", "--ruling", "部分成立", "--faults", "1", "--reason", "一处"
    )
    assert "部分成立" in decided.out
    shown = run("appeal", "show", "1").out
    assert "PH06 改判为 1 处差错" in shown
    assert "13900001234" not in shown
    assert "13900001234" in run("appeal", "show", "1", "--for", "reviewer").out
    (listed,) = json.loads(run("appeal", "list", "--json").out)
    assert (listed["state"], listed["overdue"]) == ("partly", False)


def test_a_notice_is_appealed_and_falls(run: Run) -> None:
    run(*ADD)
    approve(run)
    run("appeal", "file", "--notice", "1", "--by", "王海燕", "--reason", "已请假")
    run("appeal", "answer", "1", "--by", "赵复核", "--words", "请假条属实")
    assert "申诉成立" in run("appeal", "decide", "1", "--by", "钱主管", "--ruling", "成立", "--reason", "有请假条").out
    assert "监督记录 1 号改为扣 0 分" in run("appeal", "show", "1").out
    assert "已撤销" in run("notice", "list", "-m", MONTH).out
    assert "已撤回" not in run("appeal", "list").out


@pytest.mark.parametrize(
    ("ruling", "code", "words"),
    [(("成立",), 2, "没有通报批评的监督记录"), (("部分成立", "--points", "0.5"), 0, "个人绩效分数 0.5 分")],
)
def test_nobody_is_criticised_on_paper_for_what_an_appeal_cleared_after_the_closing(
    run: Run, ruling: tuple[str, ...], code: int, words: str
) -> None:
    run(*ADD)
    approve(run)
    assert run("close", "-m", MONTH, "--by", "孙主管", "--accept-open").code == 0
    run("appeal", "file", "--notice", "1", "--by", "王海燕", "--reason", "已请假")
    run("appeal", "answer", "1", "--by", "赵复核", "--words", "请假条属实")
    assert run("appeal", "decide", "1", "--by", "钱主管", "--reason", "有请假条", "--ruling", *ruling).code == 0
    printed = run("notice", "print", "-m", MONTH)
    assert printed.code == code
    assert words in (printed.err if code else Path(printed.out.strip()).read_text(encoding="utf-8"))


def test_an_appeal_that_was_decided_says_so_once(run: Run) -> None:
    run(*ADD)
    approve(run)
    run("appeal", "file", "--notice", "1", "--by", "王海燕", "--reason", "已请假")
    run("appeal", "answer", "1", "--by", "赵复核", "--words", "请假条属实")
    decide = ("appeal", "decide", "1", "--by", "钱主管", "--reason", "有请假条", "--ruling", "成立")
    refused = run(*decide, "--points", "1")
    assert refused.code == 2
    assert "却写了还扣 1 分" in refused.err
    assert run(*decide).code == 0
    assert "1 号申诉：申诉成立（钱主管，" in run(*decide).err


def test_an_appeal_after_the_closing_is_booked_in_the_next_month(run: Run) -> None:
    closed = run("close", "-m", MONTH, "--by", "孙主管", "--accept-open")
    assert closed.code == 0, closed.err
    run("appeal", "file", "--call", MAIN, "--item", "C2", "--by", "1003", "--reason", "当日条目即三个工作日")
    run("appeal", "answer", "1", "--by", "赵复核", "--words", "属实")
    decided = run("appeal", "decide", "1", "--by", "李主管", "--ruling", "成立", "--reason", "知识库登记有误")
    assert f"调整 {MONTH} 工号 1003，记入 2026-11" in decided.out
    assert re.search(r"系数 (\d\.\d\d|无) → \d\.\d\d", decided.out)
    assert "申诉成立，按改判重算后调整" in run("appeal", "show", "1").out
    assert run("appeal", "list").code == 0


def test_an_appeal_is_taken_back(run: Run) -> None:
    run("appeal", "file", "--call", MAIN, "--item", "A6", "--by", "1003", "--reason", "有异议")
    assert "已撤回" in run("appeal", "withdraw", "1", "--by", "1003", "--reason", "想清楚了").out


def test_a_retraining_is_offered_and_recorded(run: Run) -> None:
    today = date.today()
    planned = (today + timedelta(days=3)).isoformat()
    offer = ("retraining", "offer", "--operator", "王海燕", "--subject", "安抚话术", "--on", planned, "--by", "周培训")
    assert "已安排 1 号培训：工号 1003" in run(*offer).out
    assert "尚未登记结果" in run("retraining", "list").out
    told = run("retraining", "record", "1", "--result", "谢绝", "--by", "周培训", "--remark", "本人认为不需要")
    assert "谢绝" in told.out
    assert "本人谢绝（周培训）：本人认为不需要" in run("retraining", "list").out
    assert json.loads(run("retraining", "list", "--json").out)["due"] == []


def test_notices_and_appeals_stand_beside_the_calls(
    run: Run, month: tuple[Settings, sessionmaker[Session]], tmp_path: Path
) -> None:
    path = tmp_path / "notices.csv"
    path.write_text(TABLE, encoding="utf-8")
    run("notice", "import", str(path), "--by", "质检岗")
    approve(run)
    run("appeal", "file", "--notice", "1", "--by", "王海燕", "--reason", "已请假")
    page, book, *_ = publish_month(*month, MONTH, tmp_path / "report")
    text = page.read_text(encoding="utf-8")
    for words in ("监督记录", "离席 25 分钟未报备", "监控 2026-10-14", "通报批评", "待复核答复", "H261004-002 00:02"):
        assert words in text
    assert "13900001234" not in text
    assert "周班长" not in text
    sheets = load_workbook(book)
    first = [cell.value for cell in sheets["监督记录"][2]]
    assert (first[2], first[3], first[9], first[10], first[11]) == ("1003", "王海燕", "已批准", 2, "是")
    assert [cell.value for cell in sheets["申诉"][2]][3] == "监督记录 1 号"
