"""Who is let in, how long a session lasts, and who has to wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts import passwords
from qa_pipeline.accounts.managing import change_password, disable_account, enable_account, reset_password
from qa_pipeline.accounts.signing_in import (
    FREE_BY_ADDRESS,
    FREE_BY_LOGIN,
    WINDOW,
    Lasting,
    SignInRefused,
    csrf_of,
    person_of,
    sign_in,
    sign_out,
    token_sha256,
    wait_after,
)
from qa_pipeline.errors import UserError
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.schema import AccountRow, AttemptRow, SignInRow
from qa_pipeline.store.session import close_store, open_store
from tests.people import PASSWORD, add_people

NOW = datetime(2026, 11, 2, 9, 0)
LASTING = Lasting(timedelta(minutes=60), timedelta(hours=12))
Store = sessionmaker[Session]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """People with accounts, whose passwords are hashed with the least work: what that costs is not tested here."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)
    monkeypatch.setattr(passwords, "_NOBODY", cheap.hash("nobody's"))
    sessions = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}", create=True)
    with sessions.begin() as session:
        add_people(session, NOW, operators=False)
    yield sessions
    close_store(sessions)


def enter(
    store: Store, login: str = "reviewer", password: str = PASSWORD, minutes: float = 0, address: str = "10.0.0.7"
):
    return sign_in(store, login, password, address, NOW + timedelta(minutes=minutes))


def test_the_right_password_opens_a_session_that_the_store_cannot_give_away(store: Store) -> None:
    token, account = enter(store, " Reviewer ")
    assert (account.name, len(token) >= 32) == ("质检员甲", True)
    with store() as session:
        kept = session.scalars(select(SignInRow)).one()
        hashed = session.scalars(select(AccountRow.password_hash)).first()
    assert kept.token_sha256 == token_sha256(token) != token
    assert hashed is not None
    assert hashed.startswith("$argon2id$")
    person = person_of(store, token, NOW, LASTING)
    assert person is not None
    assert (person.name, person.csrf) == ("质检员甲", csrf_of(token))


@pytest.mark.parametrize(("login", "password"), [("reviewer", "wrong horse staple"), ("nobody", PASSWORD), ("", "")])
def test_whether_an_account_exists_cannot_be_told_from_a_refusal(store: Store, login: str, password: str) -> None:
    with pytest.raises(SignInRefused, match=r"^账号或密码不对，或账号已停用"):
        enter(store, login, password)


def test_a_disabled_account_is_out_at_once_and_in_again_when_enabled(store: Store) -> None:
    token, _ = enter(store)
    with store.begin() as session:
        disable_account(session, "reviewer", NOW)
    assert person_of(store, token, NOW, LASTING) is None
    with pytest.raises(SignInRefused):
        enter(store)
    with store.begin() as session:
        enable_account(session, "reviewer")
    assert enter(store)[1].disabled_at is None


def test_a_session_ends_when_unused_when_old_and_when_signed_out(store: Store) -> None:
    token, _ = enter(store)
    for minutes in range(50, 650, 50):  # each look keeps it
        assert person_of(store, token, NOW + timedelta(minutes=minutes), LASTING) is not None
    assert person_of(store, token, NOW + timedelta(hours=12, minutes=1), LASTING) is None
    token, _ = enter(store)
    assert person_of(store, token, NOW + timedelta(minutes=61), LASTING) is None
    assert person_of(store, token, NOW, LASTING) is None  # it is gone, not asleep
    token, _ = enter(store)
    sign_out(store, token)
    assert person_of(store, token, NOW, LASTING) is None


def test_after_some_failures_even_the_right_password_has_to_wait(store: Store) -> None:
    for _ in range(FREE_BY_LOGIN):
        with pytest.raises(SignInRefused, match="不对"):
            enter(store, password="wrong horse staple")
    with pytest.raises(SignInRefused, match=r"请等 10 秒"):
        enter(store)
    with pytest.raises(SignInRefused, match=r"请等 10 秒"):
        enter(store)  # impatience costs nothing
    assert enter(store, "supervisor")[1].name == "主管丁"  # others are not kept out
    assert enter(store, minutes=0.2)[1].name == "质检员甲"
    with pytest.raises(SignInRefused, match="不对"):
        enter(store, password="wrong horse staple", minutes=0.3)  # who got in begins anew


