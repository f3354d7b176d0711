"""The ledger from the command line, and as docs/ledger.md says to check it without the program."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qa_pipeline.ledger.files import write_ledger
from qa_pipeline.settings import Settings
from tests.commands import Said, said_by
from tests.settled import EXCLUDED, MONTH, Store, entries, judged_month, rewritten, tamper

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "ledger.md"


@pytest.fixture
def run(settled: tuple[Settings, Store], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def command(*arguments: str) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(settled[0].workspace), *arguments)

    return command


def test_an_untouched_ledger_is_in_order(run, store: Store) -> None:
    said = run("ledger", "verify")
    head = run("ledger", "head").out.strip()
    assert said.code == 0
    assert f"2026-10 末条哈希 {head}" in said.out
    assert "--head" in said.out
    assert run("ledger", "verify", "--head", head, "--month", MONTH).code == 0
    assert head == entries(store)[-1].sha256


def test_a_tampered_ledger_is_named_and_ends_with_1(run, store: Store) -> None:
    tamper(store, "UPDATE ledger_entries SET body = replace(body, '1', '2') WHERE seq = 4")
    said = run("ledger", "verify")
    assert said.code == 1
    assert said.err.startswith("账本第 4 条")
    assert run("replay", "--month", MONTH).code == 1


def test_a_ledger_that_was_wholly_made_anew_is_found_by_the_published_hash(run) -> None:
    said = run("ledger", "verify", "--head", "a" * 64)
    assert said.code == 1
    assert "账本在公布之后被整个改写过" in said.err


def test_a_hash_that_was_copied_short_is_not_taken_for_a_rewritten_ledger(run) -> None:
    said = run("ledger", "verify", "--head", "deadbeef")
    assert said.code == 2
    assert "“deadbeef”不是 64 位十六进制数" in said.err
    assert "改写" not in said.err


@pytest.mark.parametrize("name", ["ledger.jsonl", "ledger.jsonl.gz"])
def test_a_month_is_exported_and_recomputed_on_another_machine(run, tmp_path: Path, name: str) -> None:
    one, other = tmp_path / name, tmp_path / f"again-{name}"
    assert run("ledger", "export", "--month", MONTH, str(one)).code == 0
    run("ledger", "export", str(other))
    assert one.read_bytes() == other.read_bytes()
    (tmp_path / "hotline-qa.sqlite3").unlink()
    assert run("ledger", "verify", str(one)).code == 0
    said = run("replay", "--month", MONTH, "--ledger", str(one))
    assert (said.code, said.err) == (0, "")
    assert "与结账时逐分相同" in said.out
    assert "抽中的通话相同" in said.out
    assert "语音识别没有重做" in said.out


def test_what_differs_is_told_and_ends_with_1(run, store: Store, tmp_path: Path) -> None:
    def change(body) -> None:
        if body["kind"] == "operator":
            body["outcome"] = {**body["outcome"], "mean": "100.00"}

    file = tmp_path / "ledger.jsonl"
    write_ledger(file, rewritten(entries(store), change))
    said = run("replay", "--month", MONTH, "--ledger", str(file))
    assert said.code == 1
    assert "话务员 1001）：结果 mean 账本为 100.00，重算为" in said.err
    assert "有 2 处不同" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("replay", "--month", "2026-09"), "账本中没有 2026-09"),
        (("ledger", "export", "--month", "2026-09", "x.jsonl"), "账本中没有 2026-09"),
        (("ledger", "verify", "nowhere.jsonl"), "读不了"),
        (("ledger", "export", "/nowhere/x.jsonl"), "写不了"),
    ],
)
def test_what_is_not_there_is_a_clear_error(run, arguments: tuple[str, ...], words: str) -> None:
    said = run(*arguments)
    assert said.code == 2
    assert words in said.err


@pytest.mark.parametrize("text", [b"hello\n", b'{"body":{"seq":1},"sha256":"' + b"0" * 64 + b'"}\n', b"\xff\xfe\n"])
def test_a_file_that_is_no_ledger_is_told(run, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x.jsonl").write_bytes(text)
    said = run("ledger", "verify", str(tmp_path / "x.jsonl"))
    assert said.code == 1
    assert "第 1 行不是账本条目" in said.err


def test_a_torn_file_is_told(run, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl.gz"
    run("ledger", "export", str(file))
    file.write_bytes(file.read_bytes()[:-200])
    said = run("ledger", "verify", str(file))
    assert said.code == 2
    assert "不是完整的 gzip 文件" in said.err


def test_an_empty_ledger_has_no_head(tmp_path: Path, monkeypatch, capsys) -> None:
    judged_month(tmp_path)[1].kw["bind"].dispose()
    said = said_by(monkeypatch, capsys, "-w", str(tmp_path), "ledger", "head")
    assert (said.code, "账本还是空的" in said.err) == (2, True)


def test_closing_prints_the_hash_to_publish(tmp_path: Path, monkeypatch, capsys) -> None:
    _, store = judged_month(tmp_path)
    said = said_by(monkeypatch, capsys, "-w", str(tmp_path), "close", "--month", MONTH, "--by", "主管", "--accept-open")
    assert said.code == 0
    assert f"末条哈希（请公布）：{entries(store)[-1].sha256}" in said.out
    store.kw["bind"].dispose()


def documented(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def by_hand(script: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", script, file], capture_output=True, text=True, check=False)


@pytest.mark.server
def test_the_documented_script_needs_nothing_but_python(looked_at: Store, tmp_path: Path) -> None:
    script, file, packed = tmp_path / "check.py", tmp_path / "ledger.jsonl", tmp_path / "ledger.jsonl.gz"
    script.write_text(documented("python"), encoding="utf-8")
    ledger = entries(looked_at)
    write_ledger(file, ledger)
    packed.write_bytes(gzip.compress(file.read_bytes()))
    for path in (file, packed):
        assert by_hand(script, path).stdout == f"{len(ledger)} entries, last hash {ledger[-1].sha256}\n"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([*lines[:3], lines[3].replace('"pass"', '"fail"', 1), *lines[4:]]), encoding="utf-8")
    assert "entry 4 was changed: H" in by_hand(script, file).stderr
    file.write_text("".join([*lines[:3], *lines[4:]]), encoding="utf-8")
    assert "entry 4 is missing" in by_hand(script, file).stderr
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    assert "the end is missing" in by_hand(script, file).stderr


@pytest.mark.server
def test_the_documented_lines_for_sha256sum_give_the_hash(looked_at: Store, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    write_ledger(tmp_path / "ledger.jsonl", entries(looked_at))
    said = subprocess.run([bash, "-c", documented("bash")], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.split()[0] == entries(looked_at)[1].sha256


def test_the_documented_line_proves_one_reason_by_its_key(run, store: Store) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    (call_id, why), *_ = (pair for entry in entries(store) for pair in entry.said.get("excluded", ()))
    said = run("ledger", "key", "--month", MONTH, f"excluded {call_id}")
    (line,) = re.findall(r"^    printf '%s' '.*$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    shown = line.replace("密钥", said.out.strip()).replace("答复与条目一致", EXCLUDED[call_id])
    ran = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith(why)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("2026-09", "decision 1"), "没有 2026-09 的密钥"), ((MONTH, "the first one"), "不是账本里的一处文字")],
)
def test_a_key_that_there_is_not_is_a_clear_error(run, arguments: tuple[str, str], words: str) -> None:
    said = run("ledger", "key", "--month", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
