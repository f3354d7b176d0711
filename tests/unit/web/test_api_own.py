"""An operator's own by the API: months, calls with their sound, notices, appeals, training; and never another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.errors import UserError
from qa_pipeline.models import Verdict
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import decide
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries
from qa_pipeline.store.queries.accounts import account_by_login, set_roles
from qa_pipeline.store.queries.appeals import appeal_file
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.session import close_store
from qa_pipeline.training.packs.plans import give_out
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.packed import add_pack, person
from tests.people import NAMES, PASSWORD
from tests.unit.web.programs import Programs, refused, sent, told

NOW = datetime(2026, 11, 2, 9, 0)
OWN = (Scope.OWN_READ, Scope.OWN_WRITE)
FAILED = {
    "operator_id": "1003", "n_heard": 20, "n_frame": 40, "mean": "60.00", "mean_low": "60.00", "mean_high": "60.00",
    "interval_low": "55.00", "interval_high": "65.00", "grade": "不合格", "factor": "0.70", "provisional": False,
    "assessed": True, "failed": True, "enough": True, "below": True, "confirmed": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Give a month in which a reviewer confirmed a finding, one of two voted on a fatal error, and a pack is out."""
    settings, sessions = seed(tmp_path_factory.mktemp("own"))
    with sessions.begin() as session:
        decide(session, MAIN, "PH06", Verdict.CONFIRM, 2, "质检员甲", "与李女士（13900001234）说的", NOW)
        decide(session, MAIN, "FE01", Verdict.CONFIRM, 1, "质检员乙", "盲评的话", NOW)
        give_out(session, add_pack(session, settings.workspace).pack_id, "二组", None, person(session), NOW)
    yield Programs(settings, sessions)
    close_store(sessions)


@pytest.fixture(scope="module")
def mine(centre: Programs) -> TestClient:
    return centre.program("operator3", *OWN)


def test_an_operator_makes_a_token_for_the_own_results_and_training_and_for_nothing_else(centre: Programs) -> None:
    page = centre.page("operator3", "/me/tokens")
    own = {"own:read", "own:write", "training:read", "training:write"}
    assert set(re.findall(r'name="scopes" value="([^"]+)"', page)) == own
    assert "own:read" not in centre.page("reviewer", "/me/tokens")
    asking, form = centre.as_("operator3"), {"name": "我的脚本", "password": PASSWORD}
    answer = asking.post("/me/tokens", data={**form, "scopes": ["own:read", "errands:read"]})
    assert (answer.status_code, "话务员的令牌不能有“errands:read”权限" in answer.text) == (400, True)
    given = re.search(r'class="secret">(hqa_[^<]+)<', asking.post("/me/tokens", data={**form, "scopes": OWN}).text)
    assert given is not None
    assert told(centre.holding(given[1]), "/me/months")["name"] == "王海燕"
    with centre.sessions.begin() as session, pytest.raises(UserError, match="calls:read"):
        make_token(session, "x", "operator3", [Scope.CALLS_READ, *OWN], 1, NAMES["operator3"], NOW)


def test_one_who_reviews_beside_may_have_both_and_reads_only_the_own_at_me(centre: Programs) -> None:
    with centre.sessions.begin() as session:
        found = account_by_login(session, "reviewer3")
        assert found is not None
        set_roles(session, found[0].account_id, (Role.REVIEWER, Role.OPERATOR), "1001")
    asking = centre.program("reviewer3", Scope.CALLS_READ, *OWN)
    assert told(asking, f"/me/calls/{CLEAN}")["call_id"] == CLEAN
    assert asking.get(f"/api/v1/me/calls/{MAIN}").status_code == 404
    assert asking.get(f"/api/v1/calls/{MAIN}").status_code == 200


