"""What is kept of an audit, and of what people said to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa_pipeline.models.corrections import TermCorrection
from qa_pipeline.models.findings import RuleResult, RulesetStamp
from qa_pipeline.models.records import CallRecord, Operator, WorkOrder
from qa_pipeline.models.sampling import SampledCall, SamplePlan
from qa_pipeline.models.speech import AcousticProfile, Recording, Transcript
from scoring.score import Evaluation


@dataclass(frozen=True, slots=True)
class CallAudit:
    """One machine audit of one call, append-only. ``evaluation`` is the machine's, before anybody reviewed it.

    ``corrections`` are what of the stored transcript was read otherwise for this audit. ``speech_hash`` names what was
    heard; of people's corrections of it those up to ``corrected_until`` were read (0: none).
    """

    audit_id: int
    call_id: str
    month: str
    recording_id: str
    inputs_hash: str
    ruleset: RulesetStamp
    scorecard_version: str
    knowledge_sha256: str
    results: tuple[RuleResult, ...]
    evaluation: Evaluation
    created_at: datetime
    supersedes_id: int | None = None
    corrections: tuple[TermCorrection, ...] = ()
    speech_hash: str = ""
    corrected_until: int = 0


class Verdict(StrEnum):
    """What a person says of one finding."""

    CONFIRM = "confirm"
    OVERRULE = "overrule"
    FAULT = "fault"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on one rule result (``code``), or on an item that no rule covers (``code`` is the item).

    CONFIRM: the machine's FAIL is right. OVERRULE: no fault (PASS). FAULT: a fault that the machine did not find or
    was unsure of, ``faults`` times. Append-only; the latest by the same reviewer on the same code counts.

    ``confirmed`` is the result that a CONFIRM of an earlier audit spoke of, read out with the call's file; else None.
    ``appeal_id``: it decides that appeal, and stands whatever others say of the code.
    """

    decision_id: int
    audit_id: int
    call_id: str
    code: str
    item: str
    verdict: Verdict
    faults: int
    reviewer: str
    reason: str
    created_at: datetime
    confirmed: RuleResult | None = None
    appeal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody who reviews noted on a call, for others who review it. Append-only; it changes no verdict."""

    note_id: int
    call_id: str
    text: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CallFile:
    """All that the store holds of one call.

    ``transcript`` is what was heard, with people's corrections as far as the audit that counts has read them.
    """

    call: CallRecord
    operator: Operator | None
    sampled: SampledCall | None
    recording: Recording | None
    transcript: Transcript | None
    acoustics: AcousticProfile | None
    work_order: WorkOrder | None
    audit: CallAudit | None
    decisions: tuple[Decision, ...]
    failure: str | None


@dataclass(frozen=True, slots=True)
class MonthData:
    """All that a month's figures are made of. ``files`` hold every sampled call; ``frame`` every call of the month."""

    month: str
    plan: SamplePlan | None
    operators: tuple[Operator, ...]
    frame: tuple[CallRecord, ...]
    files: tuple[CallFile, ...]
    closed_at: datetime | None
    closed_by: str | None
