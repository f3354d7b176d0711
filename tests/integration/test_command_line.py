"""The command line as its user meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from qa_pipeline.asr.audio import probe
from qa_pipeline.runs import import_paths
from qa_pipeline.settings import load_settings
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.workspace import init_workspace
from tests import centre as store
from tests.commands import Run, Said, said_by

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "recordings_sample"
TABLES = ("roster.csv", "shift_plan.csv", "call_log.csv", "work_orders.csv", "knowledge.yaml")
CALLS = ("H261010-002.wav", "H261024-001.ogg")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``hotline-qa`` in this process, as its console script does, on a workspace in a temporary folder."""

    def call(*arguments: str) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(tmp_path / "centre"), *arguments)

    return call


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the sample tables and two recordings, imported once; beside it what it was made from."""
    folder = tmp_path_factory.mktemp("imported")
    source = folder / "source"
    source.mkdir()
    for name in TABLES:
        shutil.copy(SAMPLES / name, source)
    for name in CALLS:
        shutil.copy(SAMPLES / "audio" / name, source)
    settings, sessions = init_workspace(folder / "centre")
    taken = import_paths(settings, sessions, [source], datetime(2026, 11, 1, 9), partial(probe, max_minutes=120))
    assert taken.refusals == ()
    close_store(sessions)
    return folder


@pytest.fixture
def centre(imported: Path, tmp_path: Path) -> Path:
    """A copy of that workspace for one test."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return tmp_path / "centre"


def test_a_folder_without_a_workspace_is_sent_to_init(run: Run) -> None:
    said = run("run", "--month", "2026-10")
    assert said.code == 2
    assert "init" in said.err
    assert "Traceback" not in said.err


def test_init_twice_keeps_what_was_changed(run: Run, tmp_path: Path) -> None:
    run("init")
    scorecard = tmp_path / "centre" / "scorecard.yaml"
    changed = scorecard.read_text(encoding="utf-8") + "# ours\n"
    scorecard.write_text(changed, encoding="utf-8")
    assert run("init").code == 0
    assert scorecard.read_text(encoding="utf-8") == changed


def test_importing_the_same_twice_takes_nothing_new(run: Run, centre: Path, tmp_path: Path) -> None:
    said = run("import", "--json", str(tmp_path / "source"))
    account = json.loads(said.out)
    assert (said.code, account["taken"], account["refused"]) == (0, 0, 0)
    assert account["unchanged"] > 100


def test_refused_rows_are_named_and_the_rest_is_taken(run: Run, centre: Path, tmp_path: Path) -> None:
    log = tmp_path / "more.csv"
    header = (SAMPLES / "call_log.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    rows = [
        "X1,2026-10-30 09:00:00,60,1001,早班,13900009999,来电人,5,x1.wav,左",
        "X2,2026-02-30 09:00:00,60,1001,早班,13900009999,来电人,5,x2.wav,左",
        "X3,2026-10-30 10:00:00,60,9999,早班,13900009999,来电人,5,x3.wav,左",
        "H261010-002,2026-10-30 11:00:00,61,1001,早班,13900009999,来电人,5,other.wav,左",
    ]
    log.write_text("\n".join([header, *rows]), encoding="utf-8")
    said = run("import", str(log))
    assert said.code == 1
    assert "新增 1" in said.out
    assert all(word in said.out for word in ("2026-02-30", "9999", "H261010-002"))


