"""The entries of an operator's month: the calls there were, approved notices, the outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from qa_pipeline.ledger.canonical import Body, text_or_none
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.ledger.writing import Writing
from qa_pipeline.models import FrameRow
from scoring.notices import NoticePoints
from scoring.pay import MonthPay, PayStatus, PayTerm
from scoring.settlement import OperatorInput, SampledPoints, Settlement
from scoring.strikes import MonthlyAssessment


def frame_body(operator_id: str, rows: Sequence[FrameRow], excluded: Mapping[str, str], writing: Writing) -> Body:
    """Return the entry of an operator's calls, of which some were drawn; ``excluded`` are reasons by call id."""
    return {
        "kind": Kind.FRAME.value,
        "operator": operator_id,
        "calls": [[row.call_id, row.started_at, row.duration_s, row.shift] for row in rows],
        # A reason may name a file, and a file's name the caller's number.
        "excluded": [
            [row.call_id, excluded_hash(row.call_id, excluded[row.call_id], writing)]
            for row in rows
            if row.call_id in excluded
        ],
    }


def excluded_hash(call_id: str, reason: str, writing: Writing) -> str:
    """Return the hash of why a call was excluded."""
    return writing.hashed(f"excluded {call_id}", reason)


def frame_again(body: Body) -> tuple[FrameRow, ...]:
    """Return the calls of a frame entry."""
    return tuple(
        FrameRow(call_id, at, duration_s, body["operator"], shift) for call_id, at, duration_s, shift in body["calls"]
    )


def frame_text(row: FrameRow) -> str:
    """Return what `frame_digest` hashes of one call."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def frame_digest(texts: Iterable[str]) -> str:
    """Return `qa_pipeline.sampling.frame_sha256` of calls in order of their ids, without holding them."""
    digest, before = hashlib.sha256(b"["), b""
    for text in texts:
        digest.update(before + text.encode())
        before = b","
    digest.update(b"]")
    return digest.hexdigest()


def notice_body(operator_id: str, notice: NoticePoints, writing: Writing) -> Body:
    """Return the entry of an approved notice; its words may name a caller, so that only their hash is in it."""
    return {
        "kind": Kind.NOTICE.value,
        "operator": operator_id,
        "notice": notice.notice_id,
        "points": str(notice.points),
        "words_sha256": writing.hashed(f"notice {notice.notice_id}", notice.words),
    }


def notice_again(body: Body) -> NoticePoints:
    """Return the notice of its entry, without its words."""
    return NoticePoints(body["notice"], Decimal(body["points"]), "")


def operator_body(operator_id: str, given: OperatorInput, settled: Settlement, line: Mapping[str, Any]) -> Body:
    """Return the entry of an operator's outcome; ``line`` is what the closing keeps of it."""
    return {
        "kind": Kind.OPERATOR.value,
        "operator": operator_id,
        "earlier": [assessment_row(one) for one in given.earlier],
        "retrained_on": sorted(day.isoformat() for day in given.retrained_on),
        "terms": term_rows(given.terms),
        "appeal_pending": given.appeal_pending,
        "outcome": outcome(settled),
        "line": dict(line),
    }


def input_again(
    month: str, body: Body, calls: Sequence[SampledPoints], notices: Sequence[NoticePoints]
) -> OperatorInput:
    """Return what an operator's month is settled from, of its entry, its calls' and its notices'."""
    return OperatorInput(
        month=month,
        calls=calls,
        earlier=tuple(MonthlyAssessment(*row) for row in body["earlier"]),
        notices=tuple(notices),
        retrained_on=tuple(date.fromisoformat(day) for day in body["retrained_on"]),
        terms=tuple(_term_again(body["operator"], row) for row in body["terms"]),
        appeal_pending=body["appeal_pending"],
    )


def term_rows(terms: Iterable[PayTerm]) -> list[list[str]]:
    """Return pay terms as plain values."""
    return [[t.from_day.isoformat(), t.to_day.isoformat(), t.team, t.status.value, str(t.base)] for t in terms]


def _term_again(operator_id: str, row: Sequence[str]) -> PayTerm:
    first, last, team, status, base = row
    days = (date.fromisoformat(first), date.fromisoformat(last))
    return PayTerm(operator_id, *days, team, PayStatus(status), Decimal(base))


def outcome(settled: Settlement) -> Body:
    """Return a settlement as plain values, all of it."""
    grades = (settled.grade, settled.grade_low, settled.grade_high)
    interval = settled.interval
    return {
        "call_mean": text_or_none(settled.call_mean),
        "notice_points": str(settled.notice_points),
        "mean": text_or_none(settled.mean),
        "range": [text_or_none(settled.mean_low), text_or_none(settled.mean_high)],
        "interval": None if interval is None else [str(interval.low), str(interval.high)],
        "grades": [None if grade is None else grade.name for grade in grades],
        # A scorecard that was read again has 1.1 where the first had 1.10.
        "factor": None if settled.grade is None else format(settled.grade.factor.normalize(), "f"),
        "heard": settled.counts.heard,
        "provisional": settled.provisional,
        "assessment": assessment_row(settled.assessment),
        "strike": [
            settled.strike.status.value,
            settled.strike.run,
            settled.strike.run_if_lost,
            list(settled.strike.months),
        ],
        "pay": _pay(settled.pay),
    }


def assessment_row(one: MonthlyAssessment) -> list[Any]:
    """Return an assessment as plain values, in the order of its fields."""
    return [one.month, one.assessed, one.failed, one.enough, one.below, one.confirmed, one.appeal_pending]


def _pay(pay: MonthPay | None) -> Body | None:
    if pay is None:
        return None
    return {
        "factor": text_or_none(pay.factor),
        "parts": [[part.kind, part.from_day.isoformat(), part.team, text_or_none(part.amount)] for part in pay.parts],
        "total": text_or_none(pay.total),
    }
