"""The entries that begin and end a month: what it was settled by, what it adds up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from qa_pipeline.ledger.adjustments import adjusted_pay
from qa_pipeline.ledger.calls import demoted_rules
from qa_pipeline.ledger.canonical import Body, text_or_none
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.ledger.writing import UNKEYED, Writing
from qa_pipeline.models import Commitment, Replacement, SamplePlan, Supplement
from scoring.intervals import Spread
from scoring.pay import parse_scheme, scheme_mapping
from scoring.scorecard import parse_scorecard, scorecard_mapping
from scoring.settlement import SampledPoints, Standards


@dataclass(frozen=True, slots=True)
class Closing:
    """Who settles which month when, and by what that is not stored with its calls."""

    month: str
    by: str
    at: datetime
    product: str
    accept_open: bool


def month_body(closing: Closing, plan: SamplePlan, sampled: int, standards: Standards, writing: Writing) -> Body:
    """Return a month's first entry; ``sampled`` calls were drawn, which the plan need not hold."""
    card, scheme = standards.card, standards.scheme
    return {
        "kind": Kind.MONTH.value,
        "format": writing.format,
        "reasons_key_sha256": writing.secret_sha256,
        "at": closing.at.isoformat(),
        "by": closing.by,
        "product": closing.product,
        "settings": {"accept_open": closing.accept_open, "min_calls": standards.min_calls},
        "spread": {"variance": text_or_none(standards.variance), "operators": standards.operators},
        "draw": draw_body(plan, sampled, writing),
        "scorecard": {"sha256": card.sha256, "body": scorecard_mapping(card)},
        "pay_scheme": None if scheme is None else {"sha256": scheme.sha256, "body": scheme_mapping(scheme)},
    }


def draw_body(plan: SamplePlan, sampled: int, writing: Writing) -> Body:
    """Return how a month's calls were drawn, and from format 2 on by what calls were added for a risk."""
    added = {} if writing.format == UNKEYED else {"supplement": _supplement_body(plan.supplement)}
    return {
        **added,
        "seed": plan.seed,
        "seed_sha256": plan.seed_sha256,
        "frame_sha256": plan.frame_sha256,
        "frame_size": plan.frame_size,
        "quota_per_operator": plan.quota_per_operator,
        "drawn_at": plan.drawn_at.isoformat(),
        "sampled": sampled,
        "excluded": len(plan.exclusions),
        "commitment": None if plan.commitment is None else _commitment_body(plan.commitment),
        "replaced": [_replaced_body(one, writing) for one in plan.replacements],
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


def _supplement_body(found: Supplement | None) -> Body | None:
    if found is None:
        return None
    return {
        "budget": found.budget,
        # Text, as all that is no whole number: a length may be 3.5 deviations from the middle.
        "criteria": {name: str(value) for name, value in asdict(found.criteria).items()},
        "by": found.chosen_by,
        "at": found.chosen_at.isoformat(),
        "calls": [[call.call_id, list(call.reasons)] for call in found.calls],
    }


def _replaced_body(one: Replacement, writing: Writing) -> list[str | None]:
    # A reason may name a file, and a file's name the caller's number.
    said = (
        one.call_id,
        one.stratum,
        one.replacement_id,
        writing.hashed(f"replaced {one.call_id}", one.why),
        one.replaced_by,
    )
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


class Totals:
    """What a month's last entry adds up: calls, words of people, which rulesets judged, what is paid."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(operators=0, calls=0, counted=0, words=0, unpaid=0, adjustments=0)
        self.rulesets: Counter[str] = Counter()
        self.versions: set[str] = set()
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
            self.versions.add(body["audit"]["ruleset_version"])
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
            "variance": text_or_none(self.spread.variance),
            "adjusted_total": str(self.adjusted),
        }


def close_body(closing: Closing, totals: Totals, frame_sha256: str, documents: Mapping[str, str | None]) -> Body:
    """Return a month's last entry.

    Args:
        closing: Who closes what and when.
        totals: What the entries before it add up to.
        frame_sha256: Over the call log at the closing; the draw's is in the first entry.
        documents: SHA-256 of the text that is kept of each ruleset that judged, by version; None where none is kept.
    """
    return {
        "kind": Kind.CLOSE.value,
        "at": closing.at.isoformat(),
        "by": closing.by,
        "frame_sha256": frame_sha256,
        "ruleset_texts": dict(documents),
        **totals.body(),
    }
