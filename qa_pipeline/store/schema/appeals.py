"""Appeals, what was said to them, and what those that were won change in a settled month."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.appeals import AppealKind, AppealStep, VerdictChange
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice
from scoring.adjustments import Adjustment


class AppealRow(Base):
    """One appeal as it was filed."""

    __tablename__ = "appeals"
    append_only = True
    appeal_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AppealKind] = mapped_column(choice(AppealKind))
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"), index=True)
    month: Mapped[str] = mapped_column(String(7), index=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id"), index=True)
    code: Mapped[str | None] = mapped_column(String(32))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.notice_id"))
    reason: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[datetime]
    due_on: Mapped[date]
    late_doubt: Mapped[bool]


class AppealWordRow(Base):
    """What somebody said to an appeal. Its place is its key, so that two who decide at once cannot both be first."""

    __tablename__ = "appeal_words"
    append_only = True
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.appeal_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[AppealStep] = mapped_column(choice(AppealStep))
    by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    changes: Mapped[tuple[VerdictChange, ...]] = mapped_column(Json(tuple[VerdictChange, ...]))
    said_at: Mapped[datetime]


class AdjustmentRow(Base):
    """What an appeal that was won changes in a settled month, booked in a later one."""

    __tablename__ = "adjustments"
    append_only = True
    adjustment_id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.appeal_id"), unique=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"))
    month: Mapped[str] = mapped_column(ForeignKey("closings.month"))
    booked_in: Mapped[str] = mapped_column(String(7), index=True)
    body: Mapped[Adjustment] = mapped_column(Json(Adjustment))
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    __table_args__ = (Index(None, "operator_id", "month"),)
