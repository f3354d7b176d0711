"""The draw of a month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models import DrawReason
from qa_pipeline.store.schema.base import Base, choice


class PlanRow(Base):
    """The draw of one month."""

    __tablename__ = "sample_plans"
    append_only = True
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    seed: Mapped[str] = mapped_column(String(256))
    seed_sha256: Mapped[str] = mapped_column(String(64))
    frame_sha256: Mapped[str] = mapped_column(String(64))
    frame_size: Mapped[int]
    quota_per_operator: Mapped[int]
    drawn_at: Mapped[datetime]


class SampledCallRow(Base):
    """One call of a plan; ``probability`` is the decimal's text, since it must come out as it went in."""

    __tablename__ = "sampled_calls"
    append_only = True
    month: Mapped[str] = mapped_column(ForeignKey("sample_plans.month"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), unique=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"))
    stratum: Mapped[str] = mapped_column(String(160))
    probability: Mapped[str] = mapped_column(String(40))
    reason: Mapped[DrawReason] = mapped_column(choice(DrawReason))


class ExclusionRow(Base):
    """A call that could not be drawn."""

    __tablename__ = "exclusions"
    append_only = True
    month: Mapped[str] = mapped_column(ForeignKey("sample_plans.month"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"))
    reason: Mapped[str] = mapped_column(Text)
