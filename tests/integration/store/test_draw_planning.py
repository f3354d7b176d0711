"""How many calls a coming month needs, from what the months before it show."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.runs import draw_month
from qa_pipeline.runs.planning import USUAL_SPREAD, DrawPlan, Goal, plan_draw
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries import results as stored
from scoring.false_flags import flagged_in_a_year
from scoring.planning import calls_for_half_width, calls_for_power, pooled_spread
from tests import centre
from tests.centre import MONTH, NOW
from tests.month_builder import CARD, clean, result

Sessions = sessionmaker[Session]
NEXT = "2026-11"
CALLS = centre.many_calls(120)
WRONG = result("AN02", "C2")  # twelve points


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path, quota_per_operator=10)


def hear(session: Session, number: int, call_id: str) -> None:
    """Keep a call as one that was audited: every third lost twelve points."""
    call = next(one for one in CALLS if one.call_id == call_id)
    stored.save_audit(
        session,
        call,
        centre.recording(call_id).recording_id,
        inputs_hash=call_id,
        speech_hash="s",
        ruleset=centre.RULESET,
        scorecard_version=CARD.version,
        knowledge_sha256="k",
        results=clean(but=[WRONG] if number % 3 == 0 else []),
        evaluation=centre.evaluation(),
        now=NOW,
    )


@pytest.fixture
def october(sessions: Sessions) -> Sessions:
    """October with 120 calls of two operators, of which all that were drawn were audited."""
    with sessions.begin() as session:
        centre.put_calls(session, CALLS)
    plan = draw_month(sessions, MONTH, 40, "seed", NOW)
    with sessions.begin() as session:
        for number, one in enumerate(plan.calls):
            hear(session, number, one.call_id)
    return sessions


def planned(sessions: Sessions, settings: Settings, goal: Goal, month: str = NEXT) -> DrawPlan:
    with sessions() as session:
        return plan_draw(session, settings, month, goal, 2)


def test_spread_is_taken_from_the_calls_that_counted_and_sizes_from_the_newest_month(
    october: Sessions, settings: Settings
) -> None:
    found = planned(october, settings, Goal(2.0))
    assert (found.frame_month, found.spread_months, found.spread_calls) == (MONTH, (MONTH,), 80)
    points = [[Decimal(88 if n % 3 == 0 else 100) for n in range(80)]]
    spread, _ = pooled_spread(points) or (0.0, 0)
    assert found.spread == pytest.approx(spread, rel=0.03), "two means are fitted instead of one"
    assert [need.operator_id for need in found.operators] == ["1001", "1002"]
    for need in found.operators:
        assert need.size == 60
        assert need.calls == calls_for_half_width(found.spread, 2.0, 60)
        assert sum(need.shifts.values()) == need.calls
        assert need.half_width is not None
        assert need.half_width <= 2.0
        assert need.half_width_now is not None
        assert need.half_width_now > need.half_width


def test_hours_false_flags_and_what_neyman_would_gain_are_told(october: Sessions, settings: Settings) -> None:
    found = planned(october, settings, Goal(2.0))
    heard = sum(need.calls for need in found.operators)
    assert found.hours == pytest.approx(heard * 60 * 2 / 3600)
    assert found.n == min(need.calls for need in found.operators)
    assert (found.naive, found.gated) == (flagged_in_a_year(found.n), flagged_in_a_year(found.n, gated=True))
    assert found.naive < found.naive_anybody < 2 * found.naive
    # Each shift has 26 degrees of freedom or fewer, too few to say.
    assert found.neyman_gain is None


def test_what_neyman_would_gain_is_told_once_every_shift_is_known_well_enough(
    sessions: Sessions, settings: Settings
) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, CALLS)
    plan = draw_month(sessions, MONTH, 60, "seed", NOW)
    with sessions.begin() as session:
        for one in plan.calls:
            # Only the early shift loses points, so that it alone is worth listening to.
            hear(session, int(one.call_id[1:]) // 6 if one.stratum.startswith("早班") else 1, one.call_id)
    found = planned(sessions, settings, Goal(2.0))
    assert found.neyman_gain is not None
    assert 0.2 < found.neyman_gain < 1
    assert planned(sessions, settings, Goal(0.001)).neyman_gain == 0, "who hears every call has nothing to gain"


def test_a_rate_is_told_from_the_line(october: Sessions, settings: Settings) -> None:
    found = planned(october, settings, Goal(None, 0.7, 0.8))
    assert {need.calls for need in found.operators} == {calls_for_power(0.7, 0.9, 0.8, 60)}
    hopeless = planned(october, settings, Goal(None, 0.899, 0.8))
    assert {need.calls for need in hopeless.operators} == {60}, "what no sample tells needs every call"


def test_before_anything_was_heard_the_spread_is_assumed_and_the_months_own_calls_give_sizes(
    sessions: Sessions, settings: Settings
) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, [*CALLS[:20], centre.call("N1", started_at=NOW + timedelta(hours=1))])
    found = planned(sessions, settings, Goal(2.0))
    assert (found.spread, found.spread_calls, found.spread_months) == (USUAL_SPREAD, 0, ())
    assert found.frame_month == NEXT
    (need,) = found.operators
    assert (need.calls, need.size, need.half_width, need.half_width_now) == (1, 1, None, None)


def test_goals_that_cannot_be_are_refused(october: Sessions, settings: Settings) -> None:
    for goal in (Goal(0), Goal(None, 0.9, 0.8), Goal(None, 0.7, 1)):
        with pytest.raises(UserError):
            planned(october, settings, goal)
    with pytest.raises(NotFound, match="2026-09 or before it"):
        planned(october, settings, Goal(3.0), "2026-09")
