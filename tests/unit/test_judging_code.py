"""What the hash over the judging code covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.judging import inputs


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one rule, one list and one model."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rule.py").write_text("CODE = 'PH01'\n", encoding="utf-8")
    (rules / "words.yaml").write_text("words: [您好]\n", encoding="utf-8")
    (rules / "model.npz").write_bytes(b"\x00\xff weights")
    (rules / "notes.md").write_text("notes\n", encoding="utf-8")
    monkeypatch.setattr(inputs, "__file__", str(tmp_path / "judging" / "inputs.py"))
    return tmp_path


def _hash() -> str:
    return inputs.code_sha256.__wrapped__()


@pytest.mark.parametrize("name", ["rule.py", "words.yaml", "model.npz"])
def test_a_changed_rule_list_or_model_judges_anew(package: Path, name: str) -> None:
    before = _hash()
    (package / "rules" / name).write_bytes(b"changed")
    assert _hash() != before


def test_changed_notes_judge_as_before(package: Path) -> None:
    before = _hash()
    (package / "rules" / "notes.md").write_text("other notes\n", encoding="utf-8")
    assert _hash() == before
