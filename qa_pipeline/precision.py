"""What the store's reviews say of the rules: which may deduct in a month, and the table that shows why.

Only reviews of calls of earlier months decide, so that a month's own reviews never change its machine results midway;
and only those of findings that a rule made with the parameters that it has now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from qa_pipeline.assessment.rule_reviews import AuditedCall, RuleReviews, Same, rule_reviews
from qa_pipeline.assessment.rule_table import RuleTable, WrittenRule, rule_figures, rule_table
from qa_pipeline.models import MonthData, Standing
from qa_pipeline.rules.demotion import demote, restored
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import canonical
from qa_pipeline.store.queries.documents import document
from qa_pipeline.store.queries.rule_reviews import ReadBefore, audited_calls
from scoring.rule_precision import Floor
from scoring.scorecard import Scorecard

RECENT_MONTHS = 24
"""Older reviews are left aside: they speak of other calls, operators and recognisers, and reading takes its time."""

Noted = dict[str, dict[str, str]]
"""By month and code, why audits say that a rule was demoted."""


@dataclass(frozen=True, slots=True)
class Earned:
    """The ruleset in effect; why rules were demoted, by code; and of rules that deduct again, what is to be said."""

    ruleset: Ruleset
    demotions: Mapping[str, str]
    restored: tuple[str, ...]


def floor_of(settings: Settings) -> Floor:
    """Return what reviews must show of a rule that deducts."""
    return Floor(Decimal(str(settings.rule_floor)), settings.rule_min_reviews)


def written_rules(ruleset: Ruleset) -> tuple[WrittenRule, ...]:
    """Return the rules as a ruleset has them."""
    return tuple(
        WrittenRule(rule.code, rule.item, rule.name, rule.standing, rule.params.model_dump(mode="json"))
        for rule in ruleset.rules
    )


def earned_rules(session: Session, settings: Settings, month: str, ruleset: Ruleset) -> Earned:
    """Return the rules as they judge a month."""
    reviews, noted = _reviews(session, month, written_rules(ruleset))
    return _earned(reviews, noted, settings, month, ruleset)


def table_in_force(
    session: Session,
    settings: Settings,
    month: str,
    ruleset: Ruleset,
    card: Scorecard,
    before: ReadBefore | None = None,
) -> RuleTable:
    """Return the rules of the ruleset in force, as a run of that month would apply them now.

    Args:
        session: The unit of work.
        settings: Floor, window and what unproven rules may do.
        month: ``YYYY-MM``.
        ruleset: In force.
        card: The scorecard in force.
        before: What was read of audits before, for who asks often.
    """
    rules = written_rules(ruleset)
    reviews, noted = _reviews(session, month, rules, before)
    earned = _earned(reviews, noted, settings, month, ruleset)
    return _table(month, ruleset.version, rules, reviews, earned.demotions, settings, card)


def table_as_judged(session: Session, settings: Settings, data: MonthData, card: Scorecard) -> RuleTable | None:
    """Return the rules that a month's calls were judged by, demoted as their audits say; None before any was judged.

    Where audits go by several rulesets it is that of the newest.
    """
    audits = [file.audit for file in data.files if file.audit is not None]
    if not audits:
        return None
    version = max(audits, key=lambda audit: audit.audit_id).ruleset.version
    rules = _kept_rules(session, version)
    reviews, noted = _reviews(session, data.month, rules)
    return _table(data.month, version, rules, reviews, noted.get(data.month, {}), settings, card)


def _earned(
    reviews: Mapping[str, RuleReviews], noted: Noted, settings: Settings, month: str, ruleset: Ruleset
) -> Earned:
    floor = floor_of(settings)
    figures = rule_figures(reviews, month, floor, settings.rule_window)
    in_effect, found = demote(ruleset, figures, floor, unproven_advise=settings.unproven_rules == "advise")
    demotions = {one.code: one.reason for one in found}
    before = noted.get(max((one for one in noted if one < month), default=""), {})
    again = [r.code for r in in_effect.rules if r.code in before and r.standing is Standing.DEDUCT]
    return Earned(in_effect, demotions, tuple(restored(code, figures.get(code), floor) for code in again))


def _table(
    month: str,
    version: str,
    rules: Sequence[WrittenRule],
    reviews: Mapping[str, RuleReviews],
    demotions: Mapping[str, str],
    settings: Settings,
    card: Scorecard,
) -> RuleTable:
    hints = {item.code for item in card.items if item.hint_only}
    return rule_table(month, version, rules, reviews, demotions, floor_of(settings), settings.rule_window, hints)


def _reviews(
    session: Session, month: str, rules: Sequence[WrittenRule], before: ReadBefore | None = None
) -> tuple[dict[str, RuleReviews], Noted]:
    noted: Noted = {}
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - RECENT_MONTHS, 12)
    audits = _noting(audited_calls(session, f"{year:04}-{number + 1:02}", month, before), noted)
    return rule_reviews(audits, _same(session, rules)), noted


def _noting(audits: Iterable[AuditedCall], noted: Noted) -> Iterator[AuditedCall]:
    """Pass audits on and note what those that count say of demoted rules."""
    for audit in audits:
        if audit.newest:
            noted.setdefault(audit.month, {}).update({one.code: one.demoted for one in audit.results if one.demoted})
        yield audit


def _same(session: Session, rules: Sequence[WrittenRule]) -> Same:
    """Return whether a version of the ruleset that was used has a rule with the parameters that it has here."""
    asked = {rule.code: canonical(dict(rule.params)) for rule in rules}
    kept: dict[str, dict[str, str]] = {}

    def same(version: str, code: str) -> bool:
        if version not in kept:
            kept[version] = {one: canonical(body["params"]) for one, body in _kept(session, version).items()}
        return code in asked and kept[version].get(code) == asked[code]

    return same


def _kept_rules(session: Session, version: str) -> tuple[WrittenRule, ...]:
    return tuple(
        # Rulesets that were used before these were kept have neither item nor name; codes never change theirs.
        WrittenRule(
            code,
            body.get("item") or discover()[code].item,
            body.get("name") or discover()[code].name,
            Standing(body["standing"]),
            body["params"],
        )
        for code, body in _kept(session, version).items()
        if "item" in body or code in discover()
    )


def _kept(session: Session, version: str) -> dict[str, Any]:
    text = document(session, "ruleset", version)
    rules: dict[str, Any] = {} if text is None else json.loads(text)["rules"]
    return rules
