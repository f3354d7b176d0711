"""Signing in, and whose session a token is.

A session's token is random and known to the browser alone; the store keeps its SHA-256. Who fails too often waits, by
login and by address, and waits the longer the oftener it was.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts.managing import folded_login
from qa_pipeline.accounts.passwords import MAX_LENGTH, hash_password, is_outdated, is_password
from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Account, Person
from qa_pipeline.settings import MOST_SESSION_HOURS
from qa_pipeline.store.queries import accounts as kept

WINDOW = timedelta(minutes=15)
FREE_BY_LOGIN = 5
FREE_BY_ADDRESS = 30
"""A centre's people may share one address (a gateway), so that it has more tries."""
SHORTEST_WAIT = timedelta(seconds=10)
TOUCH_AFTER = timedelta(minutes=1)
LONGEST = timedelta(hours=MOST_SESSION_HOURS)
"""What lasted longer is over by any setting: who closes a browser never signs out."""


class SignInRefused(UserError):
    """Nobody was let in; the message never says whether the account exists."""


class TriedTooOften(SignInRefused):
    """No password was tried; the message says how long to wait."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: unused, and at most."""

    idle: timedelta
    most: timedelta


def token_sha256(token: str) -> str:
    """Return what the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """Return what the forms of a session carry: it cannot be had without the token, nor the token from it."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def sign_in(
    sessions: sessionmaker[Session], login: str, password: str, address: str, now: datetime
) -> tuple[str, Account]:
    """Let somebody in and return the new session's token.

    Raises:
        SignInRefused: Wrong, disabled, or tried too often: the message says how long to wait.
        TransientError: Too many are signing in at once.
    """
    account, hashed = prove(sessions, login, password, address, now)
    token = secrets.token_urlsafe(32)
    with sessions.begin() as session:
        kept.end_sign_ins_before(session, now - LONGEST)
        kept.add_sign_in(session, token_sha256(token), account.account_id, address, now)
        if is_outdated(hashed):
            kept.set_password(session, account.account_id, hash_password(password), account.must_change)
    return token, account


def prove(
    sessions: sessionmaker[Session], login: str, password: str, address: str, now: datetime
) -> tuple[Account, str]:
    """Return the account that a password opens, and the password's hash; each wrong one is counted.

    Also for what somebody who is signed in must prove again: else a session that was left open could be used to find
    out the password. Errors as `sign_in`.
    """
    key = folded_login(login)[:64]
    # Committed before it is looked at, so that many tries at once count each other.
    with sessions.begin() as session:
        kept.forget_attempts(session, now - 2 * WINDOW)
        attempt = kept.add_attempt(session, key, address, now)
    with sessions.begin() as session:
        wait = _wait(session, key, address, attempt, now)
        if wait > timedelta(0):
            kept.forget_attempt(session, attempt)  # no password was tried; else nobody who is impatient ever gets in
        found = kept.account_by_login(session, key)
    if wait > timedelta(0):
        raise TriedTooOften(
            f"登录失败次数太多，请等 {-(-wait // timedelta(seconds=1))} 秒再试", "忘记密码请找管理员重设"
        )
    right = len(password) <= MAX_LENGTH and is_password(None if found is None else found[1], password)
    if found is None or not right or found[0].disabled_at is not None or found[0].is_program:
        raise SignInRefused("账号或密码不对，或账号已停用", "忘记密码请找管理员重设")
    with sessions.begin() as session:
        kept.attempt_succeeded(session, attempt)
    return found


def _wait(session: Session, login: str, address: str, attempt: int, now: datetime) -> timedelta:
    since = now - WINDOW
    return max(
        wait_after(kept.failures_of_login(session, login, since, attempt), FREE_BY_LOGIN, now),
        wait_after(kept.failures_of_address(session, address, since, attempt), FREE_BY_ADDRESS, now),
    )


def wait_after(failures: Sequence[datetime], free: int, now: datetime) -> timedelta:
    """Return how long to wait: nothing for the first ``free`` failures, then twice as long each time, at most WINDOW.

    Args:
        failures: Of the last WINDOW, the newest first.
        free: How many cost no wait.
        now: The time of the attempt.
    """
    more = len(failures) - free
    if more < 0:
        return timedelta(0)
    wait = min(SHORTEST_WAIT * (1 << min(more, 10)), WINDOW)
    return max(failures[0] + wait - now, timedelta(0))


def person_of(sessions: sessionmaker[Session], token: str, now: datetime, lasting: Lasting) -> Person | None:
    """Return whose session a token is; None where it has ended, or its account was disabled."""
    digest = token_sha256(token)
    with sessions() as session:
        found = kept.signed_in(session, digest)
    if found is None:
        return None
    account, started, seen = found
    if account.disabled_at is not None or now - seen > lasting.idle or now - started > lasting.most:
        with sessions.begin() as session:
            kept.end_sign_in(session, digest)
        return None
    if now - seen > TOUCH_AFTER:
        with sessions.begin() as session:
            kept.touch_sign_in(session, digest, now)
    return Person(account, csrf_of(token))


def sign_out(sessions: sessionmaker[Session], token: str) -> None:
    """End a session."""
    with sessions.begin() as session:
        kept.end_sign_in(session, token_sha256(token))
