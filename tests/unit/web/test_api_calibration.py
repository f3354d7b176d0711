"""Calibration by the API: scored blind as on the pages, compared when all have finished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from qa_pipeline.calibration.sessions import items_of
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.session import close_store
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.unit.web.programs import Programs, refused, sent, told

CLEAR: dict[str, dict[str, object]] = {item: {"score": "none"} for item in items_of(default_scorecard())}
RUDE = {**CLEAR, "A6": {"score": "fault", "faults": 2, "reason": "只有甲这样看"}}
LATER = str(datetime.now().date() + timedelta(days=7))
OTHER = "H261004-002"
BOTH = (Scope.CALIBRATION_READ, Scope.CALIBRATION_WRITE)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    settings, sessions = seed(tmp_path_factory.mktemp("calibration"))
    yield Programs(settings, sessions)
    close_store(sessions)


def opened(asking: TestClient, call_id: str) -> str:
    """Open a session of 质检员甲 and 质检员乙 on a call, and return its path."""
    offered = told(asking, "/calibration/offered", month=MONTH)
    members = [one["account_id"] for one in offered["people"] if one["name"] in {"质检员甲", "质检员乙"}]
    made = sent(asking, "/calibration", title="十一月校准", due_on=LATER, calls=[call_id], members=members)
    return f"/calibration/{made['session']['session_id']}"


def test_a_session_is_opened_scored_blind_handed_in_compared_and_discussed(centre: Programs) -> None:
    first, second = (centre.program(login, *BOTH, Scope.CALLS_READ) for login in ("reviewer", "reviewer2"))
    path = opened(first, MAIN)
    assert path.endswith(str(told(second, "/calibration")["waiting"][0]["session_id"]))
    call = told(first, f"{path}/calls/{MAIN}")
    assert "我不是说了吗，你自己看着办。" in [line["text"] for line in call["call"]["lines"]]
    assert (call["open"], call["words"], len(call["unscored"])) == (True, [], len(CLEAR))
    assert sent(first, f"{path}/calls/{MAIN}", items=RUDE)["unscored"] == []
    members = {one["name"]: one for one in sent(first, f"{path}/finish")["members"]}
    assert [(who, one["scored"], one["finished_at"] is None) for who, one in sorted(members.items())] == [
        ("质检员乙", 0, True),
        ("质检员甲", 1, False),
    ]

    before = second.get(f"/api/v1{path}").text + second.get(f"/api/v1{path}/calls/{MAIN}").text
    assert "说了禁语2处" not in before  # what the machine found
    assert "只有甲这样看" not in before  # what another said
    assert told(second, path)["results"] is None
    assert second.get(f"/api/v1/calls/{MAIN}").status_code == 409
    assert first.get(f"/api/v1/calls/{MAIN}").status_code == 200
    assert refused(first, f"{path}/calls/{MAIN}", items=CLEAR)[0] == 409  # handed in
    assert refused(second, f"{path}/remarks", text="先说一句")[0] == 400

    sent(second, f"{path}/calls/{MAIN}", items=CLEAR)
    sent(second, f"{path}/finish")
    results = told(centre.program("supervisor", *BOTH), path)["results"]
    (differing,) = results["differing"]
    assert (differing["item"], differing["consensus"]) == ("A6", None)
    assert [(word["score"], word["faults"]) for word in differing["words"]] == [("none", 0), ("fault", 2)]
    assert "说了禁语2处" in [line["reason"] for line in differing["machine"]]
    assert (results["judged"], results["judged"] - results["same"]) == (len(CLEAR), 1)
    assert {one["member"]["name"]: one["stricter"] for one in results["people"]} == {"质检员甲": 1, "质检员乙": 0}
    sent(first, f"{path}/remarks", text="以后一律算禁语", call_id=MAIN, item="A6")
    assert [one["text"] for one in told(second, path)["remarks"]] == ["以后一律算禁语"]
    assert "以后一律算禁语" in centre.page("reviewer2", path)


def test_who_may_not_see_personal_data_reads_stand_ins_in_what_others_wrote(centre: Programs) -> None:
    first, second = (centre.program(login, *BOTH) for login in ("reviewer", "reviewer2"))
    path = opened(first, CLEAN)
    sent(first, f"{path}/calls/{CLEAN}", items={**CLEAR, "A6": {**RUDE["A6"], "reason": "对13900001234说的"}})
    sent(second, f"{path}/calls/{CLEAN}", items=CLEAR)
    for asking in (first, second):
        sent(asking, f"{path}/finish")
    sent(first, f"{path}/remarks", text="回拨13900001234问过")
    strict = Programs(centre.settings.model_copy(update={"sees_personal_data": ("supervisor",)}), centre.sessions)
    texts = [strict.page("reviewer2", path), strict.program("reviewer2", *BOTH).get(f"/api/v1{path}").text]
    for text in texts:
        assert ("13900001234" in text, "说的" in text, "问过" in text) == (False, True, True)
    assert "13900001234" in second.get(f"/api/v1{path}").text


def test_an_ended_session_tells_nothing_of_a_call_that_waits_to_be_scored_in_another(centre: Programs) -> None:
    first, second, ends = (centre.program(login, *BOTH) for login in ("reviewer", "reviewer2", "supervisor"))
    path = opened(first, OTHER)
    sent(first, f"{path}/calls/{OTHER}", items=RUDE)
    sent(ends, f"{path}/closing", reason="乙休假")
    assert told(second, path)["results"] is not None
    again = opened(first, OTHER)
    kept = told(second, path)
    assert (kept["results"], kept["words"], kept["kept_back"]) == (None, [], [OTHER])
    assert f"{OTHER} 等您盲评" in centre.page("reviewer2", path)
    assert f"{OTHER} 等您盲评" not in centre.page("reviewer3", path)
    sent(ends, f"{again}/closing", reason="不再评")
    assert told(second, path)["results"] is not None


def test_who_takes_no_part_scores_nothing_and_half_scored_is_not_handed_in(centre: Programs) -> None:
    first, other = (centre.program(login, *BOTH) for login in ("reviewer", "reviewer3"))
    path = opened(first, CLEAN)
    assert other.get(f"/api/v1{path}/calls/{CLEAN}").status_code == 404
    assert refused(other, f"{path}/calls/{CLEAN}", items=CLEAR)[0] == 400
    assert told(other, path)["calls"] == [{"call_id": CLEAN, "scored": None}]
    assert "没有 Z9" in refused(first, f"{path}/calls/{CLEAN}", items={"Z9": {"score": "none"}})[1]
    assert "的理由" in refused(first, f"{path}/calls/{CLEAN}", items={"A6": {"score": "fault"}})[1]
    sent(first, f"{path}/calls/{CLEAN}", items={"A6": {"score": "none"}})
    assert "还有没评的" in refused(first, f"{path}/finish")[1]


def test_a_session_is_ended_by_who_opened_it_or_a_supervisor(centre: Programs) -> None:
    first, second = (centre.program(login, *BOTH) for login in ("reviewer", "reviewer2"))
    path = opened(first, CLEAN)
    assert refused(second, f"{path}/closing", reason="我来结束")[0] == 400
    ended = sent(centre.program("supervisor", *BOTH), f"{path}/closing", reason="乙休假")
    assert (ended["closing"]["closed_by"], ended["results"]["judged"]) == ("主管丁", 0)
    assert refused(second, f"{path}/calls/{CLEAN}", items=CLEAR)[0] == 409


def test_it_needs_the_scope_and_the_role(centre: Programs) -> None:
    reads = centre.program("reviewer", Scope.CALIBRATION_READ)
    assert refused(reads, "/calibration", title="x", due_on=LATER, calls=[MAIN], members=[1, 2])[0] == 403
    assert centre.program("trainer", *BOTH).get("/api/v1/calibration").status_code == 403
    assert centre.program("reviewer", Scope.CALLS_READ).get("/api/v1/calibration").status_code == 403
