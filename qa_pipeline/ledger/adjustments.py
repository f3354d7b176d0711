"""The entries of what appeals that were won change in months that were settled."""

from __future__ import annotations

from decimal import Decimal

from qa_pipeline.ledger.canonical import Body, text_or_none
from qa_pipeline.ledger.chain import Kind
from scoring.adjustments import Adjustment, Standing


def adjustment_body(made: Adjustment) -> Body:
    """Return the entry of what an appeal that was won changes in an earlier month, booked in this one."""
    return {
        "kind": Kind.ADJUSTMENT.value,
        "operator": made.operator_id,
        "of": made.month,
        "before": _standing(made.before),
        "after": _standing(made.after),
        "pay": text_or_none(made.pay),
        "words": made.words,
    }


def adjusted_pay(body: Body) -> Decimal | None:
    """Return what an adjustment pays on top, from what was before and is after; None where that is not known."""
    before, after = body["before"]["pay"], body["after"]["pay"]
    return None if before is None or after is None else Decimal(after) - Decimal(before)


def _standing(one: Standing) -> Body:
    return {
        "points": text_or_none(one.points),
        "grade": one.grade,
        "factor": text_or_none(one.factor),
        "pay": text_or_none(one.pay),
        "strike": one.strike,
    }
