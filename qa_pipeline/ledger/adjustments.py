"""The entries of what appeals that were won change in months that were settled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from qa_pipeline.ledger.canonical import Body, text_or_none
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.ledger.writing import UNKEYED, Writing
from qa_pipeline.models.appeals import AppealFile, VerdictChange
from scoring.adjustments import Adjustment, Standing


def adjustment_body(made: Adjustment, appeal: AppealFile, writing: Writing) -> Body:
    """Return the entry of what an appeal that was won changes in an earlier month, booked in this one.

    From format 2 on it also says what was ruled, so that what follows from it can be computed again.
    """
    ruled = {} if writing.format == UNKEYED else {"appeal": _appeal_body(appeal)}
    return {
        **ruled,
        "kind": Kind.ADJUSTMENT.value,
        "operator": made.operator_id,
        "of": made.month,
        "before": standing_body(made.before),
        "after": standing_body(made.after),
        "pay": text_or_none(made.pay),
        "words": made.words,
    }


def adjusted_pay(body: Body) -> Decimal | None:
    """Return what an adjustment pays on top, from what was before and is after; None where that is not known."""
    before, after = body["before"]["pay"], body["after"]["pay"]
    return None if before is None or after is None else Decimal(after) - Decimal(before)


def _appeal_body(file: AppealFile) -> Body:
    target, ruling = file.appeal.target, file.words[-1] if file.words else None
    return {
        "id": file.appeal.appeal_id,
        "kind": target.kind.value,
        "call": target.call_id,
        "item": target.code,
        "notice": target.notice_id,
        "by": None if ruling is None else ruling.by,
        "at": None if ruling is None else ruling.said_at.isoformat(),
        "changes": [] if ruling is None else [_change(one) for one in ruling.changes],
    }


def _change(one: VerdictChange) -> list[Any]:
    return [one.code, None if one.verdict is None else one.verdict.value, one.faults, text_or_none(one.points)]


def standing_again(body: Body) -> Standing:
    """Return a standing of its entry."""
    points, factor, pay = (None if body[n] is None else Decimal(body[n]) for n in ("points", "factor", "pay"))
    return Standing(points, body["grade"], factor, pay, strike=body["strike"])


def standing_body(one: Standing) -> Body:
    """Return a standing as plain values."""
    return {
        "points": text_or_none(one.points),
        "grade": one.grade,
        "factor": text_or_none(one.factor),
        "pay": text_or_none(one.pay),
        "strike": one.strike,
    }