def test_an_address_that_tries_many_logins_has_to_wait_and_others_do_not(store: Store) -> None:
    for n in range(FREE_BY_ADDRESS):
        with pytest.raises(SignInRefused, match="不对"):
            enter(store, f"guess{n}", "wrong horse staple")
    with pytest.raises(SignInRefused, match="请等"):
        enter(store)
    assert enter(store, address="10.0.0.8")[1].name == "质检员甲"


@given(st.integers(0, 60), st.integers(0, 900))
def test_waits_never_shrink_with_failures_and_end_within_the_window(failures: int, ago_s: int) -> None:
    at = [NOW - timedelta(seconds=ago_s)] * failures
    wait = wait_after(at, FREE_BY_LOGIN, NOW)
    assert timedelta(0) <= wait <= WINDOW
    assert wait_after([*at, NOW - timedelta(seconds=ago_s)], FREE_BY_LOGIN, NOW) >= wait


def test_old_attempts_are_cleared_away(store: Store) -> None:
    with pytest.raises(SignInRefused):
        enter(store, password="wrong horse staple")
    enter(store, minutes=60)
    with store() as session:
        assert [a.succeeded for a in session.scalars(select(AttemptRow))] == [True]


def test_sessions_that_nobody_signed_out_of_are_cleared_away_once_they_are_over_by_any_setting(store: Store) -> None:
    for day in (0, 6, 8):
        enter(store, minutes=day * 24 * 60)
    with store() as session:
        began = session.scalars(select(SignInRow.started_at).order_by(SignInRow.started_at)).all()
    assert began == [NOW + timedelta(days=6), NOW + timedelta(days=8)]


def test_a_changed_password_ends_every_other_session(store: Store) -> None:
    here, account = enter(store)
    elsewhere, _ = enter(store)
    with store.begin() as session:
        change_password(session, account, PASSWORD, "a longer horse staple", token_sha256(here))
    assert person_of(store, here, NOW, LASTING) is not None
    assert person_of(store, elsewhere, NOW, LASTING) is None
    with pytest.raises(SignInRefused):
        enter(store)
    assert enter(store, password="a longer horse staple")[1] == account


def test_a_password_that_was_set_by_another_must_be_changed(store: Store) -> None:
    token, _ = enter(store)
    with store.begin() as session:
        reset_password(session, "reviewer", "handed over by phone")
    assert person_of(store, token, NOW, LASTING) is None
    assert enter(store, password="handed over by phone")[1].must_change is True
    with store() as session:
        account = account_by_login(session, "reviewer")
    assert account is not None
    with store.begin() as session:
        change_password(session, account[0], "handed over by phone", PASSWORD, "")
    assert enter(store)[1].must_change is False


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("wrong", "a longer horse staple", "原密码不对"),
        (PASSWORD, PASSWORD, "相同"),
        (PASSWORD, "short", "少于 10"),
        (PASSWORD, "x" * 201, "超过 200"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "不同的字符太少"),
        (PASSWORD, "my-REVIEWER-pass", "含有账号或姓名"),
    ],
)
def test_a_new_password_that_will_not_do_is_refused_and_says_why(store: Store, old: str, new: str, why: str) -> None:
    _, account = enter(store)
    with store.begin() as session, pytest.raises(UserError, match=why):
        change_password(session, account, old, new, "")


def test_a_hash_made_with_weaker_settings_is_made_anew_when_the_password_is_known(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher())
    enter(store)
    with store() as session:
        found = account_by_login(session, "reviewer")
    assert found is not None
    assert not passwords.is_outdated(found[1])
    assert passwords.is_password(found[1], PASSWORD)
