"""What was asked for in the browser, what was sent, and what columns mean to this centre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.errands import ErrandKind, ErrandState
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice


class ErrandRow(Base):
    """One errand; ``token`` names the worker's claim, so that a late worker changes nothing.

    ``open_key`` says what it asks for while it has not ended, so that the same is not asked twice.
    """

    __tablename__ = "errands"
    errand_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ErrandKind] = mapped_column(choice(ErrandKind))
    parameters: Mapped[Mapping[str, str]] = mapped_column(Json(Mapping[str, str]))
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    state: Mapped[ErrandState] = mapped_column(choice(ErrandState), index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    what: Mapped[str] = mapped_column(String(256), default="")
    report: Mapped[str] = mapped_column(Text, default="{}")
    error: Mapped[str] = mapped_column(Text, default="")
    hint: Mapped[str] = mapped_column(Text, default="")
    stopping: Mapped[str] = mapped_column(String(16), default="")
    worker: Mapped[str | None] = mapped_column(String(256))
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    open_key: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)


class UploadRow(Base):
    """A file that was sent; it lies in the workspace's ``uploads`` under its hash."""

    __tablename__ = "uploads"
    upload_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(256))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    sent_by: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]


class ColumnMapRow(Base):
    """What a centre's own column titles mean; ``title`` folded, ``field`` as the layout of its kind calls it."""

    __tablename__ = "column_maps"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(128), primary_key=True)
    field: Mapped[str] = mapped_column(String(64))
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime]
