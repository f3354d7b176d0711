"""A month is judged by how its operators sounded in the months before it, and by nothing that the run itself hears."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models import CallRecord, Recording, Usual, VoiceBaseline
from qa_pipeline.runs import run_month
from qa_pipeline.runs.stages import Heard, Judged, Stages
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.voices import earlier_voices, operator_rates
from scoring.scorecard import default_scorecard
from tests import centre
from tests.centre import MONTH, NOW, STAMP

Sessions = sessionmaker[Session]
CALLS = centre.many_calls(4)


def earlier_call(day: int, operator_id: str = "1001", month: int = 9) -> CallRecord:
    return centre.call(
        f"E{month}-{operator_id}-{day}", started_at=datetime(2026, month, day, 9), operator_id=operator_id
    )


def levels(session: Session, before: str = MONTH, each: int = 20) -> dict[str, list[float | None]]:
    found = earlier_voices(session, before, {"1001", "1002"}, each)
    return {who: [v.above_floor_db for v in voices] for who, voices in found.items()}


def test_the_newest_calls_of_earlier_months_are_taken_and_the_callers_voice_is_not(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for day in (1, 2, 3):
            centre.heard_before(session, earlier_call(day), 30.0 + day)
        centre.heard_before(session, earlier_call(9, "1002"), 25.0)
        centre.heard_before(session, earlier_call(9, "1003"), 20.0)
        centre.heard_before(session, earlier_call(5, month=10), 99.0)
    with sessions() as session:
        assert levels(session) == {"1001": [33.0, 32.0, 31.0], "1002": [25.0]}
        assert levels(session, each=2)["1001"] == [33.0, 32.0]
        assert levels(session, "2026-09") == {}
        assert levels(session, "2026-11")["1001"][0] == 99.0


def test_a_mono_recording_tells_no_level(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.heard_before(session, earlier_call(1), 31.0, channels=1)
    with sessions() as session:
        assert levels(session) == {}


def test_what_the_audit_that_counts_was_made_of_is_taken(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.heard_before(session, earlier_call(1), 31.0)
        centre.heard_before(session, earlier_call(1), 35.0, speech_hash="heard anew")
    with sessions() as session:
        assert levels(session) == {"1001": [35.0]}


def test_the_rates_are_those_of_all_audited_calls_or_of_a_month(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.heard_before(session, earlier_call(1), 31.0)
        centre.heard_before(session, earlier_call(5, month=10), 31.0)
    with sessions() as session:
        assert operator_rates(session) == (240.0, 240.0)
        assert operator_rates(session, "2026-10") == (240.0,)
        assert operator_rates(session, "2026-08") == ()


@dataclass
class Judging:
    """Notes by which baseline each call was judged."""

    given: dict[str, VoiceBaseline | None] = field(default_factory=dict)

    def listen(self, calls: Iterable[Recording]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        for recording in calls:
            heard = (centre.transcript(recording.recording_id), centre.voiced_profile(70.0))
            yield recording.recording_id, lambda heard=heard: heard  # type: ignore[misc]

    def judge(self, file: Any, *rest: Any) -> Judged:
        self.given[file.call.call_id] = rest[-1]
        return (centre.result(),), centre.evaluation(), ()

    def run(self, settings: Settings, sessions: Sessions) -> Any:
        self.given.clear()
        stages = Stages(lambda _path, recording, _channel: recording, self.listen, lambda entries: entries, self.judge)
        rules: Any = SimpleNamespace(version="2026-10", sha256="a" * 64, rules=())
        transcriber: Any = SimpleNamespace(stamp=STAMP)
        later = NOW + timedelta(days=1)
        card = default_scorecard()
        return run_month(settings, sessions, MONTH, transcriber, card, rules, lambda: later, stages=stages)


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(workspace=tmp_path)


@pytest.fixture
def planned(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        centre.put_calls(session, CALLS)
        centre.put_plan(session, CALLS)
    return sessions


def test_without_earlier_calls_nobody_has_a_baseline_however_often_the_month_is_run(
    settings: Settings, planned: Sessions
) -> None:
    judging = Judging()
    assert judging.run(settings, planned).done == 4
    assert set(judging.given.values()) == {None}
    assert judging.run(settings, planned).unchanged == 4


def test_each_call_is_judged_by_its_own_operators_baseline_and_again_when_that_changes(
    settings: Settings, planned: Sessions
) -> None:
    with planned.begin() as session:
        for day in (1, 2, 3):
            centre.heard_before(session, earlier_call(day), 30.0 + day)
    judging = Judging()
    assert judging.run(settings, planned).done == 4
    known = {call_id: baseline.above_floor_db for call_id, baseline in judging.given.items() if baseline is not None}
    assert known == {call.call_id: Usual(32.0, 1.483, 3) for call in CALLS if call.operator_id == "1001"}
    assert judging.run(settings, planned).unchanged == 4
    with planned.begin() as session:
        centre.heard_before(session, earlier_call(4), 40.0)
    summary = judging.run(settings, planned)
    assert (summary.done, summary.unchanged) == (2, 2)
    assert set(judging.given) == {call.call_id for call in CALLS if call.operator_id == "1001"}
