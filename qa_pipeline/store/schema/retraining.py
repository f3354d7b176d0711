"""Retraining that was offered, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.retraining import RetrainingResult
from qa_pipeline.store.schema.base import Base, choice


class RetrainingRow(Base):
    """One offer."""

    __tablename__ = "retrainings"
    append_only = True
    retraining_id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    planned_on: Mapped[date]
    offered_by: Mapped[str] = mapped_column(String(64))
    offered_at: Mapped[datetime]


class RetrainingWordRow(Base):
    """What became of an offer; that is said once."""

    __tablename__ = "retraining_words"
    append_only = True
    retraining_id: Mapped[int] = mapped_column(ForeignKey("retrainings.retraining_id"), primary_key=True)
    result: Mapped[RetrainingResult] = mapped_column(choice(RetrainingResult))
    on_day: Mapped[date]
    by: Mapped[str] = mapped_column(String(64))
    remark: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
