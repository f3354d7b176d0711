"""Retraining is offered before anybody can be put forward, and what became of it is recorded once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.retraining import RetrainingResult
from qa_pipeline.review import months
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.retraining import retrained_on, retrainings
from qa_pipeline.store.schema import ClosingLineRow, ClosingRow
from qa_pipeline.supervision.retraining import (
    offer_retraining,
    record_retraining,
    retraining_due,
    run_of,
    runs_now,
)
from scoring.strikes import StrikeState, StrikeStatus
from tests.unit.supervision.test_adjusting import settled_with

NOW = datetime(2026, 9, 3, 9, 0)
PLANNED = date(2026, 9, 7)
Store = sessionmaker[Session]


def offer(
    store: Store, operator: str = "王海燕", by: str = "周培训", planned: date = PLANNED, subject: str = "安抚话术"
):
    with store.begin() as session:
        return offer_retraining(session, operator, subject, planned, by, NOW).retraining


def record(
    store: Store, number: int, by: str = "周培训", on: date = PLANNED, now: datetime = NOW + timedelta(days=9), **more
):
    result = more.pop("result", RetrainingResult.HELD)
    with store.begin() as session:
        return record_retraining(session, number, result, on, by, more.pop("remark", "两小时，已演练"), now)


def test_nobody_is_put_forward_before_a_retraining_was_taken_or_declined(month: tuple[Settings, Store]) -> None:
    store = month[1]
    for name in ("2026-06", "2026-07", "2026-08"):
        settled_with(month, name)
    with store() as session:
        (due,) = retraining_due(session)
        assert (due.operator_id, due.name, due.run.status, due.open_offer) == (
            "1003", "王海燕", StrikeStatus.RETRAINING_FIRST, None,
        )  # fmt: skip
    made = offer(store)
    with store() as session:
        assert retraining_due(session)[0].open_offer == made.retraining_id
        assert runs_now(session)["1003"].status is StrikeStatus.RETRAINING_FIRST
        run, lines = run_of(session, "1003")
    assert run.status is StrikeStatus.RETRAINING_FIRST
    assert [line.month for line in lines] == ["2026-06", "2026-07", "2026-08"]
    record(store, made.retraining_id, result=RetrainingResult.DECLINED, remark="本人认为不需要")
    with store() as session:
        assert retraining_due(session) == ()
        assert retrained_on(session) == {"1003": (PLANNED,)}
        assert runs_now(session)["1003"].status is StrikeStatus.FOR_REVIEW
        assert run_of(session, "1003")[0] == runs_now(session)["1003"]
        assert run_of(session, "1001") == (StrikeState(StrikeStatus.NONE, 0, 0, ()), ())


def test_after_two_failed_months_a_retraining_is_due(month: tuple[Settings, Store]) -> None:
    settled_with(month, "2026-07")
    with month[1]() as session:
        assert retraining_due(session) == ()
    settled_with(month, "2026-08")
    with month[1]() as session:
        assert [due.run.run for due in retraining_due(session)] == [2]


def test_years_of_settled_months_are_not_read_to_know_who_is_due(
    month: tuple[Settings, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("2026-07", "2026-08"):
        settled_with(month, name)
    with month[1].begin() as session:
        line = session.scalars(select(ClosingLineRow).where(ClosingLineRow.operator_id == "1003")).first()
        assert line is not None
        for number in range(24):
            name, who = f"{2024 + number // 12}-{number % 12 + 1:02}", ("1003", "1001")
            session.add(ClosingRow(month=name, closed_by="周倩", closed_at=NOW))
            session.flush()
            passed = {**line.body, "month": name, "failed": False}
            session.add_all(
                ClosingLineRow(month=name, operator_id=one, body={**passed, "operator_id": one}) for one in who
            )
        session.flush()
    read: list[str] = []
    real = months.closed_line
    monkeypatch.setattr(months, "closed_line", lambda body: read.append(body["operator_id"]) or real(body))
    with month[1]() as session:
        found = runs_now(session)
        assert len(read) <= 12
        assert found == {who: run_of(session, who)[0] for who in ("1001", "1003")}
    assert found["1003"].run == 2


def test_an_offer_and_its_result_are_kept(store: Store) -> None:
    made = offer(store)
    kept = record(store, made.retraining_id)
    with store() as session:
        assert retrainings(session, "1003") == (kept,)
        assert retrainings(session, "1001") == ()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"operator": "9999"}, NotFound, "花名册上没有"),
        ({"by": "1003"}, UserError, "本人"),
        ({"by": " "}, UserError, "安排人"),
        ({"subject": ""}, UserError, "培训内容"),
        ({"planned": date(2026, 9, 2)}, UserError, "已经过去"),
    ],
)
def test_an_offer_that_does_not_hold_is_refused(store: Store, given, error, words) -> None:
    with pytest.raises(error, match=words):
        offer(store, **given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"by": "王海燕"}, "受训人本人"),
        ({"remark": ""}, "没有写明"),
        ({"on": date(2026, 9, 2)}, "不在安排之日"),
        ({"on": date(2026, 9, 30)}, "不在安排之日"),
        ({"now": NOW - timedelta(minutes=1)}, "校准本机时钟"),
    ],
)
def test_a_result_that_cannot_be_is_refused(store: Store, given, words) -> None:
    number = offer(store).retraining_id
    with pytest.raises(UserError, match=words):
        record(store, number, **given)


def test_a_result_is_recorded_once_and_for_a_known_offer(store: Store) -> None:
    number = offer(store).retraining_id
    record(store, number)
    with pytest.raises(Conflict, match="已登记为已培训"):
        record(store, number)
    with pytest.raises(NotFound, match="没有 99 号"):
        record(store, 99)