def test_months_calls_and_findings_are_told_as_on_the_own_pages(mine: TestClient) -> None:
    months = told(mine, "/me/months")
    assert (months["operator_id"], months["team"], months["run"]["status"]) == ("1003", "二组", "none")
    assert [(one["month"], one["settled"], one["provisional"], one["pay"]) for one in months["months"]] == [
        (MONTH, False, True, None)
    ]
    month = told(mine, f"/me/months/{MONTH}")
    assert (month["figures"], month["may_appeal"]) == (months["months"][0], False)
    assert {one["call_id"] for one in month["calls"]} == {MAIN, "H261007-001"}
    assert mine.get("/api/v1/me/months/1999-01").status_code == 404
    answer = mine.get(f"/api/v1/me/calls/{MAIN}")
    call = answer.json()
    rude, fatal = (next(one for one in call["items"] if one["code"] == code) for code in ("A6", "V1"))
    assert (rude["lost"], rude["state"], rude["may_appeal"]) == ("4", "decided", True)
    (finding,) = rude["findings"]
    assert finding["found"]["reason"] == "说了禁语2处"
    assert [(word["verdict"], word["office"]) for word in finding["words"]] == [("confirm", "reviewer")]
    assert (fatal["fatal"], fatal["may_appeal"], fatal["findings"][0]["words"]) == (False, False, [])
    for word in ("质检员甲", "质检员乙", "盲评的话", "13900001234"):
        assert word not in answer.text


def test_the_own_call_is_heard_and_each_look_is_written_down(centre: Programs, mine: TestClient) -> None:
    sound = mine.get(f"/api/v1/me/calls/{MAIN}/audio", headers={"Range": "bytes=0-99"})
    assert (sound.status_code, sound.headers["content-type"], len(sound.content)) == (206, "audio/wav", 100)
    told(mine, f"/me/calls/{MAIN}")
    with centre.sessions() as session:
        lines = access_entries(session, AccessFilter(who="operator3"), 50)
    assert {("get_own_audio", f"call_id={MAIN}"), ("get_own_call", f"call_id={MAIN}")} <= {
        (line.action, line.subject) for line in lines
    }


def test_an_appeal_is_filed_answered_read_and_taken_back(centre: Programs, mine: TestClient) -> None:
    filed = sent(mine, f"/me/calls/{MAIN}/appeals", item="A6", reason="已经致歉")
    path = f"/me/appeals/{filed['appeal_id']}"
    assert refused(mine, f"/me/calls/{MAIN}/appeals", item="A6", reason="再诉")[0] == 409
    assert refused(mine, f"/me/calls/{MAIN}/appeals", item="B4", reason="存疑的")[0] == 400
    reviews = centre.program("reviewer2", Scope.APPEALS_READ, Scope.APPEALS_WRITE)
    (waits,) = told(reviews, "/appeals/waiting")["pending"]
    assert (waits["appeal_id"], waits["reason"]) == (filed["appeal_id"], "已经致歉")
    sent(reviews, f"/appeals/{filed['appeal_id']}/answer", reason="重听过")
    answer = mine.get(f"/api/v1{path}")
    assert [(word["office"], word["reason"]) for word in answer.json()["words"]] == [("reviewer", "重听过")]
    assert "质检员乙" not in answer.text
    item = next(one for one in told(mine, f"/me/calls/{MAIN}")["items"] if one["code"] == "A6")
    assert (item["appeal_id"], item["appeal_state"], item["may_appeal"]) == (filed["appeal_id"], "answered", False)
    assert sent(mine, f"{path}/withdrawal", reason="想清楚了")["state"] == "withdrawn"
    assert refused(mine, f"{path}/withdrawal", reason="又撤")[0] == 409
    assert [one["state"] for one in told(mine, "/me/appeals")] == ["withdrawn"]
    with centre.sessions() as session:
        assert appeal_file(session, filed["appeal_id"]).words[-1].by == "1003"


