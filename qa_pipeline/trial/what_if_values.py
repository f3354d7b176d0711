"""A month by other standards, as plain values; points and yuan are text, so that no digit is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from qa_pipeline.assessment import FalseFlags, OperatorMonth
from qa_pipeline.rules.differences import RuleChange
from qa_pipeline.trial.other_sizes import MonthAtSize, OperatorAtSize, grades_between
from qa_pipeline.trial.outlook import Side, WhatIf
from scoring.card_changes import card_changes
from scoring.pay import scheme_changes
from scoring.scorecard import Scorecard


def what_if_values(found: WhatIf) -> dict[str, Any]:
    """Return a what-if as plain values."""
    return {
        "month": found.month,
        "closed_at": found.closed_at,
        "old": _side(found.old),
        "new": _side(found.new),
        "scorecard": asdict(card_changes(found.old.card, found.new.card)),
        "rules": [rule_change_values(change) for change in found.rules],
        "pay_scheme": list(scheme_changes(found.old.scheme, found.new.scheme)),
        "operators": [
            {
                "operator_id": change.new.operator.operator_id,
                "name": change.new.operator.name,
                "grade_changes": change.sureness.value,
                "old": _operator(change.old),
                "new": _operator(change.new),
            }
            for change in found.operators
        ],
        "sizes": [_size(size, found.new.card) for size in found.sizes],
        "items_without_rules": list(found.unjudged_items),
        "operators_recorded_otherwise": list(found.moved),
        "calls_not_audited": found.n_unheard,
        "handling": found.handling,
    }


def _side(side: Side) -> dict[str, Any]:
    centre, counts = side.view.centre, Counter(line.grade for line in side.view.operators)
    return {
        "scorecard": {"version": side.card.version, "sha256": side.card.sha256},
        "ruleset": None if side.ruleset is None else {"version": side.ruleset.version, "sha256": side.ruleset.sha256},
        "pay_scheme": {"version": side.scheme.version, "sha256": side.scheme.sha256},
        "mean": _text(centre.mean),
        "interval": [_text(centre.interval_low), _text(centre.interval_high)],
        "grades": {band.name: counts[band.name] for band in side.card.grades},
        "not_graded": counts[None],
        "pay": _text(side.pay),
        "pay_undecided": sum(line.pay is None for line in side.view.operators),
        "false_flags": _flags(centre.false_flags),
        "waiting": side.load.waiting,
        "unreviewed": side.load.unreviewed,
        "calls_waiting": centre.n_open,
        "hours": round(side.hours, 2),
    }


def _operator(line: OperatorMonth) -> dict[str, Any]:
    return {
        "calls": line.n_heard,
        "mean": _text(line.mean),
        "interval": [_text(line.interval_low), _text(line.interval_high)],
        "mean_low": _text(line.mean_low),
        "mean_high": _text(line.mean_high),
        "grade": line.grade,
        "grade_low": line.grade_low,
        "grade_high": line.grade_high,
        "factor": _text(line.factor),
        "pay": _text(line.pay),
        "strike": line.strike.status.value,
        "run": line.strike.run_if_lost,
    }


def _size(size: MonthAtSize, card: Scorecard) -> dict[str, Any]:
    return {
        "calls": size.calls,
        "operators": [_at_size(one, card) for one in size.operators],
        "false_flags": _flags(size.false_flags),
        "hours": round(size.hours, 2),
    }


def _at_size(one: OperatorAtSize, card: Scorecard) -> dict[str, Any]:
    return {
        "operator_id": one.line.operator.operator_id,
        "calls": one.calls,
        "basis": one.basis.value,
        "mean": _text(one.line.mean),
        "grade": one.line.grade,
        "interval": [_text(one.low), _text(one.high)],
        "grades_in_interval": list(grades_between(card, one.low, one.high)),
        "chance_of_other_grade": None if one.otherwise is None else round(one.otherwise, 4),
        "hours": round(one.hours, 2),
    }


def _flags(flags: FalseFlags | None) -> dict[str, Any] | None:
    return None if flags is None else asdict(flags)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def rule_change_values(change: RuleChange) -> dict[str, Any]:
    """Return what differs of one rule as plain values."""
    return {
        "code": change.code,
        "item": change.item,
        "name": change.name,
        "kind": change.kind.value,
        "values": [{"name": v.name, "old": v.old, "new": v.new} for v in change.values],
        "lists": [
            {"name": one.name, "added": one.added, "removed": one.removed, "altered": one.altered}
            for one in change.lists
        ],
    }
