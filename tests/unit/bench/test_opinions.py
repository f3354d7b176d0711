"""The bench of a language model's opinions: asked as the product asks, weighed as the product weighs, and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import opinions
from qa_pipeline.models import OpinionVerdict
from tests.chat_server import Chat, verdict
from tests.transcription_server import serve

FALSELY = verdict("contradicts", "十五个工作日", "15个工作日内发证", "时限不同")
PAIRS = (
    '{"premise": "15个工作日内发证。", "hypothesis": "十五个工作日就能拿到。", "label": "entail"}\n'
    '{"premise": "15个工作日内发证。", "hypothesis": "五个工作日就能拿到。", "label": "contradict"}\n'
)


@pytest.mark.parametrize(
    ("facts", "model", "both"),
    [
        ("contradict", OpinionVerdict.CONTRADICTS, "contradict"),
        ("contradict", OpinionVerdict.UNSURE, "contradict"),
        ("contradict", OpinionVerdict.AGREES, "unsure"),
        ("entail", OpinionVerdict.CONTRADICTS, "unsure"),
        ("neutral", OpinionVerdict.BEYOND, "unsure"),
        ("neutral", OpinionVerdict.AGREES, "neutral"),
    ],
)
def test_the_model_takes_no_point_by_itself(facts: str, model: OpinionVerdict, both: str) -> None:
    assert opinions.Judged(True, facts, model).both == both


@pytest.mark.server
def test_pairs_are_asked_about_once_and_told_by_who_judged(tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "pairs_x.jsonl").write_text(PAIRS, encoding="utf-8")
    monkeypatch.setattr(opinions, "UNSEEN", tmp_path)
    chat = Chat([FALSELY, verdict("contradicts", "五个工作日", "15个工作日内发证", "时限不同")])
    with serve(chat.app()) as url:
        asked = ["--url", url, "--model", "qwen", "--set", "pairs_x", "--kept", str(tmp_path / "kept")]
        assert [opinions.main(asked), opinions.main(asked)] == [0, 0]
    assert len(chat.asked) == 2
    rows = [line.split(" | ")[1:] for line in capsys.readouterr().out.splitlines() if line.startswith("| pairs_x")]
    facts, alone, both = rows[-3:]
    assert [cell.split(" ")[0] for cell in facts[1:]] == ["1/1", "1/1", "0/1", "0/1"]
    assert [cell.split(" ")[0] for cell in alone[1:]] == ["1/1", "1/1", "1/1", "0/1"]
    assert [cell.split(" ")[0] for cell in both[1:]] == ["1/1", "1/1", "0/1", "1/1"]
