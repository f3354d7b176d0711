"""``hotline-qa rules``: what the rules are, why they mark, and how a ruleset is tried before it is adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli import trying
from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import State, out, out_json
from qa_pipeline.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from qa_pipeline.rules.differences import RuleChange
    from qa_pipeline.rules.ruleset import Ruleset


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    rules = typer.Typer(no_args_is_help=True, help="What the rules are, why they mark, and how a ruleset is tried.")
    rules.command("list")(list_rules)
    rules.command("explain")(explain_rule)
    rules.command("test")(trying.try_rules)
    rules.command("diff")(trying.diff)
    app.add_typer(rules, name="rules")


def list_rules(context: typer.Context, as_json: AsJson = False) -> None:
    """List the rules of the ruleset in force: code, item, standing, name, and how each differs from the shipped one."""
    from qa_pipeline.rules.differences import Kind, differences
    from qa_pipeline.rules.ruleset import load_ruleset
    from qa_pipeline.standards import ruleset_of

    ruleset, shipped = ruleset_of(context.obj.settings()), load_ruleset()
    changes = {change.code: change for change in differences(shipped, ruleset)}
    off = [change for change in changes.values() if change.kind is Kind.REMOVED]
    if as_json:
        out_json(_listed(ruleset, shipped, changes, off))
        return
    out(f"规则集 {ruleset.version}：{len(ruleset.rules)} 条规则；与出厂（{shipped.version}）{_differs(len(changes))}")
    for rule in ruleset.rules:
        change = changes.get(rule.code)
        mark = "" if change is None else f"  ※ {change.short}"
        out(f"{rule.code}  {rule.item:<3} {rule.standing.value:<7} {rule.name}{mark}")
    for change in off:
        out(f"{change.code}  {change.item:<3} off     {change.name}  ※ 停用")


def _differs(count: int) -> str:
    return f"有 {count} 条不同（※）" if count else "一致"


def _listed(
    ruleset: Ruleset, shipped: Ruleset, changes: dict[str, RuleChange], off: list[RuleChange]
) -> dict[str, object]:
    from qa_pipeline.cli.changes import rule_change_values

    rows: list[dict[str, object]] = [
        {
            "code": rule.code,
            "item": rule.item,
            "name": rule.name,
            "enabled": True,
            "standing": rule.standing.value,
            "differs": rule_change_values(changes[rule.code]) if rule.code in changes else None,
        }
        for rule in ruleset.rules
    ]
    rows += [
        {
            "code": change.code,
            "item": change.item,
            "name": change.name,
            "enabled": False,
            "standing": None,
            "differs": rule_change_values(change),
        }
        for change in off
    ]
    return {
        "version": ruleset.version,
        "sha256": ruleset.sha256,
        "shipped_version": shipped.version,
        "rules": sorted(rows, key=lambda row: str(row["code"])),
    }


def explain_rule(context: typer.Context, code: Annotated[str, typer.Argument(help="Such as PH01, or XA01")]) -> None:
    """Print what a rule checks, why, when it fails, when it is not sure, and how it differs from the shipped one."""
    from qa_pipeline.rules.catalogue import explain
    from qa_pipeline.rules.ruleset import load_ruleset
    from qa_pipeline.standards import ruleset_of

    state: State = context.obj
    shipped = load_ruleset()
    # The shipped rules can be explained anywhere; own conditions only where there is a workspace.
    in_force = ruleset_of(state.settings()) if (state.workspace / SETTINGS_FILE).is_file() else None
    out(explain(code, ruleset=in_force, shipped=shipped))
