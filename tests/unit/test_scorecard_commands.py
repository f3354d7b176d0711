"""``hotline-qa scorecard``: what its user sees."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from tests.commands import Run, Said, said_by
from tests.workspaces import empty_centre

SHIPPED = (files("scoring") / "scorecards" / "default-2026.yaml").read_text("utf-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``hotline-qa scorecard`` on a fresh workspace."""
    empty_centre(tmp_path / "centre")

    def call(*arguments: str, workspace: str = "centre", command: str = "scorecard") -> Said:
        return said_by(monkeypatch, capsys, "-w", str(tmp_path / workspace), command, *arguments)

    return call


@pytest.fixture
def dearer(tmp_path: Path) -> str:
    """The path of a scorecard in which one part of the greeting costs 3, from the middle of November on."""
    path = tmp_path / "dearer.yaml"
    text = SHIPPED.replace("points: 5, per_fault: 2, all_missing: 5", "points: 5, per_fault: 3, all_missing: 5")
    path.write_text(text.replace("version: default-2026", "version: v2").replace("2026-01-01", "2026-11-15"), "utf-8")
    return str(path)


def test_a_change_is_told_in_words_with_what_calls_come_to(run: Run, dearer: str) -> None:
    said = run("diff", "current", dearer)
    assert said.code == 0
    assert "评分标准 default-2026（2026-01 起）→ v2（2026-12 起）" in said.out
    assert "评分项：A1 开头语 改：每处扣分 2 → 3" in said.out
    assert "  只在 A1 错一处：98 → 97" in said.out


def test_a_change_is_told_to_a_program(run: Run, dearer: str) -> None:
    told = json.loads(run("diff", "default", dearer, "--json").out)
    assert told["changes"]["items"] == ["A1 开头语 改：每处扣分 2 → 3"]
    assert {"words": "只在 A1 错一处", "old": "98.00", "new": "97.00"} in told["calls"]
    assert told["grades"] == []


def test_lint_points_out_what_is_doubtful_and_what_is_wrong(run: Run, dearer: str, tmp_path: Path) -> None:
    assert run("lint").out == "评分标准 default-2026 没有问题\n"
    doubtful = run("lint", dearer)
    assert doubtful.code == 1
    assert doubtful.out.startswith("提醒  effective_from：2026-11-15 不是月初")
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        SHIPPED.replace("{code: A, name: 用语标准, points: 25}", "{code: A, name: 用语标准, points: 26}"), "utf-8"
    )
    wrong = run("lint", str(broken))
    assert (wrong.code, wrong.out.count("错误  ")) == (1, 2)
    assert json.loads(run("lint", str(broken), "--json").out)["warnings"] == []
    refused = run("diff", "default", str(broken))
    assert (refused.code, "their points add up to 101" in refused.err) == (2, True)


def test_lint_says_which_rules_would_have_no_item(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "without.yaml"
    path.write_text(SHIPPED.replace("code: B4, group: B", "code: B9, group: B"), "utf-8")
    said = run("lint", str(path))
    assert said.code == 1
    assert "lacks what ruleset" in said.out
    assert run("lint", str(path), workspace="nowhere").out == "评分标准 default-2026 没有问题\n"


def test_the_list_says_from_which_month_each_applies(run: Run) -> None:
    assert "default-2026  2026-01-01 生效，从 2026-01 起适用（设置中的，尚未用过）" in run("list").out
    assert json.loads(run("list", "--json").out)[0]["first_month"] == "2026-01"
    assert run("list", "--month", "2026-10").out == "2026-10 按评分标准 default-2026 评分\n"


def test_a_month_before_every_scorecard_is_an_error_that_says_what_to_do(run: Run) -> None:
    said = run("list", "--month", "2025-12")
    assert said.code == 2
    assert "lies before every scorecard: the earliest, default-2026, applies from 2026-01" in said.err


def test_a_name_that_is_no_scorecard_is_an_error(run: Run) -> None:
    for workspace in ("centre", "nowhere"):
        said = run("diff", "default", "v7", workspace=workspace)
        assert said.code == 2
        assert "no scorecard v7" in said.err


def test_no_call_is_judged_by_a_scorecard_that_was_not_in_force(run: Run, dearer: str, tmp_path: Path) -> None:
    (tmp_path / "centre" / "scorecard.yaml").write_text(Path(dearer).read_text("utf-8"), "utf-8")
    said = run("--month", "2026-11", command="run")
    assert said.code == 2
    assert "v2 takes effect on 2026-11-15, so that it applies from 2026-12; 2026-11 goes by an earlier one" in said.err
