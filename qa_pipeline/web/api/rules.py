"""The rules by the API: what each checks and why, with the parameters in force and what reviews show of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qa_pipeline.assessment.rule_table import RuleLine
from qa_pipeline.models import Standing
from qa_pipeline.models.tokens import Scope
from qa_pipeline.rules.catalogue import sections
from qa_pipeline.rules.ruleset import BoundRule
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries.calls import months
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.rules import ParamDoc, params_of, rule_bound, rules_table
from scoring.intervals import Interval
from scoring.rule_precision import Proof, RuleCounts

router = api_family("rules")
READS = [by_token(Scope.STANDARDS_READ)]


class Reviewed(Values):
    """What reviews of calls before ``month`` show of a rule; shares are 0 to 1, None where too few were judged."""

    month: str
    counts: RuleCounts
    proof: Proof
    lacking: int
    precision: Decimal | None
    interval: Interval | None
    recall: Decimal | None


class RuleShort(Values):
    """A rule of the ruleset in force: ``standing`` as it is written, ``effect`` what it does in the newest month.

    ``demoted`` says why it only advises though it is written to deduct; '' where it was not demoted.
    """

    code: str
    item: str
    name: str
    standing: Standing
    effect: Standing
    demoted: str


class Rules(Values):
    """The ruleset in force."""

    version: str
    rules: list[RuleShort]


class RuleExplained(Values):
    """A rule with its explanation, by section; ``reviews`` is None before there is a month, or of one switched off."""

    rule: RuleShort
    explanation: Mapping[str, str]
    parameters: list[ParamDoc]
    reviews: Reviewed | None


@router.get("/rules", dependencies=READS)
def list_rules(desk: DeskOf) -> Rules:
    """Return the rules in force, by item."""
    ruleset = ruleset_of(desk.settings)
    with desk.sessions() as session:
        table = rules_table(desk, session, months(session), ruleset, desk.card(session))
    lines = {} if table is None else {line.rule.code: line for line in table.lines}
    ordered = sorted(ruleset.rules, key=lambda rule: (rule.item, rule.code))
    return Rules(version=ruleset.version, rules=[_short(rule, lines.get(rule.code)) for rule in ordered])


@router.get("/rules/{code}", dependencies=READS)
def get_rule(desk: DeskOf, code: str) -> RuleExplained:
    """Return what a rule checks and why; one that is switched off is still explained."""
    ruleset = ruleset_of(desk.settings)
    rule = rule_bound(ruleset, code)
    with desk.sessions() as session:
        table = rules_table(desk, session, months(session), ruleset, desk.card(session))
    line = None if table is None else table.line(code)
    return RuleExplained(
        rule=_short(rule, line),
        explanation=sections(rule.rule.doc),
        parameters=list(params_of(rule.params)),
        reviews=None if table is None or line is None else _reviewed(table.month, line),
    )


def _short(rule: BoundRule, line: RuleLine | None) -> RuleShort:
    return RuleShort(
        code=rule.code,
        item=rule.item,
        name=rule.name,
        standing=rule.standing,
        effect=rule.standing if line is None else line.effect,
        demoted="" if line is None else line.demoted,
    )


def _reviewed(month: str, line: RuleLine) -> Reviewed:
    found = line.figures
    return Reviewed(
        month=month,
        counts=found.counts,
        proof=found.proof,
        lacking=found.lacking,
        precision=found.precision.value,
        interval=found.precision.interval,
        recall=None if found.recall is None else found.recall.value,
    )
