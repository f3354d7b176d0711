"""What finance states of a month: who worked under what terms."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.store.schema.base import Base, choice
from scoring.pay import PayStatus


class PayTermRow(Base):
    """One stretch of an operator's month.

    All rows of one ``revision`` are the operator's month as finance stated it then; the latest revision counts.
    """

    __tablename__ = "pay_terms"
    append_only = True
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    to_day: Mapped[date]
    team: Mapped[str] = mapped_column(String(128))
    status: Mapped[PayStatus] = mapped_column(choice(PayStatus))
    base: Mapped[str] = mapped_column(String(16))
    recorded_at: Mapped[datetime]
