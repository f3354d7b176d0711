"""What a settled month hands on to the next, and what a settled month is paid by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from qa_pipeline.errors import PaySchemeInvalid, ScorecardInvalid
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.models.appeals import AppealKind, AppealTarget
from qa_pipeline.payroll.paying import month_payroll
from qa_pipeline.settings import Settings
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.codec import encode
from qa_pipeline.store.queries.appeals import add_adjustment, add_appeal
from qa_pipeline.store.queries.documents import save_document
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.queries.pay_terms import save_terms
from qa_pipeline.store.session import close_store
from scoring.adjustments import Adjustment, Standing
from scoring.intervals import mean_with_interval, pooled_variance
from scoring.pay import PayStatus, PayTerm, default_scheme
from scoring.payroll import payroll_total
from tests import centre
from tests.month_builder import CARD, clean
from tests.settled import CLOSED, FOUND, MONTH, Store, audited, close, entries, judged_month

NEXT = "2026-11"
SCHEME = """version: 新办法
effective_from: {day}
grades:
  - {{name: 优秀, reward: 500}}
  - {{name: 良好, reward: 300}}
"""


def points_of(store: Store, month: str) -> dict[str, list[tuple[Decimal, Decimal]]]:
    """Return points and chance of each call that counts, by operator, from a month's ledger."""
    found: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for entry in entries(store, month):
        if entry.kind == Kind.CALL and entry.said["counted"]:
            call = entry.said
            found.setdefault(call["operator"], []).append((Decimal(call["points"][0]), Decimal(call["probability"])))
    return found


def next_month(store: Store) -> None:
    """Draw a second month and audit it: more of its calls are without fault."""
    calls = [
        replace(one, call_id=f"N{n:03}", recording_file=f"N{n:03}.wav", started_at=datetime(2026, 11, 3 + n, 8))
        for n, one in enumerate(centre.many_calls(24))
    ]
    with store.begin() as session:
        centre.put_calls(session, calls)
        plan = centre.sampling.draw(calls, NEXT, 6, "seed", {}, datetime(2026, 12, 1))
        save_plan(session, plan)
        for n, call in enumerate(calls):
            if call.call_id in {one.call_id for one in plan.calls}:
                audited(session, call, clean(CARD, FOUND[n % 3 if n % 2 else 0]))


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[tuple[Settings, Store]]:
    settings, store = judged_month(tmp_path)
    yield settings, store
    close_store(store)


