"""``hotline-qa examples`` on calls that were heard: what it lists, in which order, and what it hides."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qa_pipeline.cli import main
from qa_pipeline.store.queries.results import save_audit, save_speech
from qa_pipeline.store.session import close_store
from tests import centre
from tests.builders import call
from tests.centre import NOW, RULESET
from tests.workspaces import empty_centre

Run = Callable[..., tuple[int, str, str]]
SAID = {
    "H1": [("来", "气死我了我的电话是13900001234"), ("话", "您别着急我来帮您记录")],
    "H2": [("来", "你们这群饭桶"), ("话", "哪个小区"), ("来", "金桂花园"), ("话", "知道了")],
    "H3": [("来", "请问居住证怎么办"), ("话", "带身份证")],
}


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds the calls of `SAID`; nothing in it may be changed."""
    folder = tmp_path_factory.mktemp("heard")
    _, sessions = empty_centre(folder)
    calls = [centre.call(call_id) for call_id in SAID]
    with sessions.begin() as session:
        centre.put_calls(session, calls)
        centre.put_plan(session, calls)
        for one in calls:
            recording_id = centre.recording(one.call_id).recording_id
            heard = call(SAID[one.call_id])
            save_speech(session, "s", replace(heard.transcript, recording_id=recording_id), heard.acoustics, NOW)
            save_audit(
                session, one, recording_id, inputs_hash="i", speech_hash="s", ruleset=RULESET, scorecard_version="2026",
                knowledge_sha256="k" * 64, results=(centre.result(),), evaluation=centre.evaluation(), now=NOW,
            )  # fmt: skip
    close_store(sessions)
    return folder


@pytest.fixture
def run(heard: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``hotline-qa examples`` on that workspace."""

    def examples(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hotline-qa", "-w", str(heard), "examples", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return examples


def test_a_good_example_comes_before_a_bad_one_and_calm_calls_are_none(run: Run) -> None:
    code, out, _ = run("--month", "2026-10")
    assert code == 0
    heads = [line for line in out.splitlines() if line.startswith("【")]
    assert [head[:6] for head in heads] == ["【示范】H1", "【反例】H2"]
    assert "3 级  辱骂" in heads[1]
    assert "3 通已转写的通话中有 2 处" in out


def test_a_phone_number_is_hidden(run: Run) -> None:
    assert "13900001234" not in run("--month", "2026-10")[1]
    assert "13900001234" not in run("--month", "2026-10", "--json")[1]


def test_who_judges_may_ask_for_it_as_it_was_said(run: Run) -> None:
    assert "13900001234" in run("--month", "2026-10", "--for", "reviewer")[1]
    assert run("--month", "2026-10", "--for", "somebody")[0] == 2


@pytest.mark.parametrize("kind", ["辱骂", "insult"])
def test_a_kind_is_asked_for_in_chinese_or_by_its_name(run: Run, kind: str) -> None:
    listed = json.loads(run("--month", "2026-10", "--kind", kind, "--json")[1])
    assert [(one["call_id"], one["level"], one["answered"]) for one in listed] == [("H2", 3, "not_soothed")]
    assert listed[0]["words"] == ["饭桶"]
    assert 0 < listed[0]["start_ms"] < listed[0]["end_ms"]


def test_a_kind_that_is_none_names_those_there_are(run: Run) -> None:
    code, _, err = run("--month", "2026-10", "--kind", "客气")
    assert code == 2
    assert "辱骂" in err
    assert "Traceback" not in err
