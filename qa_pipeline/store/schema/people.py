"""The roster, and who was on which shift."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.store.schema.base import Base


class OperatorRow(Base):
    """One person on the roster."""

    __tablename__ = "operators"
    operator_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    team: Mapped[str] = mapped_column(String(128))
    leader_id: Mapped[str | None] = mapped_column(String(64))
    hired_on: Mapped[date | None]


class DutyRow(Base):
    """One operator on one shift of one day."""

    __tablename__ = "duties"
    day: Mapped[date] = mapped_column(primary_key=True)
    shift: Mapped[str] = mapped_column(String(64), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"), primary_key=True)
