"""``hotline-qa rules``: what the rules are, why they mark, and how a ruleset is tried before it is adopted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli import precision, rules_import, trying
from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.changes import diff
from qa_pipeline.cli.console import State, out, out_json
from qa_pipeline.settings import SETTINGS_FILE
from qa_pipeline.trial.what_if_values import rule_change_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_pipeline.rules.differences import RuleChange
    from qa_pipeline.rules.lint import Found
    from qa_pipeline.rules.ruleset import Ruleset


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    rules = typer.Typer(no_args_is_help=True, help="What the rules are, why they mark, and how a ruleset is tried.")
    rules.command("list")(list_rules)
    rules.command("explain")(explain_rule)
    rules.command("lint")(lint_rules)
    rules.command("test")(trying.try_rules)
    rules.command("diff")(diff)
    rules_import.register(rules)
    precision.register(rules)
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


def explain_rule(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Such as PH01, or XA01")],
    ruleset: Annotated[Path | None, typer.Argument(help="A ruleset file; without it the workspace's own")] = None,
) -> None:
    """Print what a rule checks, why, when it fails, when it is not sure, and how it differs from the shipped one."""
    from qa_pipeline.rules.catalogue import explain
    from qa_pipeline.rules.ruleset import load_ruleset
    from qa_pipeline.standards import ruleset_of

    state: State = context.obj
    shipped = load_ruleset()
    # The shipped rules can be explained anywhere; own conditions where there is a file or a workspace.
    if ruleset is not None:
        asked: Ruleset | None = load_ruleset(ruleset)
    else:
        asked = ruleset_of(state.settings()) if (state.workspace / SETTINGS_FILE).is_file() else None
    out(explain(code, ruleset=asked, shipped=shipped))


MOST_SHOWN = 20
"""So many findings of one check are printed; --json gives all."""


def lint_rules(
    context: typer.Context,
    ruleset: Annotated[Path | None, typer.Argument(help="A ruleset file; without it the workspace's own")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what stands just so in the shipped ruleset")] = False,
    checks: Annotated[bool, typer.Option("--checks", help="List what is looked for, and check nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Point out what loads and is probably a mistake. Exit code 1 where there is something, 2 if it does not load."""
    from qa_pipeline.rules.lint import Level, all_checks, lint
    from qa_pipeline.standards import DEFAULT

    if checks:
        for check in all_checks():
            out(f"{check.name:<18} {_LEVELS[check.level.value]}  {check.about}")
        return
    path = ruleset
    if path is None:
        settings = context.obj.settings()
        path = None if settings.ruleset == DEFAULT else settings.workspace / settings.ruleset
    found = lint(path, shipped_too=everything)
    if as_json:
        out_json([_found_values(one) for one in found])
    else:
        for line in _found_lines(found, "default.yaml" if path is None else str(path)):
            out(line)
    raise typer.Exit(1 if any(one.level is Level.WARNING for one in found) else 0)


_LEVELS = {"warning": "警告", "note": "提示"}


def _found_lines(found: Sequence[Found], name: str) -> list[str]:
    if not found:
        return [f"{name}：没有发现问题"]
    counts: Counter[str] = Counter()
    lines = []
    for one in found:
        counts[one.check] += 1
        if counts[one.check] <= MOST_SHOWN:
            code = f"{one.flaw.code} " if one.flaw.code else ""
            lines.append(f"{name}:{one.flaw.line}  {_LEVELS[one.level.value]}  {code}{one.flaw.reason}  [{one.check}]")
            lines.append(f"      → {one.flaw.advice}")
    hidden = {check: count - MOST_SHOWN for check, count in counts.items() if count > MOST_SHOWN}
    lines += [f"另有 {count} 处 [{check}]（--json 全部列出）" for check, count in hidden.items()]
    warnings = sum(one.level.value == "warning" for one in found)
    return [*lines, f"共 {warnings} 处警告，{len(found) - warnings} 处提示"]


def _found_values(found: Found) -> dict[str, object]:
    return {
        "check": found.check,
        "level": found.level.value,
        "code": found.flaw.code,
        "line": found.flaw.line,
        "reason": found.flaw.reason,
        "advice": found.flaw.advice,
        "shipped": found.flaw.shipped,
    }
