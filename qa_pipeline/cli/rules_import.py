"""``hotline-qa rules import-alibaba``: rules of another service become a ruleset, and what was lost is said."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_pipeline.cli.console import err, out, out_json
from qa_pipeline.errors import ImportRefused, UserError

if TYPE_CHECKING:
    from qa_pipeline.rules.alibaba.importing import Imported

SOMETHING_LOST = 1


def register(rules: typer.Typer) -> None:
    """Add the command of this module to the commands about rules."""
    rules.command("import-alibaba")(import_alibaba)


def import_alibaba(
    file: Annotated[Path, typer.Argument(help="JSON: what was uploaded, or what GetRuleV4 or GetRuleDetail answers")],
    output: Annotated[Path | None, typer.Option("--out", "-o", help="Ruleset to write; stdout if left out")] = None,
    item: Annotated[str, typer.Option(help="Scorecard item of the rules, such as A6")] = "",
    items: Annotated[
        Path | None, typer.Option(help="YAML: rule id, rule name or name of its score, each with an item")
    ] = None,
    first_code: Annotated[str, typer.Option(help="Code of the first rule; the others follow")] = "XA01",
    version: Annotated[str, typer.Option(help="Version of the ruleset")] = "alibaba-import",
    any_business: Annotated[
        bool, typer.Option("--any-business", help="Take rules of single lines of business as rules for every call")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print ruleset and notes for a program to read")] = False,
) -> None:
    """Read rules of Alibaba Cloud's conversation analysis (智能对话分析) into a ruleset, naming what was lost.

    Exit code 1: some rules are written as comments only.
    """
    from qa_pipeline.rules.alibaba.drafting import Choices
    from qa_pipeline.rules.alibaba.importing import import_rules

    if output is not None and output.exists():
        raise UserError(f"{output} is there already, and a ruleset is never overwritten", "give another --out")
    choices = Choices(item, _mapping(items) if items else None, any_business)
    try:
        imported = import_rules(_text(file), choices, first_code, version)
    except ImportRefused as error:
        raise ImportRefused(f"{file}: {error.message}", error.hint) from error
    if output is not None:
        output.write_text(imported.yaml_text, encoding="utf-8")
    if json:
        out_json(_for_programs(imported, output))
    else:
        _tell(imported, output)
    if imported.commented_out:
        raise typer.Exit(SOMETHING_LOST)


def _tell(imported: Imported, output: Path | None) -> None:
    for note in imported.notes:
        err(str(note))
    err(f"{imported.rules} rules, {imported.commented_out} more written as comments only")
    if output is None:
        out(imported.yaml_text.rstrip("\n"))
    else:
        err(f"written to {output}")


def _for_programs(imported: Imported, output: Path | None) -> dict[str, Any]:
    return {
        "rules": imported.rules,
        "commented_out": imported.commented_out,
        "written_to": None if output is None else str(output),
        "yaml": imported.yaml_text,
        "notes": [asdict(note) for note in imported.notes],
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(f"{path}: not UTF-8, at byte {error.start}", "save it as UTF-8") from error
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be read: {error.strerror or error}", "give the path of a file") from error


def _mapping(path: Path) -> dict[str, str]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe").load(_text(path))
    except YAMLError as error:
        raise ImportRefused(
            f"{path}: not YAML: {error}", "write one `name: item` a line, such as `开头语: A1`"
        ) from error
    if not isinstance(data, dict):
        raise ImportRefused(f"{path}: holds no names with items", "write one `name: item` a line, such as `开头语: A1`")
    return {str(name): str(item) for name, item in data.items()}
