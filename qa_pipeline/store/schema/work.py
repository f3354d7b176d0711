"""Work on recordings and what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models import AcousticProfile, RuleResult, TermCorrection, Transcript
from qa_pipeline.store.codec import Json, PackedJson
from qa_pipeline.store.schema.base import Base, choice
from scoring.score import Evaluation


class JobState(StrEnum):
    """Where a job stands. FAILED: the call cannot be audited as it is. DEAD: tried too often."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"


class JobRow(Base):
    """Work on one recording; ``worker`` is ``host:pid:start``.

    ``token`` names one claim, so that a late worker of an earlier claim changes nothing; ``not_before`` holds back.
    """

    __tablename__ = "jobs"
    job_id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.recording_id"))
    stage: Mapped[str] = mapped_column(String(32))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.PENDING, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(256))
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    hint: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("recording_id", "stage", "inputs_hash"),)


class SpeechRow(Base):
    """What was heard and measured in a recording, for one set of inputs of the transcribing stage."""

    __tablename__ = "transcripts"
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.recording_id"), primary_key=True)
    inputs_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    transcript: Mapped[Transcript] = mapped_column(PackedJson(Transcript))
    acoustics: Mapped[AcousticProfile] = mapped_column(PackedJson(AcousticProfile))
    created_at: Mapped[datetime]


class AuditRow(Base):
    """One machine audit. An audit is superseded at most once, so a call's audits are a chain."""

    __tablename__ = "audits"
    append_only = True
    audit_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    month: Mapped[str] = mapped_column(String(7), index=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.recording_id"))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    speech_hash: Mapped[str] = mapped_column(String(64))
    ruleset_version: Mapped[str] = mapped_column(String(64))
    ruleset_sha256: Mapped[str] = mapped_column(String(64))
    scorecard_version: Mapped[str] = mapped_column(String(64))
    knowledge_sha256: Mapped[str] = mapped_column(String(64))
    results: Mapped[tuple[RuleResult, ...]] = mapped_column(Json(tuple[RuleResult, ...]))
    evaluation: Mapped[Evaluation] = mapped_column(Json(Evaluation))
    created_at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("audits.audit_id"), unique=True)
    corrections: Mapped[tuple[TermCorrection, ...]] = mapped_column(
        Json(tuple[TermCorrection, ...]), default=(), server_default="[]"
    )
    corrected_until: Mapped[int] = mapped_column(default=0, server_default="0")
