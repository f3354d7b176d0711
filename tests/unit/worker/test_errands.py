"""What is asked for in the browser is done once, can be paused and tried again, and says what came of it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from qa_pipeline.errors import Conflict, NotFound
from qa_pipeline.models.errands import ErrandKind, ErrandState
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.errands import (
    Held,
    add_errand,
    ask_to_stop,
    claim_errand,
    end_errand,
    errand,
    go_on,
    tell_progress,
)
from qa_pipeline.store.queries.uploads import add_upload, remember_columns
from qa_pipeline.store.schema import ImportRow, OperatorRow
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.store.worker import Worker, this_worker
from qa_pipeline.worker import loop, work
from qa_pipeline.worker.files import safe_name

NOW = datetime(2026, 11, 2, 9, 0)
ROSTER = "工号,姓名,班组,入职日期\n1001,陈晓雯,一组,2021-03-01\n1002,刘志强,一组,不知道\n"
OWN = "员工编码,员工,班组,入职日期\n1001,陈晓雯,一组,2021-03-01\n"
Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    settings = Settings(workspace=tmp_path)
    sessions = open_store(settings.url, create=True)
    (tmp_path / "uploads").mkdir()
    yield settings, sessions
    close_store(sessions)


def send(centre: Centre, name: str, content: bytes) -> int:
    digest = hashlib.sha256(content).hexdigest()
    (centre[0].workspace / "uploads" / digest).write_bytes(content)
    with centre[1].begin() as session:
        return add_upload(session, name, digest, len(content), "周倩", NOW).upload_id


def ask(centre: Centre, kind: ErrandKind, **parameters: str) -> int:
    with centre[1].begin() as session:
        return add_errand(session, kind, parameters, "周倩", NOW).errand_id


def after(centre: Centre, number: int):
    work(*centre, now=lambda: NOW, until_idle=True)
    with centre[1]() as session:
        return errand(session, number)


def count(centre: Centre, table) -> int:
    with centre[1]() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_preview_says_what_would_be_refused_and_takes_nothing(centre: Centre) -> None:
    number = ask(centre, ErrandKind.PREVIEW, uploads=str(send(centre, "名册.csv", ROSTER.encode())))
    done = after(centre, number)
    assert done.state is ErrandState.DONE, done.error
    [file] = done.report["files"]
    assert (file["file"], file["kind"], file["taken"], file["refusals_in_all"]) == ("名册.csv", "roster", 1, 1)
    assert file["refusals"][0]["row"] == 3
    assert "不知道" in file["refusals"][0]["what"]
    assert ["operator_id", "工号"] in [list(pair) for pair in file["fields"]]
    assert (count(centre, OperatorRow), count(centre, ImportRow)) == (0, 0)


def test_an_import_takes_what_can_be_taken(centre: Centre) -> None:
    number = ask(centre, ErrandKind.IMPORT, uploads=str(send(centre, "名册.csv", ROSTER.encode())))
    done = after(centre, number)
    assert (done.state, done.report["taken"], done.report["refused"]) == (ErrandState.DONE, 1, 1)
    assert count(centre, OperatorRow) == 1


def test_a_centres_own_column_titles_are_read_once_they_are_told(centre: Centre) -> None:
    sent = str(send(centre, "员工.csv", OWN.encode()))
    before = after(centre, ask(centre, ErrandKind.PREVIEW, uploads=sent))
    assert before.report["files"][0]["taken"] == 0
    with centre[1].begin() as session:
        remember_columns(session, "roster", {"员工编码": "operator_id", "员工": "name"}, "周倩", NOW)
    told = after(centre, ask(centre, ErrandKind.IMPORT, uploads=sent))
    assert told.report["taken"] == 1, told.report
    assert count(centre, OperatorRow) == 1


def test_the_same_asked_twice_while_it_waits_is_one_errand(centre: Centre) -> None:
    assert ask(centre, ErrandKind.RUN, month="2026-10") == ask(centre, ErrandKind.RUN, month="2026-10")
    assert ask(centre, ErrandKind.RUN, month="2026-11") == 2


def test_what_cannot_be_done_says_why_and_can_be_tried_again(centre: Centre) -> None:
    number = ask(centre, ErrandKind.DRAW, month="2026-10")
    failed = after(centre, number)
    assert (failed.state, bool(failed.error)) == (ErrandState.FAILED, True)
    with centre[1].begin() as session:
        go_on(session, number)
    with centre[1].begin() as session, pytest.raises(Conflict):
        go_on(session, number)
    assert after(centre, number).state is ErrandState.FAILED


def test_an_upload_that_is_gone_is_told(centre: Centre) -> None:
    sent = send(centre, "名册.csv", ROSTER.encode())
    for file in (centre[0].workspace / "uploads").iterdir():
        file.unlink()
    assert "已不在服务器上" in after(centre, ask(centre, ErrandKind.IMPORT, uploads=str(sent))).error
    assert "没有 999 号" in after(centre, ask(centre, ErrandKind.IMPORT, uploads="999")).error


def test_a_crash_fails_its_errand_and_not_the_worker(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> dict[str, object]:
        raise ZeroDivisionError("a caller's words")

    monkeypatch.setattr(loop, "KINDS", {**loop.KINDS, ErrandKind.DRAW: broken})
    first, second = ask(centre, ErrandKind.DRAW, month="2026-10"), ask(centre, ErrandKind.IMPORT, uploads="")
    assert after(centre, second).state is ErrandState.DONE
    broke = after(centre, first)
    assert "ZeroDivisionError" in broke.error
    assert "words" not in broke.error


def test_what_an_errand_came_to_is_written_once_the_database_is_free_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = open_store(centre[0].url, busy_timeout_ms=1)
    other = sqlite3.connect(centre[0].workspace / "hotline-qa.sqlite3", isolation_level=None, check_same_thread=False)

    def locks(*_: object) -> dict[str, object]:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.02, other.rollback).start()
        return {"x": 1}

    monkeypatch.setattr(loop, "KINDS", {**loop.KINDS, ErrandKind.DRAW: locks})
    monkeypatch.setattr(loop, "IDLE_S", 0.01)
    number = ask(centre, ErrandKind.DRAW, month="2026-10")
    assert after((centre[0], hurried), number).state is ErrandState.DONE
    close_store(hurried)
    other.close()


@pytest.mark.parametrize("wanted", [ErrandState.PAUSED, ErrandState.CANCELLED])
def test_a_running_errand_stops_where_it_tells_its_progress(
    centre: Centre, wanted: ErrandState, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    def slow(_settings, sessions, asked, _now, tell) -> dict[str, object]:
        for step in range(5):
            steps.append(step)
            if step == 2:
                with sessions.begin() as session:
                    ask_to_stop(session, asked.errand_id, wanted, NOW)
            monkeypatch.setattr(loop, "TELL_AFTER_S", 0.0)
            tell(step, 5, f"第 {step} 步")
        return {}

    monkeypatch.setattr(loop, "KINDS", {**loop.KINDS, ErrandKind.RUN: slow})
    number = ask(centre, ErrandKind.RUN, month="2026-10")
    stopped = after(centre, number)
    assert (stopped.state, stopped.done, stopped.total, stopped.what) == (wanted, 2, 5, "第 2 步")
    assert steps == [0, 1, 2]


def test_what_nobody_works_on_is_paused_at_once_and_what_ended_is_not(centre: Centre) -> None:
    number = ask(centre, ErrandKind.DRAW, month="2026-10")
    with centre[1].begin() as session:
        ask_to_stop(session, number, ErrandState.PAUSED, NOW)
    assert after(centre, number).state is ErrandState.PAUSED
    with centre[1].begin() as session:
        go_on(session, number)
    assert after(centre, number).state is ErrandState.FAILED
    with centre[1].begin() as session, pytest.raises(Conflict):
        ask_to_stop(session, number, ErrandState.CANCELLED, NOW)
    with centre[1]() as session, pytest.raises(NotFound):
        errand(session, 999)


def test_an_errand_that_a_worker_takes_at_this_moment_is_asked_to_stop_and_not_taken_from_it(centre: Centre) -> None:
    number = ask(centre, ErrandKind.RUN, month="2026-10")
    with centre[1].begin() as session:
        taken: list[Held | None] = []

        def takes(state: ORMExecuteState) -> None:
            if state.is_update and not taken:
                with centre[1].begin() as other:
                    taken.append(claim_errand(other, this_worker(), NOW))

        event.listen(session, "do_orm_execute", takes)
        ask_to_stop(session, number, ErrandState.PAUSED, NOW)
    [held] = taken
    assert held is not None
    with centre[1].begin() as session:
        assert errand(session, number).state is ErrandState.RUNNING
        assert tell_progress(session, held, 1, 2, "", NOW) == "paused"


def test_an_errand_is_taken_by_one_worker_and_taken_over_when_its_lease_ran_out(centre: Centre) -> None:
    number = ask(centre, ErrandKind.RUN, month="2026-10")
    far = Worker("elsewhere", 1, 0.0)
    with centre[1].begin() as session:
        held = claim_errand(session, far, NOW)
    assert held is not None
    assert held.errand.errand_id == number
    with centre[1].begin() as session:
        assert claim_errand(session, this_worker(), NOW) is None
        later = claim_errand(session, this_worker(), NOW + timedelta(minutes=2))
    assert later is not None
    with centre[1].begin() as session:
        assert tell_progress(session, held, 1, 2, "", NOW) is None
        assert end_errand(session, held, ErrandState.DONE, NOW) is False
        assert end_errand(session, later, ErrandState.DONE, NOW, {"x": 1}) is True


def test_many_workers_do_each_errand_once(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setattr(
        loop, "KINDS", {ErrandKind.RUN: lambda _s, _f, asked, _n, _t: done.append(asked.errand_id) or {}}
    )
    numbers = [ask(centre, ErrandKind.RUN, month=f"2026-{month:02}") for month in range(1, 9)]
    threads = [threading.Thread(target=work, args=centre, kwargs={"until_idle": True}) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == numbers


def test_what_is_short_is_done_while_a_run_of_hours_goes_on(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    running, over, short, stop = (threading.Event() for _ in range(4))
    order: list[str] = []

    def runs(*_: object) -> dict[str, object]:
        running.set()
        assert over.wait(5)
        order.append("run")
        return {}

    def answers(*_: object) -> dict[str, object]:
        order.append("answer")
        short.set()
        return {}

    monkeypatch.setattr(loop, "KINDS", {**loop.KINDS, ErrandKind.RUN: runs, ErrandKind.REHEARSAL: answers})
    monkeypatch.setattr(loop, "IDLE_S", 0.01)
    ask(centre, ErrandKind.RUN, month="2026-10")
    worker = threading.Thread(target=work, args=centre, kwargs={"stop": stop})
    worker.start()
    assert running.wait(5)
    number = ask(centre, ErrandKind.REHEARSAL, rehearsal="1")
    done = short.wait(5)
    over.set()
    stop.set()
    worker.join(10)
    assert (done, order) == (True, ["answer", "run"])
    with centre[1]() as session:
        assert errand(session, number).state is ErrandState.DONE


def test_a_lane_that_stumbles_goes_on(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, claim = threading.Event(), loop.claim_errand
    stumbled: list[object] = []

    def stumbles(*given: object):
        if ErrandKind.CLIP in given[3] and not stumbled:
            stumbled.append(given)
            raise ZeroDivisionError
        return claim(*given)

    def clips(*_: object) -> dict[str, object]:
        stop.set()
        return {}

    monkeypatch.setattr(loop, "claim_errand", stumbles)
    monkeypatch.setattr(loop, "KINDS", {**loop.KINDS, ErrandKind.CLIP: clips})
    monkeypatch.setattr(loop, "IDLE_S", 0.01)
    ask(centre, ErrandKind.CLIP, call="C1")
    worker = threading.Thread(target=work, args=centre, kwargs={"stop": stop})
    worker.start()
    assert stop.wait(5)
    worker.join(10)
    assert len(stumbled) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\x\\a.xlsx", "a.xlsx"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("", "file"),
    ],
)
def test_a_name_that_was_sent_never_leaves_the_folder(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


def test_two_files_of_one_name_are_refused_and_neither_is_written_over(centre: Centre) -> None:
    first, second = ROSTER.encode(), ROSTER.replace("陈晓雯", "吴敏").encode()
    both = f"{send(centre, '名册.csv', first)},{send(centre, '名册.csv', second)}"
    done = after(centre, ask(centre, ErrandKind.PREVIEW, uploads=both))
    assert (done.state, "有两个文件都叫 名册.csv" in done.error) == (ErrandState.FAILED, True)
    for content in (first, second):
        kept = centre[0].workspace / "uploads" / hashlib.sha256(content).hexdigest()
        assert kept.read_bytes() == content


def test_the_same_file_sent_twice_is_one(centre: Centre) -> None:
    twice = ",".join(str(send(centre, "名册.csv", ROSTER.encode())) for _ in range(2))
    done = after(centre, ask(centre, ErrandKind.PREVIEW, uploads=twice))
    assert (done.state, len(done.report["files"])) == (ErrandState.DONE, 1)


def test_a_trial_needs_a_month_that_was_judged(centre: Centre) -> None:
    number = ask(centre, ErrandKind.WHAT_IF, month="2026-10", scorecard="version: x")
    failed = after(centre, number)
    assert failed.state is ErrandState.FAILED
    assert "scorecard" in failed.error


def test_old_uploads_and_what_was_left_over_are_cleared_away_when_a_worker_starts(centre: Centre) -> None:
    folder = centre[0].workspace / "uploads"
    ages = {"a" * 64: 15, "b" * 64: 13, "x.part": 2, "y.part": 0}
    for name, days in ages.items():
        (folder / name).write_bytes(b"x")
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(folder / name, (at, at))
    (folder / "import-old").mkdir()
    os.utime(folder / "import-old", (0, 0))
    work(*centre, now=lambda: NOW, until_idle=True)
    assert {path.name for path in folder.iterdir()} == {"b" * 64, "y.part"}
