"""``hotline-qa rules precision`` as its user meets it, and what ``run`` and ``show`` say of a demoted rule."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa_pipeline.cli import main
from qa_pipeline.models import DEMOTED
from qa_pipeline.store.session import close_store
from tests.reviewed_rules import put_reviewed
from tests.workspaces import empty_centre

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hotline-qa", "-w", str(tmp_path), *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture(scope="module")
def reviewed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PH06 was right in 30 of 45 findings, PH01 in all of 45, TN01 in two doubts of three; A2 is a mere hint."""
    folder = tmp_path_factory.mktemp("reviewed")
    _, sessions = empty_centre(folder)
    told = {"PH06": "c" * 30 + "o" * 15, "PH01": "c" * 45, "TN01": "dd" + "u" + "p" * 42, "PH02": "o" * 45}
    with sessions.begin() as session:
        put_reviewed(session, "2026-09", {code: letters + "p" * 155 for code, letters in told.items()})
        put_reviewed(session, "2026-10", {"PH06": "co", "PH01": "cc"}, details={DEMOTED: "PH06 自动降为只提示：…"})
    close_store(sessions)
    return folder


@pytest.fixture
def reviewed(reviewed_once: Path, tmp_path: Path) -> Path:
    """A copy of that workspace for one test."""
    shutil.copytree(reviewed_once, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_the_table_says_what_was_measured_and_what_is_not_known(run: Run, reviewed: Path) -> None:
    code, out, _ = run("rules", "precision", "--month", "2026-10")
    assert code == 0
    rows = [line.split() for line in out.splitlines() if "→" in line]
    by_rule = {row[0]: row[1:] for row in rows}
    assert by_rule["PH06"][:4] == ["A6", "扣分→提示（降）", "30/45/45", "66.7%（52.1%–78.6%）"]
    assert by_rule["PH01"][:4] == ["A1", "扣分→扣分", "45/45/45", "100%（92.1%–100%）"]
    assert by_rule["TN01"][:6] == ["B1", "扣分→扣分", "0/0/0", "未知", "20", "66.7%（20.8%–93.9%）"]
    assert "PH06 自动降为只提示：近45次复核中确认30次，准确率66.7%（95%区间52.1%–78.6%）" in out
    assert "PH06 2026-09 30/45，2026-10 1/2" in out


def test_what_rules_do_together_leaves_out_demoted_rules_and_mere_hints(run: Run, reviewed: Path) -> None:
    _, out, _ = run("rules", "precision", "--month", "2026-10")
    assert "复核过的扣分 45 次，维持 45 次" in out
    # PH01: all of 45 upheld, of which up to 7.9 % may be wrong: 3.5 of the 158.5 calls that would then be clean.
    assert "清白的通话被误扣的比例：0%（0%–2.2%），按 2 条已知误报率的扣分规则" in out
    assert "另有 17 条复核不足、未计入" in out


def test_a_program_reads_the_same_with_null_for_what_is_not_known(run: Run, reviewed: Path) -> None:
    _, out, _ = run("rules", "precision", "--json")
    told = json.loads(out)
    assert (told["month"], told["min_reviews"], float(told["floor"])) == ("2026-10", 20, 0.8)
    rules = {rule["code"]: rule for rule in told["rules"]}
    found = rules["PH06"]
    assert (found["standing"], found["standing_in_effect"], found["proof"]) == ("deduct", "advise", "below")
    assert (found["judged"], found["upheld"], found["fails"], found["calls"]) == (45, 30, 45, 200)
    assert [float(end) for end in found["precision"]["interval"]] == [0.5207, 0.7865]
    assert found["recall"] is None
    assert rules["PH03"]["precision"]["value"] is None
    assert rules["PH03"]["demoted"] is None
    assert [one["month"] for one in found["by_month"]] == ["2026-09", "2026-10"]


def test_where_every_rule_must_prove_itself_first_the_unproven_ones_advise(run: Run, reviewed: Path) -> None:
    with (reviewed / "settings.yaml").open("a", encoding="utf-8") as file:
        file.write("unproven_rules: advise\n")
    _, out, _ = run("rules", "precision", "--json")
    effect = {rule["code"]: rule["standing_in_effect"] for rule in json.loads(out)["rules"]}
    assert [code for code, standing in effect.items() if standing == "deduct"] == ["PH01"]


def test_a_store_without_calls_says_how_to_begin(run: Run, tmp_path: Path) -> None:
    _, sessions = empty_centre(tmp_path)
    close_store(sessions)
    code, _, err = run("rules", "precision")
    assert code == 2
    assert "hotline-qa import" in err


def test_a_window_that_holds_no_proof_is_refused(run: Run, tmp_path: Path) -> None:
    _, sessions = empty_centre(tmp_path)
    close_store(sessions)
    with (tmp_path / "settings.yaml").open("a", encoding="utf-8") as file:
        file.write("rule_window: 10\n")
    code, _, err = run("rules", "precision")
    assert code == 2
    assert "rule_window 10 is less than rule_min_reviews 20" in err


def test_show_says_why_a_finding_did_not_cost_points(run: Run, reviewed: Path) -> None:
    _, out, _ = run("show", "2026-10-000")
    assert "PH06 自动降为只提示：…" in out
