"""What a reader compares to know whether anything that a month's figures are made of has changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.store.schema import (
    AdjustmentRow,
    AppealRow,
    AppealWordRow,
    AuditRow,
    ClosingRow,
    DecisionRow,
    ImportRow,
    JobRow,
    NoticeWordRow,
    OperatorRow,
    PlanRow,
    RecordingRow,
    ReplacementRow,
    SampledCallRow,
)


@dataclass(frozen=True, slots=True)
class Revision:
    """Where the store stands: the newest decision (0: none), how many there are, and marks of everything else.

    Numbers are given before a unit of work is committed: a decision may come with an earlier number than one that was
    seen. Counts tell of it, the newest number does not.
    """

    decision_id: int
    decided: int
    others: tuple[object, ...]


def revision(session: Session) -> Revision:
    """Return a value that differs whenever calls, audits, people's words, failures or closings were added."""
    marks = (
        func.max(DecisionRow.decision_id),
        func.count(DecisionRow.decision_id),
        func.count(AuditRow.audit_id),
        func.max(JobRow.updated_at),
        func.count(JobRow.job_id),
        # Calls come by imports alone, each noted in the same unit of work: counting a million takes too long.
        func.count(ImportRow.batch_id),
        func.count(OperatorRow.operator_id),
        func.count(RecordingRow.recording_id),
        func.count(PlanRow.month),
        func.count(SampledCallRow.call_id),
        func.count(ReplacementRow.call_id),
        func.count(ClosingRow.month),
        func.count(NoticeWordRow.notice_id),
        func.count(AppealRow.appeal_id),
        func.count(AppealWordRow.appeal_id),
        func.count(AdjustmentRow.adjustment_id),
    )
    decision_id, decided, *others = session.execute(select(*(select(mark).scalar_subquery() for mark in marks))).one()
    return Revision(decision_id or 0, decided, tuple(others))


def only_newer_decisions(session: Session, kept: Revision, now: Revision) -> bool:
    """Whether all that changed between two revisions are decisions with later numbers than those of the first."""
    newer = select(func.count(DecisionRow.decision_id)).where(DecisionRow.decision_id > kept.decision_id)
    return kept.others == now.others and now.decided - kept.decided == (session.scalar(newer) or 0)


def calls_decided_after(session: Session, decision_id: int) -> frozenset[str]:
    """Return the calls on which somebody decided after a decision."""
    return frozenset(session.scalars(select(DecisionRow.call_id).where(DecisionRow.decision_id > decision_id)))
