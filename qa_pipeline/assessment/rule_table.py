"""The rules of a month with what reviews show of them, as screens and reports list them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_pipeline.assessment.rule_reviews import RuleReviews
from qa_pipeline.models import Standing
from scoring.intervals import Share, share
from scoring.rule_precision import Floor, RulePrecision, Together, measured, together


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule as a ruleset has it; ``params`` are plain JSON values."""

    code: str
    item: str
    name: str
    standing: Standing
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MonthShare:
    """A rule's precision by the reviews of one month's calls."""

    month: str
    precision: Share


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of a month.

    Args:
        rule: As written.
        effect: What a FAIL of it does in this month.
        costs: Whether it takes points: it deducts, and its item is no mere hint.
        figures: From reviews of earlier months' calls, which decided on ``effect``.
        own: Its precision by this month's own reviews, which decide on later months.
        trend: Its precision month by month, this one included.
        demoted: Why it only advises though it is written to deduct (Chinese); '' where it was not demoted.
    """

    rule: WrittenRule
    effect: Standing
    costs: bool
    figures: RulePrecision
    own: Share
    trend: tuple[MonthShare, ...]
    demoted: str


@dataclass(frozen=True, slots=True)
class RuleTable:
    """All rules of a month; ``together`` speaks of those that cost points."""

    month: str
    version: str
    floor: Floor
    lines: tuple[RuleLine, ...]
    together: Together

    @property
    def months(self) -> tuple[str, ...]:
        """The months that any rule was reviewed in, in order."""
        return tuple(sorted({one.month for line in self.lines for one in line.trend}))

    def line(self, code: str) -> RuleLine | None:
        """Return the line of a rule."""
        return next((line for line in self.lines if line.rule.code == code), None)


def rule_figures(reviews: Mapping[str, RuleReviews], month: str, floor: Floor, window: int) -> dict[str, RulePrecision]:
    """Return by code what reviews of calls before a month show."""
    return {code: measured(known.counts(before=month, window=window), floor) for code, known in reviews.items()}


def rule_table(
    month: str,
    version: str,
    rules: Sequence[WrittenRule],
    reviews: Mapping[str, RuleReviews],
    demotions: Mapping[str, str],
    floor: Floor,
    window: int,
    hint_only: Collection[str] = (),
) -> RuleTable:
    """Return the rules of a month.

    Args:
        month: ``YYYY-MM``.
        version: The ruleset's.
        rules: Its rules.
        reviews: What is known of them, this month included.
        demotions: By code, why a rule only advises.
        floor: What reviews must show.
        window: So many of the latest judged findings count.
        hint_only: Items that cost nothing whatever a rule finds.
    """
    figures = rule_figures(reviews, month, floor, window)
    lines = tuple(
        _line(rule, reviews.get(rule.code, RuleReviews()), figures.get(rule.code), month, demotions, floor, hint_only)
        for rule in sorted(rules, key=lambda rule: (rule.item, rule.code))
    )
    return RuleTable(month, version, floor, lines, together(line.figures for line in lines if line.costs))


def _line(
    rule: WrittenRule,
    known: RuleReviews,
    figures: RulePrecision | None,
    month: str,
    demotions: Mapping[str, str],
    floor: Floor,
    hint_only: Collection[str],
) -> RuleLine:
    demoted = demotions.get(rule.code, "")
    effect = Standing.ADVISE if demoted else rule.standing
    return RuleLine(
        rule=rule,
        effect=effect,
        costs=effect is Standing.DEDUCT and rule.item not in hint_only,
        figures=figures or measured(known.counts(before=month), floor),
        own=_share(known, month),
        trend=tuple(MonthShare(one, _share(known, one)) for one in known.months if one <= month),
        demoted=demoted,
    )


def _share(known: RuleReviews, month: str) -> Share:
    counts = known.counts(of=month)
    return share(counts.upheld, counts.judged)
