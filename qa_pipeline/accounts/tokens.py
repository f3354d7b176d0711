"""Tokens for programs: shown once, limited by scopes and by the account's own roles.

Nobody makes one for somebody else, since it would write in their name: everybody for themselves, and an administrator
for the accounts of programs, which give no person's word.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts.managing import find_account
from qa_pipeline.accounts.signing_in import TOUCH_AFTER, token_sha256
from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Account, Person, Role
from qa_pipeline.models.persons import plain
from qa_pipeline.models.tokens import OPERATORS, OWN, PERSONS, ApiToken, Scope
from qa_pipeline.store.queries import tokens as kept

PREFIX = "hqa_"
"""So that one that was left in a file is found by whoever searches for secrets."""
MOST_DAYS = 3650


def may_make_for(account: Account, maker: str) -> bool:
    """Whether somebody, by name, may make a token for an account. Names are unique and never change."""
    return account.is_program or maker == account.name


def scopes_for(roles: Collection[Role]) -> tuple[Scope, ...]:
    """Return the scopes that a person of some roles may have in a token.

    Who only takes calls has their own results and what trains them; who does not take calls has none of their own.
    """
    own, others = Role.OPERATOR in roles, bool(set(roles) - {Role.OPERATOR})
    return tuple(scope for scope in Scope if (own if scope in OWN else others or (own and scope in OPERATORS)))


def scopes_named(names: Collection[str]) -> tuple[Scope, ...]:
    """Return the scopes that a form names.

    Raises:
        UserError: One is none.
    """
    if unknown := set(names) - set(Scope):
        raise UserError(f"没有权限“{'、'.join(sorted(unknown))}”", "刷新页面后再选")
    return tuple(Scope(name) for name in names)


def make_token(
    session: Session,
    name: str,
    login: str,
    scopes: Collection[Scope],
    days: int,
    by: str,
    now: datetime,
    within: Collection[str] | None = None,
) -> tuple[str, ApiToken]:
    """Make a token and return it with what is kept of it.

    Args:
        session: The unit of work.
        name: What it is for.
        login: The account that it acts for: the maker's own, or a program's.
        scopes: What it may be used for.
        days: For how long.
        by: The name of who makes it.
        now: The centre's wall clock.
        within: The scopes of the token that asks for it: none hands on what it lacks. None: the maker signed in.

    Raises:
        NotFound: Nobody has that login.
        UserError: No name, no scope, no sensible number of days, another person's account, a program that would give
            a person's word, an operator who would have more than their own results, or a scope that the token which
            asks for it lacks.
    """
    named, wanted = plain(name), tuple(scope for scope in Scope if scope in scopes)
    _refuse_unfit(named, wanted, days)
    if within is not None and (lacking := set(wanted) - set(within)):
        raise UserError(f"这个令牌自己没有“{'、'.join(sorted(lacking))}”权限，不能发出去", "到页面上建，或少选权限")
    account = find_account(session, login)
    if not may_make_for(account, by):
        raise UserError(f"不能给{account.name}发令牌：令牌会以其名义作决定", "本人在“我的令牌”页自己建；程序用程序账号")
    if account.is_program and (asked_for := PERSONS & set(wanted)):
        raise UserError(
            f"程序账号不能有“{'、'.join(sorted(asked_for))}”权限", "复核与申诉要由人署名，本人结果只给本人看"
        )
    if set(account.roles) == {Role.OPERATOR} and (beyond := set(wanted) - OPERATORS):
        raise UserError(f"话务员的令牌不能有“{'、'.join(sorted(beyond))}”权限", "只能选本人结果、申诉和训练的权限")
    token = PREFIX + secrets.token_urlsafe(32)
    asked = ApiToken(0, named, account.account_id, wanted, by, now, now + timedelta(days=days))
    return token, kept.add_token(session, asked, token_sha256(token))


def _refuse_unfit(named: str, wanted: Collection[Scope], days: int) -> None:
    if not named or len(named) > 64:
        raise UserError("令牌的用途没有填写或过长", "写明给哪个系统用，64 字以内")
    if not wanted:
        raise UserError("没有选择权限", f"至少选一项：{'、'.join(Scope)}")
    if not 1 <= days <= MOST_DAYS:
        raise UserError(f"有效期 {days} 天不对", f"填 1 到 {MOST_DAYS} 天")


def person_of_token(sessions: sessionmaker[Session], token: str, now: datetime) -> Person | None:
    """Return for whom a token acts.

    None where it is nobody's, has expired or was revoked, its account is disabled, or another person made it, as they
    could in earlier versions.
    """
    with sessions() as session:
        found = kept.token_by_sha256(session, token_sha256(token))
    if found is None:
        return None
    held, account = found
    ended = held.revoked_at is not None or (held.expires_at is not None and held.expires_at <= now)
    if ended or account.disabled_at is not None or not may_make_for(account, held.created_by):
        return None
    if held.used_at is None or now - held.used_at > TOUCH_AFTER:
        with sessions.begin() as session:
            kept.token_used(session, held.token_id, now)
    return Person(account, scopes=frozenset(held.scopes), token=f"{held.token_id} {held.name}")
