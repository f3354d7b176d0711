"""A locked database and a full disk, for real: the error says what to do, and nothing that was stored is lost."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import TransientError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.runs import import_paths
from qa_pipeline.settings import Settings
from qa_pipeline.store import queries
from qa_pipeline.store.errors import translate_errors
from qa_pipeline.store.session import close_store, open_store
from tests import centre

Sessions = sessionmaker[Session]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hotline-qa.sqlite3"


@pytest.fixture
def impatient(file: Path) -> Iterator[Sessions]:
    """A store that waits for locks only 50 ms."""
    sessions = open_store(f"sqlite:///{file}", create=True, busy_timeout_ms=50)
    yield sessions
    close_store(sessions)


def test_writing_to_a_locked_database_says_so_and_succeeds_once_it_is_free(impatient: Sessions, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(TransientError, match="locked by another program") as caught, impatient.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
    assert "run again" in caught.value.hint
    other.execute("ROLLBACK")
    other.close()
    with impatient.begin() as session:
        assert centre.put(session, FileKind.ROSTER, centre.operator()).taken == 1


def test_reading_goes_on_while_another_program_writes(impatient: Sessions, file: Path) -> None:
    with impatient.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM operators")
    with impatient() as session:
        assert queries.operators(session) == (centre.operator(),)
    other.execute("ROLLBACK")
    other.close()


def test_who_read_before_another_wrote_may_still_write(impatient: Sessions) -> None:
    with impatient.begin() as slow:
        assert queries.operators(slow) == ()
        with impatient.begin() as quick:
            centre.put(quick, FileKind.ROSTER, centre.operator("1001"))
        centre.put(slow, FileKind.ROSTER, centre.operator("1002"))
    with impatient() as session:
        assert [one.operator_id for one in queries.operators(session)] == ["1001", "1002"]


def test_a_full_disk_keeps_what_was_stored(impatient: Sessions) -> None:
    with impatient.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
        pages = session.scalar(text("PRAGMA page_count"))
    event.listen(impatient.kw["bind"], "checkout", lambda c, *_: c.execute(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(TransientError, match=r"disk .* is full") as caught, impatient.begin() as session:
        queries.save_document(session, "ruleset", "2026-10", "a" * 64, "x" * 1_000_000)
    assert "free some space" in caught.value.hint
    with impatient() as session:
        assert queries.operators(session) == (centre.operator(),)
        assert queries.document(session, "ruleset", "2026-10") is None


def test_a_file_that_cannot_be_written_for_want_of_space_says_so() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(TransientError, match=r"disk .* is full"), translate_errors():
        os.write(descriptor, b"x")
    os.close(descriptor)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KB."""
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a tiny disk needs the right to mount: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_fills_up_during_an_import_keeps_what_was_taken(
    impatient: Sessions, tiny_disk: Path, tmp_path: Path
) -> None:
    calls = centre.many_calls(2)
    with impatient.begin() as session:
        centre.put_calls(session, calls, recorded=False)
    for call, size in zip(calls, (100_000, 300_000), strict=True):
        (tmp_path / call.recording_file).write_bytes(call.call_id.encode() * (size // 4))
    sounds = [tmp_path / call.recording_file for call in calls]
    with pytest.raises(TransientError, match=r"disk .* is full"):
        import_paths(Settings(workspace=tiny_disk), impatient, sounds, centre.NOW, centre.fake_probe)
    with impatient() as session:
        first, second = (queries.call_file(session, call.call_id).recording for call in calls)
    assert first is not None
    assert (tiny_disk / first.path).read_bytes() == sounds[0].read_bytes()
    assert second is None
    assert len(list((tiny_disk / "recordings").iterdir())) == 1, "no part of the second is left"


def test_other_errors_of_files_stay_what_they_are() -> None:
    with pytest.raises(OSError, match="Permission") as caught, translate_errors():
        raise PermissionError(errno.EACCES, "Permission denied")
    assert not isinstance(caught.value, TransientError)


def test_a_broken_promise_of_the_schema_is_not_called_a_lock(impatient: Sessions) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY") as caught, impatient.begin() as session:
        session.execute(text("INSERT INTO duties VALUES ('2026-10-01', 'x', 'nobody')"))
    assert not isinstance(caught.value, TransientError)


@pytest.mark.postgres
def test_a_server_that_ends_the_connection_may_come_back(postgres: str) -> None:
    sessions = open_store(postgres, create=True)
    try:
        with sessions() as session:
            number = session.scalar(text("SELECT pg_backend_pid()"))
            with psycopg.connect(postgres, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [number])
            with pytest.raises(TransientError, match="cannot be reached"):
                queries.months(session)
        with sessions() as session:
            assert queries.months(session) == ()
    finally:
        close_store(sessions)


@pytest.mark.postgres
def test_a_row_that_another_connection_holds_may_be_free_later(postgres: str) -> None:
    sessions = open_store(postgres, create=True)
    try:
        with psycopg.connect(postgres) as other, sessions.begin() as session:
            other.execute("LOCK TABLE operators IN ACCESS EXCLUSIVE MODE")
            session.execute(text("SET lock_timeout = '50ms'"))
            with pytest.raises(TransientError, match="locked by another program"):
                queries.operators(session)
            session.rollback()
    finally:
        close_store(sessions)


def test_times_are_kept_to_the_microsecond(impatient: Sessions) -> None:
    now = datetime(2026, 10, 31, 23, 59, 59, 999_999)
    with impatient.begin() as session:
        queries.save_closing(session, "2026-10", [], "王五", now)
    with impatient() as session:
        closing = queries.closing_of(session, "2026-10")
    assert closing is not None
    assert closing.closed_at == now
