"""What checks would say of the entries that an import changes, without reading the whole base for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from qa_pipeline.checks import Level
from qa_pipeline.knowledge.base.lint.registry import Found, lint
from qa_pipeline.knowledge.base.lint.subject import Base, Filed
from qa_pipeline.knowledge.base.matters import matters
from qa_pipeline.models import KnowledgeEntry

Name = tuple[str, int]
"""An entry's id and version."""


def warnings_of(changed: Mapping[Name, Filed], stored: Iterable[KnowledgeEntry], day: date) -> tuple[Found, ...]:
    """Return the warnings that speak of a changed entry, as the base will stand.

    Args:
        changed: The entries as they will be recorded, with the place that each comes from.
        stored: What is recorded now.
        day: Today.
    """
    others = [Filed(entry) for entry in stored if (entry.entry_id, entry.version) not in changed]
    filed = [*changed.values(), *others]
    named = {entry_id for entry_id, _ in changed}
    # Reading an entry's text takes far longer than telling by titles and questions which entries have to be read.
    near = {place for pair in matters([one.entry for one in filed]) if min(pair) < len(changed) for place in pair}
    read = [one for place, one in enumerate(filed) if place in near or one.entry.entry_id in named]
    found = lint(Base(tuple(read), day))
    return tuple(one for one in found if one.level is Level.WARNING and _speaks_of(one, changed))


def _speaks_of(found: Found, changed: Mapping[Name, Filed]) -> bool:
    about = (found.flaw.filed, *(() if found.flaw.other is None else (found.flaw.other,)))
    return any((one.entry.entry_id, one.entry.version) in changed for one in about)
