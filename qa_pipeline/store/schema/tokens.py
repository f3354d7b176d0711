"""Tokens of the HTTP API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base


class ApiTokenRow(Base):
    """One token; the store keeps its SHA-256 alone."""

    __tablename__ = "api_tokens"
    token_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    scopes: Mapped[tuple[Scope, ...]] = mapped_column(Json(tuple[Scope, ...]))
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
