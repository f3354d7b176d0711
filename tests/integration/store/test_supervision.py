"""Notices, appeals and retraining on both databases: kept as given, answered once however many answer at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline import sampling
from qa_pipeline.errors import Conflict, QaError, TransientError, UserError
from qa_pipeline.models.appeals import AppealKind, AppealStep, AppealTarget, AppealWord
from qa_pipeline.models.retraining import RetrainingResult
from qa_pipeline.models.supervision import NoticeDraft, NoticeKind, Office
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.appeals import (
    add_adjustment,
    add_appeal,
    add_appeal_word,
    adjustments_booked_in,
    adjustments_of,
    appeal_file,
    pending_months,
    strikes_cleared,
)
from qa_pipeline.store.queries.month import begin_closing, hold_month, save_closing, save_plan
from qa_pipeline.store.queries.retraining import retrained_on
from qa_pipeline.store.queries.supervision import approved_notices, notice_file
from qa_pipeline.store.schema import AppealRow, NoticeRow, NoticeWordRow
from qa_pipeline.supervision.appeal_changes import Outcome, Ruling
from qa_pipeline.supervision.appeal_targets import notice_target
from qa_pipeline.supervision.appeals import answer_appeal, decide_appeal, file_appeal
from qa_pipeline.supervision.notices import approve_notice, enter_notice
from qa_pipeline.supervision.recomputing import book_adjustment
from qa_pipeline.supervision.retraining import offer_retraining, record_retraining
from scoring.adjustments import Adjustment, Standing, adjustment
from tests import centre
from tests.centre import MONTH, NOW

Sessions = sessionmaker[Session]
SETTINGS = Settings()
DRAFT = NoticeDraft(
    "1001", NoticeKind.SHIFT_LEADER, "周班长", datetime(2026, 10, 14, 15), "离席未报备", "值班表", Decimal(4)
)


def entered(sessions: Sessions, what: str = "离席未报备") -> int:
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
        return enter_notice(session, SETTINGS, replace(DRAFT, what=what), "周班长", NOW).notice.notice_id


def approve(sessions: Sessions, number: int, by: str = "李主管") -> object:
    with sessions.begin() as session:
        return approve_notice(session, SETTINGS, number, by, Office.SUPERVISOR, "属实", NOW)


def attempt(call, *arguments: object) -> object:
    """Return what a call returns, or the error of the program that it raises."""
    try:
        return call(*arguments)
    except QaError as error:
        return error


def test_a_notice_and_an_appeal_against_it_come_back_as_they_were_given(sessions: Sessions) -> None:
    number = entered(sessions)
    approved = approve(sessions, number)
    with sessions.begin() as session:
        assert notice_file(session, number) == approved
        filed = file_appeal(session, SETTINGS, notice_target(session, number), "1001", "已请假", NOW)
    with sessions.begin() as session:
        assert pending_months(session) == {(MONTH, "1001")}
        answer_appeal(session, SETTINGS, filed.appeal.appeal_id, "赵复核", "属实", NOW)
        ruling = Ruling(Outcome.PARTLY, points=Decimal("1.25"))
        decided = decide_appeal(session, SETTINGS, filed.appeal.appeal_id, "钱主管", ruling, "减半", NOW)
    with sessions() as session:
        assert appeal_file(session, filed.appeal.appeal_id) == decided
        assert pending_months(session) == frozenset()
        assert [n.points for n in approved_notices(session, MONTH)["1001"]] == [Decimal("1.25")]


@pytest.mark.server
def test_of_many_who_approve_at_once_one_does(sessions: Sessions) -> None:
    number = entered(sessions)
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda n: attempt(approve, sessions, number, f"主管{n}"), range(4)))
    refused = [one for one in said if isinstance(one, Conflict | TransientError)]
    assert len(refused) == 3
    with sessions() as session:
        assert len(notice_file(session, number).words) == 1


@pytest.mark.server
def test_notices_approved_at_once_take_no_more_than_a_month_may_lose(sessions: Sessions) -> None:
    numbers = [entered(sessions, f"事实{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda number: attempt(approve, sessions, number), numbers))
    assert sum(isinstance(one, UserError | TransientError) for one in said) == 2
    with sessions() as session:
        assert sum(n.points for n in approved_notices(session, MONTH)["1001"]) == 8


@pytest.mark.parametrize(
    "change", [update(NoticeRow).values(points="0"), delete(NoticeWordRow), update(AppealRow).values(reason="")]
)
def test_the_database_itself_refuses_to_change_what_people_said(sessions: Sessions, change) -> None:
    number = entered(sessions)
    approve(sessions, number)
    with sessions.begin() as session:
        file_appeal(session, SETTINGS, notice_target(session, number), "1001", "已请假", NOW)
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(change)


def test_an_adjustment_is_kept_once_and_only_of_a_settled_month(sessions: Sessions) -> None:
    before = Standing(Decimal("70.50"), "不合格", Decimal("0.70"), Decimal("2100.00"), strike=True)
    after = Standing(Decimal("76.00"), "合格", Decimal("0.90"), Decimal("2700.00"))
    made = adjustment("1001", MONTH, before, after, [MONTH])
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
        target = AppealTarget(AppealKind.STRIKE, "1001", MONTH)
        appeal = add_appeal(session, target, "有异议", "1001", NOW, date(2026, 11, 9), late_doubt=False)
    with pytest.raises(IntegrityError, match=r"(?i)foreign"), sessions.begin() as session:
        add_adjustment(session, appeal.appeal_id, made, "李主管", NOW)
    with sessions.begin() as session:
        save_closing(session, MONTH, [{"operator_id": "1001"}], "孙主管", NOW)
        add_adjustment(session, appeal.appeal_id, made, "李主管", NOW)
    with pytest.raises(TransientError, match="same at the same time"), sessions.begin() as session:
        add_adjustment(session, appeal.appeal_id, made, "李主管", NOW)
    with sessions() as session:
        assert adjustments_booked_in(session, "2026-11") == {"1001": (made,)}
        assert adjustments_of(session, MONTH, "1001") == {appeal.appeal_id: made}
        assert strikes_cleared(session) == {(MONTH, "1001")}


NEXT = "2026-11"
COUNTED = {
    "month": MONTH, "operator_id": "1001", "n_heard": 20, "n_frame": 40, "mean": "60.00", "mean_low": "60.00",
    "mean_high": "60.00", "interval_low": "55.00", "interval_high": "65.00", "grade": "不合格", "factor": "0.70",
    "provisional": False, "assessed": True, "failed": True, "enough": True, "below": True, "confirmed": True,
}  # fmt: skip


def won_after_the_closing(sessions: Sessions) -> int:
    """Settle a month, draw the next, and return an appeal against the settled one that was won."""
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call(), centre.call("N1", started_at=datetime(2026, 11, 3, 8))])
        save_closing(session, MONTH, [COUNTED], "孙主管", NOW)
        save_plan(session, sampling.draw([centre.call("N1")], NEXT, 1, "seed", {}, NOW))
        target = AppealTarget(AppealKind.STRIKE, "1001", MONTH)
        number = add_appeal(session, target, "有异议", "1001", NOW, date(2026, 11, 9), late_doubt=False).appeal_id
        add_appeal_word(session, AppealWord(number, 1, AppealStep.ANSWERED, "赵复核", "已核对", (), NOW))
        add_appeal_word(session, AppealWord(number, 2, AppealStep.UPHELD, "李主管", "成立", (), NOW))
    return number


@pytest.mark.server
def test_a_month_is_not_settled_while_an_adjustment_is_booked_in_it(sessions: Sessions) -> None:
    number = won_after_the_closing(sessions)

    def close_next() -> object:
        with sessions.begin() as session:
            hold_month(session, NEXT)
            return adjustments_booked_in(session, NEXT)

    with ThreadPoolExecutor(1) as pool, sessions() as booking:
        made = book_adjustment(booking, SETTINGS, number, NOW)
        seen = pool.submit(close_next)
        with pytest.raises(TimeoutError):
            seen.result(timeout=0.2)
        booking.commit()
        assert seen.result() == {"1001": (made,)}


@pytest.mark.server
def test_an_adjustment_waits_for_a_closing_and_goes_into_the_month_after(sessions: Sessions) -> None:
    number = won_after_the_closing(sessions)

    def book() -> Adjustment:
        with sessions.begin() as session:
            return book_adjustment(session, SETTINGS, number, NOW)

    with ThreadPoolExecutor(1) as pool, sessions() as closing:
        hold_month(closing, NEXT)
        begin_closing(closing, NEXT, "孙主管", NOW)
        made = pool.submit(book)
        with pytest.raises(TimeoutError):
            made.result(timeout=0.2)
        closing.commit()
        assert made.result().booked_in == "2026-12"


@pytest.mark.server
def test_of_many_who_record_a_retraining_at_once_one_does(sessions: Sessions) -> None:
    entered(sessions)
    with sessions.begin() as session:
        number = offer_retraining(session, "1001", "安抚话术", NOW.date(), "周培训", NOW).retraining.retraining_id

    def record(by: str) -> object:
        with sessions.begin() as session:
            return record_retraining(session, number, RetrainingResult.HELD, NOW.date(), by, "两小时", NOW)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda n: attempt(record, f"培训师{n}"), range(4)))
    assert sum(isinstance(one, Conflict) for one in said) == 3


def test_a_retraining_is_kept_with_its_day(sessions: Sessions) -> None:
    entered(sessions)
    with sessions.begin() as session:
        made = offer_retraining(session, "1001", "安抚话术", NOW.date(), "周培训", NOW).retraining
        later = NOW + timedelta(days=2)
        record_retraining(session, made.retraining_id, RetrainingResult.HELD, later.date(), "周培训", "两小时", later)
    with sessions() as session:
        assert retrained_on(session) == {"1001": ((NOW + timedelta(days=2)).date(),)}
