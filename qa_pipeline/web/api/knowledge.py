"""The knowledge base by the API: what was the answer on a day."""

from __future__ import annotations

from datetime import date

from qa_pipeline.errors import NotFound
from qa_pipeline.models import KnowledgeEntry
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.web.api.base import api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import SEES_CALLS

router = api_family("knowledge")
READS = [by_token(Scope.KNOWLEDGE_READ, *SEES_CALLS)]


@router.get("/knowledge", dependencies=READS)
def list_entries(desk: DeskOf, day: date | None = None, q: str = "", owner: str = "") -> list[KnowledgeEntry]:
    """Return the entries valid on a day (today where none is given), in their newest version, by id."""
    wanted = day or date.today()
    with desk.sessions() as session:
        valid = {entry.entry_id: entry for entry in entries(session) if entry.valid_on(wanted)}
    return [
        entry
        for _, entry in sorted(valid.items())
        if q in f"{entry.title}{entry.question}{entry.answer}" and owner in {"", entry.owner_department}
    ]


@router.get("/knowledge/{entry_id}", dependencies=READS)
def get_entry(desk: DeskOf, entry_id: str) -> list[KnowledgeEntry]:
    """Return all versions of an entry, the first one first."""
    with desk.sessions() as session:
        found = [entry for entry in entries(session) if entry.entry_id == entry_id]
    if not found:
        raise NotFound(f"知识库里没有条目 {entry_id}", "核对编号")
    return found
