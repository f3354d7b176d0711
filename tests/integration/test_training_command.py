"""``hotline-qa training``: a month's passages and exemplary calls, and what it hides of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa_pipeline.cli import main
from qa_pipeline.store.session import close_store
from tests.centre import MONTH
from tests.passages_centre import CALMED, ESCALATED, GAVE_IN, PHONE, training_centre

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    close_store(training_centre(folder)[1])
    return folder


@pytest.fixture
def run(workspace, monkeypatch, capsys) -> Run:
    def go(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hotline-qa", "--workspace", str(workspace), "training", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return go


def test_a_months_passages_are_listed_with_what_was_said_and_why(run: Run) -> None:
    code, out, _ = run("find", "--month", MONTH)
    assert code == 0
    assert f"{MONTH}：3 个片段" in out
    assert "【辱骂、反复投诉】【安抚住】" in out
    assert "来电人：你们这群饭桶" in out
    assert "处置清楚：安抚住（正面示范）" in out


def test_numbers_are_hidden_but_from_who_judges(run: Run) -> None:
    assert PHONE not in run("find", "--month", MONTH)[1]
    assert PHONE in run("find", "--month", MONTH, "--for", "reviewer")[1]


def test_programs_get_what_they_ask_for(run: Run) -> None:
    found = json.loads(run("find", "--month", MONTH, "--scenario", "辱骂", "--json")[1])
    assert {one["call_id"] for one in found} == {CALMED, ESCALATED}
    assert [
        one["call_id"] for one in json.loads(run("find", "--month", MONTH, "--handling", "gave_in", "--json")[1])
    ] == [GAVE_IN]


def test_a_scenario_that_is_not_known_names_those_that_are(run: Run) -> None:
    code, _, err = run("find", "--month", MONTH, "--scenario", "打架")
    assert code == 2
    assert "长时间沉默" in err


def test_exemplary_calls_are_listed_the_best_first(run: Run) -> None:
    code, out, _ = run("exemplary", "--month", MONTH)
    assert code == 0
    assert CALMED in out.splitlines()[0]
    values = [one["value"] for one in json.loads(run("exemplary", "--month", MONTH, "--json")[1])]
    assert values == sorted(values, reverse=True)
