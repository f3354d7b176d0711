"""What an owner confirmed once stays confirmed when the entry is imported again or gets a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from qa_pipeline.knowledge.base.proposals import FIELDS, field_text, key, proposals
from qa_pipeline.models import KnowledgeEntry

CONFIRMED_BY, CONFIRMED_AT = "facts_confirmed_by", "facts_confirmed_at"
"""Details that no file has: who confirmed the facts, and on which day."""


def kept_by_owner(entry: KnowledgeEntry, versions: Mapping[int, KnowledgeEntry]) -> KnowledgeEntry:
    """Return an incoming entry with the facts that its file does not state.

    A file that states facts is taken at its word. One that states none keeps those of the recorded version whose text
    it repeats; a text that is new has its facts proposed, confirmed where the version before had them confirmed.
    """
    before = versions.get(entry.version)
    if before is not None and entry.valid_to is None and _was_superseded(before, versions):
        entry = replace(entry, valid_to=before.valid_to)
    if before is not None and (not entry.facts or entry.facts == before.facts):
        entry = replace(entry, details=_with_confirmation(entry, before))
    if entry.facts:
        return entry
    if before is not None and _texts(before) == _texts(entry):
        return replace(entry, facts=before.facts)
    earlier = before or (versions[max(versions)] if versions else None)
    known = {key(fact): fact for fact in (earlier.facts if earlier is not None else ())}
    read = tuple(known.get(key(one.fact), one.fact) for one in proposals(entry))
    return replace(entry, facts=read)


def _was_superseded(before: KnowledgeEntry, versions: Mapping[int, KnowledgeEntry]) -> bool:
    """Whether a version ended only because a later one said that it supersedes it: its own file still has no end."""
    name = f"{before.entry_id}@{before.version}"
    return before.valid_to is not None and any(
        one.details.get("supersedes", "").replace(" ", "") == name
        and one.valid_from == before.valid_to + timedelta(days=1)
        for one in versions.values()
    )


def _texts(entry: KnowledgeEntry) -> tuple[str, ...]:
    return tuple(field_text(entry, field) for field in FIELDS)


def _with_confirmation(entry: KnowledgeEntry, before: KnowledgeEntry) -> dict[str, str]:
    kept = {name: before.details[name] for name in (CONFIRMED_BY, CONFIRMED_AT) if name in before.details}
    return {**entry.details, **kept}
