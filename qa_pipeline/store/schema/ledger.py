"""The ledger of settled months."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.store.schema.base import Base


class LedgerRow(Base):
    """One entry. ``body`` is the canonical text that ``sha256`` chains; the other columns stand in it, too."""

    __tablename__ = "ledger_entries"
    append_only = True
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(String(7), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
