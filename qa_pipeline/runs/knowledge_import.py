"""Imports a knowledge base from tables, YAML and folders of Markdown, after showing what would change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.ingest.batch import Batch, FileKind, FileReport, Refusal
from qa_pipeline.ingest.files import is_knowledge, load_yaml, read_file
from qa_pipeline.ingest.markdown import is_entry
from qa_pipeline.ingest.report import LABELS
from qa_pipeline.knowledge.base.changes import ChangeKind
from qa_pipeline.knowledge.base.lint import Filed, Found, warnings_of
from qa_pipeline.knowledge.base.plan import Incoming, Planned, planned
from qa_pipeline.models import KnowledgeEntry
from qa_pipeline.models.files import MARKDOWN_SUFFIXES, READABLE_SUFFIXES, YAML_SUFFIXES
from qa_pipeline.store.errors import translate_errors
from qa_pipeline.store.queries.imports import note_import
from qa_pipeline.store.queries.knowledge import entries, entry_row, versions_of

MOST_CHECKED = 500
"""Changed entries are checked while an import is shown; reading the text of more takes longer than anybody waits."""
KNOWLEDGE_SUFFIXES = READABLE_SUFFIXES | MARKDOWN_SUFFIXES


@dataclass(frozen=True, slots=True)
class Read:
    """What files hold of knowledge; ``refusals`` are rows and files that cannot be read as such.

    ``titles`` has for each file what it calls its columns.
    """

    incoming: tuple[Incoming, ...]
    refusals: tuple[Refusal, ...]
    files: tuple[str, ...]
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BaseImport:
    """What an import changes; ``refusals`` hold what was not taken, of reading and of planning.

    ``warnings`` are what `lint` says of the entries that change; None: so many change that they were not checked.
    """

    plans: tuple[Planned, ...]
    refusals: tuple[Refusal, ...]
    files: tuple[str, ...]
    warnings: tuple[Found, ...] | None = ()

    @property
    def written(self) -> tuple[Planned, ...]:
        """The changes that are to be recorded."""
        skipped = {ChangeKind.REFUSED, ChangeKind.UNCHANGED}
        return tuple(plan for plan in self.plans if plan.change.kind not in skipped)


def read_knowledge(paths: Sequence[Path]) -> Read:
    """Read every entry of files and of walked folders; what else lies in a folder is left alone."""
    incoming: list[Incoming] = []
    refusals: list[Refusal] = []
    files: list[str] = []
    titles: dict[str, Mapping[str, str]] = {}
    for path, named in _found(paths):
        if refused := _not_readable(path):
            refusals.append(refused)
            continue
        for batch in read_file(path):
            other = batch.kind not in {FileKind.KNOWLEDGE, None}
            if other and not named:
                continue
            files.append(batch.file)
            titles[batch.file] = batch.titles
            refusals.extend((_other_kind(batch),) if other else batch.refusals)
            incoming.extend(Incoming(batch.file, row.row, row.value) for row in (() if other else batch.rows))
    return Read(tuple(incoming), tuple(refusals), tuple(files), titles)


def import_knowledge(
    sessions: sessionmaker[Session],
    paths: Sequence[Path],
    now: datetime,
    *,
    correcting: bool = False,
    dry_run: bool = False,
    show: Callable[[BaseImport], None] = lambda _change: None,
) -> BaseImport:
    """Take the entries of files and folders in one unit of work.

    Args:
        sessions: The store.
        paths: Files (CSV, xlsx, YAML, Markdown), and folders that are walked.
        now: The centre's wall clock.
        correcting: What was recorded wrongly may be recorded anew; what it said before stays known.
        dry_run: Write nothing.
        show: Told what would change, before it is written.

    Raises:
        TransientError: The database is locked or the disk full; nothing was taken.
    """
    read = read_knowledge(paths)
    with translate_errors(), sessions() as session, session.begin():
        stored = entries(session)
        plans = planned(read.incoming, versions_of(stored), correcting=correcting)
        result = _checked(base_import(read, plans), stored, now)
        show(result)
        if not dry_run:
            session.add_all(entry_row(plan.change.entry, now) for plan in result.written)
            session.flush()
            for report in _reports(result):
                note_import(session, report, now)
    return result


def base_import(read: Read, plans: tuple[Planned, ...]) -> BaseImport:
    """Bring together what was read and what is planned."""
    refused = [
        (plan, read.titles.get(plan.file, {}).get(plan.change.column, plan.change.column))
        for plan in plans
        if plan.change.kind is ChangeKind.REFUSED
    ]
    told = (Refusal(plan.file, plan.row, column, plan.change.what, plan.change.hint) for plan, column in refused)
    return BaseImport(plans, (*read.refusals, *told), read.files)


def _checked(result: BaseImport, stored: Sequence[KnowledgeEntry], now: datetime) -> BaseImport:
    entry_of = {(plan.change.entry.entry_id, plan.change.entry.version): plan for plan in result.written}
    if len(entry_of) > MOST_CHECKED:
        return replace(result, warnings=None)
    changed = {name: Filed(plan.change.entry, plan.file, plan.row) for name, plan in entry_of.items()}
    return replace(result, warnings=warnings_of(changed, stored, now.date()))


def _found(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield files, and whether each was named by the user himself."""
    for path in paths:
        if path.is_dir():
            yield from ((file, False) for file in _walk(path) if _holds_knowledge(file))
        else:
            yield path, True


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith((".", "~$")):
                yield Path(place) / name


def _holds_knowledge(file: Path) -> bool:
    suffix = file.suffix.lower()
    if suffix in MARKDOWN_SUFFIXES:
        return is_entry(file)
    if suffix in YAML_SUFFIXES:
        try:
            return is_knowledge(load_yaml(file))
        except Exception:  # noqa: BLE001  # broken in whatever way: let the import say so
            return True
    return suffix in READABLE_SUFFIXES and suffix != ".txt"


def _not_readable(path: Path) -> Refusal | None:
    if not path.exists():
        return Refusal(str(path), None, "", "没有这个文件或文件夹", "核对路径")
    if path.suffix.lower() not in KNOWLEDGE_SUFFIXES:
        known = " ".join(sorted(KNOWLEDGE_SUFFIXES))
        return Refusal(path.name, None, "", f"不认识的文件类型“{path.suffix}”", f"可导入：{known}")
    return None


def _other_kind(batch: Batch) -> Refusal:
    label = LABELS[batch.kind] if batch.kind is not None else ""
    return Refusal(batch.file, None, "", f"不是知识条目，是{label}", "用 hotline-qa import 导入")


def _reports(result: BaseImport) -> Iterator[FileReport]:
    for file in dict.fromkeys((*result.files, *(refusal.file for refusal in result.refusals))):
        report = FileReport(
            file=file,
            kind=FileKind.KNOWLEDGE,
            taken=sum(plan.file == file for plan in result.written),
            unchanged=sum(p.file == file and p.change.kind is ChangeKind.UNCHANGED for p in result.plans),
            refusals=tuple(refusal for refusal in result.refusals if refusal.file == file),
        )
        yield replace(report, refusals=tuple(sorted(report.refusals, key=lambda refusal: refusal.row or 0)))
