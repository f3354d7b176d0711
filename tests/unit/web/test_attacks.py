"""What somebody gets who asks for what no page of ours asks for: an answer in words, and nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts import passwords
from qa_pipeline.accounts.signing_in import FREE_BY_LOGIN, token_sha256
from qa_pipeline.adopting import MOST_DEPTH, TOO_DEEP, Standard, look_at
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries
from qa_pipeline.store.queries.accounts import end_sign_in
from qa_pipeline.store.queries.review import decisions_of
from qa_pipeline.store.schema import AccountRow
from qa_pipeline.web.access import COOKIE, CSRF_HEADER, access_of
from qa_pipeline.web.app import create_app
from qa_pipeline.web.security import HOST
from qa_pipeline.web.server import server_config
from tests.e2e.month import MAIN
from tests.people import HOME, PASSWORD, client_as, csrf_for, token_for
from tests.routes import ROUTES, VALUES, login_for
from tests.unit.web.browsers import Centre

POST = f"/calls/{MAIN}/findings/PH05"
AUDIO = f"/calls/{MAIN}/audio.wav"
NUMBERED = [
    case for case in ROUTES if set(re.findall(r"\{(\w+)", case[1].path)) - set(VALUES) and not access_of(case[1]).scope
]
Month = tuple[Settings, sessionmaker[Session]]


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a try of a password cost little: what it costs is of one test alone."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(passwords, "_NOBODY", hasher.hash("nobody's"))


@pytest.fixture
def stranger(month: Month) -> Iterator[TestClient]:
    settings, sessions = month
    with TestClient(create_app(sessions, settings), base_url=HOME, headers={"Origin": HOME}) as asking:
        yield asking


def as_(month: Month, login: str) -> TestClient:
    return client_as(month[1], month[0], login)


# Addresses


@pytest.mark.parametrize(
    "path",
    [
        *("/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/%00", "/static/....//app.py", "/static//etc/passwd"),
        *("/static/%5c..%5capp.py", f"/static/{'a' * 5000}", f"/calls/{'a' * 5000}", "/calls/%00", "/rules/%00"),
        *("/calls/..%2f..%2fetc%2fpasswd", "/knowledge/%0d%0aSet-Cookie:%20x=y", "/calls/%ff%fe/audio.wav"),
    ],
)
def test_an_address_that_leads_nowhere_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(f"{HOME}{path}", follow_redirects=False)
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_number_that_no_store_has_is_refused_in_words(month: Month) -> None:
    centre = Centre(*month)
    for method, route in NUMBERED:
        beyond = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: VALUES.get(found[1], "9" * 30), route.path)
        answer = centre.as_(login_for(access_of(route))).request(method, beyond)
        assert answer.status_code in {400, 404}, (method, beyond)
        assert "无法处理的数字" in answer.text or "没有" in answer.text or "有误" in answer.text


def test_a_day_that_no_calendar_has_is_refused_in_words(month: Month) -> None:
    answer = as_(month, "administrator").get("/admin/log?until=9999-12-31")
    assert (answer.status_code, "无法处理的数字、日期" in answer.text) == (400, True)


def test_no_page_links_to_the_host_that_an_address_names(client: TestClient) -> None:
    page = client.get(f"{HOME}//evil.example/x").text
    assert 'href="//' not in page
    assert 'href="/evil.example/x?lang=en"' in page


@pytest.mark.parametrize(
    "next_", ["/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "javascript:alert(1)", ""]
)
def test_signing_in_leads_nowhere_else_however_the_address_is_written(stranger: TestClient, next_: str) -> None:
    form = {"login": "reviewer", "password": PASSWORD, "next": next_}
    assert stranger.post("/sign-in", data=form, follow_redirects=False).headers["location"] == "/"


@pytest.mark.parametrize(
    "host", ["evil@127.0.0.1", "127.0.0.1#@evil.example", "127.0.0.1/x", "127.0.0.1:8345:1", "a b"]
)
def test_a_host_that_is_written_to_be_read_two_ways_is_refused(client: TestClient, host: str) -> None:
    assert not HOST.fullmatch(host)
    assert client.get("/calls", headers={"Host": host}).status_code == 403


# Methods and headers


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_a_method_that_a_page_does_not_have_is_refused_and_says_which_it_has(client: TestClient, method: str) -> None:
    answer = client.request(method, f"/calls/{MAIN}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert "access-control-allow-origin" not in answer.headers


def test_a_method_named_in_a_header_or_a_field_is_not_the_method(client: TestClient) -> None:
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    assert client.get("/sign-out", params={"_method": "POST"}, headers=headers).status_code == 405
    assert client.get("/calls").status_code == 200


@pytest.mark.parametrize(
    ("ranges", "status"),
    [
        ("bytes=" + "0-," * 5000 + "0-", {200, 206, 400, 416}),
        ("bytes=" + ",".join(f"{n}-{n + 9}" for n in range(0, 20_000, 20)), {200, 206, 400, 416}),
        ("bytes=5-1", {400, 416}),
        ("bytes=x", {400, 416}),
        ("bytes=-" + "9" * 5000, {206, 400, 416}),
        ("lines=0-1", {200, 400, 416}),
    ],
)
def test_a_range_however_written_sends_no_more_than_the_recording(
    client: TestClient, ranges: str, status: set[int]
) -> None:
    whole, started = len(client.get(AUDIO).content), time.monotonic()
    answer = client.get(AUDIO, headers={"Range": ranges})
    assert answer.status_code in status
    assert len(answer.content) <= whole + 1000
    assert time.monotonic() - started < 5


# Bodies


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 50_000, b'{"kind":"run","month":"\\ud800"}', b"\xff\xfe", b'{"kind":1e999}', b""],
)
def test_json_that_is_deep_or_broken_is_refused_before_anybody_is_asked(stranger: TestClient, body: bytes) -> None:
    answer = stranger.post("/api/v1/errands", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 401


@pytest.mark.parametrize("charset", ["unicode_escape", "undefined", "utf-7", "rot13", "punycode", "utf-16"])
def test_a_form_in_any_encoding_lets_nobody_in(month: Month, stranger: TestClient, charset: str) -> None:
    kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    field = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\\ud800\r\n--x--\r\n'
    forged = as_(month, "reviewer").post(POST, content=field % b"csrf", headers={**kind, CSRF_HEADER: ""})
    assert forged.status_code == 403
    assert stranger.post("/sign-in", content=field % b"login", headers=kind).status_code in {400, 401}


def test_a_form_of_more_fields_than_any_page_has_is_refused_at_once(client: TestClient) -> None:
    started = time.monotonic()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(POST, content=b"a&" * 100_000, headers=kind).status_code == 400
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("which", list(Standard))
@pytest.mark.parametrize(
    "text",
    [
        *("a: " + "[" * (MOST_DEPTH + 1), "a: " + "{a: " * 3000, "a:\n" + "- " * 3000),
        "\n".join(" " * n + "a:" for n in range(700)),
    ],
)
def test_a_standard_nested_without_end_is_refused_at_once(month: Month, which: Standard, text: str) -> None:
    started = time.monotonic()
    problems = look_at(month[0], which, text).problems
    assert problems[0] == TOO_DEEP or "nested too deep" in problems[0]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("which", list(Standard))
@pytest.mark.parametrize("value", ["9" * 5000, "2026-13-45", "!!python/object/apply:os.system ['x']", "'a\0b'"])
def test_a_standard_with_a_value_that_there_is_not_is_told_what_is_wrong(
    month: Month, which: Standard, value: str
) -> None:
    assert look_at(month[0], which, f"version: {value}\n").problems


# Sessions


def test_a_session_that_ends_while_a_form_is_filled_in_lets_nobody_in_and_says_so(month: Month) -> None:
    asking = as_(month, "reviewer3")
    digest = token_sha256(token_for(month[1], "reviewer3"))
    with month[1].begin() as session:
        end_sign_in(session, digest)
    form = {"verdict": "confirm", "audit_id": "1", "seen": "0", "reason": "写到一半"}
    page = asking.post(POST, data=form)
    assert (page.status_code, "登录后再试；填写的内容还在" in page.text) == (401, True)
    part = asking.post(POST, data=form, headers={"HX-Request": "true"})
    assert (part.status_code, 'hx-post="/sign-in"' in part.text, "<html" in part.text) == (401, True, False)
    with month[1]() as session:
        assert decisions_of(session, MAIN) == ()


def test_a_form_with_another_sessions_token_is_refused(month: Month) -> None:
    asking = as_(month, "reviewer")
    for field in (csrf_for("reviewer2"), csrf_for("reviewer")[:-1], "", "\x00"):
        answer = asking.post(POST, data={"csrf": field, "verdict": "confirm"}, headers={CSRF_HEADER: ""})
        assert (answer.status_code, "没有提交" in answer.text) == (403, True)


def test_a_token_that_was_set_before_signing_in_is_not_kept_and_ends(month: Month, stranger: TestClient) -> None:
    planted = token_for(month[1], "trainer")
    stranger.cookies.set(COOKIE, planted)
    answer = stranger.post("/sign-in", data={"login": "reviewer", "password": PASSWORD}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    given = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert given != planted
    with TestClient(stranger.app, base_url=HOME, cookies={COOKIE: planted}) as thief:
        assert thief.get("/calls", follow_redirects=False).headers["location"].startswith("/sign-in")


def test_another_sites_page_signs_nobody_in_and_nobody_out(stranger: TestClient, client: TestClient) -> None:
    form = {"login": "reviewer", "password": PASSWORD}
    for headers in ({"Origin": "http://evil.example"}, {"Origin": HOME, "Sec-Fetch-Site": "cross-site"}):
        answer = stranger.post("/sign-in", data=form, headers=headers)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
        assert client.post("/sign-out", headers=headers).status_code == 403
    assert client.get("/calls").status_code == 200


def test_an_open_session_is_no_way_to_find_out_the_password(month: Month) -> None:
    asking = as_(month, "trainer")
    form = {"old": "wrong horse staple", "new": "eight pigeons and a half", "again": "eight pigeons and a half"}
    for _ in range(FREE_BY_LOGIN):
        assert "原密码不对" in asking.post("/me/password", data=form).text
    assert "请等 10 秒" in asking.post("/me/password", data={**form, "old": PASSWORD}).text


def test_who_was_not_let_in_is_in_the_log_and_nothing_that_may_be_a_password(
    month: Month, stranger: TestClient
) -> None:
    for login in ("supervisor", "my secret horse staple"):
        stranger.post("/sign-in", data={"login": login, "password": "wrong horse staple"})
    with month[1]() as session:
        entries = access_entries(session, AccessFilter(action="sign_in"), 2)
    assert [(e.login, e.name, e.subject, e.outcome) for e in entries] == [
        ("", "", "", 401),
        ("supervisor", "主管丁", "", 401),
    ]


@pytest.mark.large
def test_a_login_that_nobody_has_takes_as_long_to_refuse(
    month: Month, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    costly = PasswordHasher()
    monkeypatch.setattr(passwords, "_HASHER", costly)
    monkeypatch.setattr(passwords, "_NOBODY", costly.hash("nobody's"))
    with month[1].begin() as session:
        hashed = costly.hash(PASSWORD)
        session.execute(update(AccountRow).where(AccountRow.login == "reviewer2").values(password_hash=hashed))
    took = {login: min(_time_to_refuse(stranger, login) for _ in range(2)) for login in ("reviewer2", "nobody")}
    assert took["nobody"] > took["reviewer2"] / 3
    assert took["reviewer2"] > took["nobody"] / 3


def _time_to_refuse(asking: TestClient, login: str) -> float:
    started = time.monotonic()
    assert asking.post("/sign-in", data={"login": login, "password": "wrong horse staple"}).status_code == 401
    return time.monotonic() - started


def test_however_many_knock_at_once_few_passwords_are_tried_and_the_others_are_told(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_S", 0.01)
    taken = [passwords._ROOM.acquire(blocking=False) for _ in range(100)]
    try:
        answer = stranger.post("/sign-in", data={"login": "reviewer", "password": PASSWORD})
    finally:
        for _ in range(taken.count(True)):
            passwords._ROOM.release()
    assert (answer.status_code, "set-cookie" in answer.headers) == (503, False)
    assert taken.count(True) <= 8


def test_what_a_proxy_says_of_who_asks_is_taken_only_where_the_pages_have_a_name(month: Month) -> None:
    settings, sessions = month
    named = settings.model_copy(update={"site_names": ("qa.intranet",)})
    assert server_config(sessions, settings, "127.0.0.1", 0).proxy_headers is False
    assert server_config(sessions, named, "127.0.0.1", 0).proxy_headers is True
