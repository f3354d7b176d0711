"""The API: what a token may do and what it may not, answers in JSON, files that are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts.tokens import make_token, person_of_token
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import Verdict
from qa_pipeline.models.errands import ErrandKind, ErrandState
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import decide
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries
from qa_pipeline.store.queries.accounts import account_by_login, set_disabled
from qa_pipeline.store.queries.errands import add_errand, ask_to_stop, errand
from qa_pipeline.store.queries.review import decisions_of
from qa_pipeline.store.queries.search_index import rebuild_index
from qa_pipeline.store.queries.tokens import revoke_token
from qa_pipeline.store.session import close_store
from qa_pipeline.supervision.appeal_targets import item_target
from qa_pipeline.supervision.appeals import file_appeal
from qa_pipeline.web.app import create_app
from qa_pipeline.worker import work
from tests.e2e.month import MAIN, MONTH, seed
from tests.people import HOME, NAMES, client_as

NOW = datetime(2026, 11, 2, 9, 0)
Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


def program(centre: Centre, login: str, *scopes: Scope, days: int = 30, now: datetime | None = None) -> TestClient:
    with centre[1].begin() as session:
        token, _ = make_token(session, "呼叫平台", login, scopes, days, NAMES[login], now or datetime.now())
    return TestClient(create_app(centre[1], centre[0]), base_url=HOME, headers={"Authorization": f"Bearer {token}"})


def test_a_token_reads_calls_and_says_where_each_stands(centre: Centre) -> None:
    asking = program(centre, "reviewer", Scope.CALLS_READ)
    page = asking.get("/api/v1/calls", params={"month": MONTH, "limit": 2, "after": 1}).json()
    assert (page["total"], len(page["calls"])) == (8, 2)
    found = asking.get(f"/api/v1/calls/{MAIN}").json()
    assert {"AN01", "PH06"} <= {result["code"] for result in found["results"]}
    assert asking.get(f"/api/v1/calls/{MAIN}/audio").headers["content-type"] == "audio/wav"


def test_a_decision_is_signed_by_the_account_and_said_twice_it_is_one(centre: Centre) -> None:
    asking = program(centre, "reviewer", Scope.CALLS_READ, Scope.CALLS_WRITE)
    audit_id = asking.get(f"/api/v1/calls/{MAIN}").json()["audit_id"]
    word = {"verdict": "confirm", "audit_id": audit_id, "seen": 0}
    answers = [asking.post(f"/api/v1/calls/{MAIN}/findings/PH05", json=word) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    with centre[1]() as session:
        assert [d.reviewer for d in decisions_of(session, MAIN)] == ["质检员甲"]
        entries = access_entries(session, AccessFilter(action="decide_finding"), 10)
    assert [(e.login, e.outcome) for e in entries] == [("reviewer", 201), ("reviewer", 201)]
    assert {e.name for e in entries} == {"质检员甲（令牌 1 呼叫平台）"}


def test_a_change_that_is_refused_is_logged_with_what_it_was_answered(centre: Centre) -> None:
    asking = program(centre, "reviewer", Scope.CALLS_WRITE)
    path = f"/api/v1/calls/{MAIN}/findings/PH05"
    word = {"verdict": "confirm", "audit_id": 999, "seen": 0}
    answers = [asking.post(path, json=body) for body in ({"verdict": "perhaps"}, word)]
    with centre[1]() as session:
        entries = access_entries(session, AccessFilter(action="decide_finding"), 10)
    assert [e.outcome for e in reversed(entries)] == [a.status_code for a in answers] == [400, 409]


def test_one_item_and_the_waveform_are_read_as_on_the_page(centre: Centre) -> None:
    with centre[1].begin() as session:
        decide(session, MAIN, "PH06", Verdict.CONFIRM, 2, "质检员乙", "确有禁语", NOW)
        decide(session, MAIN, "FE01", Verdict.CONFIRM, 1, "质检员乙", "讽刺", NOW)
    asking = program(centre, "reviewer", Scope.CALLS_READ)
    item = asking.get(f"/api/v1/calls/{MAIN}/items/A6").json()
    (finding,) = item["findings"]
    assert (item["lost"], item["state"], finding["waits"], finding["seen"]) == ("4", "decided", False, 1)
    assert [(word["reviewer"], word["reason"]) for word in finding["decisions"]] == [("质检员乙", "确有禁语")]
    assert [one["note"] for one in finding["found"]["evidence"]] == ["我不是说了吗", "你自己看着办"]
    (fatal,) = asking.get(f"/api/v1/calls/{MAIN}/items/V1").json()["findings"]
    assert (fatal["found"]["label"], fatal["hidden"], fatal["decisions"]) == ("suspected", 1, [])
    assert asking.get(f"/api/v1/calls/{MAIN}/items/Z9").status_code == 404
    peaks = asking.get(f"/api/v1/calls/{MAIN}/peaks").json()
    assert (len(peaks["peaks"]), 0 < max(peaks["peaks"][0]) <= 1, peaks["duration"] > 20) == (2, True, True)
    trainer = program(centre, "trainer", Scope.CALLS_READ)
    assert trainer.get(f"/api/v1/calls/{MAIN}/items/A6").json()["lost"] == "4"
    assert trainer.get(f"/api/v1/calls/{MAIN}/peaks").status_code == 403


def test_anothers_word_on_a_fatal_error_is_kept_from_who_has_yet_to_speak(centre: Centre) -> None:
    with centre[1].begin() as session:
        decide(session, MAIN, "FE01", Verdict.OVERRULE, 1, "质检员乙", "不是这样", NOW)
        decide(session, MAIN, "PH05", Verdict.CONFIRM, 1, "质检员乙", "", NOW)
    asking = program(centre, "reviewer", Scope.CALLS_READ, Scope.CALLS_WRITE)

    def told() -> dict[str, list[str]]:
        found = asking.get(f"/api/v1/calls/{MAIN}").json()
        return {code: [d["reviewer"] for d in found["decisions"] if d["code"] == code] for code in ("FE01", "PH05")}

    assert told() == {"FE01": [], "PH05": ["质检员乙"]}
    audit_id = asking.get(f"/api/v1/calls/{MAIN}").json()["audit_id"]
    word = {"verdict": "confirm", "audit_id": audit_id, "seen": 0}
    assert asking.post(f"/api/v1/calls/{MAIN}/findings/FE01", json=word).status_code == 201
    assert told()["FE01"] == ["质检员乙", "质检员甲"]
    trainer = program(centre, "trainer", Scope.CALLS_READ)  # spoke on nothing, and two people do not agree yet
    assert [d["code"] for d in trainer.get(f"/api/v1/calls/{MAIN}").json()["decisions"]] == ["PH05"]


def test_a_token_does_no_more_than_its_scopes_and_its_accounts_role(centre: Centre) -> None:
    reads = program(centre, "reviewer", Scope.CALLS_READ)
    word = {"verdict": "confirm", "audit_id": 1, "seen": 0}
    refused = reads.post(f"/api/v1/calls/{MAIN}/findings/PH05", json=word)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    assert "calls:write" in refused.json()["detail"]
    trainer = program(centre, "trainer", Scope.CALLS_READ, Scope.CALLS_WRITE)
    assert trainer.post(f"/api/v1/calls/{MAIN}/findings/PH05", json=word).status_code == 403
    assert trainer.get(f"/api/v1/calls/{MAIN}/audio").status_code == 403
    number = re.search(r"1\d{10}", reads.get(f"/api/v1/calls/{MAIN}").text)
    assert number is not None
    assert number[0] not in trainer.get(f"/api/v1/calls/{MAIN}").text
    assert reads.get("/calls", follow_redirects=False).status_code == 303  # pages are for people


@pytest.mark.parametrize(
    ("query", "accepts", "english"),
    [
        ("", "", False),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", False),
        ("", "en", True),
        ("", "en-GB,en;q=0.9", True),
        ("?lang=en", "", True),
        ("?lang=zh", "en", False),
        ("?lang=fr", "", False),
    ],
)
def test_a_problem_is_told_in_chinese_or_in_english_where_that_is_asked_for(
    centre: Centre, query: str, accepts: str, *, english: bool
) -> None:
    asking = program(centre, "reviewer", Scope.CALLS_READ)
    told = asking.get(f"/api/v1/calls/H9{query}", headers={"Accept-Language": accepts}).json()
    assert told["status"] == 404
    assert told["detail"] == ("There is no call H9" if english else "没有通话 H9")
    assert (told["hint"] == "Check the number: use the one in the call log") is english


def test_a_browsers_session_is_no_token(centre: Centre) -> None:
    with client_as(centre[1], centre[0]) as browser:
        refused = browser.get("/api/v1/months")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_a_token_ends_by_its_date_when_revoked_and_with_its_account(centre: Centre) -> None:
    _, sessions = centre
    with sessions.begin() as session:
        token, made = make_token(session, "x", "reviewer", [Scope.CALLS_READ], 1, NAMES["reviewer"], NOW)
    assert person_of_token(sessions, token, NOW) is not None
    assert person_of_token(sessions, token, NOW + timedelta(days=1)) is None
    assert person_of_token(sessions, "hqa_other", NOW) is None
    with sessions.begin() as session:
        account = account_by_login(session, "reviewer")
        assert account is not None
        set_disabled(session, account[0].account_id, NOW)
    assert person_of_token(sessions, token, NOW) is None
    with sessions.begin() as session:
        set_disabled(session, account[0].account_id, None)
        revoke_token(session, made.token_id, NOW)
    assert person_of_token(sessions, token, NOW) is None
    with sessions.begin() as session, pytest.raises(NotFound):
        revoke_token(session, 999, NOW)


@pytest.mark.parametrize(
    ("name", "scopes", "days", "why"),
    [(" ", [Scope.CALLS_READ], 1, "用途"), ("x", [], 1, "没有选择权限"), ("x", [Scope.CALLS_READ], 0, "0 天不对")],
)
def test_a_token_that_will_not_do_is_refused(
    centre: Centre, name: str, scopes: list[Scope], days: int, why: str
) -> None:
    with centre[1].begin() as session, pytest.raises(UserError, match=why):
        make_token(session, name, "reviewer", scopes, days, NAMES["reviewer"], NOW)


def test_what_is_sent_is_previewed_and_imported_by_the_worker(centre: Centre) -> None:
    asking = program(centre, "supervisor", Scope.FILES_WRITE, Scope.ERRANDS_READ)
    roster = "工号,姓名,班组,入职日期\n1009,周倩,三组,2024-03-01\n".encode()
    sent = asking.post("/api/v1/files", files={"file": ("../../名册.csv", roster)})
    assert sent.status_code == 201, sent.text
    number = sent.json()["upload_id"]
    asked = asking.post("/api/v1/imports", json={"uploads": [number], "preview": True})
    assert asked.status_code == 202
    work(centre[0], centre[1], until_idle=True)
    told = asking.get(f"/api/v1/errands/{asked.json()['errand_id']}").json()
    assert (told["state"], told["report"]["files"][0]["taken"]) == ("done", 1)
    assert asking.post("/api/v1/imports", json={"uploads": [999]}).status_code == 404
    assert asking.get("/api/v1/errands").json()[0]["kind"] == "preview"
    assert asking.post("/api/v1/files", files={"file": ("x.exe", b"MZ")}).status_code == 400
    assert asking.post("/api/v1/files", files={"file": ("x.csv", b"")}).status_code == 400


def test_programs_are_told_nothing_of_who_rehearsed(centre: Centre) -> None:
    asking = program(centre, "supervisor", Scope.ERRANDS_READ, Scope.ERRANDS_WRITE)
    with centre[1].begin() as session:
        number = add_errand(session, ErrandKind.REHEARSAL, {"rehearsal": "1"}, "陈晓雯", NOW).errand_id
    answers = [asking.get(f"/api/v1/errands/{number}")]
    answers += [asking.post(f"/api/v1/errands/{number}/{what}") for what in ("pause", "cancel", "retry")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert "陈晓雯" not in "".join(answer.text for answer in answers)
    assert number not in [one["errand_id"] for one in asking.get("/api/v1/errands").json()]
    with centre[1].begin() as session:
        assert errand(session, number).state is ErrandState.WAITING
        ask_to_stop(session, number, ErrandState.CANCELLED, NOW)


def test_draws_and_runs_are_asked_for_paused_and_tried_again(centre: Centre) -> None:
    asking = program(centre, "supervisor", Scope.ERRANDS_READ, Scope.ERRANDS_WRITE)
    asked = asking.post("/api/v1/errands", json={"kind": "draw", "month": MONTH})
    number = asked.json()["errand_id"]
    assert asking.post(f"/api/v1/errands/{number}/pause").json()["state"] == "paused"
    assert asking.post(f"/api/v1/errands/{number}/retry").json()["state"] == "waiting"
    assert asking.post(f"/api/v1/errands/{number}/cancel").json()["state"] == "cancelled"
    assert asking.post(f"/api/v1/errands/{number}/cancel").status_code == 409
    assert asking.post("/api/v1/errands", json={"kind": "import", "month": MONTH}).status_code == 400
    assert asking.post("/api/v1/errands", json={"kind": "run", "month": "2026-13"}).status_code == 400
    assert asking.post("/api/v1/errands", json={"kind": "run", "month": "1999-01"}).status_code == 400


def test_months_tell_each_operators_figures(centre: Centre) -> None:
    asking = program(centre, "supervisor", Scope.MONTHS_READ)
    assert asking.get("/api/v1/months").json() == [MONTH]
    month = asking.get(f"/api/v1/months/{MONTH}").json()
    assert {o["operator_id"] for o in month["operators"]} == {"1001", "1002", "1003"}
    assert asking.get("/api/v1/months/1999-01").status_code == 404


def test_the_description_names_every_route_and_how_to_authenticate(centre: Centre) -> None:
    asking = TestClient(create_app(centre[1], centre[0]), base_url=HOME)
    told = asking.get("/api/v1/openapi.json").json()
    assert "/api/v1/calls/{call_id}/findings/{code}" in told["paths"]
    assert all(path.startswith("/api/v1/") for path in told["paths"])
    assert told["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_an_appeal_is_answered_and_decided_by_two_programs_accounts(centre: Centre) -> None:
    with centre[1].begin() as session:
        target = item_target(session, centre[0], MAIN, "A6")
        number = file_appeal(session, centre[0], target, "王海燕", "已致歉，电话13912345678", NOW).appeal.appeal_id
    answers = program(centre, "reviewer", Scope.APPEALS_READ, Scope.APPEALS_WRITE)
    decides = program(centre, "supervisor", Scope.APPEALS_WRITE)
    path = f"/api/v1/appeals/{number}"
    assert answers.post(f"{path}/answer", json={"reason": "重听录音"}).json()["state"] == "answered"
    refused = answers.post(f"{path}/decision", json={"ruling": "upheld", "reason": "成立"})
    assert refused.status_code == 403
    assert decides.post(f"{path}/decision", json={"ruling": "upheld", "reason": "成立"}).json()["state"] == "upheld"
    (line,) = answers.get("/api/v1/appeals", params={"month": MONTH, "state": "upheld"}).json()
    assert [(word["step"], word["by"]) for word in line["words"]] == [("answered", "质检员甲"), ("upheld", "主管丁")]
    assert answers.get("/api/v1/appeals", params={"month": MONTH, "state": "filed"}).json() == []


def test_a_notice_is_entered_and_approved_by_another(centre: Centre) -> None:
    enters = program(centre, "reviewer", Scope.NOTICES_READ, Scope.NOTICES_WRITE)
    approves = program(centre, "supervisor", Scope.NOTICES_WRITE)
    given = {
        "operator_id": "1002", "kind": "shift_leader", "happened_at": f"{MONTH}-14T15:20:00", "what": "迟到",
        "evidence": "考勤", "points": "1.5",
    }  # fmt: skip
    made = enters.post("/api/v1/notices", json=given).json()
    assert (made["state"], made["taken"], made["notice"]["seen_by"]) == ("entered", "0", "质检员甲")
    path = f"/api/v1/notices/{made['notice']['notice_id']}"
    assert enters.post(f"{path}/approval", json={}).status_code == 403
    assert approves.post(f"{path}/approval", json={"reason": "属实"}).json()["taken"] == "1.5"
    assert enters.post(f"{path}/withdrawal", json={"reason": "错了"}).status_code == 403
    assert [line["state"] for line in enters.get("/api/v1/notices", params={"month": MONTH}).json()] == ["approved"]


def test_notes_and_corrections_are_written_beside_a_call(centre: Centre) -> None:
    asking = program(centre, "reviewer", Scope.CALLS_READ, Scope.CALLS_WRITE)
    path = f"/api/v1/calls/{MAIN}"
    made = [asking.post(f"{path}/notes", json={"text": "来电人情绪激动"}).json() for _ in range(2)]
    assert made[0] == made[1]
    assert [note["text"] for note in asking.get(f"{path}/notes").json()["notes"]] == ["来电人情绪激动"]
    first = asking.get(path).json()["words"][0]
    fixed = asking.post(
        f"{path}/utterances/{first['index']}", json={"text": first["text"] + "好", "role": first["role"]}
    )
    assert fixed.status_code == 201, fixed.text
    stale = asking.post(f"{path}/utterances/{first['index']}", json={"text": "别的", "role": first["role"]})
    assert stale.status_code == 409


def test_the_queue_gives_a_call_and_takes_it_back(centre: Centre) -> None:
    asking = program(centre, "reviewer", Scope.CALLS_READ, Scope.CALLS_WRITE)
    first = asking.get("/api/v1/queue").json()["lines"][0]["call_id"]
    taken = asking.post("/api/v1/queue/next").json()
    assert taken["call_id"] == first
    other = program(centre, "supervisor", Scope.CALLS_READ)
    held = {line["call_id"]: line["held_by"] for line in other.get("/api/v1/queue").json()["lines"]}
    assert held[first] == "质检员甲"
    assert asking.delete(f"/api/v1/queue/{first}").status_code == 204
    assert all(line["held_by"] is None for line in other.get("/api/v1/queue").json()["lines"])


def test_search_knowledge_checklist_and_payroll_are_read(centre: Centre) -> None:
    reads = program(centre, "reviewer", Scope.CALLS_READ, Scope.KNOWLEDGE_READ)
    with centre[1].begin() as session:
        rebuild_index(session)
    word = reads.get(f"/api/v1/calls/{MAIN}").json()["words"][0]["text"][:2]
    found = reads.get("/api/v1/search", params={"q": word}).json()
    assert MAIN in {hit["call_id"] for hit in found["hits"]}
    assert all(word in place["text"] for hit in found["hits"] for place in hit["places"])
    entries = reads.get("/api/v1/knowledge", params={"day": f"{MONTH}-10"}).json()
    assert entries
    assert reads.get(f"/api/v1/knowledge/{entries[0]['entry_id']}").json()[-1]["title"]
    settles = program(centre, "supervisor", Scope.MONTHS_READ, Scope.PAYROLL_READ)
    assert {line["point"] for line in settles.get(f"/api/v1/months/{MONTH}/checklist").json()} >= {"open", "grades"}
    assert "绩效工资" in settles.get(f"/api/v1/months/{MONTH}/payroll.csv").text
    assert (
        program(centre, "supervisor", Scope.MONTHS_READ).get(f"/api/v1/months/{MONTH}/payroll.csv").status_code == 403
    )
