"""Frozen types that pass between stages."""

from qa_pipeline.models.findings import (
    Agreement,
    CallContext,
    Evidence,
    EvidenceKind,
    Exchange,
    FactCheck,
    RuleResult,
    RulesetStamp,
    SpokenFact,
)
from qa_pipeline.models.records import CallRecord, Fact, KnowledgeEntry, Operator, ShiftDuty, WorkOrder
from qa_pipeline.models.sampling import DrawReason, Exclusion, SampledCall, SamplePlan
from qa_pipeline.models.speech import (
    AcousticProfile,
    DeadAir,
    ModelStamp,
    Recording,
    Role,
    Span,
    TalkOver,
    Transcript,
    Utterance,
    UtteranceAcoustics,
    Word,
)
from scoring.outcome import Outcome, Standing

__all__ = [
    "AcousticProfile",
    "Agreement",
    "CallContext",
    "CallRecord",
    "DeadAir",
    "DrawReason",
    "Evidence",
    "EvidenceKind",
    "Exchange",
    "Exclusion",
    "Fact",
    "FactCheck",
    "KnowledgeEntry",
    "ModelStamp",
    "Operator",
    "Outcome",
    "Recording",
    "Role",
    "RuleResult",
    "RulesetStamp",
    "SamplePlan",
    "SampledCall",
    "ShiftDuty",
    "Span",
    "SpokenFact",
    "Standing",
    "TalkOver",
    "Transcript",
    "Utterance",
    "UtteranceAcoustics",
    "Word",
    "WorkOrder",
]
