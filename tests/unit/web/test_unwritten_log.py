"""When the access log cannot be written: nobody looks, and what was done stands and is not lost from the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline import doctor
from qa_pipeline.errors import TransientError
from qa_pipeline.settings import Settings
from qa_pipeline.store import unwritten
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries
from qa_pipeline.store.schema import AccountRow
from qa_pipeline.store.session import close_store, open_store
from tests.e2e.month import MAIN, seed
from tests.people import client_as

Month = tuple[Settings, sessionmaker[Session]]


def locked(*_: object) -> None:
    raise TransientError("locked", "")


def test_what_was_done_is_answered_as_done_and_its_line_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings, sessions = seed(tmp_path)
    asking = client_as(sessions, settings, "supervisor")

    def logged() -> list[tuple[str, int]]:
        with sessions() as session:
            return [(e.action, e.outcome) for e in access_entries(session, AccessFilter(), 10)]

    with monkeypatch.context() as away:
        away.setattr(unwritten, "add_access", locked)
        assert asking.post(f"/calls/{MAIN}/notes", data={"text": "再听一遍"}).status_code == 200
        assert asking.post(f"/calls/{MAIN}/notes", data={"text": ""}).status_code == 400
        assert asking.get(f"/calls/{MAIN}").status_code == 503
    assert (logged(), unwritten.count_unwritten(tmp_path)) == ([], 2)
    assert "could not be written" in caplog.text
    told = doctor.access_log(settings)
    assert isinstance(told, doctor.Symptom)
    assert "有 2 行" in told.found
    asking.get(f"/calls/{MAIN}")
    assert sorted(logged()) == [("call_page", 0), ("post_note", 200), ("post_note", 400)]
    assert (unwritten.count_unwritten(tmp_path), doctor.access_log(settings)) == (0, "都在数据库里")
    close_store(sessions)


def test_lines_that_cannot_be_written_later_either_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, sessions = seed(tmp_path)
    asking = client_as(sessions, settings, "supervisor")
    with monkeypatch.context() as away:
        away.setattr(unwritten, "add_access", locked)
        asking.post(f"/calls/{MAIN}/notes", data={"text": "再听一遍"})
        assert unwritten.take_along(tmp_path, sessions) == 0
    assert unwritten.count_unwritten(tmp_path) == 1
    assert unwritten.take_along(tmp_path, sessions) == 1
    assert unwritten.count_unwritten(tmp_path) == 0
    close_store(sessions)


def test_while_the_log_cannot_be_written_nobody_looks(month: Month) -> None:
    settings, sessions = month
    asking = client_as(sessions, settings, "supervisor")
    hasty = open_store(settings.url, busy_timeout_ms=20)
    asking.app.state.desk = client_as(hasty, settings, "supervisor").app.state.desk  # type: ignore[attr-defined]
    with sessions.begin() as session:
        session.execute(update(AccountRow).where(AccountRow.login == "nobody").values(name="x"))  # holds the lock
        answer = asking.get(f"/calls/{MAIN}")
        assert (answer.status_code, "李女士" in answer.text) == (503, False)
    assert asking.get(f"/calls/{MAIN}").status_code == 200
