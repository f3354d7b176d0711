"""What answers and records are held against: the knowledge base, the gazetteer, documents in versions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models import KnowledgeEntry
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base


class KnowledgeRow(Base):
    """One version of one entry as it was recorded; of several rows of a version the last recorded counts."""

    __tablename__ = "knowledge_entries"
    append_only = True
    row_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(128))
    version: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    body: Mapped[KnowledgeEntry] = mapped_column(Json(KnowledgeEntry))
    recorded_at: Mapped[datetime]
    __table_args__ = (Index(None, "entry_id", "version"),)


class PlaceRow(Base):
    """One place of the gazetteer; a name may lie in more than one parent ('' for none)."""

    __tablename__ = "places"
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    parent: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    aliases: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))


class DocumentRow(Base):
    """A scorecard or ruleset in one version that never changes."""

    __tablename__ = "documents"
    append_only = True
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
