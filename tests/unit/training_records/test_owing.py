"""What the policy asks for, and what of it is overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.models import Operator
from qa_pipeline.models.training_records import AttendanceWord, Presence, SessionFile, SessionKind, TrainingSession
from qa_pipeline.supervision.workdays import Workdays
from qa_pipeline.training.records.calendar import DAY, OWED, WEEKLY, Away, period_of, periods
from qa_pipeline.training.records.owing import (
    INDUCTION_DAYS,
    SHOWN,
    Owed,
    induction_due,
    inductions,
    overdue_by_team,
    owing,
)

WORKED = Workdays().is_workday
SINCE = date(2026, 3, 2)
TODAY = date(2026, 3, 27)  # a Friday
ANNA, BO = Operator("1001", "安娜", "一组", None, date(2020, 1, 6)), Operator("1002", "柏", "二组", None, None)
NEW = Operator("1003", "新人", "一组", None, date(2026, 3, 9))
ROSTER = (ANNA, BO, NEW)
days = st.dates(date(2025, 1, 1), date(2026, 12, 31))


def session(kind: SessionKind, day: date, **said: tuple[Presence, str] | Presence) -> SessionFile:
    """Make a session; ``o1001=Presence.PRESENT`` says who was there."""
    number = day.toordinal()
    one = TrainingSession(number, kind, day, "话术", "戊", 60, "", (), "戊", datetime(2026, 3, 27))
    words = []
    for who, what in said.items():
        presence, reason = what if isinstance(what, tuple) else (what, "")
        on = day + timedelta(days=3) if presence is Presence.MADE_UP else None
        words.append(AttendanceWord(number, who[1:], presence, on, reason, "", "戊", datetime(2026, 3, 27)))
    return SessionFile(one, tuple(words))


def state(found, operator: Operator, first: date, kind: SessionKind) -> Owed:
    return next(o.state for o in found if o.operator == operator and o.period == period_of(kind, first))


def test_who_was_there_or_made_it_up_owes_nothing_and_who_was_not_is_overdue_once_the_week_is_over() -> None:
    first, second = date(2026, 3, 11), date(2026, 3, 18)
    files = [
        session(SessionKind.TEAM, first, o1001=Presence.PRESENT, o1002=(Presence.ABSENT, "忘了")),
        session(SessionKind.TEAM, second, o1001=Presence.MADE_UP, o1002=(Presence.EXCUSED, "病假")),
    ]
    found = owing(ROSTER, files, Away(), SINCE, TODAY, WORKED)
    assert state(found, ANNA, first, SessionKind.TEAM) is Owed.DONE
    assert state(found, ANNA, second, SessionKind.TEAM) is Owed.DONE
    assert state(found, BO, first, SessionKind.TEAM) is Owed.OVERDUE
    assert state(found, BO, second, SessionKind.TEAM) is Owed.EXCUSED
    assert state(found, BO, TODAY, SessionKind.TEAM) is Owed.OPEN
    late = overdue_by_team(found)
    assert [o.why for o in late["二组"] if o.period == period_of(SessionKind.TEAM, first)] == ["03-11 话术 缺席：忘了"]


def test_whoever_is_in_induction_is_not_asked_for_the_training_of_those_on_post() -> None:
    found = owing(ROSTER, [], Away(), SINCE, TODAY, WORKED)
    assert {o.state for o in found if o.operator == NEW and o.period.first > date(2026, 3, 8)} == {Owed.EXEMPT}
    assert all(o.why == "岗前培训期" for o in found if o.operator == NEW)


def test_leave_and_weeks_without_a_shift_are_excused_but_only_where_there_is_a_plan() -> None:
    week = period_of(SessionKind.TEAM, date(2026, 3, 18))
    on_leave = Away(leave={"1001": frozenset(week.days)})
    assert on_leave.why("1001", week, WORKED) == "整段休假"
    assert on_leave.why("1002", week, WORKED) == ""
    half = Away(leave={"1001": frozenset(list(week.days)[:3])})
    assert half.why("1001", week, WORKED) == ""
    planned = Away(duty={"1001": frozenset({date(2026, 3, 17)})}, planned=frozenset({"2026-03"}))
    assert planned.why("1001", week, WORKED) == ""
    assert planned.why("1002", week, WORKED) == "整段没有排班"
    across = period_of(SessionKind.TEAM, date(2026, 3, 31))
    assert planned.why("1002", across, WORKED) == ""  # April's plan is not there yet
    found = owing(ROSTER, [], on_leave, SINCE, TODAY, WORKED)
    assert state(found, ANNA, week.first, SessionKind.TEAM) is Owed.EXEMPT


def test_the_week_of_the_national_holiday_owes_nothing() -> None:
    since, today = date(2025, 9, 22), date(2025, 10, 17)
    labels = [p.first for p in periods(SessionKind.TEAM, since, today, WORKED, 8)]
    assert labels == [date(2025, 9, 22), date(2025, 9, 29), date(2025, 10, 6), date(2025, 10, 13)]
    closed = Workdays({date(2025, 9, 29) + n * DAY: False for n in range(7)}).is_workday
    assert date(2025, 9, 29) not in [p.first for p in periods(SessionKind.TEAM, since, today, closed, 8)]
    assert period_of(SessionKind.TEAM, date(2025, 9, 30)).label == "2025 第40周"
    assert period_of(SessionKind.ALL_HANDS, date(2025, 12, 30)).label == "2025-12"


def test_induction_is_twenty_working_days_with_the_day_of_hiring_and_tells_what_remains() -> None:
    assert induction_due(date(2026, 3, 9), WORKED) == date(2026, 4, 3)  # 4 April is 清明
    files = [
        session(SessionKind.INDUCTION, date(2026, 3, 9), o1003=Presence.PRESENT),
        session(SessionKind.INDUCTION, date(2026, 3, 10), o1003=(Presence.ABSENT, "发烧")),
        session(SessionKind.INDUCTION, date(2026, 3, 11), o1003=Presence.MADE_UP),  # on the 14th
        session(SessionKind.TEAM, date(2026, 3, 12), o1003=Presence.PRESENT),
    ]
    (found,) = inductions(ROSTER, files, SINCE, TODAY, WORKED)
    assert (found.operator, found.days, found.missed) == (NEW, (date(2026, 3, 9), date(2026, 3, 14)), 1)
    assert found.left == INDUCTION_DAYS - 2
    assert not found.overdue(date(2026, 4, 3))
    assert found.overdue(date(2026, 4, 4))


def test_whose_induction_was_over_before_anything_was_recorded_and_who_is_yet_to_come_are_left_out() -> None:
    coming = Operator("1004", "将来", "一组", None, TODAY + DAY)
    assert inductions((ANNA, BO, coming), [], SINCE, TODAY, WORKED) == ()


@given(st.sampled_from(OWED), days, days)
def test_periods_follow_each_other_hold_their_days_and_reach_today(kind: SessionKind, one: date, other: date) -> None:
    since, today = sorted((one, other))
    found = periods(kind, since, today, lambda _: True, 400)
    assert found[0].first <= since <= found[0].last
    assert found[-1].first <= today <= found[-1].last
    assert all(a.last + DAY == b.first for a, b in pairwise(found))
    assert all(period_of(kind, day) == p for p in found[:3] for day in p.days)
    assert all(p.first.weekday() == 0 for p in found if kind in WEEKLY)


@given(days, st.lists(st.tuples(days, st.sampled_from(Presence)), max_size=12))
def test_everybody_has_one_state_in_each_period_and_attending_only_ever_lessens_what_is_overdue(
    today: date, attended: list[tuple[date, Presence]]
) -> None:
    since = today - timedelta(days=60)
    files = [
        session(kind, day, o1001=(presence, "事由"))
        for kind in OWED
        for day, presence in attended
        if since <= day <= today
    ]
    found = owing((ANNA,), files, Away(), since, today, WORKED)
    places = [(o.period.kind, o.period.first) for o in found]
    assert len(places) == len(set(places))
    assert len(places) <= sum(SHOWN.values())
    before = {(o.period, o.state) for o in owing((ANNA,), [], Away(), since, today, WORKED)}
    late = {o.period for o in found if o.state is Owed.OVERDUE}
    assert late <= {period for period, was in before if was is Owed.OVERDUE}
