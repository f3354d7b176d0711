"""``hotline-qa knowledge``: what the base says, what would change in it, and what is wrong with it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli import knowledge_facts, knowledge_lint, knowledge_month
from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.cli.days import read_day, read_moment
from qa_pipeline.errors import NotFound
from qa_pipeline.language.entry_fields import field_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa_pipeline.knowledge.base.changes import FieldChange
    from qa_pipeline.knowledge.base.plan import Planned
    from qa_pipeline.models import KnowledgeEntry
    from qa_pipeline.runs.knowledge_import import BaseImport
    from qa_pipeline.store.queries.knowledge import Recorded

MOST_SHOWN = 30
"""So many changes or findings of one kind are printed; --json gives all."""
_LONGEST_SHOWN = 60
_KINDS = {
    "new": "新条目",
    "new_version": "新版本",
    "closed": "截止有效期",
    "changed": "改动",
    "corrected": "更正",
    "unchanged": "无变化",
    "refused": "未收",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    base = typer.Typer(no_args_is_help=True, help="What the knowledge base says, and how it is kept current.")
    base.command("import")(import_base)
    base.command("as-of")(as_of)
    knowledge_lint.register(base)
    knowledge_facts.register(base)
    knowledge_month.register(base)
    app.add_typer(base, name="knowledge")


def import_base(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="CSV, xlsx, YAML or Markdown, or folders of them")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing")] = False,
    correct: Annotated[
        bool, typer.Option("--correct", help="Record anew what was recorded wrongly; what it said before stays known")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take knowledge entries, after showing what changes. Exit code 1 where something was refused."""
    from qa_pipeline.runs.knowledge_import import import_knowledge

    _, sessions = context.obj.open()

    def show(result: BaseImport) -> None:
        for line in () if as_json else _import_lines(result):
            out(line)

    result = import_knowledge(sessions, paths, datetime.now(), correcting=correct, dry_run=dry_run, show=show)
    if as_json:
        out_json(_import_values(result, dry_run=dry_run))
    else:
        out("只是预览，没有写入；去掉 --dry-run 即写入" if dry_run else f"已写入 {len(result.written)} 处")
    raise typer.Exit(1 if result.refusals else 0)


