"""Tokens of the HTTP API, as they are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.tokens import ApiToken
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import AccountRow, ApiTokenRow


def add_token(session: Session, token: ApiToken, token_sha256: str) -> ApiToken:
    """Write a new token; its number is given by the store."""
    row = as_row(ApiTokenRow, token, token_id=None, token_sha256=token_sha256)
    session.add(row)
    session.flush()
    return as_model(ApiToken, row)


def tokens(session: Session, account_id: int | None = None) -> tuple[ApiToken, ...]:
    """Return all tokens, or an account's, the newest first."""
    rows = select(ApiTokenRow).order_by(ApiTokenRow.token_id.desc())
    if account_id is not None:
        rows = rows.where(ApiTokenRow.account_id == account_id)
    return tuple(as_model(ApiToken, row) for row in session.scalars(rows))


def token_by_sha256(session: Session, token_sha256: str) -> tuple[ApiToken, Account] | None:
    """Return a token with the account that it acts for; None where there is none."""
    found = session.execute(
        select(ApiTokenRow, AccountRow)
        .join(AccountRow, AccountRow.account_id == ApiTokenRow.account_id)
        .where(ApiTokenRow.token_sha256 == token_sha256)
    ).one_or_none()
    return None if found is None else (as_model(ApiToken, found[0]), as_model(Account, found[1]))


def token_used(session: Session, token_id: int, now: datetime) -> None:
    """Write that a token was used."""
    session.execute(update(ApiTokenRow).where(ApiTokenRow.token_id == token_id).values(used_at=now))


def revoke_token(session: Session, token_id: int, now: datetime) -> ApiToken:
    """Let a token be used no more, and return it.

    Raises:
        NotFound: There is none of that number.
    """
    row = session.get(ApiTokenRow, token_id)
    if row is None:
        raise NotFound(f"没有 {token_id} 号令牌", "刷新页面")
    if row.revoked_at is None:
        row.revoked_at = now
    session.flush()
    return as_model(ApiToken, row)