def test_nothing_of_a_colleague_is_there_to_read_or_to_say(centre: Programs, mine: TestClient) -> None:
    other = centre.program("operator", *OWN)
    number = sent(mine, f"/me/calls/{MAIN}/appeals", item="A5", reason="已道别")["appeal_id"]
    facts = {"operator": "1003", "kind": "shift_leader", "happened": f"{MONTH}-14T15:20", "what": "离席"}
    notice = centre.taken("reviewer", "/notices", **facts, evidence="监控", points="2").rsplit("/", 1)[1]
    centre.taken("supervisor", f"/notices/{notice}/approval", reason="属实", points="2")
    assert [one["may_appeal"] for one in told(mine, "/me/notices")] == [True]
    for path in (f"/me/calls/{MAIN}", f"/me/calls/{MAIN}/audio", f"/me/appeals/{number}"):
        assert other.get(f"/api/v1{path}").status_code == 404, path
    for path, values in (
        (f"/me/calls/{MAIN}/appeals", {"item": "A6"}),
        (f"/me/notices/{notice}/appeals", {}),
        (f"/me/appeals/{number}/withdrawal", {}),
    ):
        assert refused(other, path, reason="替她", **values)[0] == 404, path
    assert (told(other, "/me/notices"), told(other, "/me/appeals")) == ([], [])
    everything = "".join(
        other.get(f"/api/v1/me/{path}").text
        for path in ("months", f"months/{MONTH}", "notices", "appeals", "training", "packs")
    )
    for word in ("1003", "王海燕", MAIN):
        assert word not in everything
    for path in (f"/calls/{MAIN}", "/appeals/waiting", "/errands", "/months", f"/repeats/{MAIN}", "/calibration"):
        assert other.get(f"/api/v1{path}").status_code == 403, path
    sent(mine, f"/me/notices/{notice}/appeals", reason="已向班长报备")
    assert [one["may_appeal"] for one in told(mine, "/me/notices")] == [False]


def test_a_settled_month_that_counts_is_appealed_against(centre: Programs, mine: TestClient) -> None:
    assert refused(mine, f"/me/months/{MONTH}/appeals", reason="未结账")[0] == 404
    with centre.sessions.begin() as session:
        save_closing(session, "2026-09", [{"month": "2026-09", **FAILED}], "管理员己", datetime.now())
    before = told(mine, "/me/months/2026-09")
    assert (before["figures"]["counts"], before["may_appeal"], before["figures"]["grade"]) == (True, True, "不合格")
    assert date.fromisoformat(before["appeal_until"]) > datetime.now().date()
    assert sent(mine, "/me/months/2026-09/appeals", reason="当月请假")["kind"] == "strike"
    assert told(mine, "/me/months/2026-09")["may_appeal"] is False


def test_training_and_packs_are_those_of_the_operator(centre: Programs, mine: TestClient) -> None:
    last_week = datetime.now().date() - timedelta(days=datetime.now().date().weekday() + 5)
    form = {"kind": "team", "held_on": last_week, "topic": "先安抚后办理", "leader": "培训师戊", "minutes": "45"}
    address = centre.taken("trainer", "/training/records", **form, team="二组")
    centre.taken("trainer", f"{address}/attendance", presence_1003="absent", reason_1003="当班")
    centre.taken("trainer", "/retraining", operator="1003", subject="安抚话术", planned_on=datetime.now().date())
    found = told(mine, "/me/training")
    assert [(one["topic"], one["presence"], one["reason"]) for one in found["attended"]] == [
        ("先安抚后办理", "absent", "当班")
    ]
    assert ("team", True) in {(one["kind"], one["overdue"]) for one in found["owed"]}
    assert [(one["subject"], one["result"]) for one in found["retrainings"]] == [("安抚话术", None)]
    packs = [(one["title"], one["clips"], one["minutes"]) for one in told(mine, "/me/packs")]
    assert packs == [("十二月模拟接电：反复投诉", 1, 25)]
    assert told(centre.program("operator", *OWN), "/me/packs") == []
