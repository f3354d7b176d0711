"""Why was this marked? A rule's own documentation, for the people it judges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from inspect import cleandoc

from fastapi import APIRouter, Request
from fastapi.responses import Response

from qa_pipeline.errors import NotFound
from qa_pipeline.rules.base import AnyRule
from qa_pipeline.rules.registry import discover
from qa_pipeline.store.queries.calls import months
from qa_pipeline.web.desk import DeskOf, page

router = APIRouter()

SECTION = re.compile(r"^(What|Why|Passes|Fails|Undetermined|Not applicable|Source): *(.*)$")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a rule's documentation."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ParamDoc:
    """A parameter of a rule: its name, what it means and its default."""

    name: str
    meaning: str
    default: str


@router.get("/rules")
def rules_page(request: Request, desk: DeskOf) -> Response:
    """List the rules by scorecard item."""
    with desk.sessions() as session:
        known, card = months(session), desk.card(session)
    names = {i.code: i.name for i in card.items} | {f.code: f.name for f in card.fatal_errors}
    found = sorted(discover().values(), key=lambda rule: (rule.item, rule.code))
    return page(request, "rules.html", month=known[0] if known else None, months=known, rules=found, names=names)


@router.get("/rules/{code}")
def rule_page(request: Request, desk: DeskOf, code: str) -> Response:
    """Show what one rule checks and why."""
    rule = discover().get(code)
    if rule is None:
        raise NotFound(f"没有规则 {code}", "从规则目录进入")
    with desk.sessions() as session:
        known, card = months(session), desk.card(session)
    return page(
        request,
        "rule.html",
        month=known[0] if known else None,
        months=known,
        rule=rule,
        item=next((i for i in card.items if i.code == rule.item), None),
        fatal=next((f for f in card.fatal_errors if f.code == rule.item), None),
        sections=sections(rule.doc),
        params=params_of(rule),
    )


def sections(doc: str) -> tuple[Section, ...]:
    """Split a rule's docstring at its headed lines; the first line, in English, is for programmers and left out."""
    found: list[tuple[str, list[str]]] = []
    for line in cleandoc(doc).splitlines():
        headed = SECTION.match(line)
        if headed:
            found.append((headed.group(1), [headed.group(2)]))
        elif found and line.strip():
            found[-1][1].append(line.strip())
    return tuple(Section(title, "".join(text)) for title, text in found)


def params_of(rule: AnyRule) -> tuple[ParamDoc, ...]:
    """Return a rule's parameters with what they mean."""
    defaults = rule.params()
    return tuple(
        ParamDoc(name, info.description or "", _shown(getattr(defaults, name)))
        for name, info in rule.params.model_fields.items()
    )


def _shown(value: object) -> str:
    if isinstance(value, tuple | list | frozenset | set):
        return "｜".join(_shown(v) for v in value)
    return str(value)
