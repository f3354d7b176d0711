"""What a ruleset is tried on is shown as `show` shows it: stored calls with stand-ins, a typed dialogue as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa_pipeline.store.session import close_store
from tests.commands import Run, said_by
from tests.judged import judged_centre

NUMBER, TOLD = "幺三九零零零零二二七七", "13900002277"
DIALOGUE = f"话务员：您好请讲\n来电人：我叫周建国，电话是{NUMBER}\n话务员：这个不归我管，{TOLD}是吧，随便你\n"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with one judged call that names somebody."""
    root = tmp_path_factory.mktemp("veiled") / "centre"
    _, sessions = judged_centre(root, {"H1": DIALOGUE})
    close_store(sessions)
    return root


@pytest.fixture
def run(judged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, stdin: bytes = b"") -> object:
        return said_by(monkeypatch, capsys, "-w", str(judged), "rules", *arguments, stdin=stdin)

    return call


ON_CALLS = (("test", "--month", "2026-10", "--all"), ("test", "--call", "H1", "--all"))


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("asked", ON_CALLS)
def test_a_stored_call_is_shown_with_stand_ins(run: Run, asked: tuple[str, ...], form: tuple[str, ...]) -> None:
    said = run(*asked, *form)
    assert said.code == 0
    assert "不归我管" in said.out
    assert "139****2277" in said.out
    for personal in (TOLD, NUMBER, "建国"):
        assert personal not in said.out


@pytest.mark.parametrize("asked", ON_CALLS)
def test_who_judges_sees_it_as_it_was_said(run: Run, asked: tuple[str, ...]) -> None:
    assert TOLD in run(*asked, "--for", "reviewer").out


def test_a_typed_dialogue_is_shown_as_it_was_typed(run: Run) -> None:
    assert TOLD in run("test", "--dialogue", "-", "--all", stdin=DIALOGUE.encode()).out


def test_a_comparison_hides_whom_its_calls_are_about(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        f'version: "m-1"\nrules:\n  PH06: {{standing: advise, forbidden: ["{TOLD}是吧"]}}\n', encoding="utf-8"
    )
    hidden = run("diff", "current", str(mine), "--month", "2026-10", "--json")
    shown = run("diff", "current", str(mine), "--month", "2026-10", "--json", "--for", "supervisor")
    told = [json.dumps(json.loads(one.out)["calls"], ensure_ascii=False) for one in (hidden, shown)]
    assert [TOLD in one for one in told] == [False, True]
