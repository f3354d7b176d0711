"""What can be searched, and searches that people keep.

Beside these tables there is ``search_index``, which each database makes in its own way (`v0015_search`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.search import Audience, TextKind
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice


class SearchTextRow(Base):
    """One text of a call as some may see it; ``text`` has a line for each of ``starts`` (milliseconds)."""

    __tablename__ = "search_texts"
    text_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    kind: Mapped[TextKind] = mapped_column(choice(TextKind))
    audience: Mapped[Audience] = mapped_column(choice(Audience))
    text: Mapped[str] = mapped_column(Text)
    starts: Mapped[tuple[int, ...]] = mapped_column(Json(tuple[int, ...]))
    # SQLite's index keeps the number of a text that is gone: no other text may get it.
    __table_args__ = ({"sqlite_autoincrement": True},)


class SavedSearchRow(Base):
    """An address that somebody keeps under a name."""

    __tablename__ = "saved_searches"
    search_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    name: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(Text)
    shared_with: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("account_id", "name"),)
