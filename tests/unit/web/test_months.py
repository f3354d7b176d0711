"""A month is read anew when, and only when, something changed."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from qa_pipeline.assessment import assess
from qa_pipeline.models import Verdict
from qa_pipeline.review import close_month, decide
from qa_pipeline.store.queries.calls import call_file as stored_call
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.schema import DecisionRow
from qa_pipeline.store.session import close_store
from qa_pipeline.web import months as months_module
from qa_pipeline.web.months import Months
from qa_pipeline.web.rows import call_rows
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.month_builder import CARD, call_file, clean, result

NOW = datetime(2026, 11, 2, 9, 0)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    settings, sessions = seed(tmp_path)
    reads: list[str] = []

    def counted(session, month, **more):
        reads.append(month)
        return month_data(session, month, **more)

    monkeypatch.setattr(months_module, "month_data", counted)
    yield settings, sessions, Months(lambda _session, _version: default_scorecard(), 10), reads
    close_store(sessions)


def test_an_unchanged_month_is_read_once(kept) -> None:
    _, sessions, months, reads = kept
    with sessions() as session:
        assert months.get(session, MONTH) is months.get(session, MONTH)
        assert months.view(session, MONTH) is months.view(session, MONTH)
    assert reads == [MONTH]


def test_after_a_decision_only_its_call_is_read_and_all_is_as_if_read_anew(kept) -> None:
    _, sessions, months, reads = kept
    with sessions() as session:
        before = months.get(session, MONTH)
        earlier = months.view(session, MONTH)
    with sessions.begin() as session:
        decide(session, MAIN, "AN01", Verdict.OVERRULE, 0, "甲", "更正了", NOW)
    with sessions() as session:
        after = months.get(session, MONTH)
        data = month_data(session, MONTH, speech=False)
        view = months.view(session, MONTH)
    assert reads == [MONTH]
    assert after.data == data
    assert after.rows == call_rows(data.files, lambda _: default_scorecard())
    assert view == assess(data, default_scorecard(), 10)
    assert view != earlier
    kept_rows = {row.call_id: row for row in before.rows}
    assert {row.call_id for row in after.rows if row is not kept_rows[row.call_id]} == {MAIN}


def test_a_decision_that_comes_with_an_earlier_number_than_one_that_was_seen_is_seen(kept) -> None:
    _, sessions, months, reads = kept
    with sessions.begin() as session:
        first = decide(session, CLEAN, "XA1", Verdict.FAULT, 1, "甲", "没有问候", NOW)
        skipped = first.decision_id + 1
        values = {"decision_id": skipped + 1, "code": "PH05", "item": "A5", "verdict": Verdict.CONFIRM, "faults": 1}
        write_decision(session, **values)  # its number was given second, and it is committed first
    with sessions() as session:
        months.get(session, MONTH)
    with sessions.begin() as session:
        write_decision(session, **{**values, "decision_id": skipped, "code": "AN01", "item": "C1"})
    with sessions() as session:
        after = months.get(session, MONTH)
        assert after.data == month_data(session, MONTH, speech=False)
    assert reads == [MONTH, MONTH]


def write_decision(session, **values) -> None:
    audit = stored_call(session, MAIN).audit
    assert audit is not None
    more = {"audit_id": audit.audit_id, "call_id": MAIN, "reviewer": "乙", "reason": "", "created_at": NOW}
    session.add(DecisionRow(**more, **values))


def test_a_closed_month_is_seen_at_once(kept) -> None:
    settings, sessions, months, _ = kept
    with sessions() as session:
        assert months.get(session, MONTH).data.closed_by is None
    with sessions.begin() as session:
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
    with sessions() as session:
        assert months.get(session, MONTH).data.closed_by == "主管"


def test_a_fault_that_a_person_finds_shows_in_the_list(kept) -> None:
    _, sessions, months, _ = kept
    with sessions() as session:
        before = months.get(session, MONTH)
    with sessions.begin() as session:
        decide(session, CLEAN, "XA1", Verdict.FAULT, 1, "甲", "没有问候", NOW)
    with sessions() as session:
        after = months.get(session, MONTH)
    assert [r.state for r in before.rows if r.call_id == CLEAN] == ["clean"]
    assert [r.lost[0].code for r in after.rows if r.call_id == CLEAN] == ["A1"]


def test_a_call_with_only_a_hint_is_not_said_to_have_nothing_to_look_at() -> None:
    free = next(item.code for item in CARD.items if item.hint_only)
    plain, hinted = call_file("C1", clean()), call_file("C2", clean(but=(result("HINT", free),)))
    rows = call_rows((plain, hinted), lambda _version: CARD)
    assert [row.state for row in rows] == ["clean", "hinted"]


def test_a_large_month_is_shown_as_it_was_until_it_is_renewed_beside(kept, monkeypatch) -> None:
    _, sessions, _, reads = kept
    monkeypatch.setattr(months_module, "LARGE", 1)
    months = Months(lambda _session, _version: default_scorecard(), 10, sessions)
    with sessions() as session:
        before, earlier = months.get(session, MONTH), months.view(session, MONTH)
    with sessions.begin() as session:
        decide(session, MAIN, "AN01", Verdict.OVERRULE, 0, "甲", "更正了", NOW)
    with sessions() as session:
        assert months.get(session, MONTH) is before
        assert months.view(session, MONTH) is earlier
        wait_until(lambda: months.get(session, MONTH) is not before)
        after, view = months.get(session, MONTH), months.view(session, MONTH)
        data = month_data(session, MONTH, speech=False)
    assert reads == [MONTH]
    assert after.as_of > before.as_of
    assert after.data == data
    assert view == assess(data, default_scorecard(), 10)
    assert view != earlier


def test_a_month_that_cannot_be_renewed_goes_on_being_shown(kept, monkeypatch) -> None:
    settings, sessions, _, _ = kept
    monkeypatch.setattr(months_module, "LARGE", 1)
    months = Months(lambda _session, _version: default_scorecard(), 10, sessions)
    with sessions() as session:
        before = months.get(session, MONTH)
    tried: list[str] = []

    def fails(*_: object, **__: object) -> None:
        tried.append(MONTH)
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(months_module, "month_figures", fails)
    with sessions.begin() as session:
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
    with sessions() as session:
        wait_until(lambda: months.get(session, MONTH) is before and len(tried) > 1)


def wait_until(holds) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.01)