def as_of(
    context: typer.Context,
    entry_id: Annotated[str, typer.Argument(help="The entry's id")],
    valid: Annotated[str | None, typer.Option("--valid", help="The day of a call, YYYY-MM-DD; default: today")] = None,
    known: Annotated[
        str | None, typer.Option("--known", help='As it was known then, "YYYY-MM-DD HH:MM"; default: now')
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what an entry said for a day, as it was known at a time, and how that differs from what is known now."""
    from qa_pipeline.knowledge.base.changes import differences
    from qa_pipeline.store.queries.knowledge import as_known, history

    _, sessions = context.obj.open()
    day = date.today() if valid is None else read_day(valid)
    moment = None if known is None else read_moment(known)
    with sessions() as session:
        records = history(session, entry_id)
    then, now = _valid(as_known(records, moment), day), _valid(as_known(records), day)
    if not records:
        raise NotFound(f"知识库里没有条目 {entry_id}", "核对编号，或先用 hotline-qa knowledge import 导入")
    if as_json:
        out_json(_as_of_values(then, now, records))
        return
    out(f"{entry_id}：{day} 的答案，{f'按 {moment:%Y-%m-%d %H:%M} 所知' if moment else '按现在所知'}")
    for line in _entry_lines(then):
        out(line)
    if then != now and then is not None and now is not None:
        out("与现在所知不同：")
        for line in _field_lines(differences(then, now)):
            out(line)
    out("登记经过：")
    for record in records:
        entry = record.entry
        by = entry.details.get("facts_confirmed_by")
        confirmed = f"；要点由 {by} 于 {entry.details['facts_confirmed_at']} 确认" if by else ""
        out(f"  {record.recorded_at:%Y-%m-%d %H:%M} 第 {entry.version} 版 {_validity(entry)}{confirmed}")


def _import_lines(result: BaseImport) -> list[str]:
    from qa_pipeline.knowledge.base.changes import ChangeKind
    from qa_pipeline.knowledge.base.plan import counted

    counts = counted(result.plans)
    told = "，".join(
        f"{_KINDS[kind]} {counts[kind]}" for kind in ChangeKind if kind is not ChangeKind.REFUSED and counts[kind]
    )
    lines = [f"{len(result.files)} 个文件：{told or '没有可收的条目'}，未收 {len(result.refusals)}"]
    for kind in ("new", "new_version", "closed", "changed", "corrected"):
        plans = [plan for plan in result.plans if plan.change.kind == kind]
        for plan in plans[:MOST_SHOWN]:
            lines += _plan_lines(plan)
        if len(plans) > MOST_SHOWN:
            lines.append(f"  另有 {len(plans) - MOST_SHOWN} 处{_KINDS[kind]}（--json 全部列出）")
    if not result.plans and not result.refusals:
        lines.append("  文件里没有一个条目；检查是不是只有表头")
    return [*lines, *(f"  未收 {refusal}" for refusal in result.refusals), *_warning_lines(result)]


def _warning_lines(result: BaseImport) -> list[str]:
    """Return what lint says of the entries that change, so that a rough fact is seen before anybody is judged by it."""
    if result.warnings is None:
        return [f"改动的条目有 {len(result.written)} 个，没有逐条检查；写入后用 hotline-qa knowledge lint 检查"]
    if not result.warnings:
        return []
    lines = [f"这些改动有 {len(result.warnings)} 处警告（照样写入，写入后也能用 knowledge lint 查到）："]
    for one in result.warnings[:MOST_SHOWN]:
        lines += [f"  {line}" for line in knowledge_lint.told(one)]
    hidden = len(result.warnings) - MOST_SHOWN
    return [*lines, f"  另有 {hidden} 处（--json 全部列出）"] if hidden > 0 else lines


def _plan_lines(plan: Planned) -> list[str]:
    from qa_pipeline.knowledge.base.confirming import unconfirmed

    entry = plan.change.entry
    waiting = unconfirmed(entry)
    note = f"；从正文读出 {waiting} 个要点待确认" if waiting else ""
    name = f"{entry.entry_id} 第 {entry.version} 版《{entry.title}》{_validity(entry)}"
    return [f"  {_KINDS[plan.change.kind]} {name}{note}", *_field_lines(plan.change.fields)]


def _field_lines(changes: Iterable[FieldChange]) -> list[str]:
    return [f"      {field_name(one.field)}：{_short(one.before)} → {_short(one.after)}" for one in changes]


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return f"“{plain[:_LONGEST_SHOWN]}{'…' if len(plain) > _LONGEST_SHOWN else ''}”" if plain else "（空）"


def _validity(entry: KnowledgeEntry) -> str:
    return f"（{entry.valid_from} 起{f'，到 {entry.valid_to}' if entry.valid_to else ''}）"


def _import_values(result: BaseImport, *, dry_run: bool) -> dict[str, object]:
    changes = [
        {
            "kind": plan.change.kind.value,
            "file": plan.file,
            "row": plan.row,
            "entry_id": plan.change.entry.entry_id,
            "version": plan.change.entry.version,
            "fields": [{"field": f.field, "before": f.before, "after": f.after} for f in plan.change.fields],
            "unconfirmed_facts": sum(not fact.confirmed for fact in plan.change.entry.facts),
        }
        for plan in result.plans
        if plan.change.kind != "refused"
    ]
    refused = [
        {"file": r.file, "row": r.row, "column": r.column, "what": r.what, "hint": r.hint} for r in result.refusals
    ]
    warnings = None if result.warnings is None else [knowledge_lint.found_values(one) for one in result.warnings]
    told = {"files": list(result.files), "changes": changes, "refused": refused, "warnings": warnings}
    return {"written": not dry_run, **told}


def _valid(known: Iterable[KnowledgeEntry], day: date) -> KnowledgeEntry | None:
    return next((one for one in known if one.valid_on(day)), None)


def _entry_lines(entry: KnowledgeEntry | None) -> list[str]:
    from qa_pipeline.language.written_facts import in_words

    if entry is None:
        return ["  那一天没有有效的版本，或当时还没有登记"]
    owner = entry.owner_department or "未写"
    lines = [f"  第 {entry.version} 版《{entry.title}》{_validity(entry)} 责任部门：{owner}", f"  答案：{entry.answer}"]
    marks = {True: "", False: "（待确认）"}
    lines += [
        f"  要点：{in_words(fact)}{'（必告）' if fact.must_say else ''}{marks[fact.confirmed]}" for fact in entry.facts
    ]
    return lines


def _as_of_values(
    then: KnowledgeEntry | None, now: KnowledgeEntry | None, records: Sequence[Recorded]
) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "as_known_then": None if then is None else asdict(then),
        "as_known_now": None if now is None else asdict(now),
        "records": [{"version": r.entry.version, "recorded_at": r.recorded_at} for r in records],
    }
