"""Tokens: everybody's own, with the password, and those of programs; none in another person's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from httpx import Response
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts.signing_in import token_sha256
from qa_pipeline.accounts.tokens import make_token, person_of_token
from qa_pipeline.errors import UserError
from qa_pipeline.models.tokens import ApiToken, Scope
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.tokens import add_token
from qa_pipeline.store.session import close_store
from qa_pipeline.web.app import create_app
from tests.e2e.month import MAIN, seed
from tests.people import HOME, NAMES, PASSWORD, client_as

NOW = datetime(2026, 11, 2, 9, 0)
Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


def program_account(boss: TestClient, role: str) -> Response:
    form = {"login": "pbx", "name": "呼叫平台", "roles": [role], "program": "1"}
    answer: Response = boss.post("/admin/accounts", data=form)
    return answer


def handed(page: str) -> str:
    given = re.search(r'class="secret">(hqa_[^<]+)<', page)
    assert given is not None, page
    return given[1]


def with_token(centre: Centre, token: str) -> TestClient:
    return TestClient(create_app(centre[1], centre[0]), base_url=HOME, headers={"Authorization": f"Bearer {token}"})


def test_an_administrator_makes_and_revokes_the_tokens_of_programs(centre: Centre) -> None:
    settings, sessions = centre
    boss = client_as(sessions, settings, "administrator")
    made = program_account(boss, "supervisor")
    assert "呼叫平台(程序)" in made.text
    assert "secret" not in made.text  # it has no password
    form = {"name": "推送录音", "login": "pbx", "scopes": ["months:read"], "days": 30}
    given = handed(boss.post("/admin/tokens", data=form).text)
    asking = with_token(centre, given)
    assert asking.get("/api/v1/months").status_code == 200
    assert given not in boss.get("/admin/tokens").text
    boss.post("/admin/tokens/1/revoke")
    assert asking.get("/api/v1/months").status_code == 401
    assert "没有选择权限" in boss.post("/admin/tokens", data={**form, "scopes": []}).text
    assert boss.post("/admin/tokens", data={**form, "scopes": ["king"]}).status_code == 400


@pytest.mark.parametrize("scope", ["calls:write", "appeals:write", "notices:write", "calibration:write", "own:read"])
def test_a_program_gives_no_persons_word(centre: Centre, scope: str) -> None:
    settings, sessions = centre
    boss = client_as(sessions, settings, "administrator")
    program_account(boss, "reviewer")
    answer = boss.post("/admin/tokens", data={"name": "x", "login": "pbx", "scopes": [scope]})
    assert (answer.status_code, "要由人署名" in answer.text) == (400, True)


def test_what_a_program_does_is_signed_and_logged_as_a_programs(centre: Centre) -> None:
    settings, sessions = centre
    boss = client_as(sessions, settings, "administrator")
    program_account(boss, "supervisor")
    asking = with_token(
        centre,
        handed(boss.post("/admin/tokens", data={"name": "推送", "login": "pbx", "scopes": ["files:write"]}).text),
    )
    sent = asking.post("/api/v1/files", files={"file": ("名册.csv", "工号,姓名\n".encode())})
    assert sent.json()["sent_by"] == "呼叫平台(程序)"
    with sessions() as session:
        (entry,) = access_entries(session, AccessFilter(action="send_file"), 10)
    assert entry.name == "呼叫平台(程序)（令牌 1 推送）"


def test_nobody_makes_a_token_that_acts_for_somebody_else(centre: Centre) -> None:
    settings, sessions = centre
    boss = client_as(sessions, settings, "administrator")
    answer = boss.post("/admin/tokens", data={"name": "x", "login": "reviewer", "scopes": ["calls:write"]})
    assert answer.status_code == 400
    assert "不能给质检员甲发令牌" in answer.text
    with sessions.begin() as session, pytest.raises(UserError, match="名义"):
        make_token(session, "x", "reviewer", [Scope.CALLS_READ], 1, NAMES["administrator"], NOW)


def test_a_token_that_an_earlier_version_made_for_somebody_else_opens_nothing(centre: Centre) -> None:
    settings, sessions = centre
    with sessions.begin() as session:
        found = account_by_login(session, "reviewer")
        assert found is not None
        end = datetime.now() + timedelta(days=1)
        old = ApiToken(0, "旧", found[0].account_id, (Scope.CALLS_WRITE,), NAMES["administrator"], NOW, end)
        add_token(session, old, token_sha256("hqa_old"))
    assert person_of_token(sessions, "hqa_old", NOW) is None
    assert "不再有效" in client_as(sessions, settings, "administrator").get("/admin/tokens").text


def test_everybody_makes_their_own_token_with_their_password_and_revokes_it(centre: Centre) -> None:
    settings, sessions = centre
    person = client_as(sessions, settings, "reviewer")
    form = {"name": "我的脚本", "scopes": ["calls:read", "calls:write"], "password": PASSWORD}
    assert "密码不对" in person.post("/me/tokens", data={**form, "password": "wrong"}).text
    asking = with_token(centre, handed(person.post("/me/tokens", data=form).text))
    assert asking.get(f"/api/v1/calls/{MAIN}").status_code == 200
    other = client_as(sessions, settings, "reviewer2")
    assert "我的脚本" not in other.get("/me/tokens").text
    assert other.post("/me/tokens/1/revoke").status_code == 404
    assert person.post("/me/tokens/1/revoke", follow_redirects=False).status_code == 303
    assert asking.get(f"/api/v1/calls/{MAIN}").status_code == 401
