"""A sampled call as settling a month reads it: what costs points, without the words that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qa_pipeline.models.audit import Decision
from qa_pipeline.models.findings import RuleResult
from qa_pipeline.models.sampling import SampledCall
from qa_pipeline.models.speech import ModelStamp


@dataclass(frozen=True, slots=True)
class AuditStamp:
    """What an audit was made of. ``results_sha256`` is over its stored results, evidence and all."""

    audit_id: int
    inputs_hash: str
    speech_hash: str
    ruleset_version: str
    ruleset_sha256: str
    scorecard_version: str
    knowledge_sha256: str
    results_sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HeardAs:
    """What a call was judged by: the recogniser, and the SHA-256 of the stored words."""

    stamp: ModelStamp
    transcript_sha256: str


@dataclass(frozen=True, slots=True)
class SettlingCall:
    """One sampled call. ``results`` may lack evidence and reasons; ``audit`` is None where it was not audited.

    ``failed``: its recording cannot be audited. ``heard`` is None where no transcript is kept.
    """

    call_id: str
    operator_id: str
    shift: str
    sampled: SampledCall
    recording_id: str | None
    audit: AuditStamp | None
    heard: HeardAs | None
    results: tuple[RuleResult, ...]
    decisions: tuple[Decision, ...]
    failed: bool
