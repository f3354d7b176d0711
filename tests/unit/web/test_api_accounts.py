"""Accounts, tokens, webhooks and the access log by the API: what a token does, and what it must not do alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from qa_pipeline.accounts.managing import create_program
from qa_pipeline.accounts.signing_in import sign_in
from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import PERSONS, Scope
from qa_pipeline.store.queries.access_log import add_access
from qa_pipeline.store.session import close_store
from tests.e2e.month import MAIN, NOW, seed
from tests.people import PASSWORD
from tests.programs import Programs

WRONG = "wrong horse staple"
ADMIN = (Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE)
PROVES = {"password": PASSWORD}


@pytest.fixture
def programs(tmp_path) -> Iterator[Programs]:
    settings, sessions = seed(tmp_path)
    yield Programs(settings, sessions)
    close_store(sessions)


def test_an_account_is_made_changed_shut_and_opened_and_seen_in_the_list(programs: Programs) -> None:
    boss = programs.of("administrator", *ADMIN)
    asked = {"login": "ZhouQian", "name": "周倩", "roles": ["reviewer"], "operator": "1002", **PROVES}
    made = boss.post("/accounts", json=asked)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["account"]["login"], told["account"]["must_change"]) == ("zhouqian", True)
    given = told["first_password"]
    _, account = sign_in(programs.sessions, "zhouqian", given, "127.0.0.1", NOW)
    assert account.name == "周倩"
    assert boss.post("/accounts/zhouqian/roles", json={"roles": ["trainer"], **PROVES}).json()["roles"] == ["trainer"]
    assert boss.post("/accounts/zhouqian/disable").json()["disabled_at"] is not None
    assert boss.post("/accounts/zhouqian/enable", json=PROVES).json()["disabled_at"] is None
    assert boss.post("/accounts/zhouqian/password", json=PROVES).json()["first_password"] != given
    (line,) = [one for one in boss.get("/accounts").json() if one["login"] == "zhouqian"]
    assert (line["roles"], line["operator_id"], line["created_by"]) == (["trainer"], None, "管理员己")
    assert given not in boss.get("/accounts").text
    assert programs.logged("make_account") == [("administrator", "login=ZhouQian roles=reviewer", 201)]


def test_what_will_not_do_is_refused_as_on_the_page(programs: Programs) -> None:
    boss = programs.of("administrator", *ADMIN)
    asked = {"login": "zhouqian", "name": "质检员甲", "roles": ["reviewer"], **PROVES}
    assert boss.post("/accounts", json=asked).status_code == 409
    assert boss.post("/accounts", json={**asked, "name": "周倩", "roles": ["king"]}).status_code == 400
    assert boss.post("/accounts/administrator/disable").status_code == 409
    assert boss.post("/accounts/nobody/enable", json=PROVES).status_code == 404
    assert programs.of("supervisor", *ADMIN).get("/accounts").status_code == 403
    assert programs.of("administrator", Scope.ACCOUNTS_READ).post("/accounts", json=asked).status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accounts", {"login": "mole", "name": "鼹鼠", "roles": ["administrator"]}),
        ("/accounts/administrator/roles", {"roles": ["administrator", "supervisor"]}),
        ("/accounts/supervisor/password", {}),
        ("/accounts/reviewer/enable", {}),
        ("/me/tokens", {"name": "更久", "scopes": ["accounts:write"], "days": 3650}),
        ("/tokens", {"name": "程序", "login": "administrator", "scopes": ["accounts:read"]}),
    ],
)
def test_a_stolen_token_opens_no_way_in(programs: Programs, path: str, body: dict) -> None:
    stolen = programs.of("administrator", *ADMIN)
    assert stolen.post(path, json=body).status_code == 400  # no password at all
    answer = stolen.post(path, json={**body, "password": WRONG})
    assert (answer.status_code, answer.json()["detail"]) == (400, "密码不对")
    people = {one["login"]: one for one in stolen.get("/accounts").json()}
    assert "mole" not in people
    assert people["administrator"]["roles"] == ["administrator"]
    assert not people["supervisor"]["must_change"]
    assert len(stolen.get("/tokens").json()) == 1


def test_who_guesses_the_password_again_and_again_waits(programs: Programs) -> None:
    stolen = programs.of("administrator", *ADMIN)
    said = ""
    for _ in range(7):
        said = stolen.post("/accounts/reviewer/enable", json={"password": WRONG}).text
    assert "失败次数太多" in said


def test_a_token_hands_on_no_scope_that_it_lacks(programs: Programs) -> None:
    person = programs.of("reviewer", *ADMIN, Scope.CALLS_READ)
    asked = {"name": "脚本二", "scopes": ["calls:read", "calls:write"], **PROVES}
    refused = person.post("/me/tokens", json=asked)
    assert (refused.status_code, "calls:write" in refused.json()["detail"]) == (400, True)
    made = person.post("/me/tokens", json={**asked, "scopes": ["calls:read"]}).json()
    assert programs.by(made["token"]).get(f"/calls/{MAIN}").status_code == 200
    assert made["made"]["account_id"] == person.get("/me/tokens").json()[0]["account_id"]
    other = programs.of("reviewer2", *ADMIN)
    number = made["made"]["token_id"]
    assert other.post(f"/me/tokens/{number}/revoke").status_code == 404
    assert other.get("/tokens").status_code == 403
    assert person.post(f"/me/tokens/{number}/revoke").json()["revoked_at"] is not None
    assert programs.by(made["token"]).get(f"/calls/{MAIN}").status_code == 401


def test_an_administrator_makes_and_revokes_the_tokens_of_programs_and_of_nobody_else(programs: Programs) -> None:
    boss = programs.of("administrator", *ADMIN, Scope.MONTHS_READ, Scope.CALLS_WRITE)
    account = {"login": "pbx", "name": "呼叫平台", "roles": ["supervisor"], "program": True, **PROVES}
    assert boss.post("/accounts", json=account).json()["first_password"] is None
    asked = {"name": "推送", "login": "pbx", "scopes": ["months:read"], **PROVES}
    made = boss.post("/tokens", json=asked)
    assert made.status_code == 201, made.text
    token = made.json()["token"]
    assert programs.by(token).get("/months").status_code == 200
    assert token not in boss.get("/tokens").text
    assert boss.post("/tokens", json={**asked, "login": "supervisor"}).status_code == 400
    assert "要由人署名" in boss.post("/tokens", json={**asked, "scopes": ["calls:write"]}).json()["hint"]
    number = made.json()["made"]["token_id"]
    assert boss.post(f"/tokens/{number}/revoke").json()["revoked_at"] is not None
    assert programs.by(token).get("/months").status_code == 401
    assert boss.post("/tokens/999/revoke").status_code == 404


def test_what_makes_a_way_in_or_binds_the_centre_is_a_persons_word() -> None:
    assert {Scope.ACCOUNTS_WRITE, Scope.STANDARDS_WRITE, Scope.MONTHS_WRITE, Scope.TRAINING_WRITE} <= PERSONS
    assert Scope.KNOWLEDGE_WRITE in PERSONS


def test_a_webhook_is_made_shown_without_its_secret_and_ended(programs: Programs) -> None:
    boss = programs.of("administrator", Scope.HOOKS_READ, Scope.HOOKS_WRITE)
    asked = {"url": "https://crm.example/qa", "events": ["month.settled"], **PROVES}
    made = boss.post("/hooks", json=asked).json()
    assert made["hook"]["created_by"] == "管理员己"
    (line,) = boss.get("/hooks").json()
    assert (line["url"], line["events"], line["ended_at"]) == (asked["url"], asked["events"], None)
    assert made["secret"] not in boss.get("/hooks").text
    assert boss.post("/hooks", json={**asked, "url": "crm.example"}).status_code == 400
    assert boss.post("/hooks", json={**asked, "events": []}).status_code == 400
    assert boss.post(f"/hooks/{line['hook_id']}/end").json()["ended_at"] is not None
    assert boss.post("/hooks/999/end").status_code == 404


def test_a_webhook_outlives_the_token_and_takes_the_password_which_a_program_has_not(programs: Programs) -> None:
    asked = {"url": "https://crm.example/qa", "events": ["month.settled"]}
    boss = programs.of("administrator", Scope.HOOKS_READ, Scope.HOOKS_WRITE)
    assert boss.post("/hooks", json=asked).status_code == 400
    wrong = boss.post("/hooks", json={**asked, "password": WRONG})
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "密码不对")
    with programs.sessions.begin() as session:
        create_program(session, "tells", "推送", (Role.ADMINISTRATOR,), "管理员己", NOW)
        token, _ = make_token(session, "x", "tells", (Scope.HOOKS_WRITE,), 30, "管理员己", datetime.now())
    assert programs.by(token).post("/hooks", json={**asked, **PROVES}).status_code == 400
    assert boss.get("/hooks").json() == []


def test_the_log_is_searched_by_pages_and_by_nobody_else(programs: Programs) -> None:
    programs.of("reviewer", Scope.CALLS_READ).get(f"/calls/{MAIN}")
    with programs.sessions.begin() as session:
        for n in range(5):
            add_access(session, NOW.replace(minute=n), ("a", "甲"), "audio", f"call_id=C{n}", 0, "")
    boss = programs.of("administrator", Scope.LOG_READ)
    found = boss.get("/log", params={"who": "质检员甲", "since": f"{date.today()}"}).json()
    assert [(e["action"], e["subject"]) for e in found["entries"]] == [("get_call", f"call_id={MAIN}")]
    first = boss.get("/log", params={"action": "audio", "limit": 3}).json()
    second = boss.get("/log", params={"action": "audio", "limit": 3, "before": first["before"]}).json()
    assert [e["subject"] for e in first["entries"] + second["entries"]] == [f"call_id=C{n}" for n in (4, 3, 2, 1, 0)]
    assert (second["before"], second["only_days"]) == (None, 0)
    assert boss.get("/log", params={"subject": "C4"}).json()["only_days"] == 92
    assert boss.get("/log", params={"since": "yesterday"}).status_code == 400
    assert programs.of("supervisor", Scope.LOG_READ).get("/log").status_code == 403


def test_a_password_that_somebody_else_set_proves_nothing_beside_a_token(programs: Programs) -> None:
    boss, theirs = programs.of("administrator", *ADMIN), programs.of("supervisor", *ADMIN)
    first = boss.post("/accounts/supervisor/password", json=PROVES).json()["first_password"]
    asked = {"name": "脚本", "scopes": ["accounts:read"], "days": 1, "password": first}
    refused = theirs.post("/me/tokens", json=asked)
    assert (refused.status_code, "密码是别人设的" in refused.json()["detail"]) == (400, True), refused.text
