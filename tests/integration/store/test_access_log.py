"""The access log grows for years: what its page asks is answered from an index, on either database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.store.queries.access_log import AccessFilter, access_actions, access_entries
from qa_pipeline.store.queries.accounts import add_account
from qa_pipeline.store.schema import AccessRow

BEGAN = datetime(2026, 1, 1)
Store = sessionmaker[Session]


@pytest.fixture
def log(sessions: Store) -> Store:
    lines = [
        {
            "at": BEGAN + timedelta(minutes=n),
            "login": f"login{n % 40}",
            "name": f"某人{n % 40}",
            "action": f"action{n % 7}",
            "subject": f"call_id=H{n}",
            "outcome": 0,
            "address": "",
        }
        for n in range(4_000)
    ]
    with sessions.begin() as session:
        session.execute(insert(AccessRow), lines)
        add_account(session, Account(0, "login3", "某人3", (Role.REVIEWER,), None, False, "t", BEGAN), "某人3", "")
        session.execute(text("ANALYZE"))
    return sessions


def plans(store: Store, ask) -> list[str]:
    """Return how each statement of a query is answered."""
    asked: list[tuple[str, object]] = []
    with store() as session:
        engine = session.get_bind()

        def note(_connection, _cursor, statement, parameters, *_):
            asked.append((statement, parameters))

        event.listen(engine, "before_cursor_execute", note)
        ask(session)
        event.remove(engine, "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        cursor = session.connection().connection.cursor()
        found = []
        for statement, parameters in asked:
            cursor.execute(explain + statement, parameters)
            found.append(" | ".join(str(row[-1]) for row in cursor.fetchall()))
    return found


@pytest.mark.parametrize(
    "asked",
    [
        AccessFilter(),
        AccessFilter(who="某人3"),
        AccessFilter(who="login9"),
        AccessFilter(action="action5"),
        AccessFilter(subject="H39", since=BEGAN + timedelta(minutes=3_900)),
    ],
)
def test_what_is_asked_of_the_log_is_answered_from_an_index(log: Store, asked: AccessFilter) -> None:
    for plan in plans(log, lambda session: access_entries(session, asked, 101)):
        if "access_log" in plan:
            assert "ix_access_log_" in plan or "pk_access_log" in plan, plan
            assert "TEMP B-TREE" not in plan, plan
            assert "Seq Scan on access_log" not in plan, plan


def test_the_actions_are_found_without_reading_every_line(log: Store) -> None:
    (plan,) = plans(log, access_actions)
    assert "ix_access_log_action_at" in plan
    assert "SCAN access_log" not in plan
    assert "Seq Scan on access_log" not in plan
    with log() as session:
        assert access_actions(session) == tuple(f"action{n}" for n in range(7))


def test_pages_follow_each_other_by_time_and_nothing_is_left_out(log: Store) -> None:
    with log.begin() as session:  # written later than what happened after it
        session.execute(
            insert(AccessRow),
            [{"at": BEGAN, "login": "late", "name": "", "action": "a", "subject": "", "outcome": 0, "address": ""}],
        )
    seen: list[int] = []
    with log() as session:
        while page := access_entries(session, AccessFilter(), 700, seen[-1] if seen else None):
            seen += [entry.entry_id for entry in page]
    assert sorted(seen) == list(range(1, 4_002))
    assert seen[:2] == [4_000, 3_999]
    assert set(seen[-2:]) == {1, 4_001}


def test_an_empty_log_has_no_actions(sessions: Store) -> None:
    with sessions() as session:
        assert access_actions(session) == ()
