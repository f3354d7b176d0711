"""What rules said and what people made of it, over many months, read without the evidence, which is most of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.orm import Session

from qa_pipeline.assessment.rule_reviews import AuditedCall
from qa_pipeline.models import Decision, DrawReason, Outcome, RuleResult, Standing
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import AuditRow, DecisionRow, SampledCallRow

_AT_ONCE = 500


def audited_calls(session: Session, up_to_month: str) -> Iterator[AuditedCall]:
    """Yield the audits up to a month that count, and superseded ones that people decided on, in order of time.

    Their results have code, item, outcome, faults, standing and details, and no evidence, reason or confidence.
    """
    decisions = _decisions(session, up_to_month)
    newest = select(func.max(AuditRow.audit_id)).group_by(AuditRow.call_id)
    decided = select(DecisionRow.audit_id)
    statement = (
        select(
            AuditRow.audit_id,
            AuditRow.call_id,
            AuditRow.month,
            AuditRow.ruleset_version,
            AuditRow.audit_id.in_(newest).label("newest"),
            SampledCallRow.reason,
            type_coerce(AuditRow.results, Text).label("results"),
        )
        .outerjoin(SampledCallRow, SampledCallRow.call_id == AuditRow.call_id)
        .where(AuditRow.month <= up_to_month, AuditRow.audit_id.in_(newest) | AuditRow.audit_id.in_(decided))
        .order_by(AuditRow.audit_id)
    )
    for row in session.execute(statement.execution_options(yield_per=_AT_ONCE)):
        yield _audited(row, tuple(decisions.get(row.audit_id, ())))


def _decisions(session: Session, up_to_month: str) -> dict[int, list[Decision]]:
    found: defaultdict[int, list[Decision]] = defaultdict(list)
    within = select(AuditRow.audit_id).where(AuditRow.month <= up_to_month)
    rows = select(DecisionRow).where(DecisionRow.audit_id.in_(within)).order_by(DecisionRow.decision_id)
    for row in session.scalars(rows):
        found[row.audit_id].append(as_model(Decision, row, confirmed=None))
    return found


def _audited(row: Any, decisions: tuple[Decision, ...]) -> AuditedCall:
    return AuditedCall(
        audit_id=row.audit_id,
        call_id=row.call_id,
        month=row.month,
        ruleset_version=row.ruleset_version,
        newest=bool(row.newest),
        random=row.reason in {DrawReason.RANDOM, DrawReason.REPLACEMENT},
        results=tuple(_result(one) for one in json.loads(row.results)),
        decisions=decisions,
    )


def _result(one: Mapping[str, Any]) -> RuleResult:
    return RuleResult(
        code=one["code"],
        item=one["item"],
        outcome=Outcome(one["outcome"]),
        reason="",
        faults=one["faults"],
        standing=Standing(one["standing"]),
        details=one["details"],
    )