def test_a_months_interval_takes_the_spread_of_the_month_settled_before(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    before = pooled_variance([[points for points, _ in calls] for calls in points_of(store, MONTH).values()])
    assert Decimal(entries(store, MONTH)[-1].said["variance"]) == before
    next_month(store)
    close(settings, store, NEXT, datetime(2026, 12, 2))
    found = entries(store, NEXT)
    assert found[0].said["spread"] == {"variance": str(before), "operators": 2}
    moved = []
    for entry in found:
        if entry.kind != Kind.OPERATOR or entry.said["outcome"]["interval"] is None:
            continue
        points, chances = zip(*points_of(store, NEXT)[entry.said["operator"]], strict=True)
        mean, alone = (mean_with_interval(points, chances, variance=spread) for spread in (before, None))
        assert entry.said["outcome"]["interval"] == [str(mean.interval.low), str(mean.interval.high)]
        moved.append(mean.interval != alone.interval)
    assert any(moved)
    with store() as session:
        assert verify_store(session).heads.keys() == {MONTH, NEXT}


def test_a_first_month_takes_no_spread_and_counts_all_on_the_roster(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    with store.begin() as session:
        centre.put(session, centre.FileKind.ROSTER, centre.operator("1009", name="请假的"))
    close(settings, store)
    assert entries(store)[0].said["spread"] == {"variance": None, "operators": 3}


def totals(settings: Settings, store: Store, month: str) -> dict[str, Decimal | None]:
    """Return what the payroll gives each operator."""
    return {one.line.operator.operator_id: one.pay.total for one in month_payroll(settings, store, month)}


def test_a_settled_month_is_paid_by_the_scheme_of_its_ledger(settled: tuple[Settings, Store]) -> None:
    settings, store = settled
    before = month_payroll(settings, store, MONTH)
    (settings.workspace / "scheme.yaml").write_text(SCHEME.format(day="2026-01-01"), encoding="utf-8")
    changed = settings.model_copy(update={"pay_scheme": "scheme.yaml"})
    assert month_payroll(changed, store, MONTH) == before
    assert entries(store)[0].said["pay_scheme"]["sha256"] == default_scheme().sha256


def test_an_open_month_is_paid_by_the_scheme_in_force(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    before = month_payroll(settings, store, MONTH)
    (settings.workspace / "scheme.yaml").write_text(SCHEME.format(day="2026-01-01"), encoding="utf-8")
    changed = settings.model_copy(update={"pay_scheme": "scheme.yaml"})
    assert month_payroll(changed, store, MONTH) != before


def owed_in_the_next_month(store: Store) -> None:
    """Book 100 yuan of the settled month in the next one."""
    before = Standing(Decimal("88.00"), "良好", Decimal("1.00"), Decimal("1000.00"))
    after = replace(before, points=Decimal("96.00"), grade="优秀", factor=Decimal("1.10"), pay=Decimal("1100.00"))
    made = Adjustment("1001", MONTH, NEXT, before, after, "申诉成立，按改判重算后调整")
    with store.begin() as session:
        target = AppealTarget(AppealKind.STRIKE, "1001", MONTH)
        appeal = add_appeal(session, target, "答对了", "张三", CLOSED, date(2026, 11, 20), late_doubt=False)
        add_adjustment(session, appeal.appeal_id, made, "主管", datetime(2026, 11, 20))


@pytest.mark.parametrize("closed", [False, True])
def test_what_is_owed_is_paid_once_though_the_month_itself_is_undecided(
    settled: tuple[Settings, Store], closed: bool
) -> None:
    settings, store = settled
    next_month(store)
    whole = PayTerm("1002", date(2026, 11, 1), date(2026, 11, 30), "一组", PayStatus.REGULAR, Decimal(1000))
    with store.begin() as session:
        save_terms(session, NEXT, [whole], datetime(2026, 12, 1))
    owed_in_the_next_month(store)
    if closed:
        close(settings, store, NEXT, datetime(2026, 12, 2))
        replayed = Replayed()
        assert list(replay(checked(entries(store, NEXT), None), replayed)) == []
        assert replayed.adjusted_total == 100
    pays = month_payroll(settings, store, NEXT)
    mine = [(one.apart, one.pay.total) for one in pays if one.line.operator.operator_id == "1001"]
    assert mine == [(False, None), (True, Decimal("100.00"))]
    if closed:
        assert payroll_total(one.pay for one in pays) == replayed.pay_total + replayed.adjusted_total


@pytest.mark.parametrize("closed", [False, True])
def test_what_an_appeal_changed_is_paid_with_the_month_it_is_booked_in(
    settled: tuple[Settings, Store], closed: bool
) -> None:
    settings, store = settled
    next_month(store)
    whole = PayTerm("1001", date(2026, 11, 1), date(2026, 11, 30), "一组", PayStatus.REGULAR, Decimal(1000))
    with store.begin() as session:
        save_terms(session, NEXT, [whole], datetime(2026, 12, 1))
    plain, settled_before = totals(settings, store, NEXT), totals(settings, store, MONTH)
    owed_in_the_next_month(store)
    if closed:
        close(settings, store, NEXT, datetime(2026, 12, 2))
    pays = totals(settings, store, NEXT)
    assert plain["1001"] is not None
    assert pays == plain | {"1001": plain["1001"] + 100}
    assert totals(settings, store, MONTH) == settled_before


def test_a_month_does_not_close_by_a_scorecard_of_a_later_one(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    later = replace(CARD, effective_from=date(2026, 11, 1), sha256="0" * 64)
    with store.begin() as session:
        save_document(session, "scorecard", CARD.version, later.sha256, encode(later))
    with pytest.raises(ScorecardInvalid, match=r"applies from 2026-11; 2026-10 goes by an earlier one"):
        close(settings, store)
    assert entries(store) == []


def test_a_month_does_not_close_by_a_pay_scheme_of_a_later_one(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    (settings.workspace / "scheme.yaml").write_text(SCHEME.format(day="2026-11-01"), encoding="utf-8")
    with pytest.raises(PaySchemeInvalid, match="takes effect on 2026-11-01, 2026-10 lies before"):
        close(settings.model_copy(update={"pay_scheme": "scheme.yaml"}), store)
    assert entries(store) == []
