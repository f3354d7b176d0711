"""Why was this marked? A rule's own documentation, for the people it judges, with the parameters in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from qa_pipeline.assessment.rule_table import RuleTable
from qa_pipeline.errors import NotFound
from qa_pipeline.rules.base import Params
from qa_pipeline.rules.catalogue import sections
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries.calls import months
from qa_pipeline.web.access import allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from scoring.scorecard import Scorecard

router = family()


@dataclass(frozen=True, slots=True)
class ParamDoc:
    """A parameter of a rule: its name, what it means and its value."""

    name: str
    meaning: str
    value: str


@router.get("/rules", dependencies=[allow()])
def rules_page(request: Request, desk: DeskOf) -> Response:
    """List the rules by scorecard item."""
    ruleset = ruleset_of(desk.settings)
    with desk.sessions() as session:
        known, card = months(session), desk.card(session)
        table = rules_table(desk, session, known, ruleset, card)
    names = {i.code: i.name for i in card.items} | {f.code: f.name for f in card.fatal_errors}
    found = sorted(ruleset.rules, key=lambda rule: (rule.item, rule.code))
    return page(
        request,
        "rules.html",
        month=known[0] if known else None,
        months=known,
        rules=found,
        names=names,
        version=ruleset.version,
        table=table,
    )


@router.get("/rules/{code}", dependencies=[allow()])
def rule_page(request: Request, desk: DeskOf, code: str) -> Response:
    """Show what one rule checks and why."""
    ruleset = ruleset_of(desk.settings)
    rule = rule_bound(ruleset, code)
    with desk.sessions() as session:
        known, card = months(session), desk.card(session)
        table = rules_table(desk, session, known, ruleset, card)
    return page(
        request,
        "rule.html",
        month=known[0] if known else None,
        months=known,
        rule=rule,
        item=next((i for i in card.items if i.code == rule.item), None),
        fatal=next((f for f in card.fatal_errors if f.code == rule.item), None),
        sections=sections(rule.rule.doc),
        params=params_of(rule.params),
        table=table,
        line=None if table is None else table.line(code),
    )


def rules_table(
    desk: Desk, session: Session, known: Sequence[str], ruleset: Ruleset, card: Scorecard
) -> RuleTable | None:
    """Return what reviews show of the rules in the newest month; None before there is any."""
    return desk.rule_tables.get(session, known[0], ruleset, card) if known else None


def rule_bound(ruleset: Ruleset, code: str) -> BoundRule:
    """Return a rule as the ruleset in force has it; one that is switched off is still explained.

    Raises:
        NotFound: There is no such rule.
    """
    bound = next((rule for rule in ruleset.rules if rule.code == code), None)
    if bound is not None:
        return bound
    found = discover().get(code)
    if found is None:
        raise NotFound(f"没有规则 {code}", "从规则目录进入")
    return BoundRule(found, found.params(), found.standing)


def params_of(params: Params) -> tuple[ParamDoc, ...]:
    """Return parameters with what they mean."""
    return tuple(
        ParamDoc(name, info.description or "", _shown(getattr(params, name)))
        for name, info in type(params).model_fields.items()
    )


def _shown(value: object, between: str = "；") -> str:
    if isinstance(value, tuple | list | frozenset | set):
        return between.join(_shown(v) for v in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, BaseModel):  # a phrase and the like: its text, and what else is set
        (_, text), *rest = value.model_dump(exclude_defaults=True).items()
        more = [_said(type(value).model_fields[name].description or name, v) for name, v in rest]
        return _shown(text) + (f"（{'，'.join(more)}）" if more else "")
    return str(value)


def _said(name: str, value: object) -> str:
    if value is True:
        return name
    return ("除外：" if name == "unless" else f"{name} ") + _shown(value, " 或 ")
