"""What people decided, and months that were settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models import Role, Verdict
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice


class DecisionRow(Base):
    """A person's word on one finding."""

    __tablename__ = "decisions"
    append_only = True
    decision_id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.audit_id"))
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    code: Mapped[str] = mapped_column(String(32))
    item: Mapped[str] = mapped_column(String(32))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    faults: Mapped[int]
    reviewer: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    # No foreign key: SQLite cannot add a column with one to a table that is there.
    appeal_id: Mapped[int | None]


class NoteRow(Base):
    """What somebody who reviews noted on a call."""

    __tablename__ = "call_notes"
    append_only = True
    note_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class HandCorrectionRow(Base):
    """What a person wrote for an utterance of what was heard in a call."""

    __tablename__ = "hand_corrections"
    append_only = True
    correction_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.recording_id"))
    speech_hash: Mapped[str] = mapped_column(String(64))
    utterance: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(choice(Role))
    author: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class ClosingRow(Base):
    """A month that was settled, by whom and when."""

    __tablename__ = "closings"
    append_only = True
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    closed_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime]


class ClosingLineRow(Base):
    """One operator's figures as they were when the month was settled."""

    __tablename__ = "closing_lines"
    append_only = True
    month: Mapped[str] = mapped_column(ForeignKey("closings.month"), primary_key=True)
    operator_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[Mapping[str, Any]] = mapped_column(Json(dict[str, Any]))
