"""A training's effect from settled calls: who is compared with whom, and in which calls."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from qa_pipeline.errors import UserError
from qa_pipeline.models.training_records import Presence, Seen, SessionDraft, SessionKind
from qa_pipeline.store.schema import OperatorRow, StandingRow
from qa_pipeline.training.records.effects import effect_of
from qa_pipeline.training.records.keeping import enter_session, record_attendance, withdraw_session
from scoring.training_effect import ENOUGH_OPERATORS, Verdict
from tests.trained import HELD, ITEMS, KNOWN, ROSTER, THERE

TODAY = date(2026, 11, 1)
LATER = datetime(2026, 11, 1, 9, 0)
FIRST = 1


def attended(session, number: int, *who: str, presence: Presence = Presence.PRESENT, on: date | None = None) -> None:
    said = {one: Seen(presence, on, "事由" if presence is Presence.ABSENT else "") for one in who}
    record_attendance(session, number, said, "更正", "培训师戊", LATER)


def held(session, day: date, topic: str, items=ITEMS) -> int:
    draft = SessionDraft(SessionKind.TEAM, day, topic, "培训师戊", 60, "", items)
    return enter_session(session, draft, KNOWN, "培训师戊", LATER).session.session_id


def test_those_who_were_trained_are_found_to_lose_less_than_the_others(trained) -> None:
    found = effect_of(trained, FIRST, 8, TODAY)
    assert found.windows.before == (HELD - timedelta(weeks=8), HELD - timedelta(days=1))
    assert found.windows.after == (HELD + timedelta(days=1), HELD + timedelta(weeks=8))
    assert found.effect.attended is not None
    assert found.effect.others is not None
    assert (found.effect.attended.n, found.effect.others.n) == (8, 16)
    assert found.effect.verdict is Verdict.BETTER
    assert [code for code, _ in found.by_item] == list(ITEMS)
    by_item = dict(found.by_item)
    assert by_item["A6"].verdict is Verdict.UNCLEAR
    assert {one.operator_id for one in found.people} == {o.operator_id for o in THERE}
    assert all(one.before is not None and one.before.interval is not None for one in found.people)
    assert found.over


def test_only_calls_of_closed_months_count_and_it_says_which_are_not(trained) -> None:
    found = effect_of(trained, FIRST, 12, TODAY)
    assert found.unsettled == ("2026-09",)
    assert found.people[0].after is not None
    assert found.people[0].after.n == 5 + 10  # what is left of July, and August
    assert effect_of(trained, FIRST, 4, TODAY).unsettled == ()


def test_calls_that_do_not_count_in_the_month_do_not_count_here(trained) -> None:
    trained.execute(update(StandingRow).where(StandingRow.operator_id == "1001").values(counts=False))
    assert "1001" not in {one.operator_id for one in effect_of(trained, FIRST, 8, TODAY).people}


def test_the_same_topic_given_to_another_team_is_looked_at_together_with_its_days_left_out(trained) -> None:
    second = held(trained, HELD + timedelta(days=7), "激动来电的安抚")
    attended(trained, second, "1009", "1011")
    found = effect_of(trained, second, 4, TODAY)
    assert len(found.files) == 2
    assert found.windows.before[1] == HELD - timedelta(days=1)
    assert found.windows.after[0] == HELD + timedelta(days=8)
    assert len(found.people) == 10


def test_who_made_it_up_later_or_learnt_the_same_elsewhere_is_in_neither_group(trained) -> None:
    attended(trained, FIRST, "1001", presence=Presence.MADE_UP, on=HELD + timedelta(days=20))
    elsewhere = held(trained, HELD + timedelta(days=10), "禁语", ("A6",))
    attended(trained, elsewhere, "1009")
    attended(trained, held(trained, HELD, "工单填写", ("D2",)), "1011")
    found = effect_of(trained, FIRST, 8, TODAY)
    assert (found.late, found.elsewhere) == ({"1001"}, {"1009"})
    assert found.effect.attended is not None
    assert found.effect.others is not None
    assert (found.effect.attended.n, found.effect.others.n) == (7, 15)
    assert found.effect.verdict is Verdict.TOO_FEW


def test_where_everybody_attended_there_is_nobody_to_compare_with(trained) -> None:
    attended(trained, FIRST, *(o.operator_id for o in ROSTER if o not in THERE))
    found = effect_of(trained, FIRST, 8, TODAY)
    assert found.effect.others is None
    assert found.effect.verdict is Verdict.TOO_FEW


def test_a_team_that_attended_as_a_whole_is_not_said_to_have_got_better_by_it(trained) -> None:
    whole = {who.operator_id: "一组" if who in THERE else "二组" for who in ROSTER}
    for who, team in whole.items():
        trained.execute(update(OperatorRow).where(OperatorRow.operator_id == who).values(team=team))
    found = effect_of(trained, FIRST, 8, TODAY)
    assert found.effect.verdict is Verdict.BY_TEAM
    assert {one.by_team for _, one in found.by_item} == {True}


def test_an_effect_is_asked_of_a_session_that_stands_and_says_what_it_was_about(trained) -> None:
    assert len(ROSTER) >= 2 * ENOUGH_OPERATORS
    with pytest.raises(UserError, match="没有登记对应哪些评分项"):
        effect_of(trained, held(trained, HELD, "政治学习", ()), 8, TODAY)
    with pytest.raises(UserError, match="前后各 5 周"):
        effect_of(trained, FIRST, 5, TODAY)
    withdraw_session(trained, FIRST, "登错", "主管丁", LATER)
    with pytest.raises(UserError, match="已撤销"):
        effect_of(trained, FIRST, 8, TODAY)


def test_calls_judged_by_two_scorecards_are_not_compared(trained) -> None:
    trained.execute(update(StandingRow).where(StandingRow.month == "2026-08").values(scorecard_version="other-2026"))
    with pytest.raises(UserError, match="2 版评分标准"):
        effect_of(trained, FIRST, 8, TODAY)


def test_days_that_are_not_over_are_said_to_be(trained) -> None:
    assert not effect_of(trained, FIRST, 8, HELD + timedelta(weeks=8)).over
