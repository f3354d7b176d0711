"""The administrator's pages, signing in by the page, and what the access log tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries, add_access
from qa_pipeline.store.session import close_store
from qa_pipeline.web.app import create_app
from tests.e2e.month import MAIN, seed
from tests.people import HOME, PASSWORD, client_as

Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


def stranger(centre: Centre) -> TestClient:
    return TestClient(create_app(centre[1], centre[0]), base_url=HOME, headers={"Origin": HOME})


def logged(centre: Centre, **asked: str) -> list[tuple[str, str, str, int]]:
    with centre[1]() as session:
        found = access_entries(session, AccessFilter(**asked), 50)
    return [(e.login, e.action, e.subject, e.outcome) for e in reversed(found)]


def enter(asking: TestClient, login: str, password: str, after: str = "/"):
    return asking.post("/sign-in", data={"login": login, "password": password, "next": after}, follow_redirects=False)


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page_and_back(centre: Centre) -> None:
    asking = stranger(centre)
    away = asking.get("/calls?state=open", follow_redirects=False)
    assert away.headers["location"] == "/sign-in?next=/calls%3Fstate%3Dopen"
    shown = asking.get(away.headers["location"]).text
    after = re.search(r'name="next" value="([^"]+)"', shown)
    assert after is not None
    let_in = enter(asking, "reviewer", PASSWORD, after[1])
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/calls?state=open")
    cookie = let_in.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "质检员甲" in asking.get("/calls").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "calls"])
def test_the_sign_in_page_leads_nowhere_else(centre: Centre, elsewhere: str) -> None:
    assert enter(stranger(centre), "reviewer", PASSWORD, elsewhere).headers["location"] == "/"


def test_a_wrong_password_says_so_keeps_the_login_and_opens_nothing(centre: Centre) -> None:
    asking = stranger(centre)
    refused = enter(asking, "reviewer", "wrong horse staple")
    assert refused.status_code == 401
    assert "账号或密码不对" in refused.text
    assert 'value="reviewer"' in refused.text
    assert "set-cookie" not in refused.headers


def test_a_part_whose_session_ended_asks_for_the_password_in_place(centre: Centre) -> None:
    asking = stranger(centre)
    part = asking.post(f"/calls/{MAIN}/findings/PH05", headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert "<html" not in part.text
    assert 'hx-post="/sign-in"' in part.text
    form = {"login": "reviewer", "password": PASSWORD}
    again = asking.post("/sign-in", data=form, headers={"HX-Request": "true"})
    assert '"csrf"' in again.headers["hx-trigger"]
    assert '"name": "reviewer"' in again.headers["hx-trigger"]


def test_signing_out_ends_the_session(centre: Centre) -> None:
    with client_as(centre[1], centre[0]) as asking:
        assert asking.get("/calls").status_code == 200
        out = asking.post("/sign-out", follow_redirects=False)
        assert out.headers["location"] == "/sign-in"
        assert asking.get("/calls", follow_redirects=False).status_code == 303


def test_an_account_made_in_the_browser_signs_in_once_and_must_change_its_password(centre: Centre) -> None:
    settings, sessions = centre
    boss = client_as(sessions, settings, "administrator")
    form = {"login": "zhouqian", "name": "周倩", "roles": ["reviewer", "operator"], "operator": "1002"}
    made = boss.post("/admin/accounts", data=form)
    given = re.search(r'class="secret">([^<]+)<', made.text)
    assert given is not None
    new = stranger(centre)
    assert enter(new, "zhouqian", given[1], "/calls").status_code == 303
    assert new.get("/calls", follow_redirects=False).headers["location"] == "/me/password"
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', new.get("/me/password").text)
    assert csrf is not None
    change = {"csrf": csrf[1], "old": given[1], "new": "eight pigeons and a half", "again": "eight pigeons and a half"}
    assert new.post("/me/password", data={**change, "again": "other"}).status_code == 400
    assert new.post("/me/password", data=change, follow_redirects=False).status_code == 303
    assert new.get("/calls").status_code == 200
    refused = new.post("/calls/H261004-002/findings/PH05", headers={"X-CSRF-Token": csrf[1]}, data={
        "verdict": "confirm", "audit_id": 1, "seen": 0})  # fmt: skip
    assert refused.status_code == 403  # 1002 answered it


def test_what_is_wrong_with_a_new_account_is_said_and_what_was_typed_stays(centre: Centre) -> None:
    settings, sessions = centre
    boss = client_as(sessions, settings, "administrator")
    form = {"login": "zhouqian", "name": "质检员甲", "roles": ["reviewer"]}
    answer = boss.post("/admin/accounts", data=form)
    assert answer.status_code == 409
    assert "已有账号使用" in answer.text
    assert 'value="zhouqian"' in answer.text


def test_disabling_ends_a_session_at_once_and_a_reset_password_must_be_changed(centre: Centre) -> None:
    settings, sessions = centre
    boss, reviewer = client_as(sessions, settings, "administrator"), client_as(sessions, settings)
    assert reviewer.get("/calls").status_code == 200
    boss.post("/admin/accounts/reviewer/disable")
    assert reviewer.get("/calls", follow_redirects=False).status_code == 303
    assert "已停用" in boss.get("/admin/accounts").text
    boss.post("/admin/accounts/reviewer/enable")
    boss.post("/admin/accounts/reviewer/roles", data={"roles": ["trainer"]})
    given = re.search(r'class="secret">([^<]+)<', boss.post("/admin/accounts/reviewer/password").text)
    assert given is not None
    assert enter(stranger(centre), "reviewer", given[1]).status_code == 303
    assert boss.post("/admin/accounts/administrator/disable").status_code == 409
    assert boss.post("/admin/accounts/reviewer/roles", data={"roles": ["king"]}).status_code == 400


def test_every_look_at_a_recording_and_every_change_is_logged_refused_ones_too(centre: Centre) -> None:
    settings, sessions = centre
    with client_as(sessions, settings) as asking:
        for start in (0, 1000, 2000):  # a player's parts are one look
            asking.get(f"/calls/{MAIN}/audio.wav", headers={"Range": f"bytes={start}-"})
        asking.get(f"/calls/{MAIN}")
        asking.get(f"/calls/{MAIN}/items/A5")  # what was said is in it, whether or not the page was opened
        asking.post(f"/calls/{MAIN}/findings/PH05", data={"verdict": "king", "audit_id": 1, "seen": 0})
    assert logged(centre) == [
        ("reviewer", "audio", f"call_id={MAIN}", 0),
        ("reviewer", "call_page", f"call_id={MAIN}", 0),
        ("reviewer", "item_part", f"call_id={MAIN} code=A5", 0),
        ("reviewer", "post_decision", f"call_id={MAIN} code=PH05", 400),
    ]
    boss = client_as(sessions, settings, "administrator")
    today = f"{date.today():%Y-%m-%d}"
    shown = boss.get("/admin/log", params={"subject": MAIN, "who": "质检员甲", "since": today, "until": today}).text
    assert shown.count("<tr><td") == 4
    assert "听录音" in shown
    assert "被拒（400）" in shown
    assert "没有符合的记录" in boss.get("/admin/log", params={"action": "sign_in"}).text
    assert boss.get("/admin/log", params={"since": "yesterday"}).status_code == 400


def test_nobody_edits_the_log(centre: Centre) -> None:
    settings, sessions = centre
    with client_as(sessions, settings) as asking:
        asking.get(f"/calls/{MAIN}")
    for change in ("UPDATE access_log SET name = 'x'", "DELETE FROM access_log"):
        with pytest.raises(IntegrityError, match="append-only"), sessions.begin() as session:
            session.execute(text(change))
    assert len(logged(centre)) == 1


def test_the_log_is_paged_from_the_newest(centre: Centre) -> None:
    settings, sessions = centre
    with sessions.begin() as session:
        for n in range(150):
            add_access(
                session, datetime(2026, 11, 1, 9, n // 60, n % 60), ("a", "甲"), "audio", f"call_id=C{n:03}", 0, ""
            )
    boss = client_as(sessions, settings, "administrator")
    first = boss.get("/admin/log").text
    older = re.search(r'href="(/admin/log\?before=\d+)', first)
    assert older is not None
    second = boss.get(older[1]).text
    assert ("C149" in first, "C050" in first, "C049" in first) == (True, True, False)
    assert ("C049" in second, "C000" in second) == (True, True)


def test_a_form_that_is_too_large_is_refused_before_it_is_read(centre: Centre) -> None:
    settings, sessions = centre
    with client_as(sessions, settings) as asking:
        answer = asking.post(f"/calls/{MAIN}/findings/PH05", data={"reason": "长" * 300_000})
        assert answer.status_code == 413
        assert "超过" in answer.text

        def endless():
            for _ in range(400):
                yield b"reason=" + b"x" * 1000

        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert asking.post(f"/calls/{MAIN}/findings/PH05", content=endless(), headers=kind).status_code == 413
    with client_as(sessions, settings) as asking:
        unknown = asking.post("/sign-in", content=b"x" * 1_000_000)
        assert unknown.status_code == 413


def test_somebody_who_is_refused_by_role_or_by_a_forged_form_is_in_the_log(centre: Centre) -> None:
    settings, sessions = centre
    with client_as(sessions, settings, "operator") as asking:
        assert asking.get("/admin/accounts").status_code == 403
        assert asking.post("/sign-out", headers={"X-CSRF-Token": "another page's"}).status_code == 403
    assert logged(centre) == [("operator", "accounts_page", "", 403), ("operator", "post_sign_out", "", 403)]
