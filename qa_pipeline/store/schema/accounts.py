"""Who may sign in, who has, and what they looked at and changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.accounts import Role
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base


class AccountRow(Base):
    """One account. ``login_key`` and ``name_key`` are folded, so that no two look alike."""

    __tablename__ = "accounts"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    name_key: Mapped[str] = mapped_column(String(64), unique=True)
    roles: Mapped[tuple[Role, ...]] = mapped_column(Json(tuple[Role, ...]))
    operator_id: Mapped[str | None] = mapped_column(ForeignKey("operators.operator_id"))
    password_hash: Mapped[str] = mapped_column(String(256))
    must_change: Mapped[bool]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    is_program: Mapped[bool]


class SignInRow(Base):
    """A session. The browser's cookie holds the token, the store its SHA-256 alone."""

    __tablename__ = "sign_ins"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    address: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AttemptRow(Base):
    """Somebody tried to sign in; ``login`` as typed, folded. Old ones are cleared away."""

    __tablename__ = "sign_in_attempts"
    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    succeeded: Mapped[bool]


class AccessRow(Base):
    """Who looked at or changed what, and when."""

    __tablename__ = "access_log"
    append_only = True
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    outcome: Mapped[int]
    address: Mapped[str] = mapped_column(String(64))
    __table_args__ = (Index(None, "login", "at"), Index(None, "action", "at"))
