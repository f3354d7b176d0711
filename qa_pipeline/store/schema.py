"""Tables. Times are the centre's own wall clock without a zone; months are ``YYYY-MM``; hashes are hex SHA-256.

What `APPEND_ONLY` lists is never changed or deleted: triggers of the first migration refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from qa_pipeline.models import (
    AcousticProfile,
    DrawReason,
    KnowledgeEntry,
    Role,
    RuleResult,
    TermCorrection,
    Transcript,
    Verdict,
)
from qa_pipeline.store.codec import Json, PackedJson
from scoring.score import Evaluation

APPEND_ONLY = (
    "audits",
    "closing_lines",
    "closings",
    "decisions",
    "documents",
    "exclusions",
    "knowledge_entries",
    "sample_plans",
    "sampled_calls",
    "work_orders",
)


class JobState(StrEnum):
    """Where a job stands. FAILED: the call cannot be audited as it is. DEAD: tried too often."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"


def _choice(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda choices: [c.value for c in choices])


class Base(DeclarativeBase):
    """All tables; constraints have names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


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
    hang_up_by: Mapped[Role] = mapped_column(_choice(Role))
    satisfaction: Mapped[int | None]
    recording_file: Mapped[str] = mapped_column(String(512), index=True)
    operator_channel: Mapped[int | None]


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
    order_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    fields: Mapped[Mapping[str, str]] = mapped_column(Json(dict[str, str]))
    submitted_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class KnowledgeRow(Base):
    """One version of one entry as it was recorded; of several rows of a version the last recorded counts."""

    __tablename__ = "knowledge_entries"
    row_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(128))
    version: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    body: Mapped[KnowledgeEntry] = mapped_column(Json(KnowledgeEntry))
    recorded_at: Mapped[datetime]
    __table_args__ = (Index(None, "entry_id", "version"),)


class PlaceRow(Base):
    """One place of the gazetteer; a name may lie in more than one parent ('' for none)."""

    __tablename__ = "places"
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    parent: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    aliases: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))


class DocumentRow(Base):
    """A scorecard or ruleset in one version that never changes."""

    __tablename__ = "documents"
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)


class PlanRow(Base):
    """The draw of one month."""

    __tablename__ = "sample_plans"
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
    month: Mapped[str] = mapped_column(ForeignKey("sample_plans.month"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), unique=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"))
    stratum: Mapped[str] = mapped_column(String(160))
    probability: Mapped[str] = mapped_column(String(40))
    reason: Mapped[DrawReason] = mapped_column(_choice(DrawReason))


class ExclusionRow(Base):
    """A call that could not be drawn."""

    __tablename__ = "exclusions"
    month: Mapped[str] = mapped_column(ForeignKey("sample_plans.month"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"))
    reason: Mapped[str] = mapped_column(Text)


class JobRow(Base):
    """Work on one recording; ``worker`` is ``host:pid:start``.

    ``token`` names one claim, so that a late worker of an earlier claim changes nothing; ``not_before`` holds back.
    """

    __tablename__ = "jobs"
    job_id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.recording_id"))
    stage: Mapped[str] = mapped_column(String(32))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[JobState] = mapped_column(_choice(JobState), default=JobState.PENDING, index=True)
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


class DecisionRow(Base):
    """A person's word on one finding."""

    __tablename__ = "decisions"
    decision_id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.audit_id"))
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    code: Mapped[str] = mapped_column(String(32))
    item: Mapped[str] = mapped_column(String(32))
    verdict: Mapped[Verdict] = mapped_column(_choice(Verdict))
    faults: Mapped[int]
    reviewer: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ClosingRow(Base):
    """A month that was settled, by whom and when."""

    __tablename__ = "closings"
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    closed_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime]


class ClosingLineRow(Base):
    """One operator's figures as they were when the month was settled."""

    __tablename__ = "closing_lines"
    month: Mapped[str] = mapped_column(ForeignKey("closings.month"), primary_key=True)
    operator_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[Mapping[str, Any]] = mapped_column(Json(dict[str, Any]))


class ImportRow(Base):
    """One file of an import."""

    __tablename__ = "import_batches"
    batch_id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    taken: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    imported_at: Mapped[datetime]


class RefusalRow(Base):
    """One row of a file that was not taken."""

    __tablename__ = "import_refusals"
    refusal_id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.batch_id"), index=True)
    row: Mapped[int | None]
    column: Mapped[str] = mapped_column(String(128))
    what: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text)
