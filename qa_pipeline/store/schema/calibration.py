"""Calibration sessions, what people said in them, and how they ended."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.calibration import Score
from qa_pipeline.store.schema.base import Base, choice


class CalibrationRow(Base):
    """One session as it was opened."""

    __tablename__ = "calibrations"
    append_only = True
    session_id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(128))
    due_on: Mapped[date]
    scorecard_version: Mapped[str] = mapped_column(String(64))
    reference_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    opened_at: Mapped[datetime]


class CalibrationCallRow(Base):
    """One call of a session."""

    __tablename__ = "calibration_calls"
    append_only = True
    session_id: Mapped[int] = mapped_column(ForeignKey("calibrations.session_id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.audit_id"))
    position: Mapped[int]


class CalibrationMemberRow(Base):
    """Somebody who scores in a session."""

    __tablename__ = "calibration_members"
    append_only = True
    session_id: Mapped[int] = mapped_column(ForeignKey("calibrations.session_id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    __table_args__ = (Index(None, "account_id"),)


class CalibrationWordRow(Base):
    """What somebody said of an item of a call."""

    __tablename__ = "calibration_words"
    append_only = True
    word_id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("calibrations.session_id"), index=True)
    call_id: Mapped[str] = mapped_column(String(128))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    item: Mapped[str] = mapped_column(String(32))
    score: Mapped[Score] = mapped_column(choice(Score))
    faults: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]


class CalibrationFinishRow(Base):
    """That somebody has finished; their words stand from then on."""

    __tablename__ = "calibration_finishes"
    append_only = True
    session_id: Mapped[int] = mapped_column(ForeignKey("calibrations.session_id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    finished_at: Mapped[datetime]


class CalibrationClosingRow(Base):
    """That a session was ended; that is said once."""

    __tablename__ = "calibration_closings"
    append_only = True
    session_id: Mapped[int] = mapped_column(ForeignKey("calibrations.session_id"), primary_key=True)
    closed_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)


class CalibrationRemarkRow(Base):
    """What was said when the words were compared."""

    __tablename__ = "calibration_remarks"
    append_only = True
    remark_id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("calibrations.session_id"), index=True)
    call_id: Mapped[str] = mapped_column(String(128))
    item: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime]
