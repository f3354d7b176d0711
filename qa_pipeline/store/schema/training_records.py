"""Training sessions and who attended them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.training_records import Presence, SessionKind
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice


class TrainingSessionRow(Base):
    """One session as it was entered."""

    __tablename__ = "training_sessions"
    append_only = True
    session_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind))
    held_on: Mapped[date] = mapped_column(index=True)
    topic: Mapped[str] = mapped_column(String(128))
    leader: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    team: Mapped[str] = mapped_column(String(128))
    items: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    entered_by: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[datetime]


class AttendanceRow(Base):
    """What was said of one operator in one session; the latest counts."""

    __tablename__ = "training_attendance"
    append_only = True
    word_id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.session_id"))
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"))
    presence: Mapped[Presence] = mapped_column(choice(Presence))
    made_up_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime]
    __table_args__ = (Index(None, "session_id"), Index(None, "operator_id"))


class SessionWithdrawalRow(Base):
    """That a session was entered by mistake; that is said once."""

    __tablename__ = "training_withdrawals"
    append_only = True
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.session_id"), primary_key=True)
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
