"""What people said to findings. Written once, never changed: who thinks again writes a new decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models import Decision, Verdict
from qa_pipeline.store.queries.standings import refresh
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import AuditRow, DecisionRow


def add_decision(
    session: Session,
    audit_id: int,
    code: str,
    item: str,
    verdict: Verdict,
    faults: int,
    reviewer: str,
    reason: str,
    now: datetime,
    appeal_id: int | None = None,
) -> Decision:
    """Write a person's word on one finding of an audit; ``appeal_id``: it decides that appeal.

    Raises:
        NotFound: There is no such audit.
    """
    audit = session.get(AuditRow, audit_id)
    if audit is None:
        raise NotFound(f"没有第 {audit_id} 号质检结果", "重新打开通话页面再作决定")
    row = DecisionRow(
        audit_id=audit_id,
        call_id=audit.call_id,
        code=code,
        item=item,
        verdict=verdict,
        faults=faults,
        reviewer=reviewer,
        reason=reason,
        created_at=now,
        appeal_id=appeal_id,
    )
    session.add(row)
    session.flush()
    refresh(session, (audit.call_id,))
    return as_model(Decision, row, confirmed=None)


def decisions_of(session: Session, call_id: str) -> tuple[Decision, ...]:
    """Return all decisions on a call's audits, superseded ones too, in the order in which they were made.

    A new audit (of a new ruleset, say) does not undo what a person said of a code; who reads decides what still counts.
    """
    rows = session.scalars(select(DecisionRow).where(DecisionRow.call_id == call_id).order_by(DecisionRow.decision_id))
    return tuple(as_model(Decision, row, confirmed=None) for row in rows)


def recent_reasons(session: Session, reviewer: str, newest: int = 5_000) -> tuple[tuple[str, str], ...]:
    """Return what somebody wrote as reasons of late, each once with the code it was last of, the newest first.

    Of all people's ``newest`` decisions: who has not decided for long must not cost a look at every decision.
    """
    last = session.scalar(select(func.max(DecisionRow.decision_id))) or 0
    rows = session.execute(
        select(DecisionRow.code, DecisionRow.reason)
        .where(DecisionRow.decision_id > last - newest, DecisionRow.reviewer == reviewer, DecisionRow.reason != "")
        .order_by(DecisionRow.decision_id.desc())
        .limit(200)
    )
    found: dict[str, str] = {}
    for code, reason in rows:
        found.setdefault(reason, code)
    return tuple((code, reason) for reason, code in found.items())
