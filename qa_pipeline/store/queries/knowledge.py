"""The knowledge base as it is recorded."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.models import KnowledgeEntry
from qa_pipeline.store.codec import encode, sha256_of
from qa_pipeline.store.schema import KnowledgeRow


def entries(session: Session) -> tuple[KnowledgeEntry, ...]:
    """Return every version of every entry as last recorded, by entry and version."""
    newest = select(func.max(KnowledgeRow.row_id)).group_by(KnowledgeRow.entry_id, KnowledgeRow.version)
    rows = session.scalars(
        select(KnowledgeRow)
        .where(KnowledgeRow.row_id.in_(newest))
        .order_by(KnowledgeRow.entry_id, KnowledgeRow.version)
    )
    return tuple(row.body for row in rows)


def knowledge_sha256(session: Session) -> str:
    """Return the SHA-256 over all entries: what an audit notes down as the base that it knew."""
    return sha256_of(*sorted(encode(entry) for entry in entries(session)))
