"""A month closes into lines and ledger together, to the figures that the screens show, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, LedgerBroken, ScorecardInvalid, UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.ledger.canonical import sha256
from qa_pipeline.ledger.chain import Entry, Kind
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.models import DrawReason
from qa_pipeline.models.appeals import AppealKind, AppealTarget
from qa_pipeline.review import card_for, close_month, month_figures, previous_lines
from qa_pipeline.settings import Settings
from qa_pipeline.settling import closing as closing_module
from qa_pipeline.settling import comparing, operators
from qa_pipeline.settling.closing import ledger_head
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.settling.kept import KEY_KIND
from qa_pipeline.settling.operators import SettledOperator
from qa_pipeline.store.codec import encode
from qa_pipeline.store.queries.appeals import add_adjustment, add_appeal
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.documents import document, save_document
from qa_pipeline.store.queries.ledger import ledger_months
from qa_pipeline.store.queries.month import closing_of, save_closing, save_plan
from scoring.adjustments import Adjustment, Standing
from tests import centre
from tests.month_builder import CARD
from tests.settled import CLOSED, EXCLUDED, MONTH, Store, close, entries, tamper

NEXT = "2026-11"


def figures(settings: Settings, store: Store, month: str = MONTH):
    with store() as session:
        return month_figures(
            session, month_data(session, month, speech=False), lambda v: card_for(session, settings, v), 10
        )[0]


def test_the_lines_are_what_the_screens_showed(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    shown = {one.operator.operator_id: one for one in figures(settings, store).operators}
    close(settings, store)
    with store() as session:
        lines = {line.operator_id: line for line in previous_lines(session, NEXT)}
    assert lines.keys() == shown.keys()
    for who, line in lines.items():
        names = set(type(line).__slots__) & set(type(shown[who]).__slots__) - {"pay"}
        assert {name: getattr(line, name) for name in names} == {name: getattr(shown[who], name) for name in names}
        assert line.assessment == shown[who].assessment


def test_a_notice_lowers_the_month_before_the_grade_is_taken(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    line = next(one for one in figures(settings, store).operators if one.operator.operator_id == "1002")
    assert (line.notice_points, line.mean) == (Decimal("2.5"), line.call_mean - Decimal("2.5"))


def test_what_is_paid_follows_from_terms_and_grade(store: Store) -> None:
    with store() as session:
        lines = {line.operator_id: line for line in previous_lines(session, NEXT)}
    factor = lines["1001"].factor
    assert factor is not None
    parts = [Decimal(1200) * 20 / 31, Decimal("1500.50") * 11 / 31]
    assert lines["1001"].pay == sum((part * factor).quantize(Decimal("0.01")) for part in parts)
    assert lines["1002"].pay is None


def test_no_word_of_a_call_and_no_caller_is_in_the_ledger(looked_at: Store) -> None:
    text = "".join(entry.body for entry in entries(looked_at))
    for secret in ("13900001234", "李女士", "另一件事", "您好", "不清楚", "私人电话", EXCLUDED["H003"], ".wav"):
        assert secret not in text


def test_the_ledger_says_what_there_is_of_the_month(looked_at: Store) -> None:
    found = entries(looked_at)
    kinds = [entry.kind for entry in found]
    assert (kinds[0], kinds[-1]) == (Kind.MONTH, Kind.CLOSE)
    assert {kind: kinds.count(kind) for kind in Kind} == {
        Kind.MONTH: 1, Kind.FRAME: 2, Kind.CALL: 12, Kind.NOTICE: 1, Kind.ADJUSTMENT: 0, Kind.OPERATOR: 2,
        Kind.CLOSE: 1,
    }  # fmt: skip
    assert list(checked(found)) == found


def test_a_month_that_may_not_be_closed_leaves_nothing_behind(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    with store.begin() as session, pytest.raises(UserError, match="疑似一票否决"):
        close_month(session, settings, MONTH, "主管", CLOSED)
    with store() as session:
        assert closing_of(session, MONTH) is None
    assert entries(store) == []


def test_a_month_is_closed_once(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    before = entries(store)
    with pytest.raises(Conflict, match="不能重复结账"):
        close(settings, store)
    assert entries(store) == before


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 10, 31, 9), "2026-10 还没有结束"),
        (datetime(2026, 11, 1, 10), "复核时间晚于现在.*时钟倒退"),
    ],
)
def test_a_clock_that_goes_back_closes_nothing(judged: tuple[Settings, Store], now: datetime, words: str) -> None:
    settings, store = judged
    with pytest.raises(UserError, match=words):
        close(settings, store, now=now)
    assert entries(store) == []


def next_month(store: Store) -> None:
    """Draw a second month in which nothing was audited."""
    calls = [
        replace(one, call_id=f"N{n}", recording_file=f"N{n}.wav", started_at=datetime(2026, 11, 3, 8))
        for n, one in enumerate(centre.many_calls(4))
    ]
    with store.begin() as session:
        centre.put_calls(session, calls, recorded=False)
        draw = centre.sampling.draw(calls, NEXT, 2, "seed", {}, datetime(2026, 12, 1))
        save_plan(session, draw)


def test_the_next_month_goes_on_with_the_chain(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    next_month(store)
    with store() as session:
        before = ledger_head(session)
    close(settings, store, NEXT, datetime(2026, 12, 2))
    found = entries(store, NEXT)
    assert before is not None
    assert (found[0].seq, found[0].said["previous"]) == (before.seq + 1, before.sha256)
    with store() as session:
        assert ledger_months(session) == (MONTH, NEXT)
        assert verify_store(session).heads.keys() == {MONTH, NEXT}
        assert verify_store(session, NEXT).heads.keys() == {NEXT}
    done = Replayed()
    assert list(replay(checked(found, None), done)) == []
    assert done.drawn_again is True


def test_a_month_before_one_that_is_settled_is_not_settled_any_more(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    with store.begin() as session:
        save_closing(session, NEXT, [], "主管", CLOSED)
    with pytest.raises(UserError, match="2026-11 已结账，2026-10 不能再结账"):
        close(settings, store)
    assert entries(store) == []


def test_a_month_is_not_closed_before_the_one_that_was_closed_last(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    close(settings, store, now=datetime(2026, 12, 5))
    next_month(store)
    with pytest.raises(UserError, match="早于2026-10 的结账"):
        close(settings, store, NEXT, datetime(2026, 12, 2))


def test_an_earlier_month_counts_for_the_run_and_stands_in_the_entry(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    next_month(store)
    close(settings, store, NEXT, datetime(2026, 12, 2))
    outcome = next(entry.said for entry in entries(store, NEXT) if entry.kind == Kind.OPERATOR)
    assert [row[0] for row in outcome["earlier"]] == [MONTH]


def test_an_operator_without_calls_and_a_month_of_no_calls_heard_have_a_line_without_figures(
    judged: tuple[Settings, Store],
) -> None:
    settings, store = judged
    with store.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator("1009", name="请假的"))
    close(settings, store)
    line = next(e.said for e in entries(store) if e.kind == Kind.OPERATOR and e.said["operator"] == "1009")["line"]
    assert (line["mean"], line["grade"], line["factor"], line["n_heard"], line["pay"]) == (None, None, None, 0, None)
    said = list(replay(checked(entries(store)), Replayed()))
    assert said == []


def test_months_settled_before_there_was_a_ledger_are_told_apart(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    with store.begin() as session:
        save_closing(session, "2026-09", [], "主管", datetime(2026, 10, 2))
    close(settings, store)
    with store() as session:
        assert verify_store(session).older == ("2026-09",)
        with pytest.raises(LedgerBroken, match="账本"):
            list(checked(Entry(*one) for one in [(1, "2026-09", "month", "{}", "0" * 64)]))


def test_a_store_where_nothing_was_settled_is_in_order(judged: tuple[Settings, Store]) -> None:
    with judged[1]() as session:
        assert ledger_head(session) is None
        assert verify_store(session).entries == 0


def test_the_last_entry_must_be_a_months_end(settled: tuple[Settings, Store]) -> None:
    _, store = settled
    tamper(store, "DELETE FROM ledger_entries WHERE seq > 3")
    with store() as session, pytest.raises(UserError, match="不是月末"):
        ledger_head(session)


def test_days_of_terms_are_those_of_the_month(looked_at: Store) -> None:
    said = next(e.said for e in entries(looked_at) if e.kind == Kind.OPERATOR and e.said["operator"] == "1001")
    assert [(date.fromisoformat(row[0]).day, date.fromisoformat(row[1]).day) for row in said["terms"]] == [
        (1, 20),
        (21, 31),
    ]
    assert next(e.said for e in entries(looked_at) if e.kind == Kind.CALL)["reason"] == DrawReason.RANDOM


def adjusted(store: Store, of: str = MONTH) -> None:
    """Book what an appeal that was won changes in the settled month."""
    before = Standing(Decimal("88.00"), "良好", Decimal("1.00"), Decimal("1000.00"))
    after = replace(before, points=Decimal("96.00"), grade="优秀", factor=Decimal("1.10"), pay=Decimal("1100.00"))
    made = Adjustment("1001", of, NEXT, before, after, "申诉成立，按改判重算后调整")
    with store.begin() as session:
        target = AppealTarget(AppealKind.STRIKE, "1001", of)
        appeal = add_appeal(session, target, "答对了", "张三", CLOSED, date(2026, 11, 20), late_doubt=False)
        add_adjustment(session, appeal.appeal_id, made, "主管", datetime(2026, 11, 20))


def test_an_adjustment_of_an_earlier_month_stands_in_the_month_it_is_booked_in(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    adjusted(store)
    next_month(store)
    close(settings, store, NEXT, datetime(2026, 12, 2))
    found = entries(store, NEXT)
    said = next(entry.said for entry in found if entry.kind == Kind.ADJUSTMENT)
    assert (said["of"], said["pay"], found[-1].said["adjusted_total"]) == (MONTH, "100.00", "100.00")
    done = Replayed()
    assert list(replay(checked(found, None), done)) == []
    assert done.adjusted_total == 100
    with store() as session:
        assert verify_store(session).heads.keys() == {MONTH, NEXT}
    tamper(store, "UPDATE adjustments SET body = replace(body, '1100.00', '1900.00')")
    with store() as session, pytest.raises(LedgerBroken, match=r"2026-10 的调整.*库中没有这条调整"):
        verify_store(session)


def test_a_call_that_is_imported_while_a_month_closes_does_not_break_its_ledger(
    judged: tuple[Settings, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, store = judged
    usual = closing_module.settled_operators

    def meanwhile(session: Session, *arguments: Any) -> Iterator[SettledOperator]:
        yield from usual(session, *arguments)
        centre.put(session, FileKind.CALL_LOG, centre.call("LATE", started_at=datetime(2026, 10, 30, 8)))

    monkeypatch.setattr(closing_module, "settled_operators", meanwhile)
    close(settings, store)
    done = Replayed()
    assert list(replay(checked(entries(store)), done)) == []
    assert done.drawn_again is True
    with store() as session:
        assert verify_store(session).added == 1


def test_an_adjustment_put_into_a_settled_month_is_found(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    next_month(store)
    close(settings, store, NEXT, datetime(2026, 12, 2))
    adjusted(store)
    with store() as session, pytest.raises(LedgerBroken, match="库中有对 2026-10 的调整，账本里没有"):
        verify_store(session)


def test_an_adjustment_to_a_month_that_never_was_is_found(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    with pytest.raises(IntegrityError):
        adjusted(store, "2026-08")
    adjusted(store)
    tamper(store, "UPDATE adjustments SET month = '2026-08', body = replace(body, '2026-10', '2026-08')")
    next_month(store)
    close(settings, store, NEXT, datetime(2026, 12, 2))
    with store() as session, pytest.raises(LedgerBroken, match="2026-08 从未结账，无从调整"):
        verify_store(session)


def test_operators_are_read_a_few_at_a_time_to_the_same_ledger(
    judged: tuple[Settings, Store], looked_at: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, store = judged
    monkeypatch.setattr(operators, "AT_ONCE", 1)
    monkeypatch.setattr(comparing, "AT_ONCE", 1)
    with looked_at() as session:
        secret = document(session, KEY_KIND, MONTH)
    assert secret is not None
    with store.begin() as session:
        save_document(session, KEY_KIND, MONTH, sha256(secret), secret)
    close(settings, store)
    assert entries(store) == entries(looked_at)
    with store() as session:
        assert verify_store(session).entries == len(entries(store))


def test_a_scorecard_that_the_rules_do_not_fit_closes_nothing(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    kept = tuple(item for item in CARD.items if item.code != "A6")
    with store.begin() as session:
        save_document(session, "scorecard", CARD.version, "0" * 64, encode(replace(CARD, items=kept, sha256="0" * 64)))
    with pytest.raises(ScorecardInvalid, match="A6"):
        close(settings, store)
    assert entries(store) == []
