"""Supervision notices and what was said to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.supervision import NoticeKind, NoticeStep, Office
from qa_pipeline.store.schema.base import Base, choice


class NoticeRow(Base):
    """One notice as it was entered; ``points`` is the decimal's text."""

    __tablename__ = "notices"
    append_only = True
    notice_id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"), index=True)
    month: Mapped[str] = mapped_column(String(7), index=True)
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind))
    seen_by: Mapped[str] = mapped_column(String(64))
    happened_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    points: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id"))
    at_ms: Mapped[int | None]
    entered_by: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[datetime]


class NoticeWordRow(Base):
    """What somebody said to a notice. Its place is its key, so that two who answer at once cannot both be first."""

    __tablename__ = "notice_words"
    append_only = True
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.notice_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[NoticeStep] = mapped_column(choice(NoticeStep))
    by: Mapped[str] = mapped_column(String(64))
    office: Mapped[Office | None] = mapped_column(choice(Office))
    reason: Mapped[str] = mapped_column(Text)
    points: Mapped[str | None] = mapped_column(String(16))
    criticised: Mapped[bool]
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeals.appeal_id"))
    said_at: Mapped[datetime]
