"""A rule that reviews do not bear out only advises, whatever the ruleset says, until reviews bear it out again.

Pure: the same ruleset, figures and floor give the same rules. What only advises anyhow is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qa_pipeline.models import DEMOTED, RuleResult, Standing
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from scoring.intervals import Share
from scoring.rule_precision import Floor, Proof, RuleCounts, RulePrecision, measured


@dataclass(frozen=True, slots=True)
class Demotion:
    """A rule that deducts by the ruleset and only advises in effect; ``reason`` is Simplified Chinese."""

    code: str
    reason: str


def demote(
    ruleset: Ruleset, figures: Mapping[str, RulePrecision], floor: Floor, *, unproven_advise: bool = False
) -> tuple[Ruleset, tuple[Demotion, ...]]:
    """Lower the standing of rules that have not earned it.

    Args:
        ruleset: As written; its hash stays, since its content does.
        figures: By code; a rule without any was never reviewed.
        floor: What reviews must show.
        unproven_advise: Lower also those that too few reviews speak of.

    Returns:
        The ruleset in effect, and what was lowered, in the ruleset's order.
    """
    nothing = measured(RuleCounts(), floor)
    found = [
        Demotion(bound.code, reason)
        for bound in ruleset.rules
        if bound.standing is Standing.DEDUCT
        and (reason := _why(bound.code, figures.get(bound.code, nothing), floor, unproven_advise))
    ]
    if not found:
        return ruleset, ()
    codes = {one.code for one in found}
    rules = tuple(_advising(bound) if bound.code in codes else bound for bound in ruleset.rules)
    return replace(ruleset, rules=rules), tuple(found)


def restored(code: str, figures: RulePrecision | None, floor: Floor) -> str:
    """Return what is to be said of a rule that deducts again (Chinese)."""
    if figures is None or figures.proof is Proof.UNPROVEN:
        n = 0 if figures is None else figures.precision.n
        return (
            f"{code} 恢复规则集规定的效力：现行参数下的复核只有{n}次，不足{floor.reviews}次（参数改动以前的复核不计），"
            "尚不能下结论"
        )
    return f"{code} 恢复规则集规定的效力：{said(figures.precision)}，高于{_percent(floor.at)}的底线"


def marked(results: Sequence[RuleResult], demotions: Mapping[str, str]) -> tuple[RuleResult, ...]:
    """Return results that say of themselves that, and why, their rule was demoted."""
    return tuple(
        replace(result, details={**result.details, DEMOTED: demotions[result.code]})
        if result.code in demotions
        else result
        for result in results
    )


def said(precision: Share) -> str:
    """Return a precision in words: ``近45次复核中确认30次，准确率66.7%（95%区间52.0%–78.7%）``."""
    if precision.value is None or precision.interval is None:
        return "尚无复核"
    low, high = precision.interval.low, precision.interval.high
    return (
        f"近{precision.n}次复核中确认{precision.hits}次，准确率{_percent(precision.value)}"
        f"（95%区间{_percent(low)}–{_percent(high)}）"
    )


def _why(code: str, figures: RulePrecision, floor: Floor, unproven_advise: bool) -> str:
    if figures.proof is Proof.BELOW:
        return f"{code} 自动降为只提示：{said(figures.precision)}，区间下限不高于{_percent(floor.at)}的底线"
    if figures.proof is Proof.UNPROVEN and unproven_advise:
        return f"{code} 自动降为只提示：复核{figures.precision.n}次，不足{floor.reviews}次，按设置不直接扣分"
    return ""


def _advising(bound: BoundRule) -> BoundRule:
    return replace(bound, standing=Standing.ADVISE)


def _percent(value: Decimal) -> str:
    text = f"{value * 100:.1f}"
    return f"{text.removesuffix('.0')}%"
