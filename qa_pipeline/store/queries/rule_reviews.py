"""What rules said and what people made of it, over many months, read without the evidence, which is most of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.orm import Session

from qa_pipeline.assessment.rule_reviews import AuditedCall, Said
from qa_pipeline.models import DEMOTED, Decision, DrawReason, Outcome
from qa_pipeline.store.rows import chunks
from qa_pipeline.store.schema import AuditRow, DecisionRow, SampledCallRow

ReadBefore = dict[int, tuple[Said, ...]]
"""By audit, what its rules said. Audits never change, so that who asks often keeps it and reads only what is new."""


def audited_calls(
    session: Session, from_month: str, to_month: str, before: ReadBefore | None = None
) -> Iterator[AuditedCall]:
    """Yield the audits of some months that count, and superseded ones that people decided on, in order of time.

    Args:
        session: The unit of work.
        from_month: The first month, ``YYYY-MM``.
        to_month: The last one.
        before: What was read before; what is read now is added.
    """
    known = {} if before is None else before
    decisions = _decisions(session, from_month, to_month)
    heads = session.execute(_heads(from_month, to_month)).all()
    _read(session, [head.audit_id for head in heads if head.audit_id not in known], known)
    for head in heads:
        yield AuditedCall(
            audit_id=head.audit_id,
            call_id=head.call_id,
            month=head.month,
            ruleset_version=head.ruleset_version,
            newest=bool(head.newest),
            random=head.reason in {DrawReason.RANDOM, DrawReason.REPLACEMENT},
            results=known[head.audit_id],
            decisions=tuple(decisions.get(head.audit_id, ())),
        )


def _heads(from_month: str, to_month: str) -> Any:
    newest = select(func.max(AuditRow.audit_id)).group_by(AuditRow.call_id)
    decided = select(DecisionRow.audit_id)
    return (
        select(
            AuditRow.audit_id,
            AuditRow.call_id,
            AuditRow.month,
            AuditRow.ruleset_version,
            AuditRow.audit_id.in_(newest).label("newest"),
            SampledCallRow.reason,
        )
        .outerjoin(SampledCallRow, SampledCallRow.call_id == AuditRow.call_id)
        .where(AuditRow.month.between(from_month, to_month))
        .where(AuditRow.audit_id.in_(newest) | AuditRow.audit_id.in_(decided))
        .order_by(AuditRow.audit_id)
    )


def _decisions(session: Session, from_month: str, to_month: str) -> dict[int, list[Decision]]:
    found: defaultdict[int, list[Decision]] = defaultdict(list)
    names = [field for field in Decision.__slots__ if field != "confirmed"]
    within = select(AuditRow.audit_id).where(AuditRow.month.between(from_month, to_month))
    columns = [getattr(DecisionRow, name) for name in names]
    for row in session.execute(select(*columns).where(DecisionRow.audit_id.in_(within))):
        decision = Decision(**dict(zip(names, row, strict=True)))
        found[decision.audit_id].append(decision)
    return found


def _read(session: Session, audit_ids: list[int], known: ReadBefore) -> None:
    # As text: making models of all evidence would take ten times as long.
    results = type_coerce(AuditRow.results, Text)
    for some in chunks(audit_ids):
        for audit_id, text in session.execute(select(AuditRow.audit_id, results).where(AuditRow.audit_id.in_(some))):
            known[audit_id] = tuple(
                _said(one["code"], one["item"], one["outcome"], one["faults"], one["details"].get(DEMOTED, ""))
                for one in json.loads(text)
            )


@lru_cache(maxsize=4096)
def _said(code: str, item: str, outcome: str, faults: int, demoted: str) -> Said:
    """Return one object for equal results: of half a million there are some hundred different ones."""
    return Said(code, item, Outcome(outcome), faults, demoted)
