"""A preview says what an import would come to; nobody waits for it and nothing of it is kept."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import TransientError
from qa_pipeline.ingest import files as reading
from qa_pipeline.models import Verdict
from qa_pipeline.models.errands import Errand, ErrandKind, ErrandState
from qa_pipeline.review import decide
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.errands import add_errand, ask_to_stop, errand
from qa_pipeline.store.queries.review import decisions_of
from qa_pipeline.store.queries.uploads import add_upload
from qa_pipeline.store.schema import OperatorRow
from qa_pipeline.store.scratch import scratch
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.worker import files, loop, work
from tests.e2e.month import MAIN, seed
from tests.sounds import noise, write_wav

NOW = datetime(2026, 11, 2, 9, 0)
PATIENCE_MS = 200
"""So long a decision waits for the store's lock before it is refused."""
Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    close_store(sessions)
    (tmp_path / "uploads").mkdir(exist_ok=True)
    sessions = open_store(settings.url, busy_timeout_ms=PATIENCE_MS)
    yield settings, sessions
    close_store(sessions)


def previewed(centre: Centre, kind: ErrandKind = ErrandKind.PREVIEW, **sent: bytes) -> Errand:
    settings, sessions = centre
    numbers = []
    for name, content in sent.items():
        digest = hashlib.sha256(content).hexdigest()
        (settings.workspace / "uploads" / digest).write_bytes(content)
        with sessions.begin() as session:
            upload = add_upload(session, name.replace("_", "."), digest, len(content), "周倩", NOW)
        numbers.append(str(upload.upload_id))
    with sessions.begin() as session:
        asked = add_errand(session, kind, {"uploads": ",".join(numbers)}, "周倩", NOW)
    work(settings, sessions, now=lambda: NOW, until_idle=True)
    with sessions() as session:
        return errand(session, asked.errand_id)


def roster(people: int) -> bytes:
    rows = "".join(f"{number},话务员{number},一组,2021-03-01\n" for number in range(2000, 2000 + people))
    return f"工号,姓名,班组,入职日期\n{rows}".encode()


def test_a_decision_is_accepted_while_a_large_file_is_previewed(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    took, decided = threading.Event(), threading.Event()
    real = files.take

    def slow(*args):
        report = real(*args)  # its rows are written and not committed from here on
        took.set()
        assert decided.wait(10)
        return report

    monkeypatch.setattr(files, "take", slow)
    looking = threading.Thread(target=previewed, args=(centre,), kwargs={"r_csv": roster(500)})
    looking.start()
    assert took.wait(10)
    try:
        with centre[1].begin() as session:
            decide(session, MAIN, "PH05", Verdict.CONFIRM, 1, "质检员甲", "", NOW)
    finally:
        decided.set()
        looking.join()
    with centre[1]() as session:
        assert len(decisions_of(session, MAIN)) == 1
        assert session.get(OperatorRow, "2000") is None
    assert {path.name for path in (centre[0].workspace / "uploads").iterdir()} == {
        hashlib.sha256(roster(500)).hexdigest()
    }


def test_a_recording_of_a_call_in_the_same_upload_would_be_taken(centre: Centre, tmp_path: Path) -> None:
    log = "通话编号,开始时间,时长秒,工号,班次,录音文件\nN1,2026-11-01 09:00:00,60,1001,早班,n1.wav\n".encode()
    wav = write_wav(tmp_path / "n1.wav", noise(500, -30.0)[None]).read_bytes()
    other = write_wav(tmp_path / "n2.wav", noise(400, -30.0)[None]).read_bytes()
    told = {file["file"]: file for file in previewed(centre, log_csv=log, n1_wav=wav, n2_wav=other).report["files"]}
    assert [(told[name]["taken"], told[name]["refusals_in_all"]) for name in ("log.csv", "n1.wav", "n2.wav")] == [
        (1, 0),
        (1, 0),
        (0, 1),
    ]


def test_a_table_of_no_known_kind_is_read_once_and_told_with_its_header(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    real = reading.read_tables
    monkeypatch.setattr(reading, "read_tables", lambda path: read.append(path) or real(path))
    [file] = previewed(centre, x_csv="甲,乙\n1,2\n".encode()).report["files"]
    assert (file["header"], file["kind"], "roster" in file["fields_of"]) == (["甲", "乙"], None, True)
    assert len(read) == 1


def test_a_disk_without_room_for_a_copy_is_told(centre: Centre) -> None:
    settings, sessions = centre
    with pytest.raises(TransientError, match="剩余空间不足"), scratch(sessions, settings.workspace, 10**18):
        pass


def test_what_is_done_is_not_paused_at_its_last_step(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked_at_the_end(_settings, sessions, asked, _now, tell) -> dict[str, object]:
        with sessions.begin() as session:
            ask_to_stop(session, asked.errand_id, ErrandState.PAUSED, NOW)
        tell(5, 5, "")
        return {"taken": 5}

    monkeypatch.setattr(loop, "KINDS", {**loop.KINDS, ErrandKind.IMPORT: asked_at_the_end})
    done = previewed(centre, ErrandKind.IMPORT, r_csv=roster(1))
    assert (done.state, done.report) == (ErrandState.DONE, {"taken": 5})
