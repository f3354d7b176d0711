"""Blind reviews by the API: nothing of the first word is told before the second is given, and it changes no points."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from qa_pipeline.models import Verdict
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import decide
from qa_pipeline.store.queries.repeats import repeats_of
from qa_pipeline.store.schema import StandingRow
from qa_pipeline.store.session import close_store
from tests.e2e.month import CLEAN, MONTH, seed
from tests.unit.web.programs import Programs, refused, sent, told

CALL = "H261005-001"
REASON = "已经道别而机器没有听清"
BOTH = (Scope.CALLS_READ, Scope.CALLS_WRITE)
FAULT = {"PH05": {"said": "fault", "reason": "确实没有道别"}}


@pytest.fixture
def centre(tmp_path) -> Iterator[Programs]:
    settings, sessions = seed(tmp_path)
    with sessions.begin() as session:
        decide(session, CALL, "PH05", Verdict.OVERRULE, 1, "质检员甲", REASON, datetime(2026, 11, 2, 9))
    yield Programs(settings.model_copy(update={"repeat_share": 1.0}), sessions)
    close_store(sessions)


def test_a_second_person_judges_without_the_first_word_and_then_reads_it(centre: Programs) -> None:
    second = centre.program("reviewer2", *BOTH)
    taken = second.post("/api/v1/queue/next", params={"work": "repeat"}).json()
    assert taken == {"call_id": CALL, "work": "repeat"}
    shown = second.get(f"/api/v1/repeats/{CALL}")
    assert [(one["item"], one["reason"]) for one in shown.json()["asked"]] == [("A5", "结束语缺一部分：道别")]
    assert shown.json()["call"]["lines"]
    for word in (REASON, "质检员甲", "overrule"):
        assert word not in shown.text
    for path in (f"/calls/{CALL}", f"/calls/{CALL}/items/A5", f"/calls/{CALL}/notes"):
        assert second.get(f"/api/v1{path}").status_code == 409, path
    with centre.sessions() as session:
        before = session.get_one(StandingRow, CALL).points
    kept = sent(second, f"/repeats/{CALL}", words=FAULT)
    assert (kept["judged_by"], [(word["said"], word["reason"]) for word in kept["words"]]) == (
        "质检员乙",
        [("fault", "确实没有道别")],
    )
    with centre.sessions() as session:
        (repeat,) = repeats_of(session, MONTH)
        assert [(word.first, word.said) for word in repeat.words] == [("无差错", "有差错")]
        assert session.get_one(StandingRow, CALL).points == before
    assert REASON in second.get(f"/api/v1/calls/{CALL}").text
    assert refused(centre.program("reviewer3", *BOTH), f"/repeats/{CALL}", words=FAULT)[0] == 409


def test_it_is_for_another_person_who_has_not_read_what_was_decided(centre: Programs) -> None:
    first, second = (centre.program(login, *BOTH) for login in ("reviewer", "reviewer2"))
    assert "您自己复核的" in refused(first, f"/repeats/{CALL}", words=FAULT)[1]
    assert second.get(f"/api/v1/repeats/{CLEAN}").status_code == 400
    assert "还没有判" in refused(second, f"/repeats/{CALL}", words={})[1]
    assert REASON in [one["reason"] for one in told(second, f"/calls/{CALL}")["decisions"]]
    assert "您已看过" in second.get(f"/api/v1/repeats/{CALL}").json()["detail"]
    assert "您已看过" in refused(second, f"/repeats/{CALL}", words=FAULT)[1]
    with centre.sessions() as session:
        assert repeats_of(session, MONTH) == ()
    reads = centre.program("reviewer3", Scope.CALLS_READ)
    assert refused(reads, f"/repeats/{CALL}", words=FAULT)[0] == 403
    assert centre.program("trainer", *BOTH).get(f"/api/v1/repeats/{CALL}").status_code == 403
