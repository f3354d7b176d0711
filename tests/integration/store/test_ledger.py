"""The ledger on both databases: a month closes into it, cannot be changed there, and comes out again."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import TransientError, UserError
from qa_pipeline.ledger.chain import Entry
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.review import close_month
from qa_pipeline.settings import Settings
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.queries.ledger import entries_of
from qa_pipeline.store.schema import LedgerRow
from tests.settled import CLOSED, MONTH, close, make_month


def test_a_month_closes_into_the_ledger_and_comes_out_again(sessions: sessionmaker[Session]) -> None:
    settings = Settings()
    with sessions.begin() as session:
        make_month(session)
    with sessions.begin() as session, pytest.raises(UserError, match="还不能结账"):
        close_month(session, settings, MONTH, "主管", CLOSED)
    with sessions() as session:
        assert session.scalar(select(LedgerRow.seq)) is None
    close(settings, sessions)
    with sessions() as session:
        assert verify_store(session).entries == 19
        done = Replayed()
        assert list(replay(checked(Entry(*one) for one in entries_of(session, MONTH)), done)) == []
    assert (done.calls, done.drawn_again) == (12, True)
    for change in (update(LedgerRow).values(body="{}"), delete(LedgerRow)):
        with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
            session.execute(change)
    again = {"seq": 1, "month": MONTH, "kind": "month", "body": "{}", "sha256": "0" * 64}
    with pytest.raises(TransientError, match="at the same time"), sessions.begin() as session:
        session.execute(insert(LedgerRow), [again])
