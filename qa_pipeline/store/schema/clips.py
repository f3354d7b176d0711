"""Masked clips, what people said of them, and where they went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.clips import ClipMask, ClipPiece, ClipStep, ClipTurn, Cover, SoundKind
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.speech import Role
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice


class ClipRow(Base):
    """One clip as it was made; its sound lies in the workspace's ``clips``."""

    __tablename__ = "clips"
    append_only = True
    clip_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), index=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    cover: Mapped[Cover] = mapped_column(choice(Cover))
    voices: Mapped[tuple[Role, ...]] = mapped_column(Json(tuple[Role, ...]))
    masks: Mapped[tuple[ClipMask, ...]] = mapped_column(Json(tuple[ClipMask, ...]))
    turns: Mapped[tuple[ClipTurn, ...]] = mapped_column(Json(tuple[ClipTurn, ...]))
    kind: Mapped[SoundKind] = mapped_column(choice(SoundKind))
    sound_path: Mapped[str] = mapped_column(String(128))
    sound_sha256: Mapped[str] = mapped_column(String(64))
    duration_ms: Mapped[int]
    replaces: Mapped[int | None] = mapped_column(ForeignKey("clips.clip_id"))
    scenario: Mapped[Scenario | None] = mapped_column(choice(Scenario))
    handling: Mapped[Handling | None] = mapped_column(choice(Handling))


class ClipWordRow(Base):
    """What somebody said of a clip; two people cannot say the same-numbered word."""

    __tablename__ = "clip_words"
    append_only = True
    clip_id: Mapped[int] = mapped_column(ForeignKey("clips.clip_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[ClipStep] = mapped_column(choice(ClipStep))
    by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]


class ClipCorrectionRow(Base):
    """What a person wrote for a turn, masked; ``position`` is that of their word on the clip. The last one counts."""

    __tablename__ = "clip_corrections"
    append_only = True
    clip_id: Mapped[int] = mapped_column(ForeignKey("clips.clip_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    pieces: Mapped[tuple[ClipPiece, ...]] = mapped_column(Json(tuple[ClipPiece, ...]))


class ClipExportRow(Base):
    """That a clip left."""

    __tablename__ = "clip_exports"
    append_only = True
    export_id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clips.clip_id"), index=True)
    purpose: Mapped[str] = mapped_column(String(128))
    taken_by: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    sound_sha256: Mapped[str] = mapped_column(String(64))
