"""Appeals and criticism by the API beyond single steps: what waits, what could not be booked, what is posted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import close_month
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.session import close_store
from tests.e2e.month import MAIN, MONTH, seed
from tests.unit.web.programs import Programs, refused, sent, told

BOTH = (Scope.APPEALS_READ, Scope.APPEALS_WRITE)
NOTICE = {
    "operator_id": "1003", "kind": "shift_leader", "happened_at": f"{MONTH}-14T15:20:00", "what": "离席25分钟未报备",
    "evidence": "来电人 13900001234 反映", "points": "2",
}  # fmt: skip
SETTLED = {
    "operator_id": "1003", "n_heard": 3, "n_frame": 3, "mean": "60.00", "mean_low": "60.00", "mean_high": "60.00",
    "interval_low": "60.00", "interval_high": "60.00", "grade": "不合格", "factor": "0.70", "provisional": False,
    "assessed": True, "failed": True, "enough": True, "below": True, "confirmed": True,
}  # fmt: skip


@pytest.fixture
def centre(tmp_path) -> Iterator[Programs]:
    settings, sessions = seed(tmp_path)
    yield Programs(settings.model_copy(update={"notice_basis": "《话务员管理办法》第十二条的规定"}), sessions)
    close_store(sessions)


def won(centre: Programs) -> int:
    """Let an appeal against an item be won, and return its number."""
    number = int(centre.taken("operator3", f"/me/calls/{MAIN}/appeals", item="C2", reason="条目已改").rsplit("/", 1)[1])
    assert [one["state"] for one in told(centre.program("reviewer2", *BOTH), "/appeals/waiting")["pending"]] == [
        "filed"
    ]
    sent(centre.program("reviewer2", *BOTH), f"/appeals/{number}/answer", reason="重听过")
    sent(centre.program("supervisor", *BOTH), f"/appeals/{number}/decision", ruling="upheld", reason="条目已改")
    return number


def test_what_was_won_of_a_settled_month_is_booked_once(centre: Programs) -> None:
    with centre.sessions.begin() as session:
        close_month(session, centre.settings, MONTH, "管理员己", datetime.now(), accept_open=True)
    number = won(centre)
    decides = centre.program("supervisor", *BOTH)
    assert told(decides, "/appeals/waiting") == {"pending": [], "unadjusted": []}
    made = [sent(decides, f"/appeals/{number}/adjustment") for _ in range(2)]
    assert (made[0], made[0]["month"], made[0]["operator_id"]) == (made[1], MONTH, "1003")
    mine = told(centre.program("operator3", Scope.OWN_READ), f"/me/appeals/{number}")
    assert mine["adjustment"] == made[0]
    assert [word["office"] for word in mine["words"]] == ["reviewer", "supervisor"]
    assert refused(centre.program("reviewer", *BOTH), f"/appeals/{number}/adjustment")[0] == 403


def test_what_cannot_be_computed_again_is_told_to_wait_for_a_person(centre: Programs) -> None:
    with centre.sessions.begin() as session:
        save_closing(session, MONTH, [{"month": MONTH, **SETTLED}], "管理员己", datetime.now())
    number = won(centre)
    decides = centre.program("supervisor", *BOTH)
    assert [one["appeal_id"] for one in told(decides, "/appeals/waiting")["unadjusted"]] == [number]
    status, why = refused(decides, f"/appeals/{number}/adjustment")
    assert (status, "与结账结果不一致" in why) == (409, True)


def test_what_waits_is_without_calls_that_are_to_be_judged_blind(centre: Programs) -> None:
    centre.taken("operator3", f"/me/calls/{MAIN}/appeals", item="A6", reason="已经致歉")
    opens = centre.program("reviewer", Scope.CALIBRATION_READ, Scope.CALIBRATION_WRITE)
    people = told(opens, "/calibration/offered", month=MONTH)["people"]
    members = [one["account_id"] for one in people if one["name"] in {"质检员甲", "质检员乙"}]
    sent(opens, "/calibration", title="校准", due_on="2099-12-01", calls=[MAIN], members=members)
    waits = {who: told(centre.program(who, *BOTH), "/appeals/waiting")["pending"] for who in ("reviewer2", "reviewer3")}
    assert (waits["reviewer2"], [one["call_id"] for one in waits["reviewer3"]]) == ([], [MAIN])


def test_criticism_that_stands_is_listed_and_printed_with_stand_ins(centre: Programs) -> None:
    asking = centre.program("reviewer", Scope.NOTICES_READ, Scope.NOTICES_WRITE)
    assert told(asking, "/notices/criticism", month=MONTH) == []
    number = sent(asking, "/notices", **NOTICE)["notice"]["notice_id"]
    assert [one["notice"]["notice_id"] for one in told(asking, "/notices/waiting")] == [number]
    approves = centre.program("supervisor", Scope.NOTICES_WRITE)
    sent(approves, f"/notices/{number}/approval", reason="属实", points="1.5", criticised=True)
    assert told(asking, "/notices/waiting") == []
    (line,) = told(asking, "/notices/criticism", month=MONTH)
    assert (line["notice_id"], line["name"], line["what"], line["points"]) == (
        number,
        "王海燕",
        "离席25分钟未报备",
        "1.5",
    )
    assert "13900001234" not in line["evidence"]
    paper = asking.get("/api/v1/notices/criticism.html", params={"month": MONTH, "reference": "某通〔2026〕3号"})
    assert paper.headers["content-type"].startswith("text/html")
    assert ("关于对王海燕同志" in paper.text, "某通〔2026〕3号" in paper.text) == (True, True)
    assert asking.get("/api/v1/notices/criticism.html", params={"month": MONTH, "notice_id": 99}).status_code == 404
    assert approves.get("/api/v1/notices/criticism", params={"month": MONTH}).status_code == 403
