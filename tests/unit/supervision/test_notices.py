"""A notice is entered by one and approved by another, and never touches a settled month or its own judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.persons import named, one_person
from qa_pipeline.models.supervision import NoticeDraft, NoticeFile, NoticeKind, NoticeState, Office
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.queries.supervision import approved_notices, notice_file, notices_of
from qa_pipeline.supervision.notices import (
    approve_notice,
    criticised,
    enter_notice,
    reject_notice,
    withdraw_notice,
)
from tests.e2e.month import CLEAN, MAIN, MONTH, OPERATORS

NOW = datetime(2026, 10, 20, 9, 0)
SETTINGS = Settings()
Store = sessionmaker[Session]
DRAFT = NoticeDraft(
    operator_id="1003",
    kind=NoticeKind.SHIFT_LEADER,
    seen_by="周班长",
    happened_at=datetime(2026, 10, 14, 15, 20),
    what="工作时间离席 25 分钟未报备",
    evidence="工位监控 15:20–15:45；值班表",
    points=Decimal(2),
)


def enter(store: Store, by: str = "周班长", now: datetime = NOW, **changes: Any) -> NoticeFile:
    with store.begin() as session:
        return enter_notice(session, SETTINGS, replace(DRAFT, **changes), by, now)


def approve(store: Store, number: int, by: str = "李主管", now: datetime = NOW, **more: Any) -> NoticeFile:
    with store.begin() as session:
        return approve_notice(
            session,
            SETTINGS,
            number,
            by,
            more.pop("office", Office.SUPERVISOR),
            more.pop("reason", "属实"),
            now,
            **more,
        )


def taken(store: Store) -> dict[str, list[Decimal]]:
    with store() as session:
        return {who: [n.points for n in found] for who, found in approved_notices(session, MONTH).items()}


def close(store: Store) -> None:
    with store.begin() as session:
        save_closing(session, MONTH, [{"operator_id": "1003"}], "李主管", NOW)


def test_an_approved_notice_takes_its_points_from_the_month_in_which_it_happened(store: Store) -> None:
    entered = enter(store, operator_id="王海燕")
    assert (entered.notice.operator_id, entered.notice.month, entered.state) == ("1003", MONTH, NoticeState.ENTERED)
    assert taken(store) == {}
    approved = approve(store, entered.notice.notice_id)
    assert (approved.state, approved.points) == (NoticeState.APPROVED, Decimal(2))
    assert taken(store) == {"1003": [Decimal(2)]}
    with store() as session:
        assert notice_file(session, entered.notice.notice_id) == approved


def test_a_reminder_among_colleagues_costs_nothing_until_a_leader_confirms_it(store: Store) -> None:
    entered = enter(store, "刘志强", kind=NoticeKind.REMINDER, seen_by="1002", points=Decimal(1))
    assert taken(store) == {}
    other = enter(store, "陈晓雯", operator_id="1002", seen_by="陈晓雯", what="串岗聊天").notice.notice_id
    with pytest.raises(UserError, match="没有登记为任何人的组长"):
        approve(store, other, "王海燕", office=Office.TEAM_LEADER)
    approve(store, entered.notice.notice_id, "陈晓雯", office=Office.TEAM_LEADER)
    assert taken(store) == {"1003": [Decimal(1)]}


def test_an_approver_may_take_less_but_never_more(store: Store) -> None:
    number = enter(store).notice.notice_id
    with pytest.raises(UserError, match="不能加重"):
        approve(store, number, points=Decimal("2.5"))
    assert approve(store, number, points=Decimal("0.5")).points == Decimal("0.5")


def test_what_is_rejected_or_taken_back_costs_nothing(store: Store) -> None:
    first, second, third = (enter(store, what=f"事实{n}").notice.notice_id for n in range(3))
    with store.begin() as session:
        reject_notice(session, first, "李主管", "当时已报备", NOW)
        withdraw_notice(session, second, "周班长", "记错了人", NOW)
    approve(store, third)
    assert taken(store) == {"1003": [Decimal(2)]}
    with store.begin() as session:
        assert withdraw_notice(session, third, "李主管", "补交了请假条", NOW).state is NoticeState.REVOKED
    assert taken(store) == {}


def test_entering_the_same_again_is_the_same_notice(store: Store) -> None:
    assert enter(store).notice == enter(store, now=NOW + timedelta(hours=1)).notice
    with store() as session:
        assert len(notices_of(session, MONTH)) == 1


@pytest.mark.parametrize(
    ("by", "changes", "words"),
    [
        (" ", {}, "没有写明登记人"),
        ("周" * 65, {}, "超过 64"),
        ("王海燕", {}, "被记录人本人"),
        (" １００３ ", {}, "被记录人本人"),
        ("周班长", {"seen_by": "王海燕"}, "被记录人本人"),
        ("周班长", {"seen_by": ""}, "发现人"),
        ("刘志强", {"seen_by": "刘志强"}, "没有登记为任何人的组长"),
        ("周班长", {"what": " "}, "没有写明事实"),
        ("周班长", {"evidence": ""}, "没有写明依据"),
        ("周班长", {"what": "长" * 501}, "超过 500"),
        ("周班长", {"points": Decimal(-1)}, "0 或以上"),
        ("周班长", {"points": Decimal("0.001")}, "0 或以上"),
        ("周班长", {"points": Decimal("NaN")}, "0 或以上"),
        ("周班长", {"points": Decimal("5.01")}, "上限 5"),
        ("周班长", {"points": Decimal("1E+40")}, "上限 5"),
        ("周班长", {"happened_at": NOW + timedelta(minutes=1)}, "还没有到"),
        ("周班长", {"operator_id": "9999"}, "花名册上没有"),
        ("周班长", {"call_id": "NOPE"}, "没有通话 NOPE"),
        ("周班长", {"call_id": CLEAN}, "不是工号 1003 的通话"),
        ("周班长", {"at_ms": 5}, "没有写通话编号"),
        ("周班长", {"call_id": MAIN, "at_ms": 9_999_999}, "没有第"),
        ("周班长", {"call_id": MAIN, "at_ms": -1}, "没有第"),
    ],
)
def test_a_notice_that_does_not_hold_is_refused(store: Store, by: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        enter(store, by, **changes)
    with store() as session:
        assert notices_of(session, MONTH) == ()


@pytest.mark.parametrize(
    ("by", "more", "words"),
    [
        ("周班长", {}, "登记人"),
        ("ＺＨＯＵ", {}, "发现人"),
        ("1003", {}, "被记录人本人"),
        ("刘志强", {}, "没有登记为任何人的组长"),
        ("", {}, "没有写明办理人"),
        ("李主管", {"reason": ""}, "没有写明审批意见"),
        ("李主管", {"points": Decimal(-1)}, "0 或以上"),
        ("李主管", {"now": NOW - timedelta(seconds=1)}, "校准本机时钟"),
    ],
)
def test_an_approval_by_the_wrong_person_or_at_the_wrong_time_is_refused(
    store: Store, by: str, more: dict[str, Any], words: str
) -> None:
    number = enter(store, seen_by="zhou").notice.notice_id
    with pytest.raises(UserError) as caught:
        approve(store, number, by, **more)
    assert words in str(caught.value)
    assert taken(store) == {}


def test_a_notice_is_answered_once(store: Store) -> None:
    number = enter(store).notice.notice_id
    approve(store, number)
    with pytest.raises(Conflict, match="已批准"):
        approve(store, number, "赵主管")
    with store.begin() as session, pytest.raises(Conflict, match="已批准"):
        reject_notice(session, number, "赵主管", "不属实", NOW)


def test_only_who_entered_or_saw_it_takes_an_open_notice_back(store: Store) -> None:
    number = enter(store).notice.notice_id
    with store.begin() as session, pytest.raises(UserError, match="不是该记录的登记人或发现人"):
        withdraw_notice(session, number, "陈晓雯", "算了", NOW)
    approve(store, number)
    with store.begin() as session, pytest.raises(UserError, match="没有登记为任何人的组长"):
        withdraw_notice(session, number, "刘志强", "算了", NOW)


def test_notices_take_no_more_of_a_month_than_they_may(store: Store) -> None:
    for n in range(2):
        approve(store, enter(store, what=f"事实{n}", points=Decimal(4)).notice.notice_id)
    third = enter(store, what="事实三", points=Decimal(4)).notice.notice_id
    with pytest.raises(UserError, match="已因监督记录扣 8 分") as caught:
        approve(store, third)
    assert "最多还可扣 2 分" in caught.value.hint
    approve(store, third, points=Decimal(2))
    assert sum(taken(store)["1003"]) == 10


@pytest.mark.parametrize("happened", [datetime(2026, 10, 14), datetime(2026, 9, 30), datetime(2024, 1, 1)])
def test_a_settled_month_and_those_before_it_take_no_notice(store: Store, happened: datetime) -> None:
    close(store)
    with pytest.raises(Conflict, match="已结账") as caught:
        enter(store, happened_at=happened)
    assert "提出申诉" in caught.value.hint


def test_a_notice_of_a_settled_month_stays_as_it_is(store: Store) -> None:
    number = enter(store).notice.notice_id
    close(store)
    with pytest.raises(Conflict, match="已结账"):
        approve(store, number)
    with store.begin() as session, pytest.raises(Conflict, match="已结账"):
        withdraw_notice(session, number, "周班长", "记错了", NOW)


def test_an_unknown_notice_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="没有 77 号监督记录"):
        approve(store, 77)


def test_only_approved_notices_that_say_so_are_printed_as_criticism(store: Store) -> None:
    files = [enter(store, what=f"事实{n}") for n in range(3)]
    numbers = [file.notice.notice_id for file in files]
    approve(store, numbers[0], criticised=True)
    approve(store, numbers[1])
    with store() as session:
        found = notices_of(session, MONTH)
    assert [file.notice.notice_id for file in criticised(found)] == [numbers[0]]
    with pytest.raises(NotFound, match=f"{numbers[1]} 号"):
        criticised(found, (numbers[0], numbers[1]))


def test_a_person_is_known_by_number_and_by_name() -> None:
    assert one_person("1003", " 王海燕", OPERATORS)
    assert not one_person("1003", "陈晓雯", OPERATORS)
    for written in ("1003 王海燕", "王海燕（1003）", "二组/王海燕", "１００３"):
        assert named(written, OPERATORS) == {"1003"}
    assert named("王海", OPERATORS) == {"王海"}
    twins = (*OPERATORS, replace(OPERATORS[0], operator_id="1009"))
    assert not one_person("1001", "1009", twins)
    assert one_person("陈晓雯", "1009", twins), "who shares a name may be either, and doubt counts against it"


@given(st.sampled_from(OPERATORS), st.sampled_from(OPERATORS), st.booleans(), st.booleans())
def test_two_ways_of_writing_are_one_person_exactly_if_the_roster_says_so(one, other, by_name, other_by_name) -> None:
    first = one.name if by_name else f" {one.operator_id}"
    second = other.name if other_by_name else other.operator_id
    assert one_person(first, second, OPERATORS) == (one == other)
    assert one_person(second, first, OPERATORS) == one_person(first, second, OPERATORS)
    assert named(first, OPERATORS) == {one.operator_id}
