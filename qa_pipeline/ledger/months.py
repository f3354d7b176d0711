"""The entries around a month's calls: its head, each operator's frame and outcome, its end."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qa_pipeline.ledger.calls import demoted_rules
from qa_pipeline.ledger.canonical import Body, sha256
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.models import Commitment, FrameRow, Replacement, SamplePlan
from scoring.adjustments import Adjustment, Standing
from scoring.intervals import Spread
from scoring.notices import NoticePoints
from scoring.pay import MonthPay, PayStatus, PayTerm, parse_scheme, scheme_mapping
from scoring.scorecard import parse_scorecard, scorecard_mapping
from scoring.settlement import OperatorInput, SampledPoints, Settlement, Standards
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


def month_body(closing: Closing, plan: SamplePlan, sampled: int, standards: Standards) -> Body:
    """Return a month's first entry; ``sampled`` calls were drawn, which the plan need not hold."""
    card, scheme = standards.card, standards.scheme
    return {
        "kind": Kind.MONTH.value,
        "format": FORMAT,
        "at": closing.at.isoformat(),
        "by": closing.by,
        "product": closing.product,
        "settings": {"accept_open": closing.accept_open, "min_calls": standards.min_calls},
        "spread": {"variance": _text(standards.variance), "operators": standards.operators},
        "draw": draw_body(plan, sampled),
        "scorecard": {"sha256": card.sha256, "body": scorecard_mapping(card)},
        "pay_scheme": None if scheme is None else {"sha256": scheme.sha256, "body": scheme_mapping(scheme)},
    }


def draw_body(plan: SamplePlan, sampled: int) -> Body:
    """Return how a month's calls were drawn."""
    return {
        "seed": plan.seed,
        "seed_sha256": plan.seed_sha256,
        "frame_sha256": plan.frame_sha256,
        "frame_size": plan.frame_size,
        "quota_per_operator": plan.quota_per_operator,
        "drawn_at": plan.drawn_at.isoformat(),
        "sampled": sampled,
        "excluded": len(plan.exclusions),
        "commitment": None if plan.commitment is None else _commitment_body(plan.commitment),
        "replaced": [_replaced_body(one) for one in plan.replacements],
    }


def _commitment_body(fixed: Commitment) -> Body:
    return {
        "sha256": fixed.sha256,
        "seed_sha256": fixed.seed_sha256,
        "quota_per_operator": fixed.quota_per_operator,
        "rule": fixed.rule,
        "by": fixed.committed_by,
        "at": fixed.committed_at.isoformat(),
    }


def _replaced_body(one: Replacement) -> list[str | None]:
    # A reason may name a file, and a file's name the caller's number.
    said = (one.call_id, one.stratum, one.replacement_id, sha256(one.why), one.replaced_by)
    return [*said, one.replaced_at.isoformat()]


def replacements_again(draw: Body) -> tuple[Replacement, ...]:
    """Return a month's replacements, their reasons as hashes."""
    return tuple(
        Replacement(call_id, stratum, next_id, why, by, datetime.fromisoformat(at))
        for call_id, stratum, next_id, why, by, at in draw["replaced"]
    )


def standards_again(body: Body) -> Standards:
    """Return what a month's first entry says that it was settled by.

    Raises:
        ValueError: Its scorecard or pay scheme is none.
    """
    scheme, spread = body["pay_scheme"], body["spread"]
    return Standards(
        parse_scorecard(body["scorecard"]["body"], "scorecard of the ledger"),
        body["settings"]["min_calls"],
        None if scheme is None else parse_scheme(scheme["body"], "pay scheme of the ledger"),
        None if spread["variance"] is None else Decimal(spread["variance"]),
        spread["operators"],
    )


def adjustment_body(made: Adjustment) -> Body:
    """Return the entry of what an appeal that was won changes in an earlier month, booked in this one."""
    return {
        "kind": Kind.ADJUSTMENT.value,
        "operator": made.operator_id,
        "of": made.month,
        "before": _standing(made.before),
        "after": _standing(made.after),
        "pay": _text(made.pay),
        "words": made.words,
    }


