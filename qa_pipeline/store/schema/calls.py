"""The call log, recordings and work orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models import Role
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice


class CallRow(Base):
    """One row of the call log."""

    __tablename__ = "calls"
    call_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), index=True)
    started_at: Mapped[datetime]
    duration_s: Mapped[int]
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"), index=True)
    shift: Mapped[str] = mapped_column(String(64))
    caller_number: Mapped[str] = mapped_column(String(64))
    hang_up_by: Mapped[Role] = mapped_column(choice(Role))
    satisfaction: Mapped[int | None]
    recording_file: Mapped[str] = mapped_column(String(512), index=True)
    operator_channel: Mapped[int | None]
    # A month is settled operator by operator.
    __table_args__ = (Index(None, "month", "operator_id"),)


class RecordingRow(Base):
    """Audio of one call; ``path`` is relative to the workspace, ``source_name`` the file's name before it was taken."""

    __tablename__ = "recordings"
    recording_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), unique=True)
    path: Mapped[str] = mapped_column(String(512))
    codec: Mapped[str] = mapped_column(String(64))
    sample_rate_hz: Mapped[int]
    channels: Mapped[int]
    duration_ms: Mapped[int]
    source_name: Mapped[str] = mapped_column(String(512))
    imported_at: Mapped[datetime]


class WorkOrderRow(Base):
    """One revision of a work order; the highest revision counts, the earlier ones show what it said before."""

    __tablename__ = "work_orders"
    append_only = True
    order_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    fields: Mapped[Mapping[str, str]] = mapped_column(Json(dict[str, str]))
    submitted_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
