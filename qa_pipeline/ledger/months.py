"""The entries around a month's calls: its head, each operator's frame and outcome, its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qa_pipeline.ledger.canonical import Body, sha256
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.models import FrameRow, SamplePlan
from scoring.card import Scorecard
from scoring.notices import NoticePoints
from scoring.scorecard import parse_scorecard, scorecard_mapping
from scoring.settlement import Settlement
from scoring.strikes import MonthlyAssessment

FORMAT = "1"
"""Raised by hand when entries say something in another way, so that an old ledger is read as it was written."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Who settles which month when, and by what that is not stored with its calls."""

    month: str
    by: str
    at: datetime
    product: str
    accept_open: bool
    min_calls: int


def month_body(closing: Closing, plan: SamplePlan, card: Scorecard) -> Body:
    """Return a month's first entry."""
    return {
        "kind": Kind.MONTH.value,
        "format": FORMAT,
        "at": closing.at.isoformat(),
        "by": closing.by,
        "product": closing.product,
        "settings": {"accept_open": closing.accept_open, "min_calls": closing.min_calls},
        "draw": {
            "seed": plan.seed,
            "seed_sha256": plan.seed_sha256,
            "frame_sha256": plan.frame_sha256,
            "frame_size": plan.frame_size,
            "quota_per_operator": plan.quota_per_operator,
            "drawn_at": plan.drawn_at.isoformat(),
            "sampled": len(plan.calls),
            "excluded": len(plan.exclusions),
        },
        "scorecard": {"sha256": card.sha256, "body": scorecard_mapping(card)},
    }


def scorecard_again(body: Body) -> Scorecard:
    """Return the scorecard of a month's first entry.

    Raises:
        ScorecardProblems: (a ValueError) It is none.
    """
    return parse_scorecard(body["scorecard"]["body"], "scorecard of the ledger")


def frame_body(operator_id: str, rows: Sequence[FrameRow], excluded: Mapping[str, str]) -> Body:
    """Return the entry of an operator's calls, of which some were drawn; ``excluded`` are reasons by call id."""
    return {
        "kind": Kind.FRAME.value,
        "operator": operator_id,
        "calls": [[row.call_id, row.started_at.isoformat(), row.duration_s, row.shift] for row in rows],
        # A reason may name a file, and a file's name the caller's number.
        "excluded": [[row.call_id, sha256(excluded[row.call_id])] for row in rows if row.call_id in excluded],
    }


def frame_again(body: Body) -> tuple[FrameRow, ...]:
    """Return the calls of a frame entry."""
    return tuple(
        FrameRow(call_id, datetime.fromisoformat(at), duration_s, body["operator"], shift)
        for call_id, at, duration_s, shift in body["calls"]
    )


def frame_text(row: FrameRow) -> str:
    """Return what `frame_digest` hashes of one call."""
    said = [row.call_id, row.started_at.isoformat(), row.duration_s, row.operator_id, row.shift]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def frame_digest(texts: Iterable[str]) -> str:
    """Return `qa_pipeline.sampling.frame_sha256` of calls in order of their ids, without holding them."""
    digest, before = hashlib.sha256(b"["), b""
    for text in texts:
        digest.update(before + text.encode())
        before = b","
    digest.update(b"]")
    return digest.hexdigest()


def notice_body(operator_id: str, notice: NoticePoints) -> Body:
    """Return the entry of an approved notice; its words may name a caller, so that only their hash is in it."""
    return {
        "kind": Kind.NOTICE.value,
        "operator": operator_id,
        "notice": notice.notice_id,
        "points": str(notice.points),
        "words_sha256": sha256(notice.words),
    }


def operator_body(
    operator_id: str, earlier: Sequence[MonthlyAssessment], settled: Settlement, line: Mapping[str, Any]
) -> Body:
    """Return the entry of an operator's outcome; ``line`` is what the closing keeps of it."""
    return {
        "kind": Kind.OPERATOR.value,
        "operator": operator_id,
        "earlier": [assessment_row(one) for one in earlier],
        "outcome": outcome(settled),
        "line": dict(line),
    }


def outcome(settled: Settlement) -> Body:
    """Return a settlement as plain values, all of it."""
    grades = (settled.grade, settled.grade_low, settled.grade_high)
    interval = settled.interval
    return {
        "call_mean": _text(settled.call_mean),
        "notice_points": str(settled.notice_points),
        "mean": _text(settled.mean),
        "range": [_text(settled.mean_low), _text(settled.mean_high)],
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
    }


def assessment_row(one: MonthlyAssessment) -> list[Any]:
    """Return an assessment as plain values; `assessment_again` reads it."""
    return [one.month, one.assessed, one.failed, one.enough, one.below, one.confirmed, one.appeal_pending]


def assessment_again(row: Sequence[Any]) -> MonthlyAssessment:
    """Return the assessment of a row."""
    return MonthlyAssessment(*row)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
