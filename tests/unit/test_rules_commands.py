"""``hotline-qa rules``: what its user sees, on a month that is judged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands import Run, Said, said_by
from tests.own_conditions import OWN

RUDE = "话务员：您好\n来电人：道闸坏了找谁\n[00:12] 话务员：这个不归我管\n"


@pytest.fixture
def run(judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``hotline-qa`` in this process on a copy of the judged centre."""
    shutil.copytree(judged, tmp_path / "centre")

    def call(*arguments: str, stdin: bytes = b"", workspace: str = "centre") -> Said:
        return said_by(monkeypatch, capsys, "-w", str(tmp_path / workspace), "rules", *arguments, stdin=stdin)

    return call


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """The path of a centre's own ruleset."""
    path = tmp_path / "mine.yaml"
    own = OWN.replace("亲, 宝贝", "随便你")
    path.write_text(
        f'version: "c-1"\n{own}  PH06: {{standing: advise}}\n  TN01: {{enabled: false}}\n', encoding="utf-8"
    )
    return str(path)


def test_a_dialogue_from_stdin_shows_what_hits_with_its_words_marked(run: Run) -> None:
    said = run("test", "--dialogue", "-", stdin=RUDE.encode())
    assert said.code == 0
    assert "[00:12] 话务员：这个【不归我管】" in said.out
    assert "扣分  A6 PH06" in said.out
    assert "2 句没有写时间，按每分钟 250 字估计" in said.out
    assert "不作判断" in said.out
    assert "TN01 语速适当：要看语速" in said.out


def test_a_dialogue_in_another_encoding_or_file_is_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_bytes(RUDE.encode("gb18030"))
    assert "【不归我管】" in run("test", "--dialogue", str(path)).out
    path.write_bytes(b"\xff\xfe\x00\xff\xff")
    said = run("test", "--dialogue", str(path))
    assert (said.code, "不是 UTF-8 或 GB 18030" in said.err) == (2, True)


def test_a_dialogue_needs_no_workspace(run: Run, mine: str) -> None:
    said = run("test", mine, "--dialogue", "-", stdin=RUDE.encode(), workspace="nowhere")
    assert said.code == 0
    assert "规则集 c-1" in said.out
    assert "知识库 0 条" in said.out


def test_a_wrong_line_is_told_by_its_number(run: Run) -> None:
    said = run("test", "--dialogue", "-", stdin="话务员：您好\n然后呢\n".encode())
    assert said.code == 2
    assert "第 2 行" in said.err


def test_one_rule_over_a_month_is_counted(run: Run, mine: str) -> None:
    said = run("test", mine, "--month", "2026-10", "--rule", "XA01")
    assert said.code == 0
    assert "话务员：【随便你】" in said.out
    assert "XA01 不用网络用语称呼来电人：提请复核 1，通过 2" in said.out
    assert "PH06" not in said.out


