"""Accounts: who may have one, and that somebody can always administer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts.managing import (
    change_roles,
    create_account,
    create_program,
    disable_account,
    enable_account,
    find_account,
    reset_password,
)
from qa_pipeline.accounts.signing_in import SignInRefused, sign_in
from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models import Operator
from qa_pipeline.models.accounts import Role
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import OperatorRow
from qa_pipeline.store.session import close_store, open_store

NOW = datetime(2026, 11, 2, 9, 0)
GOOD = "four words are plenty"
Store = sessionmaker[Session]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr("qa_pipeline.accounts.managing.hash_password", lambda password: f"hash of {len(password)}")
    sessions = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}", create=True)
    with sessions.begin() as session:
        session.add(as_row(OperatorRow, Operator("1001", "陈晓雯", "一组", None, date(2021, 3, 1))))
    yield sessions
    close_store(sessions)


def make(store: Store, login: str = "zhou", name: str = "周倩", roles=(Role.REVIEWER,), operator=None, password=GOOD):
    with store.begin() as session:
        return create_account(session, login, name, roles, password, "root", NOW, operator)


def test_an_account_is_kept_as_it_was_made(store: Store) -> None:
    made = make(store, " ZHOU ", " 周倩 ", (Role.SUPERVISOR, Role.REVIEWER))
    assert (made.login, made.name, made.must_change) == ("zhou", "周倩", True)
    assert made.roles == (Role.REVIEWER, Role.SUPERVISOR)
    with store() as session:
        assert find_account(session, "Zhou") == made


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"login": "z"}, "账号“z”不合要求"),
        ({"login": "周倩"}, "不合要求"),
        ({"login": "a b"}, "不合要求"),
        ({"login": "-zhou"}, "不合要求"),
        ({"name": " "}, "姓名没有填写"),
        ({"name": "周" * 65}, "过长"),
        ({"roles": ()}, "没有选择角色"),
        ({"roles": (Role.OPERATOR,)}, "没有写明工号"),
        ({"roles": (Role.OPERATOR,), "operator": "9999"}, "名册里没有工号 9999"),
        ({"password": "short"}, "少于 10"),
        ({"password": "zhou is my name"}, "含有账号"),
    ],
)
def test_what_will_not_do_is_refused_and_says_why(store: Store, wrong: dict, why: str) -> None:
    with pytest.raises(UserError, match=why):
        make(store, **wrong)


@pytest.mark.parametrize(("login", "name"), [("Zhou", "周倩二"), ("zhou2", "周倩"), ("zhou2", " 周倩 ")])
def test_no_two_people_share_a_login_or_a_name(store: Store, login: str, name: str) -> None:
    make(store)
    with pytest.raises(Conflict):
        make(store, login, name)


def test_roles_change_and_an_operator_needs_a_number(store: Store) -> None:
    make(store)
    with store.begin() as session:
        with pytest.raises(UserError, match="工号"):
            change_roles(session, "zhou", (Role.OPERATOR,), None)
        changed = change_roles(session, "zhou", (Role.OPERATOR, Role.REVIEWER), "1001")
    assert (changed.roles, changed.operator_id) == ((Role.REVIEWER, Role.OPERATOR), "1001")
    with store() as session, pytest.raises(NotFound, match="nobody"):
        find_account(session, "nobody")


def test_the_last_administrator_can_neither_be_disabled_nor_lose_the_role(store: Store) -> None:
    make(store, "root", "管理员", (Role.ADMINISTRATOR,))
    make(store)
    with store.begin() as session, pytest.raises(Conflict, match="最后一个"):
        disable_account(session, "root", NOW)
    with store.begin() as session, pytest.raises(Conflict, match="最后一个"):
        change_roles(session, "root", (Role.REVIEWER,), None)
    make(store, "root2", "管理员二", (Role.ADMINISTRATOR,))
    with store.begin() as session:
        assert disable_account(session, "root", NOW).disabled_at == NOW
    with store.begin() as session, pytest.raises(Conflict, match="最后一个"):
        disable_account(session, "root2", NOW)
    with store.begin() as session:
        assert enable_account(session, "root").disabled_at is None
        assert disable_account(session, "root2", NOW).disabled_at == NOW


def test_a_programs_account_has_no_password_and_a_name_that_says_what_it_is(store: Store) -> None:
    with store.begin() as session:
        made = create_program(session, "pbx", "呼叫平台", (Role.SUPERVISOR,), "root", NOW)
    assert (made.name, made.is_program, made.must_change) == ("呼叫平台(程序)", True, False)
    with store.begin() as session, pytest.raises(UserError, match="没有密码"):
        reset_password(session, "pbx", GOOD)
    for password in ("", GOOD):
        with pytest.raises(SignInRefused):
            sign_in(store, "pbx", password, "127.0.0.1", NOW)


def test_a_program_is_no_operator_and_no_person_takes_its_name(store: Store) -> None:
    with store.begin() as session:
        create_program(session, "pbx", "呼叫平台", (Role.SUPERVISOR,), "root", NOW)
        for roles, number in (((Role.OPERATOR,), "1001"), ((Role.REVIEWER,), "1001")):
            with pytest.raises(UserError, match="程序不能是话务员"):
                change_roles(session, "pbx", roles, number)
    with pytest.raises(UserError, match="结尾"):
        make(store, name="呼叫平台（程序）")


def test_a_program_that_administers_leaves_nobody_to_sign_in(store: Store) -> None:
    make(store, "root", "管理员", (Role.ADMINISTRATOR,))
    with store.begin() as session:
        create_program(session, "pbx", "呼叫平台", (Role.ADMINISTRATOR,), "root", NOW)
        with pytest.raises(Conflict, match="最后一个"):
            disable_account(session, "root", NOW)
        assert disable_account(session, "pbx", NOW).disabled_at == NOW
