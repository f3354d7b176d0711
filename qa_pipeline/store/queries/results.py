"""What the stages make: what was heard, and audits."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from qa_pipeline.models import (
    AcousticProfile,
    CallAudit,
    CallRecord,
    RuleResult,
    RulesetStamp,
    TermCorrection,
    Transcript,
)
from qa_pipeline.store.queries.files import audit_model
from qa_pipeline.store.queries.search_index import index_calls, index_heard
from qa_pipeline.store.queries.standings import refresh
from qa_pipeline.store.schema import AuditRow, SpeechRow
from scoring.score import Evaluation

T = TypeVar("T")
Speech = tuple[Transcript, AcousticProfile]


def save_speech(
    session: Session, inputs_hash: str, transcript: Transcript, acoustics: AcousticProfile, now: datetime
) -> None:
    """Keep what was heard in a recording for these inputs, and make it searchable."""
    row = SpeechRow(
        recording_id=transcript.recording_id,
        inputs_hash=inputs_hash,
        transcript=transcript,
        acoustics=acoustics,
        created_at=now,
    )
    session.merge(row)
    session.flush()
    index_heard(session, transcript)


def speech_of(session: Session, recording_id: str, inputs_hash: str) -> Speech | None:
    """Return what was heard for these inputs, None before it was."""
    row = session.get(SpeechRow, (recording_id, inputs_hash))
    return None if row is None else (row.transcript, row.acoustics)


def has_speech(session: Session, recording_id: str, inputs_hash: str) -> bool:
    """Whether something was heard for these inputs, without reading it."""
    is_it = (SpeechRow.recording_id == recording_id, SpeechRow.inputs_hash == inputs_hash)
    return session.scalar(select(SpeechRow.recording_id).where(*is_it)) is not None


def save_audit(
    session: Session,
    call: CallRecord,
    recording_id: str,
    *,
    inputs_hash: str,
    speech_hash: str,
    ruleset: RulesetStamp,
    scorecard_version: str,
    knowledge_sha256: str,
    results: tuple[RuleResult, ...],
    evaluation: Evaluation,
    now: datetime,
    corrections: tuple[TermCorrection, ...] = (),
    corrected_until: int = 0,
) -> CallAudit:
    """Append an audit at the end of the call's chain: it supersedes the one that counted until now.

    A call whose words it corrects, or the audit before it did, is made searchable as it reads now.
    """
    before = _newest(session, call.call_id, AuditRow.audit_id)
    corrected_before = _newest(session, call.call_id, AuditRow.corrections)
    row = AuditRow(
        call_id=call.call_id,
        month=f"{call.started_at:%Y-%m}",
        recording_id=recording_id,
        inputs_hash=inputs_hash,
        speech_hash=speech_hash,
        ruleset_version=ruleset.version,
        ruleset_sha256=ruleset.sha256,
        scorecard_version=scorecard_version,
        knowledge_sha256=knowledge_sha256,
        results=results,
        evaluation=evaluation,
        created_at=now,
        supersedes_id=before,
        corrections=corrections,
        corrected_until=corrected_until,
    )
    session.add(row)
    session.flush()
    refresh(session, (call.call_id,))
    if corrections or corrected_before:
        index_calls(session, (call.call_id,))
    return audit_model(row)


def newest_inputs_hash(session: Session, call_id: str) -> str | None:
    """Return what the audit that counts was made of, None before there is one."""
    return _newest(session, call_id, AuditRow.inputs_hash)


def _newest(session: Session, call_id: str, column: InstrumentedAttribute[T]) -> T | None:
    return session.scalar(select(column).where(AuditRow.call_id == call_id).order_by(AuditRow.audit_id.desc()).limit(1))
