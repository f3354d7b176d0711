"""Addresses that are told what happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.hooks import HookEvent
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base


class HookRow(Base):
    """One webhook. The secret signs what is sent, so that it has to be kept as it is.

    ``claim`` names the worker that tells it, until ``claimed_until``: others leave it alone.
    """

    __tablename__ = "webhooks"
    hook_id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(64))
    events: Mapped[tuple[HookEvent, ...]] = mapped_column(Json(tuple[HookEvent, ...]))
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    told: Mapped[Mapping[str, str]] = mapped_column(Json(Mapping[str, str]))
    failures: Mapped[int]
    next_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    claim: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