def test_a_stored_call_as_plain_values(run: Run) -> None:
    said = run("test", "--call", "H2", "--json")
    (call,) = json.loads(said.out)["calls"]
    assert call["call_id"] == "H2"
    forbidden = next(result for result in call["results"] if result["code"] == "PH06")
    assert forbidden["outcome"] == "fail"
    assert {e["text"] for e in forbidden["evidence"]} >= {"不归我管", "随便你"}
    assert all(result["outcome"] not in {"pass", "not_applicable"} for result in call["results"])
    everything = json.loads(run("test", "--call", "H2", "--json", "--all").out)["calls"][0]["results"]
    assert len(everything) == 29


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("test",), "没有说在什么上面试"),
        (("test", "--month", "2026-10", "--call", "H1"), "没有说在什么上面试"),
        (("test", "--call", "H9"), "没有通话 H9"),
        (("test", "--call", "H1", "--rule", "PH66"), "did you mean PH06?"),
        (("test", "nothing.yaml", "--call", "H1"), 'there is no ruleset "nothing.yaml"'),
        (("test", "--dialogue", "nothing.txt"), "对话文件 nothing.txt"),
        (("diff", "default", "current", "--month", "2026-13"), "“2026-13”不是月份"),
        (("explain", "PH66"), "did you mean PH06?"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(run: Run, arguments: tuple[str, ...], message: str) -> None:
    said = run(*arguments)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err


def test_diff_says_rules_calls_operators_and_work(run: Run, mine: str) -> None:
    said = run("diff", "current", mine, "--month", "2026-10")
    assert said.code == 0
    for part in (
        "standing：直接扣分 → 只提示",
        "TN01 语速适当（B1）：停用",
        "XA01 不用网络用语称呼来电人（A6）：新增",
        "when：（没有） → 话务员说了“随便你”，并且来电人没有说“亲”",
        "A6 PH06：扣分 → 提请复核",
        "A6 XA01：（无此规则） → 提请复核",
        "待人工判定",
        "没有写入任何结果",
    ):
        assert part in said.out, part


def test_diff_with_itself_says_that_nothing_changes(run: Run) -> None:
    said = run("diff", "default", "2026-12", "--month", "2026-10")
    assert "一、规则：没有不同" in said.out
    assert "二、通话：没有一通的判定或得分有变化" in said.out


def test_diff_as_plain_values(run: Run, mine: str) -> None:
    values = json.loads(run("diff", "current", mine, "--month", "2026-10", "--json").out)
    assert values["calls_judged"] == 3
    assert {change["code"]: change["kind"] for change in values["rules"]} == {
        "PH06": "changed",
        "TN01": "removed",
        "XA01": "added",
    }
    call = next(call for call in values["calls"] if call["call_id"] == "H2")
    assert float(call["old"]["points"]) < float(call["new"]["points"])
    assert next(f for f in call["findings"] if f["code"] == "XA01")["old"] is None


def test_list_marks_what_differs_from_the_shipped_rules(run: Run, mine: str, tmp_path: Path) -> None:
    assert "与出厂（2026-12）一致" in run("list").out
    shutil.copy(mine, tmp_path / "centre" / "ruleset.yaml")
    said = run("list")
    assert "有 3 条不同" in said.out
    assert "PH06  A6  advise  不说一般禁语  ※ standing 直接扣分→只提示" in said.out
    assert "TN01  B1  off     语速适当  ※ 停用" in said.out
    rows = {row["code"]: row for row in json.loads(run("list", "--json").out)["rules"]}
    assert (rows["TN01"]["enabled"], rows["XA01"]["differs"]["kind"], rows["PH01"]["differs"]) == (False, "added", None)


def test_explain_tells_own_conditions_and_needs_no_workspace_for_the_shipped_ones(
    run: Run, mine: str, tmp_path: Path
) -> None:
    shutil.copy(mine, tmp_path / "centre" / "ruleset.yaml")
    assert "命中即不通过：话务员说了“随便你”，并且来电人没有说“亲”" in run("explain", "XA01").out
    assert "检查什么" in run("explain", "PH06", workspace="nowhere").out


def test_a_condition_of_a_file_is_explained_before_it_is_adopted(run: Run, mine: str) -> None:
    said = run("explain", "XA01", mine, workspace="nowhere")
    assert (said.code, "话务员说了“随便你”" in said.out) == (0, True)


def test_lint_says_what_where_why_and_ends_with_1(run: Run, mine: str, tmp_path: Path) -> None:
    clean = run("lint")
    assert (clean.code, "没有发现问题" in clean.out) == (0, True)
    noted = run("lint", mine)
    assert "mine.yaml:12  提示  TN01 停用了“语速适当”" in noted.out
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text('version: "2026-12"\nrules:\n  PH06: {min_confidence: 0.1}\n', encoding="utf-8")
    said = run("lint", str(wrong))
    assert said.code == 1
    assert "wrong.yaml:3  警告  PH06 min_confidence 0.1 太低" in said.out
    assert {one["check"] for one in json.loads(run("lint", str(wrong), "--json").out)} == {
        "low-confidence",
        "same-version",
    }
    wrong.write_text('version: "1"\nrules:\n  TN3: {}\n', encoding="utf-8")
    assert run("lint", str(wrong)).code == 2


def test_lint_lists_its_checks(run: Run) -> None:
    said = run("lint", "--checks")
    assert (said.code, "同一个列表里把一句话写了两遍" in said.out) == (0, True)


def test_lint_does_not_flood_the_screen(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text('version: "1"\nrules:\n  PH06:\n    forbidden:\n' + "      - 莫名其妙\n" * 100, encoding="utf-8")
    assert "另有 79 处 [twice]" in run("lint", str(path)).out
