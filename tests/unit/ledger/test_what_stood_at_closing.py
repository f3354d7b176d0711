"""Appeals, earlier months, criteria and documents are held against the ledger as they stood at the closing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.models import RiskCall, RiskCriteria, Supplement
from qa_pipeline.models.appeals import AppealKind, AppealTarget
from qa_pipeline.settings import Settings
from qa_pipeline.settling.as_of import ABOUT, can_be
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.codec import encode
from qa_pipeline.store.queries.appeals import add_appeal
from qa_pipeline.store.queries.documents import save_document
from qa_pipeline.store.queries.month import plan_of
from qa_pipeline.store.queries.resampling import save_supplement
from tests import centre
from tests.month_builder import CARD
from tests.settled import CLOSED, MONTH, Store, close, entries, rewritten, tamper

MINUTE = timedelta(minutes=1)


def appealed(store: Store, at: datetime) -> None:
    with store.begin() as session:
        target = AppealTarget(AppealKind.STRIKE, "1001", MONTH)
        add_appeal(session, target, "请重听", "1001", at, date(2026, 11, 20), late_doubt=False)


def test_an_appeal_put_in_before_the_closing_is_found(store: Store) -> None:
    appealed(store, CLOSED - ABOUT - MINUTE)
    with (
        store() as session,
        pytest.raises(LedgerBroken, match=r"话务员 1001.*appeal_pending 账本为 False，库中为 True"),
    ):
        verify_store(session)


@pytest.mark.parametrize("at", [CLOSED - MINUTE, CLOSED, CLOSED + timedelta(days=3)])
def test_an_appeal_about_the_closing_or_later_breaks_nothing(store: Store, at: datetime) -> None:
    appealed(store, at)
    with store() as session:
        verify_store(session)


def test_an_appeal_that_was_pending_at_the_closing_and_is_gone_is_found(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    appealed(store, CLOSED - timedelta(days=1))
    close(settings, store)
    with store() as session:
        verify_store(session)
    tamper(store, "DELETE FROM appeals")
    with store() as session, pytest.raises(LedgerBroken, match="appeal_pending 账本为 True，库中为 False"):
        verify_store(session)


def test_earlier_months_that_never_were_settled_are_found(store: Store) -> None:
    def invented(body: Body) -> None:
        if body["kind"] == Kind.OPERATOR:
            body["earlier"] = [["2026-09", True, True, True, True, True, False]]

    for entry in rewritten(entries(store), invented):
        tamper(
            store,
            "UPDATE ledger_entries SET body = :body, sha256 = :sha256 WHERE seq = :seq",
            body=entry.body, sha256=entry.sha256, seq=entry.seq,
        )  # fmt: skip
    with store() as session, pytest.raises(LedgerBroken, match="earlier 账本为"):
        verify_store(session)


FAILED = ["2026-09", True, True, True, True, True, False]
CLEARED = ["2026-09", True, False, True, True, True, False]


@pytest.mark.parametrize(
    ("said", "found", "can"),
    [
        ([], [[], [], []], True),
        ([FAILED], [[FAILED], [FAILED], [CLEARED]], True),
        ([CLEARED], [[FAILED], [FAILED], [CLEARED]], True),
        ([CLEARED], [[FAILED], [FAILED], [FAILED]], False),
        ([], [[FAILED], [FAILED], [FAILED]], False),
        ([FAILED[:-1]], [[FAILED], [FAILED], [FAILED]], False),
    ],
)
def test_an_earlier_month_is_as_it_stood_at_one_of_the_moments(said, found, can) -> None:
    assert can_be(said, found) is can


def test_another_scorecard_kept_under_the_same_version_is_found(store: Store) -> None:
    harsh = encode(CARD).replace('"at_least":"75"', '"at_least":"76"')
    assert harsh != encode(CARD)
    tamper(store, "UPDATE documents SET body = :body WHERE kind = 'scorecard'", body=harsh)
    with store() as session, pytest.raises(LedgerBroken, match="scorecard 账本为"):
        verify_store(session)


def test_another_pay_scheme_kept_under_the_same_version_is_found(store: Store) -> None:
    tamper(
        store, """UPDATE documents SET body = replace(body, '"min_days":5', '"min_days":0') WHERE kind = 'pay_scheme'"""
    )
    with store() as session, pytest.raises(LedgerBroken, match="pay_scheme 账本为"):
        verify_store(session)


def test_another_ruleset_kept_under_the_same_version_is_found(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    with store.begin() as session:
        save_document(session, "ruleset", centre.RULESET.version, centre.RULESET.sha256, "{}")
    close(settings, store)
    with store() as session:
        verify_store(session)
    tamper(store, "UPDATE documents SET body = '[]' WHERE kind = 'ruleset'")
    with store() as session, pytest.raises(LedgerBroken, match=f"{centre.RULESET.version} 账本为"):
        verify_store(session)


def test_other_criteria_of_the_calls_that_were_added_for_a_risk_are_found(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    with store.begin() as session:
        plan = plan_of(session, MONTH)
        assert plan is not None
        drawn = {one.call_id for one in plan.calls}
        call = next(one for one in centre.many_calls(24) if one.call_id not in drawn | {"H003"})
        added = RiskCall(call.call_id, call.operator_id, "早班", ("满意度 1",))
        save_supplement(session, Supplement(MONTH, 1, RiskCriteria(), "张三", CLOSED - timedelta(days=1), (added,)))
    close(settings, store)
    assert entries(store)[0].said["draw"]["supplement"]["calls"] == [[call.call_id, ["满意度 1"]]]
    with store() as session:
        verify_store(session)
    tamper(
        store, "UPDATE supplements SET criteria = replace(criteria, '\"low_satisfaction\":2', '\"low_satisfaction\":1')"
    )
    with store() as session, pytest.raises(LedgerBroken, match="supplement 账本为"):
        verify_store(session)
