"""Accounts, sessions and attempts to sign in, as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.store.rows import as_model, as_row, hold_rows
from qa_pipeline.store.schema import AccountRow, AttemptRow, SignInRow


def accounts(session: Session) -> tuple[Account, ...]:
    """Return all accounts, by login."""
    return tuple(as_model(Account, row) for row in session.scalars(select(AccountRow).order_by(AccountRow.login)))


def count_accounts(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(AccountRow)) or 0


def account_by_login(session: Session, login: str) -> tuple[Account, str] | None:
    """Return an account with the hash of its password; None where nobody has that login."""
    row = session.scalar(select(AccountRow).where(AccountRow.login == login))
    return None if row is None else (as_model(Account, row), row.password_hash)


def account_named(session: Session, name_key: str) -> Account | None:
    """Return the account with a folded name."""
    row = session.scalar(select(AccountRow).where(AccountRow.name_key == name_key))
    return None if row is None else as_model(Account, row)


def hold_accounts(session: Session) -> None:
    """Let one at a time change who may do what, until this unit of work ends; read the accounts afterwards."""
    hold_rows(session, AccountRow)


def add_account(session: Session, account: Account, name_key: str, password_hash: str) -> Account:
    """Write a new account; its number is given by the store."""
    row = as_row(AccountRow, account, account_id=None, name_key=name_key, password_hash=password_hash)
    session.add(row)
    session.flush()
    return as_model(Account, row)


def set_password(session: Session, account_id: int, password_hash: str, must_change: bool) -> None:
    """Write a new password's hash."""
    values = {"password_hash": password_hash, "must_change": must_change}
    session.execute(update(AccountRow).where(AccountRow.account_id == account_id).values(**values))


def set_roles(session: Session, account_id: int, roles: Sequence[Role], operator_id: str | None) -> None:
    """Write what an account may do."""
    values = {"roles": tuple(roles), "operator_id": operator_id}
    session.execute(update(AccountRow).where(AccountRow.account_id == account_id).values(**values))


def set_disabled(session: Session, account_id: int, at: datetime | None) -> None:
    """Disable an account, or let it be used again (None)."""
    session.execute(update(AccountRow).where(AccountRow.account_id == account_id).values(disabled_at=at))


def add_sign_in(session: Session, token_sha256: str, account_id: int, address: str, now: datetime) -> None:
    """Write a new session."""
    session.add(
        SignInRow(token_sha256=token_sha256, account_id=account_id, address=address, started_at=now, seen_at=now)
    )
    session.flush()


def signed_in(session: Session, token_sha256: str) -> tuple[Account, datetime, datetime] | None:
    """Return a session's account, when it began and when it was last used; None where there is no such session."""
    found = session.execute(
        select(AccountRow, SignInRow.started_at, SignInRow.seen_at)
        .join(SignInRow, SignInRow.account_id == AccountRow.account_id)
        .where(SignInRow.token_sha256 == token_sha256)
    ).one_or_none()
    return None if found is None else (as_model(Account, found[0]), found[1], found[2])


def touch_sign_in(session: Session, token_sha256: str, now: datetime) -> None:
    """Write that a session was used."""
    session.execute(update(SignInRow).where(SignInRow.token_sha256 == token_sha256).values(seen_at=now))


def end_sign_in(session: Session, token_sha256: str) -> None:
    """End a session."""
    session.execute(delete(SignInRow).where(SignInRow.token_sha256 == token_sha256))


def end_sign_ins(session: Session, account_id: int, but: str = "") -> None:
    """End all sessions of an account, or all but one (its token's hash)."""
    session.execute(delete(SignInRow).where(SignInRow.account_id == account_id, SignInRow.token_sha256 != but))


def end_sign_ins_before(session: Session, started: datetime) -> None:
    """Clear away sessions that began before a time."""
    session.execute(delete(SignInRow).where(SignInRow.started_at < started))


def add_attempt(session: Session, login: str, address: str, now: datetime) -> int:
    """Write an attempt to sign in, as failed until it is known not to be, and return its number."""
    row = AttemptRow(login=login, address=address, at=now, succeeded=False)
    session.add(row)
    session.flush()
    return row.attempt_id


def attempt_succeeded(session: Session, attempt_id: int) -> None:
    """Write that an attempt let somebody in."""
    session.execute(update(AttemptRow).where(AttemptRow.attempt_id == attempt_id).values(succeeded=True))


def forget_attempt(session: Session, attempt_id: int) -> None:
    """Clear away an attempt at which no password was tried."""
    session.execute(delete(AttemptRow).where(AttemptRow.attempt_id == attempt_id))


def failures_of_login(session: Session, login: str, since: datetime, before: int) -> tuple[datetime, ...]:
    """Return when attempts on a login failed since it last let somebody in, the newest first, ``before`` a number."""
    last_good = select(func.max(AttemptRow.attempt_id)).where(AttemptRow.login == login, AttemptRow.succeeded)
    after = session.scalar(last_good) or 0
    return tuple(
        session.scalars(
            select(AttemptRow.at)
            .where(AttemptRow.login == login, AttemptRow.at >= since)
            .where(AttemptRow.attempt_id > after, AttemptRow.attempt_id < before)
            .order_by(AttemptRow.at.desc())
        )
    )


def failures_of_address(session: Session, address: str, since: datetime, before: int) -> tuple[datetime, ...]:
    """Return when attempts from an address failed, the newest first, ``before`` a number."""
    return tuple(
        session.scalars(
            select(AttemptRow.at)
            .where(AttemptRow.address == address, AttemptRow.at >= since, ~AttemptRow.succeeded)
            .where(AttemptRow.attempt_id < before)
            .order_by(AttemptRow.at.desc())
        )
    )


def forget_attempts(session: Session, before: datetime) -> None:
    """Clear away attempts that throttle nobody any more."""
    session.execute(delete(AttemptRow).where(AttemptRow.at < before))
