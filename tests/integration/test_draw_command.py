"""``hotline-qa draw`` as its user meets it, and the script with which anybody checks a draw without the program."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models import Commitment
from qa_pipeline.sampling import RULE
from qa_pipeline.store.queries.sampling import commitment_of, save_commitment
from qa_pipeline.store.session import close_store
from tests import centre
from tests.centre import MONTH
from tests.commands import Run, Said, said_by
from tests.workspaces import copied, empty_centre

Sessions = sessionmaker[Session]
DOCUMENT = Path(__file__).parents[2] / "docs" / "sampling.md"
SEED = "held outside"
THIS_MONTH = f"{datetime.now():%Y-%m}"
NEXT_MONTH = f"{datetime.now().year + 1}-01"


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with forty calls of October."""
    folder = tmp_path_factory.mktemp("october")
    _, opened = empty_centre(folder)
    with opened.begin() as session:
        calls = [replace(one, satisfaction=1 if n % 9 == 0 else 5) for n, one in enumerate(centre.many_calls(40))]
        centre.put_calls(session, [*calls, centre.call("SHORT", duration_s=4)])
    close_store(opened)
    return folder


@pytest.fixture
def sessions(october: Path, tmp_path: Path) -> Iterator[Sessions]:
    """A copy of that workspace for one test."""
    _, opened = copied(october, tmp_path / "centre")
    yield opened
    close_store(opened)


@pytest.fixture
def run(sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(tmp_path / "centre"), *arguments)

    return call


def committed(sessions: Sessions) -> Commitment:
    """October was committed in September, with a seed that somebody else holds."""
    sha256 = hashlib.sha256(SEED.encode()).hexdigest()
    with sessions.begin() as session:
        save_commitment(session, Commitment(MONTH, sha256, 6, RULE, "李四", datetime(2026, 9, 28, 17)))
        fixed = commitment_of(session, MONTH)
    assert fixed is not None
    return fixed


