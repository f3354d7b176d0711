"""The draw of a month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models import DrawReason, FrameRow, RiskCriteria
from qa_pipeline.store.codec import Json, PackedJson
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


class CommitmentRow(Base):
    """What was fixed before a month ended; ``seed`` is sealed here until the draw, null where another holds it."""

    __tablename__ = "draw_commitments"
    append_only = True
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    seed_sha256: Mapped[str] = mapped_column(String(64))
    quota_per_operator: Mapped[int]
    rule: Mapped[str] = mapped_column(Text)
    committed_by: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[datetime]
    seed: Mapped[str | None] = mapped_column(String(256))


class FrameRows(Base):
    """What was drawn from: calls that are imported after the draw must not hide what the frame was."""

    __tablename__ = "draw_frames"
    append_only = True
    month: Mapped[str] = mapped_column(ForeignKey("sample_plans.month"), primary_key=True)
    rows: Mapped[tuple[FrameRow, ...]] = mapped_column(PackedJson(tuple[FrameRow, ...]))


class SampledCallRow(Base):
    """One call of a plan; ``probability`` is the decimal's text, since it must come out as it went in."""

    __tablename__ = "sampled_calls"
    append_only = True
    __table_args__ = (Index(None, "operator_id", "month"),)
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


class ReplacementRow(Base):
    """A drawn call that could not be used; ``replacement_id`` is null where its stratum has no more calls."""

    __tablename__ = "replacements"
    append_only = True
    month: Mapped[str] = mapped_column(ForeignKey("sample_plans.month"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), unique=True)
    stratum: Mapped[str] = mapped_column(String(160))
    replacement_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id"), unique=True)
    why: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[str] = mapped_column(String(64))
    replaced_at: Mapped[datetime]


class SupplementRow(Base):
    """The risk supplement of a month, by which criteria."""

    __tablename__ = "supplements"
    append_only = True
    month: Mapped[str] = mapped_column(ForeignKey("sample_plans.month"), primary_key=True)
    budget: Mapped[int]
    criteria: Mapped[RiskCriteria] = mapped_column(Json(RiskCriteria))
    chosen_by: Mapped[str] = mapped_column(String(64))
    chosen_at: Mapped[datetime]


class RiskCallRow(Base):
    """One call of a supplement, and what it was added for."""

    __tablename__ = "risk_calls"
    append_only = True
    month: Mapped[str] = mapped_column(ForeignKey("supplements.month"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), unique=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"))
    stratum: Mapped[str] = mapped_column(String(160))
    reasons: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
