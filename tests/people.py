"""Who works at the tests' centre: one account for each role, made quickly, and how each is signed in."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts.signing_in import csrf_of, token_sha256
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.accounts import account_by_login, add_account, add_sign_in, signed_in
from qa_pipeline.web.access import COOKIE, CSRF_HEADER
from qa_pipeline.web.app import create_app

HOME = "http://127.0.0.1:8345"
PASSWORD = "correct horse staple"
PEOPLE = (
    ("reviewer", "质检员甲", (Role.REVIEWER,), None),
    ("reviewer2", "质检员乙", (Role.REVIEWER,), None),
    ("reviewer3", "质检员丙", (Role.REVIEWER,), None),
    ("supervisor", "主管丁", (Role.SUPERVISOR,), None),
    ("trainer", "培训师戊", (Role.TRAINER,), None),
    ("operator", "陈晓雯", (Role.OPERATOR,), "1001"),
    ("operator3", "王海燕", (Role.OPERATOR,), "1003"),
    ("administrator", "管理员己", (Role.ADMINISTRATOR,), None),
)
LOGINS = {name: login for login, name, _, _ in PEOPLE}
NAMES = {login: name for name, login in LOGINS.items()}


@cache
def cheap_hash() -> str:
    """Hash the tests' password with the least work: what it costs to try one is not what these tests are about."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def add_people(session: Session, now: datetime, operators: bool = True) -> None:
    """Make the accounts; the operators' need their numbers on the roster."""
    for login, name, roles, operator_id in PEOPLE:
        if operators or operator_id is None:
            account = Account(0, login, name, roles, operator_id, False, "test", now)
            add_account(session, account, name.casefold(), cheap_hash())


def token_for(sessions: sessionmaker[Session], login: str) -> str:
    """Open a session for somebody, unless it is open, and return its token."""
    token = f"token-of-{login}"
    digest, now = token_sha256(token), datetime.now()
    with sessions.begin() as session:
        found = account_by_login(session, login) or _added(session, login, now)
        if signed_in(session, digest) is None:
            add_sign_in(session, digest, found[0].account_id, "127.0.0.1", now)
    return token


def _added(session: Session, login: str, now: datetime) -> tuple[Account, str]:
    """Make somebody's account in a store that has none; whose an operator's calls are is for the test to say."""
    _, name, roles, _ = next(person for person in PEOPLE if person[0] == login)
    account = Account(0, login, name, roles, None, False, "test", now)
    return add_account(session, account, name.casefold(), cheap_hash()), ""


def csrf_for(login: str) -> str:
    """Return what the forms of that session carry."""
    return csrf_of(f"token-of-{login}")


def client_as(
    sessions: sessionmaker[Session], settings: Settings, login: str = "reviewer", app: FastAPI | None = None
) -> TestClient:
    """Ask the application as somebody's browser does: signed in, from its own pages; of ``app`` where one is made."""
    headers = {"Origin": HOME, CSRF_HEADER: csrf_for(login)}
    cookies = {COOKIE: token_for(sessions, login)}
    return TestClient(app or create_app(sessions, settings), base_url=HOME, headers=headers, cookies=cookies)