def adjusted_pay(body: Body) -> Decimal | None:
    """Return what an adjustment pays on top, from what was before and is after; None where that is not known."""
    before, after = body["before"]["pay"], body["after"]["pay"]
    return None if before is None or after is None else Decimal(after) - Decimal(before)


def _standing(one: Standing) -> Body:
    return {
        "points": _text(one.points),
        "grade": one.grade,
        "factor": _text(one.factor),
        "pay": _text(one.pay),
        "strike": one.strike,
    }


def notice_again(body: Body) -> NoticePoints:
    """Return the notice of its entry, without its words."""
    return NoticePoints(body["notice"], Decimal(body["points"]), "")


def frame_body(operator_id: str, rows: Sequence[FrameRow], excluded: Mapping[str, str]) -> Body:
    """Return the entry of an operator's calls, of which some were drawn; ``excluded`` are reasons by call id."""
    return {
        "kind": Kind.FRAME.value,
        "operator": operator_id,
        "calls": [[row.call_id, row.started_at, row.duration_s, row.shift] for row in rows],
        # A reason may name a file, and a file's name the caller's number.
        "excluded": [[row.call_id, sha256(excluded[row.call_id])] for row in rows if row.call_id in excluded],
    }


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


def notice_body(operator_id: str, notice: NoticePoints) -> Body:
    """Return the entry of an approved notice; its words may name a caller, so that only their hash is in it."""
    return {
        "kind": Kind.NOTICE.value,
        "operator": operator_id,
        "notice": notice.notice_id,
        "points": str(notice.points),
        "words_sha256": sha256(notice.words),
    }


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


class Totals:
    """What a month's last entry adds up: calls, words of people, which rulesets judged, what is paid."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(operators=0, calls=0, counted=0, words=0, unpaid=0, adjustments=0)
        self.rulesets: Counter[str] = Counter()
        self.demoted: Counter[str] = Counter()
        self.pay = self.adjusted = Decimal("0.00")
        self.spread = Spread()

    def add_adjustment(self, body: Body) -> None:
        """Count an adjustment's entry."""
        self.counts["adjustments"] += 1
        self.adjusted += adjusted_pay(body) or 0

    def add_call(self, body: Body) -> None:
        """Count a call's entry."""
        self.counts["calls"] += 1
        self.counts["counted"] += body["counted"]
        self.counts["words"] += len(body["words"])
        if body["audit"] is not None:
            self.rulesets[f"{body['audit']['ruleset_version']} {body['audit']['ruleset']}"] += 1
        self.demoted.update(demoted_rules(body))

    def add_operator(self, pay: Decimal | None, calls: Iterable[SampledPoints]) -> None:
        """Count an operator with what is paid, None where a person must decide, and all sampled calls."""
        self.spread.add([c.evaluation.points for c in calls if c.counted and c.evaluation is not None])
        self.counts["operators"] += 1
        self.counts["unpaid"] += pay is None
        self.pay += pay or 0

    def body(self) -> Body:
        """Return the sums as plain values."""
        return {
            "counts": dict(self.counts),
            "rulesets": dict(self.rulesets),
            "demoted": dict(self.demoted),
            "pay_total": str(self.pay),
            "variance": _text(self.spread.variance),
            "adjusted_total": str(self.adjusted),
        }


def close_body(closing: Closing, totals: Totals, frame_sha256: str) -> Body:
    """Return a month's last entry; ``frame_sha256`` is over the call log at the closing, the draw's is in the first."""
    return {
        "kind": Kind.CLOSE.value,
        "at": closing.at.isoformat(),
        "by": closing.by,
        "frame_sha256": frame_sha256,
        **totals.body(),
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
        "pay": _pay(settled.pay),
    }


def assessment_row(one: MonthlyAssessment) -> list[Any]:
    """Return an assessment as plain values, in the order of its fields."""
    return [one.month, one.assessed, one.failed, one.enough, one.below, one.confirmed, one.appeal_pending]


def _pay(pay: MonthPay | None) -> Body | None:
    if pay is None:
        return None
    return {
        "factor": _text(pay.factor),
        "parts": [[part.kind, part.from_day.isoformat(), part.team, _text(part.amount)] for part in pay.parts],
        "total": _text(pay.total),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
