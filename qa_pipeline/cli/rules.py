"""``hotline-qa rules``: what the rules are and why they mark."""

from __future__ import annotations

from typing import Annotated

import typer

from qa_pipeline.cli import precision, rules_import
from qa_pipeline.cli.console import out


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    rules = typer.Typer(no_args_is_help=True, help="What the rules are and why they mark.")
    rules.command("list")(list_rules)
    rules.command("explain")(explain_rule)
    rules_import.register(rules)
    precision.register(rules)
    app.add_typer(rules, name="rules")


def list_rules(context: typer.Context) -> None:
    """List the rules of the ruleset in force: code, item, standing, name."""
    from qa_pipeline.standards import ruleset_of

    for rule in ruleset_of(context.obj.settings()).rules:
        out(f"{rule.code}  {rule.item:<3} {rule.standing.value:<7} {rule.name}")


def explain_rule(code: Annotated[str, typer.Argument(help="Such as PH01")]) -> None:
    """Print what a rule checks, why, when it fails and when it is not sure."""
    from qa_pipeline.rules.catalogue import explain

    out(explain(code))
