"""``hotline-qa knowledge lint``: what is probably wrong with the base, or with files that are not imported yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.cli.days import read_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_pipeline.knowledge.base.lint import Filed, Found

MOST_SHOWN = 30
"""So many findings of one check are printed; --json gives all."""
_LEVELS = {"warning": "警告", "note": "提示"}


def register(base: typer.Typer) -> None:
    """Add the command of this module."""
    base.command("lint")(lint_base)


def lint_base(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders that are not imported yet; without: the base")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="As of a day, YYYY-MM-DD; default: today")] = None,
    checks: Annotated[bool, typer.Option("--checks", help="List what is looked for, and check nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Point out what is probably wrong with the base. Exit code 1 where there is a warning or something unreadable."""
    from qa_pipeline.knowledge.base.lint import Base, Level, all_checks, lint

    if checks:
        for check in all_checks():
            out(f"{check.name}  {_LEVELS[check.level.value]}  {check.about}")
        return
    day = date.today() if on is None else read_day(on)
    filed, refused = _read_files(paths) if paths else (_stored(context), [])
    found = lint(Base(filed, day))
    if as_json:
        out_json({"refused": refused, "found": [found_values(one) for one in found]})
    else:
        for line in (*(f"不能导入  {one}" for one in refused), *_found_lines(found, len(filed))):
            out(line)
    raise typer.Exit(1 if refused or any(one.level is Level.WARNING for one in found) else 0)


def _read_files(paths: Sequence[Path]) -> tuple[tuple[Filed, ...], list[str]]:
    from qa_pipeline.knowledge.base.lint import Filed
    from qa_pipeline.runs.knowledge_import import read_knowledge

    read = read_knowledge(paths)
    return tuple(Filed(one.entry, one.file, one.row) for one in read.incoming), [str(one) for one in read.refusals]


def _stored(context: typer.Context) -> tuple[Filed, ...]:
    from qa_pipeline.knowledge.base.lint import Filed
    from qa_pipeline.store.queries.knowledge import entries

    _, sessions = context.obj.open()
    with sessions() as session:
        return tuple(Filed(entry) for entry in entries(session))


def _found_lines(found: Sequence[Found], entries: int) -> list[str]:
    if not found:
        return [f"知识库 {entries} 条：没有发现问题"]
    lines, shown = [], dict.fromkeys((one.check for one in found), 0)
    for one in found:
        shown[one.check] += 1
        if shown[one.check] <= MOST_SHOWN:
            lines += told(one)
    hidden = {code: count - MOST_SHOWN for code, count in shown.items() if count > MOST_SHOWN}
    lines += [f"另有 {count} 处 {code}（--json 全部列出）" for code, count in hidden.items()]
    warnings = sum(one.level.value == "warning" for one in found)
    return [*lines, f"{entries} 条中共 {warnings} 处警告，{len(found) - warnings} 处提示"]


def told(one: Found) -> list[str]:
    """Return a finding for people to read: where and what, and what to do."""
    entry = one.flaw.filed.entry
    owner = f"（{entry.owner_department}）" if entry.owner_department else ""
    place = f"{one.flaw.filed.place}《{_short_title(entry.title)}》{owner}"
    return [f"{one.check} {_LEVELS[one.level.value]}  {place}：{one.flaw.reason}", f"      → {one.flaw.advice}"]


def _short_title(title: str) -> str:
    return title if len(title) <= 20 else f"{title[:20]}…"


def found_values(one: Found) -> dict[str, object]:
    """Return a finding as plain values."""
    filed, other = one.flaw.filed, one.flaw.other
    return {
        "code": one.check,
        "level": one.level.value,
        "entry_id": filed.entry.entry_id,
        "version": filed.entry.version,
        "file": filed.file or None,
        "row": filed.row,
        "owner_department": filed.entry.owner_department,
        "other": None if other is None else f"{other.entry.entry_id}@{other.entry.version}",
        "reason": one.flaw.reason,
        "advice": one.flaw.advice,
    }
