"""An appeal that is won after the closing leaves the month as it was, and is paid in the next open one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline import sampling
from qa_pipeline.assessment import closed_line
from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.models.appeals import AppealTarget
from qa_pipeline.models.supervision import NoticeDraft, NoticeKind, Office
from qa_pipeline.payroll.paying import month_payroll
from qa_pipeline.review import card_for, close_month, month_figures, previous_lines
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.appeals import adjustments_booked_in, adjustments_of, appeals_of, strikes_cleared
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.month import save_closing, save_plan
from qa_pipeline.store.queries.pay_terms import save_terms
from qa_pipeline.store.queries.review import decisions_of
from qa_pipeline.store.queries.supervision import approved_notices, notices_of
from qa_pipeline.supervision.appeal_changes import Outcome, Ruling
from qa_pipeline.supervision.appeal_targets import item_target, notice_target, settled_line, strike_target
from qa_pipeline.supervision.appeals import answer_appeal, decide_appeal, file_appeal
from qa_pipeline.supervision.notices import approve_notice, as_appealed, criticised, enter_notice
from qa_pipeline.supervision.recomputing import book_adjustment, unadjusted
from qa_pipeline.supervision.retraining import runs_now
from scoring.adjustments import STRIKE_CLEARED
from scoring.pay import PayStatus, PayTerm
from scoring.strikes import StrikeStatus
from tests import centre
from tests.e2e.month import MAIN, MONTH
from tests.people import client_as

NOW = datetime(2026, 11, 2, 9, 0)
Store = sessionmaker[Session]
Month = tuple[Settings, Store]


@pytest.fixture
def closed(month: Month) -> Month:
    with month[1].begin() as session:
        close_month(session, month[0], MONTH, "孙主管", NOW, accept_open=True)
    return month


def won(month: Month, target: AppealTarget, ruling: Ruling = Ruling(Outcome.UPHELD)) -> int:  # noqa: B008
    settings, store = month
    with store.begin() as session:
        number = file_appeal(session, settings, target, target.operator_id, "请重听", NOW).appeal.appeal_id
        answer_appeal(session, settings, number, "赵复核", "已重听", NOW + timedelta(hours=1))
        decide_appeal(session, settings, number, "李主管", ruling, "成立", NOW + timedelta(hours=2))
    return number


def item(month: Month, code: str) -> AppealTarget:
    with month[1]() as session:
        return item_target(session, month[0], MAIN, code)


def book(month: Month, number: int):
    with month[1].begin() as session:
        return book_adjustment(session, month[0], number, NOW + timedelta(hours=3))


def line(month: Month):
    with month[1]() as session:
        return closed_line(settled_line(session, MONTH, "1003").body)


def test_points_are_given_back_in_the_next_open_month_and_the_settled_one_stays(closed: Month) -> None:
    before = line(closed)
    number = won(closed, item(closed, "C2"))
    with closed[1]() as session:
        assert decisions_of(session, MAIN) == ()
        assert [f.appeal.appeal_id for f in unadjusted(session)] == [number]
    made = book(closed, number)
    assert (made.month, made.booked_in, made.before.points) == (MONTH, "2026-11", before.mean)
    assert made.points > 0
    assert line(closed) == before
    assert book(closed, number) == made
    with closed[1]() as session:
        assert adjustments_booked_in(session, "2026-11") == {"1003": (made,)}
        assert adjustments_booked_in(session, MONTH) == {}
        assert unadjusted(session) == ()


def test_what_was_changed_after_the_closing_stands_beside_the_settled_figures(closed: Month) -> None:
    made = book(closed, won(closed, item(closed, "C2")))
    with closed[1]() as session:
        data = month_data(session, MONTH, speech=False)
        view, _ = month_figures(session, data, lambda version: card_for(session, closed[0], version), 10)
    assert [one.made for one in view.adjustments] == [made]
    with client_as(closed[1], closed[0]) as asking:
        page = asking.get(f"/months/{MONTH}").text
    assert "结账后调整" in page
    assert f"分数 {made.before.points} → {made.after.points}" in page


def test_a_second_appeal_adjusts_from_where_the_first_left_the_month(closed: Month) -> None:
    first = book(closed, won(closed, item(closed, "C2")))
    second = book(closed, won(closed, item(closed, "A6")))
    assert second.before == first.after
    assert second.points > 0
    with closed[1]() as session:
        assert list(adjustments_of(session, MONTH, "1003").values()) == [first, second]


def test_two_appeals_come_to_the_same_in_either_order(closed: Month) -> None:
    numbers = [won(closed, item(closed, code)) for code in ("C2", "D2")]
    for number in reversed(numbers):
        book(closed, number)
    with closed[1]() as session:
        made = list(adjustments_of(session, MONTH, "1003").values())
    assert made[0].before.points == line(closed).mean
    assert made[1].before == made[0].after
    assert sum(m.points for m in made) == made[-1].after.points - made[0].before.points


def test_an_appeal_won_in_part_gives_part_back(closed: Month) -> None:
    part = book(closed, won(closed, item(closed, "A6"), Ruling(Outcome.PARTLY, faults=1)))
    assert part.points > 0


def test_an_appeal_that_was_lost_or_is_not_decided_is_not_adjusted(closed: Month) -> None:
    number = won(closed, item(closed, "C2"), Ruling(Outcome.REJECTED))
    with pytest.raises(UserError, match="申诉不成立"):
        book(closed, number)
    with pytest.raises(NotFound):
        book(closed, 99)


def test_what_was_won_before_the_closing_is_in_the_settled_figures_and_not_adjusted(month: Month) -> None:
    before = NOW - timedelta(days=1)
    with month[1].begin() as session:
        number = file_appeal(session, month[0], item_target(session, month[0], MAIN, "C2"), "1003", "请重听", before)
        answer_appeal(session, month[0], number.appeal.appeal_id, "赵复核", "已重听", before)
        decide_appeal(session, month[0], number.appeal.appeal_id, "李主管", Ruling(Outcome.UPHELD), "成立", before)
        close_month(session, month[0], MONTH, "孙主管", NOW, accept_open=True)
    with pytest.raises(UserError, match="结账前就已裁定"):
        book(month, number.appeal.appeal_id)
    with month[1]() as session:
        assert adjustments_of(session, MONTH, "1003") == {}


def test_a_month_that_never_was_settled_is_not_adjusted(month: Month) -> None:
    number = won(month, item(month, "C2"))
    with pytest.raises(UserError, match="没有结账"):
        book(month, number)
    with month[1]() as session:
        assert unadjusted(session) == ()


def settled_with(month: Month, name: str, **changes: Any) -> None:
    """Settle a month with a line that says something else of 1003."""
    with month[1].begin() as session:
        body = {
            "month": name, "operator_id": "1003", "n_heard": 20, "n_frame": 40, "mean": "60.00", "mean_low": "60.00",
            "mean_high": "60.00", "interval_low": "55.00", "interval_high": "65.00", "grade": "不合格",
            "factor": "0.70", "provisional": False, "assessed": True, "failed": True, "enough": True, "below": True,
            "confirmed": True,
        }  # fmt: skip
        save_closing(session, name, [body | changes], "孙主管", NOW - timedelta(days=1))


def test_a_month_that_no_longer_comes_to_what_was_settled_goes_to_a_person(month: Month) -> None:
    settled_with(month, MONTH)
    number = won(month, item(month, "C2"))
    with pytest.raises(Conflict, match="与结账结果不一致"):
        book(month, number)
    with month[1]() as session:
        assert [f.appeal.appeal_id for f in unadjusted(session)] == [number]


def test_a_month_that_counts_may_be_appealed_as_such_and_then_counts_no_more(month: Month) -> None:
    for name in ("2026-07", "2026-08", "2026-09"):
        settled_with(month, name)
    with month[1]() as session:
        assert runs_now(session)["1003"].status is StrikeStatus.RETRAINING_FIRST
        target = strike_target(session, "1003", "2026-08")
    made = book(month, won(month, target))
    assert (made.points, made.booked_in) == (0, "2026-10")
    assert STRIKE_CLEARED in made.words
    with month[1]() as session:
        assert strikes_cleared(session) == {("2026-08", "1003")}
        assert runs_now(session)["1003"].run == 1
        with pytest.raises(UserError, match="没有计入"):
            strike_target(session, "1003", "2026-08")


def test_a_pending_appeal_holds_the_run(month: Month) -> None:
    settings, store = month
    for name in ("2026-07", "2026-08", "2026-09"):
        settled_with(month, name)
    with store.begin() as session:
        file_appeal(session, settings, strike_target(session, "1003", "2026-08"), "1003", "当月请假", NOW)
    with store() as session:
        assert runs_now(session)["1003"].status is StrikeStatus.HELD
        assert [x.appeal_pending for x in previous_lines(session, MONTH)] == [False, True, False]


@pytest.mark.parametrize(
    ("operator", "name", "error", "words"),
    [
        ("1003", MONTH, NotFound, "还没有结账"),
        ("1001", "2026-09", NotFound, "没有工号 1001"),
        ("1003", "2026-08", UserError, "没有计入"),
    ],
)
def test_only_a_settled_month_that_counts_is_appealed_as_one(month: Month, operator, name, error, words) -> None:
    settled_with(month, "2026-08", below=False)
    settled_with(month, "2026-09")
    with month[1]() as session, pytest.raises(error, match=words):
        strike_target(session, operator, name)


def test_a_strike_is_won_whole_or_not_at_all(month: Month) -> None:
    settled_with(month, "2026-09")
    with month[1]() as session:
        target = strike_target(session, "1003", "2026-09")
    with pytest.raises(UserError, match="没有“部分成立”"):
        won(month, target, Ruling(Outcome.PARTLY))
    assert replace(target) == target
    assert Decimal(line_of(month, "2026-09").mean) == 60


def line_of(month: Month, name: str):
    with month[1]() as session:
        return closed_line(settled_line(session, name, "1003").body)


def noted(month: Month, what: str = "离席未报备", *, printed: bool = False) -> int:
    """A notice of 1003 that takes two points."""
    draft = NoticeDraft(
        "1003", NoticeKind.SHIFT_LEADER, "周班长", datetime(2026, 10, 14, 15), what, "值班表", Decimal(2)
    )
    with month[1].begin() as session:
        number = enter_notice(session, month[0], draft, "周班长", NOW - timedelta(days=2)).notice.notice_id
        at = NOW - timedelta(days=1)
        approve_notice(session, month[0], number, "钱主管", Office.SUPERVISOR, "属实", at, criticised=printed)
    return number


def settle_with_pay(month: Month) -> None:
    day = [date(2026, 10, 1), date(2026, 10, 31)]
    with month[1].begin() as session:
        save_terms(session, MONTH, [PayTerm("1003", *day, "二组", PayStatus.REGULAR, Decimal(3000))], NOW)
        close_month(session, month[0], MONTH, "孙主管", NOW, accept_open=True)


def test_a_notice_that_falls_after_the_closing_gives_back_points_and_yuan(month: Month) -> None:
    number = noted(month)
    settle_with_pay(month)
    before = line(month)
    assert before.notice_points == 2
    with month[1]() as session:
        target = notice_target(session, number)
    made = book(month, won(month, target))
    assert made.points == 2
    assert (made.before.points, made.before.pay) == (before.mean, before.pay)
    assert made.pay is not None
    assert made.pay >= 0
    with month[1]() as session:
        assert approved_notices(session, MONTH)["1003"][0].points == 2, "the settled month keeps what it was settled by"


def test_a_criticism_that_falls_after_the_closing_is_printed_no_more(month: Month) -> None:
    kept, fallen = noted(month, "离席未报备", printed=True), noted(month, "接听私人电话", printed=True)
    settle_with_pay(month)

    def printed() -> list[int]:
        with month[1]() as session:
            files = criticised(as_appealed(notices_of(session, MONTH), appeals_of(session, MONTH)))
        return [file.notice.notice_id for file in files]

    assert printed() == [kept, fallen]
    with month[1]() as session:
        target = notice_target(session, fallen)
    won(month, target)
    assert printed() == [kept]


def test_a_better_grade_is_paid_to_the_cent(month: Month) -> None:
    noted(month)
    settle_with_pay(month)
    made = [book(month, won(month, item(month, code))) for code in ("C2", "A6", "D2")]
    last = made[-1].after
    assert (last.pay or 0) - (made[0].before.pay or 0) == sum(m.pay or 0 for m in made)
    assert last.pay == (Decimal(3000) * (last.factor or 0)).quantize(Decimal("0.01"))
    assert last.pay > (made[0].before.pay or 0)


def test_finance_is_told_of_an_adjustment_to_a_month_whose_pay_is_not_known(closed: Month) -> None:
    made = book(closed, won(closed, item(closed, "C2")))
    assert (made.pay, made.points > 0) == (None, True)
    later = centre.call("N1", operator_id="1003", started_at=datetime(2026, 11, 3, 8))
    with closed[1].begin() as session:
        centre.put(session, FileKind.CALL_LOG, later)
        save_plan(session, sampling.draw([later], "2026-11", 1, "seed", {}, datetime(2026, 12, 1)))
    found = {who.line.operator.operator_id: who.pay.notes for who in month_payroll(*closed, "2026-11")}
    assert f"分数 {made.before.points} → {made.after.points}" in found["1003"][-1]
    assert not any("另有调整" in note for who, notes in found.items() if who != "1003" for note in notes)
