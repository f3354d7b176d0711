"""What many incoming entries change in the base, worked out before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa_pipeline.knowledge.base.changes import Change, ChangeKind, changes_of
from qa_pipeline.models import KnowledgeEntry


@dataclass(frozen=True, slots=True)
class Incoming:
    """An entry with the file and the row (a line in YAML and Markdown) that it stands in."""

    file: str
    row: int
    entry: KnowledgeEntry


@dataclass(frozen=True, slots=True)
class Planned:
    """A change with the place that asks for it."""

    file: str
    row: int
    change: Change


def planned(
    incoming: Iterable[Incoming],
    stored: Mapping[str, Mapping[int, KnowledgeEntry]],
    *,
    correcting: bool = False,
) -> tuple[Planned, ...]:
    """Return every change in the order of writing, an entry's older versions first, whatever files they stand in.

    Args:
        incoming: The entries of all files.
        stored: What is recorded, by id and version.
        correcting: What was recorded wrongly may be recorded anew, see `changes_of`.
    """
    known = {entry_id: dict(versions) for entry_id, versions in stored.items()}
    seen: dict[tuple[str, int], Incoming] = {}
    plans: list[Planned] = []
    for one in sorted(incoming, key=lambda one: (one.entry.entry_id, one.entry.version)):
        name = (one.entry.entry_id, one.entry.version)
        if name in seen:
            if seen[name].entry != one.entry:
                plans.append(Planned(one.file, one.row, _twice(seen[name], one.entry)))
            continue
        seen[name] = one
        versions = known.setdefault(one.entry.entry_id, {})
        for change in changes_of(one.entry, versions, correcting=correcting):
            if change.kind is not ChangeKind.REFUSED:
                versions[change.entry.version] = change.entry
            plans.append(Planned(one.file, one.row, change))
    return tuple(plans)


def counted(plans: Iterable[Planned]) -> Counter[ChangeKind]:
    """Return how many changes there are of each kind."""
    return Counter(plan.change.kind for plan in plans)


def _twice(first: Incoming, entry: KnowledgeEntry) -> Change:
    what = f"条目“{entry.entry_id}”第 {entry.version} 版在 {first.file} 第 {first.row} 行已有，内容不同"
    return Change(ChangeKind.REFUSED, entry, (), "version", what, "只留下正确的一条，或给新的内容新的版本号")
