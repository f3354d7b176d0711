"""``hotline-qa rules import-alibaba`` as its user meets it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa_pipeline.cli import main
from tests.rules.alibaba_files import condition, one_rule, says

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; return exit code, stdout, stderr."""

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hotline-qa", "rules", "import-alibaba", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one rule that comes over."""
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(one_rule(says("a", "您好"), expression="!a"), ensure_ascii=False), encoding="utf-8-sig")
    return path


def test_the_ruleset_goes_to_stdout_and_the_notes_to_stderr(run: Run, file: Path) -> None:
    code, out, err = run(str(file), "--item", "A1")
    assert code == 0
    assert out.startswith("# Rules of Alibaba")
    assert "item: A1" in out
    assert "approximated: range" in err
    assert "1 rules, 0 more written as comments only" in err


def test_a_ruleset_is_written_and_never_overwritten(run: Run, file: Path, tmp_path: Path) -> None:
    output = tmp_path / "own.yaml"
    code, out, err = run(
        str(file), "--item", "A1", "--out", str(output), "--version", "2026-11", "--first-code", "XC05"
    )
    assert (code, out) == (0, "")
    assert f"written to {output}" in err
    text = output.read_text(encoding="utf-8")
    assert "XC05:" in text
    assert "version: 2026-11" in text
    code, _, err = run(str(file), "--out", str(output))
    assert code == 2
    assert "is there already" in err
    assert output.read_text(encoding="utf-8") == text


def test_a_rule_that_is_only_a_comment_ends_with_code_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(one_rule(condition("a", "ABUSE_MODEL", {}))), encoding="utf-8")
    code, out, err = run(str(path), "--item", "A1")
    assert code == 1
    assert "rules: {}" in out
    assert "0 rules, 1 more written as comments only" in err


def test_a_program_reads_ruleset_and_notes(run: Run, file: Path) -> None:
    code, out, err = run(str(file), "--item", "A1", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["rules"], told["commented_out"], told["written_to"]) == (1, 0, None)
    assert "item: A1" in told["yaml"]
    assert {"severity", "where", "rule", "condition", "field", "message", "hint"} == set(told["notes"][0])


def test_items_come_from_a_file(run: Run, file: Path, tmp_path: Path) -> None:
    items = tmp_path / "items.yaml"
    items.write_text("规则甲: A5\n", encoding="utf-8")
    assert "item: A5" in run(str(file), "--items", str(items))[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.json"], "cannot be read"),
        (["rules.json", "--item", "Z1"], '"Z1" is no item of a scorecard'),
        (["rules.json", "--first-code", "A1"], '"A1" is no code of a rule'),
        (["rules.json", "--items", "broken.yaml"], "not YAML"),
        (["rules.json", "--items", "list.yaml"], "holds no names with items"),
        (["broken.json"], "broken.json: the file is not JSON: line 1, column 2"),
        (["latin.json"], "latin.json: not UTF-8, at byte 1"),
        (["empty.json"], "empty.json: the file holds no rules"),
    ],
)
def test_what_cannot_be_used_is_told_in_two_lines(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(file.parent)
    Path("broken.json").write_text("{", encoding="utf-8")
    Path("latin.json").write_bytes(b'"\xe4"')
    Path("empty.json").write_text("{}", encoding="utf-8")
    Path("broken.yaml").write_text("a: [", encoding="utf-8")
    Path("list.yaml").write_text("- a", encoding="utf-8")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert "\n  → " in err
