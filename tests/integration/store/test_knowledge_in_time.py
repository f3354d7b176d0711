"""The base as it was known: nothing that was recorded is lost when it is recorded anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.store.queries.knowledge import entries, entry_row, history, knowledge_sha256
from tests import centre

FIRST, THEN = datetime(2026, 9, 1, 8), datetime(2026, 10, 1, 8)


def test_a_correction_leaves_what_was_known_before_it(sessions: sessionmaker[Session]) -> None:
    wrong = centre.entry()
    right = replace(wrong, answer="工本费二十元。")
    with sessions.begin() as session:
        session.add(entry_row(wrong, FIRST))
        session.flush()
        before = knowledge_sha256(session)
        session.add(entry_row(right, THEN))
    with sessions() as session:
        assert entries(session) == (right,)
        assert entries(session, datetime(2026, 9, 30)) == (wrong,)
        assert entries(session, THEN) == (right,)
        assert entries(session, datetime(2026, 1, 1)) == ()
        assert [record.recorded_at for record in history(session, "K1")] == [FIRST, THEN]
        assert knowledge_sha256(session) != before


def test_a_version_that_was_ended_later_was_open_before(sessions: sessionmaker[Session]) -> None:
    old = centre.entry()
    ended, new = replace(old, valid_to=date(2026, 9, 30)), centre.entry(version=2, valid_from=date(2026, 10, 1))
    with sessions.begin() as session:
        session.add(entry_row(old, FIRST))
        session.flush()
        session.add_all([entry_row(ended, THEN), entry_row(new, THEN)])
    with sessions() as session:
        assert [e.version for e in entries(session, FIRST) if e.valid_on(date(2026, 10, 5))] == [1]
        assert [e.version for e in entries(session) if e.valid_on(date(2026, 10, 5))] == [2]
