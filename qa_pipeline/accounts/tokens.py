"""Tokens for programs: made by an administrator, shown once, limited by scopes and by the account's own roles."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts.managing import find_account
from qa_pipeline.accounts.signing_in import TOUCH_AFTER, token_sha256
from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.persons import plain
from qa_pipeline.models.tokens import ApiToken, Scope
from qa_pipeline.store.queries import tokens as kept

PREFIX = "hqa_"
"""So that one that was left in a file is found by whoever searches for secrets."""
MOST_DAYS = 3650


def make_token(
    session: Session, name: str, login: str, scopes: Collection[Scope], days: int, by: str, now: datetime
) -> tuple[str, ApiToken]:
    """Make a token and return it with what is kept of it.

    Args:
        session: The unit of work.
        name: What it is for.
        login: The account that it acts for.
        scopes: What it may be used for.
        days: For how long.
        by: Who makes it.
        now: The centre's wall clock.

    Raises:
        NotFound: Nobody has that login.
        UserError: No name, no scope, or no sensible number of days.
    """
    named = plain(name)
    if not named or len(named) > 64:
        raise UserError("令牌的用途没有填写或过长", "写明给哪个系统用，64 字以内")
    wanted = tuple(scope for scope in Scope if scope in scopes)
    if not wanted:
        raise UserError("没有选择权限", f"至少选一项：{'、'.join(Scope)}")
    if not 1 <= days <= MOST_DAYS:
        raise UserError(f"有效期 {days} 天不对", f"填 1 到 {MOST_DAYS} 天")
    account = find_account(session, login)
    token = PREFIX + secrets.token_urlsafe(32)
    asked = ApiToken(0, named, account.account_id, wanted, by, now, now + timedelta(days=days))
    return token, kept.add_token(session, asked, token_sha256(token))


def person_of_token(sessions: sessionmaker[Session], token: str, now: datetime) -> Person | None:
    """Return for whom a token acts; None where it is nobody's, has expired or was revoked, or its account disabled."""
    with sessions() as session:
        found = kept.token_by_sha256(session, token_sha256(token))
    if found is None:
        return None
    held, account = found
    ended = held.revoked_at is not None or (held.expires_at is not None and held.expires_at <= now)
    if ended or account.disabled_at is not None:
        return None
    if held.used_at is None or now - held.used_at > TOUCH_AFTER:
        with sessions.begin() as session:
            kept.token_used(session, held.token_id, now)
    return Person(account, scopes=frozenset(held.scopes), token=f"{held.token_id} {held.name}")