def test_bad_recordings_are_refused_one_by_one_and_the_good_one_is_taken(
    run: Run, centre: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "H261002-001.wav").write_bytes(b"")
    (folder / "H261005-001.wav").write_text("not audio at all", encoding="utf-8")
    whole = (SAMPLES / "audio" / "H261011-001.wav").read_bytes()
    (folder / "H261011-001.wav").write_bytes(whole[: len(whole) // 3])
    with wave.open(str(folder / "H261014-001.wav"), "wb") as silent:
        silent.setparams((1, 2, 8000, 0, "NONE", ""))
        silent.writeframes(b"\0\0" * 8000 * 5)
    shutil.copy(SAMPLES / "audio" / "H261003-001.mp3", folder / "H261003-001.mp3")
    said = run("import", str(folder))
    assert said.code == 1
    assert "新增 1" in said.out
    for name in ("H261002-001.wav", "H261005-001.wav", "H261011-001.wav", "H261014-001.wav"):
        assert name in said.out
    assert "Traceback" not in said.err


def test_a_crash_is_no_finished_command(run: Run, centre: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyError("13900001234")

    monkeypatch.setattr("qa_pipeline.runs.draw_month", crash)
    said = run("draw", "--month", "2026-10")
    assert said.code == 2, "1 would say: done, with something left"
    assert "KeyError in test_command_line.py, line" in said.err
    assert "-v" in said.err
    assert not any(word in said.err for word in ("Traceback", "13900001234"))
    shown = run("-v", "draw", "--month", "2026-10")
    assert (shown.code, "Traceback" in shown.err) == (2, True)


def test_a_month_that_is_not_over_is_drawn_only_if_asked_for(run: Run, centre: Path, tmp_path: Path) -> None:
    month = f"{datetime.now():%Y-%m}"
    header = (SAMPLES / "call_log.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    rows = [f"X{n},{month}-01 00:00:00,60,1001,早班,13900009999,来电人,5,x{n}.wav,左" for n in (1, 2)]
    (tmp_path / "now.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    heard = next(path for path in sorted((SAMPLES / "audio").glob("*.wav")) if "H261010" not in path.name)
    shutil.copy(heard, tmp_path / "x2.wav")
    assert run("import", str(tmp_path)).code == 0
    refused = run("draw", "--month", month)
    assert (refused.code, "--early" in refused.err) == (2, True)
    drawn = run("draw", "--month", month, "--early")
    assert drawn.code == 0
    assert "2 通中有 1 通没有可用的录音" in drawn.err


def test_a_month_that_is_no_month_is_refused(run: Run, centre: Path) -> None:
    said = run("draw", "--month", "2026-13")
    assert (said.code, "不是月份" in said.err) == (2, True)


def test_a_run_without_a_draw_says_to_draw(run: Run, centre: Path) -> None:
    said = run("run", "--month", "2026-10")
    assert said.code == 2
    assert "draw" in said.err


def test_a_draw_names_what_it_left_out_and_stands(run: Run, centre: Path) -> None:
    first = run("draw", "--month", "2026-10", "--seed", "s")
    assert first.code == 0
    assert first.out.count("排除 H") == 24
    again = run("draw", "--month", "2026-10", "--seed", "another")
    assert again.code == 2, "a month is drawn once: a second draw could be chosen to suit"


def test_an_unknown_rule_in_the_ruleset_is_named_with_its_line(run: Run, centre: Path) -> None:
    path = centre / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("PH01:", "PH1:", 1), encoding="utf-8")
    said = run("rules", "list")
    assert said.code == 2
    assert "PH01" in said.err
    assert "Traceback" not in said.err


def test_a_scorecard_that_does_not_add_up_is_refused(run: Run, centre: Path) -> None:
    path = centre / "scorecard.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("points: 12", "points: 13", 1), encoding="utf-8")
    run("draw", "--month", "2026-10")
    said = run("run", "--month", "2026-10")
    assert said.code == 2
    assert "scorecard" in said.err
    assert "Traceback" not in said.err


def test_a_missing_model_is_named(run: Run, centre: Path) -> None:
    with (centre / "settings.yaml").open("a", encoding="utf-8") as file:
        file.write("model: /no/such/model\n")
    run("draw", "--month", "2026-10")
    said = run("run", "--month", "2026-10")
    assert said.code == 2
    assert "/no/such/model" in said.err
    assert "Traceback" not in said.err


def test_the_pages_are_not_served_to_the_network(run: Run, centre: Path) -> None:
    said = run("serve", "--host", "0.0.0.0")
    assert (said.code, "loopback" in said.err) == (2, True)
    assert "http://" not in said.err, "an address that is not served must not be printed"


def test_a_call_that_is_not_there_is_named(run: Run, centre: Path) -> None:
    said = run("show", "H0")
    assert (said.code, "H0" in said.err) == (2, True)


def test_a_callers_number_is_hidden_from_who_does_not_judge(run: Run, centre: Path) -> None:
    assert "139****2277" in run("show", "--json", "H261010-002").out
    assert "13900002277" in run("show", "--json", "H261010-002", "--for", "reviewer").out


def test_a_rule_explains_itself(run: Run, centre: Path) -> None:
    said = run("rules", "explain", "PH01")
    assert said.code == 0
    assert "A1" in said.out


def test_every_rule_is_listed(run: Run, centre: Path) -> None:
    said = run("rules", "list")
    assert said.code == 0
    assert len(said.out.splitlines()) >= 25


def test_rates_of_few_calls_set_no_limits(run: Run, centre: Path) -> None:
    said = run("rates")
    assert said.code == 0
    assert "不足 100 通" in said.out
    assert run("rates", "--month", "2026-13").code == 2


def test_rates_are_told_as_the_lines_of_a_ruleset(run: Run, centre: Path) -> None:
    sessions = open_store(load_settings(centre).url)
    with sessions.begin() as session:
        for number, one in enumerate(store.many_calls(101)):
            earlier = replace(one, call_id=f"R{number}", recording_file=f"R{number}.wav")
            store.heard_before(session, earlier, 30.0, rate_cpm=200.0 + number)
    close_store(sessions)
    assert "min_cpm: 205\n    max_cpm: 295" in run("rates").out


@pytest.mark.model
def test_a_month_goes_from_audio_to_pay(run: Run, centre: Path) -> None:
    run("draw", "--month", "2026-10", "--seed", "s")
    ran = run("run", "--month", "2026-10")
    assert ran.code == 0, ran.err
    assert "完成 2 通" in ran.out
    again = run("run", "--month", "2026-10")
    assert "完成 0 通，无变化 2 通" in again.out
    shown = run("show", "H261010-002")
    assert "话务员" in shown.out
    assert "V4" in shown.out
    assert run("phrases", "--month", "2026-10").code == 0
    assert run("phrases", "--month", "2026-10", "--operator", "1009").code == 2
    assert json.loads(run("show", "--json", "H261010-002").out)["call"]["call_id"] == "H261010-002"
    refused = run("close", "--month", "2026-10", "--by", "张三")
    assert refused.code == 2, "open findings could change a grade"
    reported = run("report", "--month", "2026-10")
    assert reported.code == 0
    assert all(Path(line).is_file() for line in reported.out.splitlines())
    closed = run("close", "--month", "2026-10", "--by", "张三", "--accept-open")
    assert closed.code == 0, closed.err
    head = run("ledger", "head").out.strip()
    assert f"末条哈希（请公布）：{head}" in closed.out
    assert run("ledger", "verify", "--head", head).code == 0
    replayed = run("replay", "--month", "2026-10")
    assert (replayed.code, "与结账时逐分相同" in replayed.out) == (0, True), replayed.err
    assert run("close", "--month", "2026-10", "--by", "张三", "--accept-open").code == 2


@pytest.mark.model
def test_a_run_that_is_killed_goes_on_where_it_was(run: Run, centre: Path) -> None:
    run("draw", "--month", "2026-10", "--seed", "s")
    command = [sys.executable, "-m", "qa_pipeline", "-v", "-w", str(centre), "run", "--month", "2026-10"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    deadline = time.monotonic() + 120
    database = centre / "hotline-qa.sqlite3-wal"
    while time.monotonic() < deadline and process.poll() is None and not _claimed(database):
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    resumed = run("run", "--month", "2026-10")
    assert resumed.code == 0, resumed.err
    counts = json.loads(run("run", "--json", "--month", "2026-10").out)
    assert (counts["total"], counts["unchanged"], counts["done"]) == (2, 2, 0)


def _claimed(wal: Path) -> bool:
    """Whether the run has written to the store, so that a kill falls into its work."""
    return wal.exists() and b"RUNNING" in wal.read_bytes().upper()
