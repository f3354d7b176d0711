"""An appeal is filed by the operator, answered and decided by two others, and gives back what it wins."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models import Verdict
from qa_pipeline.models.appeals import AppealFile, AppealState, AppealTarget
from qa_pipeline.models.supervision import NoticeDraft, NoticeKind, NoticeState, Office
from qa_pipeline.review import close_month, decide
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.appeals import appeal_file, appeals_done, appeals_pending, pending_months
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.review import decisions_of
from qa_pipeline.store.queries.supervision import approved_notices, notice_file
from qa_pipeline.supervision.appeal_changes import Outcome, Ruling
from qa_pipeline.supervision.appeal_targets import item_target, notice_target
from qa_pipeline.supervision.appeals import (
    answer_appeal,
    decide_appeal,
    file_appeal,
    last_day,
    why_not,
    withdraw_appeal,
)
from qa_pipeline.supervision.notices import approve_notice, enter_notice
from qa_pipeline.supervision.workdays import Deadline
from scoring.scorecard import default_scorecard
from tests.e2e.month import MAIN, MONTH, WAITING

NOW = datetime(2026, 11, 2, 9, 0)
LATER = NOW + timedelta(hours=1)
UPHELD, REJECTED = Ruling(Outcome.UPHELD), Ruling(Outcome.REJECTED)
Store = sessionmaker[Session]
Month = tuple[Settings, Store]


def item(month: Month, code: str = "A6", call_id: str = MAIN) -> AppealTarget:
    with month[1]() as session:
        return item_target(session, month[0], call_id, code)


def file(month: Month, target: AppealTarget | None = None, by: str = "王海燕", now: datetime = NOW) -> int:
    with month[1].begin() as session:
        filed = file_appeal(session, month[0], target or item(month), by, "“不是说了吗”之前已致歉", now)
    return filed.appeal.appeal_id


def answer(month: Month, number: int, by: str = "赵复核", now: datetime = LATER) -> AppealFile:
    with month[1].begin() as session:
        return answer_appeal(session, month[0], number, by, "重听录音，致歉在后", now)


def rule(month: Month, number: int, ruling: Ruling = UPHELD, by: str = "李主管", now: datetime = LATER) -> AppealFile:
    with month[1].begin() as session:
        return decide_appeal(session, month[0], number, by, ruling, "语境不构成禁语", now)


def lost(month: Month, code: str = "A6") -> Decimal:
    with month[1]() as session:
        found = call_file(session, MAIN)
    assert found.audit is not None
    evaluation = final_evaluation(default_scorecard(), found.audit, found.decisions)
    return next(i.lost for i in evaluation.items if i.code == code)


def say(month: Month, code: str, verdict: Verdict, reviewer: str, **more: Any) -> None:
    with month[1].begin() as session:
        decide(session, MAIN, code, verdict, more.pop("faults", 1), reviewer, "核对录音", more.pop("now", NOW))


def notice(month: Month, points: str = "2") -> int:
    draft = NoticeDraft(
        "1003", NoticeKind.SHIFT_LEADER, "周班长", datetime(2026, 10, 14, 15), "离席未报备", "值班表", Decimal(points)
    )
    with month[1].begin() as session:
        number = enter_notice(session, month[0], draft, "周班长", NOW).notice.notice_id
        approve_notice(session, month[0], number, "钱主管", Office.SUPERVISOR, "属实", NOW, criticised=True)
    return number


def close(month: Month) -> None:
    with month[1].begin() as session:
        close_month(session, month[0], MONTH, "孙主管", NOW, accept_open=True)


def test_an_appeal_that_is_won_gives_the_points_back_at_once(month: Month) -> None:
    assert lost(month) > 0
    number = file(month)
    answer(month, number)
    decided = rule(month, number)
    assert decided.state is AppealState.UPHELD
    assert lost(month) == 0
    with month[1]() as session:
        assert appeal_file(session, number) == decided
        (made,) = decisions_of(session, MAIN)
    assert (made.code, made.verdict, made.reviewer, made.appeal_id) == ("PH06", Verdict.OVERRULE, "李主管", number)
    assert made.reason == f"申诉 {number} 号裁定 语境不构成禁语"


def test_an_appeal_may_be_won_in_part(month: Month) -> None:
    number = file(month, item(month, "PH06"))
    answer(month, number)
    before = lost(month)
    assert rule(month, number, Ruling(Outcome.PARTLY, faults=1)).state is AppealState.PARTLY
    assert lost(month) == before / 2


def test_of_a_single_fault_no_part_can_be_won(month: Month) -> None:
    number = file(month, item(month, "A5"))
    answer(month, number)
    with pytest.raises(UserError, match="只有 1 处差错，没有“部分成立”"):
        rule(month, number, Ruling(Outcome.PARTLY, faults=1))


def test_an_item_may_turn_out_not_to_apply(month: Month) -> None:
    number = file(month, item(month, "C2"))
    answer(month, number)
    rule(month, number, Ruling(Outcome.UPHELD, applies=False))
    with month[1]() as session:
        assert decisions_of(session, MAIN)[0].verdict is Verdict.NOT_APPLICABLE


def test_an_appeal_that_is_lost_costs_no_more_and_counts_as_a_look_at_the_finding(month: Month) -> None:
    number, before = file(month), lost(month)
    answer(month, number)
    assert rule(month, number, REJECTED).words[-1].changes == ()
    assert lost(month) == before
    with month[1].begin() as session:
        (word,) = decisions_of(session, MAIN)
        assert (word.verdict, word.reviewer, word.appeal_id) == (Verdict.CONFIRM, "李主管", None)
        assert word.reason.startswith(f"申诉 {number} 号裁定不成立：")
        decide(session, MAIN, word.code, Verdict.OVERRULE, 1, "陈质检", "再听一遍，不构成", LATER)  # still may be


def test_what_an_appeal_decided_is_not_decided_again_by_a_reviewer(month: Month) -> None:
    number = file(month)
    answer(month, number)
    rule(month, number)
    with pytest.raises(Conflict, match="已经申诉裁定"):
        say(month, "PH06", Verdict.CONFIRM, "甲", now=LATER)


def test_a_fatal_error_that_two_confirmed_falls_by_an_appeal(month: Month) -> None:
    for reviewer in ("甲", "乙"):
        say(month, "FE01", Verdict.CONFIRM, reviewer)
    with month[1]() as session:
        found = call_file(session, MAIN)
    assert found.audit is not None
    assert final_evaluation(default_scorecard(), found.audit, found.decisions).fatal == ("V1",)
    number = file(month, item(month, "V1"))
    for reviewer in ("甲", "乙"):
        with pytest.raises(UserError, match=f"{reviewer}是原质检员"):
            answer(month, number, reviewer)
    answer(month, number)
    with pytest.raises(UserError, match="一票否决没有"):
        rule(month, number, Ruling(Outcome.PARTLY, faults=0))
    rule(month, number)
    with month[1]() as session:
        found = call_file(session, MAIN)
    assert found.audit is not None
    evaluation = final_evaluation(default_scorecard(), found.audit, found.decisions)
    assert (evaluation.fatal, evaluation.suspected) == ((), ())
    assert evaluation.points > 0


def test_a_fault_that_only_people_found_can_be_appealed(month: Month) -> None:
    say(month, "B5", Verdict.FAULT, "甲", faults=3)
    number = file(month, item(month, "B5"))
    answer(month, number)
    rule(month, number, Ruling(Outcome.PARTLY, faults=1))
    with month[1]() as session:
        assert [(d.code, d.faults) for d in decisions_of(session, MAIN)] == [("B5", 3), ("B5", 1)]


def test_a_notice_that_is_appealed_takes_less_or_nothing(month: Month) -> None:
    first = notice(month)
    with month[1]() as session:
        target = notice_target(session, first)
    number = file(month, target)
    for who, what in (("周班长", "登记人"), ("钱主管", "审批人")):
        with pytest.raises(UserError, match=what):
            answer(month, number, who)
    answer(month, number)
    for points in (None, Decimal(0), Decimal(2), Decimal("NaN"), Decimal("1.333")):
        with pytest.raises(UserError, match="还扣几分"):
            rule(month, number, Ruling(Outcome.PARTLY, points=points))
    rule(month, number, Ruling(Outcome.PARTLY, points=Decimal("0.5")))
    with month[1]() as session:
        assert [n.points for n in approved_notices(session, MONTH)["1003"]] == [Decimal("0.5")]


def test_a_notice_that_falls_is_revoked(month: Month) -> None:
    made = notice(month)
    with month[1]() as session:
        number = file(month, notice_target(session, made))
    answer(month, number)
    rule(month, number)
    with month[1]() as session:
        kept = notice_file(session, made)
        with pytest.raises(UserError, match="已撤销"):
            notice_target(session, made)
    assert (kept.state, kept.points, kept.criticised, kept.words[-1].appeal_id) == (
        NoticeState.REVOKED, 0, False, number,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call_id", "code", "error", "words"),
    [
        ("NOPE", "A6", NotFound, "没有通话 NOPE"),
        (WAITING, "A6", UserError, "尚未质检"),
        (MAIN, "A1", UserError, "没有扣分"),
        (MAIN, "B4", UserError, "没有扣分"),
        (MAIN, "V1", UserError, "没有扣分"),
        (MAIN, "ZZ", UserError, "没有扣分"),
    ],
)
def test_only_what_cost_something_can_be_appealed(month: Month, call_id, code, error, words) -> None:
    with pytest.raises(error, match=words):
        item(month, code, call_id)


@pytest.mark.parametrize("by", ["陈晓雯", "1001", "李主管", ""])
def test_an_appeal_against_somebody_elses_call_is_refused(month: Month, by: str) -> None:
    with pytest.raises(UserError, match=r"不能代为申诉|没有写明申诉人"):
        file(month, by=by)


def test_the_same_is_appealed_once_unless_it_was_taken_back(month: Month) -> None:
    number = file(month)
    with pytest.raises(Conflict, match="申诉过"):
        file(month)
    with month[1].begin() as session, pytest.raises(UserError, match="不是申诉人本人"):
        withdraw_appeal(session, number, "李主管", "不同意", NOW)
    with month[1].begin() as session:
        assert withdraw_appeal(session, number, "1003", "想清楚了", NOW).state is AppealState.WITHDRAWN
    with month[1].begin() as session, pytest.raises(Conflict, match="已撤回"):
        withdraw_appeal(session, number, "1003", "再撤", NOW)
    again = file(month)
    answer(month, again)
    rule(month, again, REJECTED)
    with pytest.raises(Conflict, match="申诉不成立"):
        file(month)
    with month[1].begin() as session, pytest.raises(Conflict, match="不成立"):
        withdraw_appeal(session, again, "1003", "晚了", LATER)


def test_an_appeal_is_answered_before_it_is_decided_and_each_once(month: Month) -> None:
    number = file(month)
    with pytest.raises(UserError, match="还没有质检员答复"):
        rule(month, number)
    answer(month, number)
    with pytest.raises(Conflict, match="待主管裁定"):
        answer(month, number, "钱复核")
    rule(month, number)
    with pytest.raises(Conflict, match="申诉成立"):
        rule(month, number, by="钱主管")
    with pytest.raises(NotFound, match="没有 99 号申诉"):
        answer(month, 99)


@pytest.mark.parametrize(
    ("by", "words"),
    [("王海燕", "申诉人本人"), ("１００３", "申诉人本人"), (" 赵复核 ", "答复人"), ("甲", "原质检员"), ("", "裁定人")],
)
def test_nobody_decides_an_appeal_who_spoke_before(month: Month, by: str, words: str) -> None:
    say(month, "PH06", Verdict.CONFIRM, "甲")
    number = file(month)
    answer(month, number)
    with pytest.raises(UserError, match=words):
        rule(month, number, by=by)


@pytest.mark.parametrize("by", ["王海燕", "1003", "甲"])
def test_nobody_answers_an_appeal_who_is_judged_or_judged_it(month: Month, by: str) -> None:
    say(month, "PH06", Verdict.CONFIRM, "甲")
    number = file(month)
    with pytest.raises(UserError, match="不能作答复人"):
        answer(month, number, by)


def test_a_clock_that_runs_backwards_is_refused(month: Month) -> None:
    number = file(month)
    with pytest.raises(UserError, match="校准本机时钟"):
        answer(month, number, now=NOW - timedelta(seconds=1))
    answer(month, number)
    with pytest.raises(UserError, match="校准本机时钟"):
        rule(month, number, now=NOW)


@pytest.mark.parametrize(
    ("ruling", "words"),
    [
        (Ruling(Outcome.PARTLY), "还剩几处：1 至 1"),
        (Ruling(Outcome.PARTLY, faults=2), "还剩几处"),
        (Ruling(Outcome.PARTLY, faults=0), "还剩几处"),
        (Ruling(Outcome.PARTLY, faults=1, code="PH05"), "写明改判哪一条"),
    ],
)
def test_a_ruling_that_leaves_no_less_is_refused(month: Month, ruling: Ruling, words: str) -> None:
    number = file(month)
    answer(month, number)
    with pytest.raises(UserError) as caught:
        rule(month, number, ruling)
    assert words in str(caught.value)


def test_an_appeal_whose_fault_was_cleared_meanwhile_cannot_be_won(month: Month) -> None:
    number = file(month)
    say(month, "PH06", Verdict.OVERRULE, "甲")
    answer(month, number)
    with pytest.raises(UserError, match="现在没有扣分"):
        rule(month, number)
    assert rule(month, number, REJECTED).state is AppealState.REJECTED


def test_a_pending_appeal_is_known_to_its_month_until_it_is_decided(month: Month) -> None:
    def pending() -> frozenset[tuple[str, str]]:
        with month[1]() as session:
            return pending_months(session)

    number = file(month)
    assert pending() == {(MONTH, "1003")}
    answer(month, number)
    assert pending() == {(MONTH, "1003")}
    rule(month, number)
    assert pending() == frozenset()


@pytest.mark.parametrize(("day", "in_time"), [(9, True), (10, False)])
def test_a_settled_month_is_appealed_within_five_working_days(month: Month, day: int, in_time: bool) -> None:
    close(month)
    when = datetime(2026, 11, day, 23, 59)
    if in_time:
        file(month, now=when)
    else:
        with pytest.raises(UserError, match="已于 2026-11-09 届满"):
            file(month, now=when)


def test_an_appeal_before_the_closing_that_it_is_against_is_a_wrong_clock(month: Month) -> None:
    close(month)
    with pytest.raises(UserError, match="校准本机时钟"):
        file(month, now=NOW - timedelta(days=1))


def test_a_decision_before_the_closing_that_it_comes_after_is_a_wrong_clock(month: Month) -> None:
    number = file(month, now=NOW - timedelta(hours=3))
    answer(month, number, now=NOW - timedelta(hours=2))
    close(month)
    with pytest.raises(UserError, match=r"早于结账的时间.*校准本机时钟"):
        rule(month, number, now=NOW - timedelta(hours=1))
    assert rule(month, number, now=NOW).state is AppealState.UPHELD


def test_what_is_late_is_listed(month: Month) -> None:
    number = file(month)
    with month[1]() as session:
        (waiting,) = appeals_pending(session)
    assert waiting.appeal.appeal_id == number
    assert (waiting.overdue(date(2026, 11, 9)), waiting.overdue(date(2026, 11, 10))) == (False, True)


def test_lists_tell_what_waits_from_what_is_done_the_newest_done_first(month: Month) -> None:
    numbers = [file(month, item(month, code)) for code in ("A6", "C2", "D2")]
    for number in numbers[:2]:
        answer(month, number)
        rule(month, number, REJECTED)
    with month[1]() as session:
        assert [f.appeal.appeal_id for f in appeals_pending(session)] == [numbers[2]]
        done, total = appeals_done(session, 1, 0)
        assert ([f.appeal.appeal_id for f in done], total) == ([numbers[1]], 2)
        assert [f.appeal.appeal_id for f in appeals_done(session, 5, 1)[0]] == [numbers[0]]


def test_who_may_not_speak_next_is_told_without_anything_being_written(month: Month) -> None:
    say(month, "PH06", Verdict.CONFIRM, "甲")
    found = answer(month, file(month))
    with month[1]() as session:
        told = {who: why_not(session, month[0], found, who) for who in ("1003", "甲", "赵复核", "李主管")}
    assert "申诉人本人" in told["1003"]
    assert "原质检员" in told["甲"]
    assert "答复人" in told["赵复核"]
    assert told["李主管"] == ""


def test_an_open_month_has_no_last_day_and_a_settled_one_ends_after_five_working_days(month: Month) -> None:
    with month[1]() as session:
        assert last_day(session, month[0], MONTH) is None
    close(month)
    with month[1]() as session:
        assert last_day(session, month[0], MONTH) == Deadline(date(2026, 11, 9), certain=True)