def script(tmp_path: Path) -> Path:
    """The script of the document."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "verify.py"
    path.write_text(code, encoding="utf-8")
    return path


def checked(tmp_path: Path, record: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "given.json"
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(script(tmp_path)), str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONUTF8": "1"},
    )


def test_a_month_to_come_is_committed_and_what_to_publish_is_printed(run: Run, sessions: Sessions) -> None:
    said = run("draw", "commit", "--month", NEXT_MONTH, "--by", "张三", "--quota", "8")
    assert said.code == 0
    with sessions() as session:
        fixed = commitment_of(session, NEXT_MONTH)
    assert fixed is not None
    assert fixed.sha256 in said.out
    assert "每人 8 通" in said.out
    assert str(fixed.seed) not in said.out, "the seed stays sealed until the draw"
    assert run("draw", "commit", "--month", NEXT_MONTH, "--by", "张三").code == 2
    assert "本月已经开始" in run("draw", "commit", "--month", THIS_MONTH, "--by", "张三").out


def test_a_draw_says_whether_its_seed_was_committed(run: Run, sessions: Sessions) -> None:
    assert "种子未事先承诺" in run("draw", "--month", MONTH).out
    assert "种子未事先承诺" in run("draw", "verify", "--month", MONTH).out


def test_a_committed_draw_reveals_its_seed(run: Run, sessions: Sessions) -> None:
    fixed = committed(sessions)
    said = run("draw", "--month", MONTH, "--seed", SEED)
    assert said.code == 0
    assert f"种子现予公开：{SEED}" in said.out
    assert fixed.sha256 in said.out
    verified = run("draw", "verify", "--month", MONTH)
    assert (verified.code, fixed.sha256 in verified.out) == (0, True)
    assert "排除 1 通（时长不足 1 通）" in verified.out
    drawn = next(one for one in centre.many_calls(40) if "抽样：随机" in run("show", one.call_id).out)
    assert "种子由 李四 于 2026-09-28 事先承诺" in run("show", drawn.call_id).out


def test_another_commitment_than_was_published_is_found(run: Run, sessions: Sessions) -> None:
    fixed = committed(sessions)
    run("draw", "--month", MONTH, "--seed", SEED)
    assert run("draw", "verify", "--month", MONTH, "--published", f" {fixed.sha256.upper()} ").code == 0
    other = run("draw", "verify", "--month", MONTH, "--published", "ab" * 32)
    assert (other.code, f"现在的是 {fixed.sha256}" in other.out) == (1, True)


def test_operators_with_fewer_calls_than_the_quota_are_named(run: Run) -> None:
    assert "1001 20 通，1002 20 通" in run("draw", "--month", MONTH, "--quota", "30").out


def test_a_month_whose_recordings_are_not_there_yet_is_not_drawn_for_good(run: Run, sessions: Sessions) -> None:
    with sessions.begin() as session:
        late = [replace(centre.call("LATE"), started_at=datetime(2026, 9, 3, 9))]
        centre.put_calls(session, late, recorded=False)
    said = run("draw", "--month", "2026-09")
    assert said.code == 2
    assert "none of the 1 calls of 2026-09 can be drawn" in said.err
    assert "no calls of 2026-09 were drawn yet" in run("draw", "verify", "--month", "2026-09").err


def test_what_cannot_be_drawn_is_said(run: Run) -> None:
    for arguments, said in (
        (("draw",), "the month is missing"),
        (("draw", "--month", MONTH, "verify", "--month", MONTH), "stand before a command"),
        (("draw", "--month", MONTH, "--quota", "0"), "quota 0"),
        (("draw", "verify"), "nothing to check"),
        (("draw", "replace", "--month", MONTH, "--by", "张三", "--why", "x"), "--why is given without --call"),
        (("draw", "plan", "--month", MONTH, "--half-width", "3", "--below", "0.7"), "two ends are given"),
        (("draw", "plan", "--month", MONTH, "--half-width", "0"), "half width 0.0"),
        (("draw", "plan", "--month", MONTH, "--below", "0.95"), "pass rate 0.95"),
        (("draw", "plan", "--month", MONTH, "--handling", "0.5"), "handling 0.5"),
        (("draw", "plan", "--month", "2026-08"), "no calls of 2026-08 or before it"),
    ):
        found = run(*arguments)
        assert (found.code, said in found.err) == (2, True), found.err


def test_replaced_and_added_calls_are_told_and_verified(run: Run, tmp_path: Path) -> None:
    run("draw", "--month", MONTH, "--quota", "6")
    to = str(tmp_path / "before.json")
    assert run("draw", "export", "--month", MONTH, "--out", to).code == 0
    drawn = json.loads(Path(to).read_text(encoding="utf-8"))["calls"][0]["call_id"]
    hand = ("draw", "replace", "--month", MONTH, "--by", "张三", "--call", drawn, "--why", "串线")
    assert "将替换 1 通" in run(*hand, "--dry-run").out
    replaced = run(*hand)
    assert "已替换 1 通" in replaced.out
    assert f"hotline-qa run --month {MONTH}" in replaced.out
    assert "没有需要替换的通话" in run("draw", "replace", "--month", MONTH, "--by", "张三").out
    added = run("draw", "supplement", "--month", MONTH, "--by", "张三", "--budget", "2")
    assert "已加入 2 通" in added.out
    assert "来电人满意度 1 分" in added.out
    assert "1 处替换与规则相符" in run("draw", "verify", "--month", MONTH).out
    differs = run("draw", "verify", "--month", MONTH, "--plan", to)
    assert (differs.code, "文件与库中的替换记录不同" in differs.out) == (1, True)
    shown = run("show", drawn).out
    assert "抽样：已替换，不计入" in shown
    assert "种子未事先承诺" in shown
    risky = next(line.split("（")[0].strip() for line in added.out.splitlines()[1:])
    assert "抽样：风险补充，不计入均分：" in run("show", risky).out


def test_anybody_verifies_a_file_without_a_store(run: Run, tmp_path: Path, sessions: Sessions) -> None:
    committed(sessions)
    run("draw", "--month", MONTH, "--seed", SEED)
    to = tmp_path / "draw.json"
    run("draw", "export", "--month", MONTH, "--out", str(to))
    assert run("-w", str(tmp_path / "nowhere"), "draw", "verify", "--plan", str(to)).code == 0
    record = json.loads(to.read_text(encoding="utf-8"))
    record["calls"].pop()
    to.write_text(json.dumps(record), encoding="utf-8")
    tampered = run("draw", "verify", "--plan", str(to))
    assert (tampered.code, "方案中没有" in tampered.out) == (1, True)


@pytest.mark.server
def test_the_script_of_the_document_draws_the_same_and_finds_what_was_changed(
    run: Run, tmp_path: Path, sessions: Sessions
) -> None:
    fixed = committed(sessions)
    run("draw", "--month", MONTH, "--seed", SEED)
    to = tmp_path / "draw.json"
    run("draw", "export", "--month", MONTH, "--out", str(to))
    drawn = json.loads(to.read_text(encoding="utf-8"))["calls"][0]["call_id"]
    run("draw", "replace", "--month", MONTH, "--by", "张三", "--call", drawn, "--why", "串线")
    to.unlink()
    run("draw", "export", "--month", MONTH, "--out", str(to))
    record = json.loads(to.read_text(encoding="utf-8"))
    right = checked(tmp_path, record)
    assert right.returncode == 0, right.stderr
    assert "41 通中重新抽得同样的 12 通，1 处替换相符" in right.stdout
    assert fixed.sha256 in right.stdout
    for change, said in (
        ({"seed": "x"}, "种子哈希不符"),
        ({"frame": record["frame"][1:]}, "总体哈希不符"),
        ({"commitment_sha256": "0"}, "承诺哈希不符"),
        ({"quota_per_operator": 5}, "承诺的 quota_per_operator不符"),
        ({"calls": record["calls"][1:]}, "抽中的通话不符"),
        ({"exclusions": []}, "SHORT 不足 10 秒"),
        ({"replacements": [record["replacements"][0] | {"replacement_id": drawn}]}, "的通话不符"),
    ):
        wrong = checked(tmp_path, record | change)
        assert (wrong.returncode, said in wrong.stderr) == (1, True), wrong.stderr


def test_a_plan_tells_calls_hours_and_false_flags(run: Run) -> None:
    told = run("draw", "plan", "--month", "2026-11", "--half-width", "4").out
    assert "总体取 2026-10 的通话" in told
    assert "8.0 分（假定值" in told
    assert "1001：20 通中需听" in told
    assert "听音约" in told
    assert "误判连续三次" in told
    values = json.loads(run("draw", "plan", "--month", MONTH, "--below", "0.7", "--json").out)
    assert {need["operator_id"] for need in values["operators"]} == {"1001", "1002"}
    assert all(2 <= need["calls"] <= need["size"] for need in values["operators"])
