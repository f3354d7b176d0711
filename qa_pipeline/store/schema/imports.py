"""What was imported, and what was refused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.store.schema.base import Base


class ImportRow(Base):
    """One file of an import."""

    __tablename__ = "import_batches"
    batch_id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    taken: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    imported_at: Mapped[datetime]


class RefusalRow(Base):
    """One row of a file that was not taken."""

    __tablename__ = "import_refusals"
    refusal_id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.batch_id"), index=True)
    row: Mapped[int | None]
    column: Mapped[str] = mapped_column(String(128))
    what: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text)
