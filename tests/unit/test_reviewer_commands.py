"""``hotline-qa agreement`` and ``fairness``: what their user sees, on a month that is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import Run, Said, said_by


@pytest.fixture
def run(judged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``hotline-qa`` on the judged centre, which these commands only read."""

    def call(*arguments: str) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(judged), *arguments)

    return call


def test_of_a_month_that_nobody_reviewed_twice_agreement_says_so(run: Run) -> None:
    said = run("agreement", "--month", "2026-10")
    assert said.code == 0
    assert "没有由两人判过的结论，一致性无从说起" in said.out
    assert json.loads(run("agreement", "--month", "2026-10", "--json").out)["judged_by_two"] == 0


def test_of_a_small_month_fairness_says_that_it_is_too_small(run: Run) -> None:
    said = run("fairness", "--month", "2026-10")
    assert said.code == 0
    assert "样本太小" in said.out
    assert "有差异 " not in said.out
    told = json.loads(run("fairness", "--month", "2026-10", "--json").out)
    assert {one["said"] for one in told["comparisons"]} == {"few"}
    assert told["confidence_and_points"]["r"] is None


@pytest.mark.parametrize("command", ["agreement", "fairness"])
def test_a_month_without_calls_is_an_error(run: Run, command: str) -> None:
    assert run(command, "--month", "2020-01").code == 2
    assert run(command, "--month", "2020-13").code == 2
