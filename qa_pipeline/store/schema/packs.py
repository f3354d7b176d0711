"""Session packs and their cards, who may open them, who took them away, and what trainees recorded."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.packs import Card, Heard, PackStep, Step
from qa_pipeline.models.speech import AcousticProfile, Transcript
from qa_pipeline.store.codec import Json, PackedJson
from qa_pipeline.store.schema.base import Base, choice

Speech = tuple[Transcript, AcousticProfile]


class PackRow(Base):
    """One pack as it was begun."""

    __tablename__ = "training_packs"
    append_only = True
    pack_id: Mapped[int] = mapped_column(primary_key=True)
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class PackPlanRow(Base):
    """A pack's title and running order as somebody saved them; two people cannot save the same version."""

    __tablename__ = "training_pack_plans"
    append_only = True
    pack_id: Mapped[int] = mapped_column(ForeignKey("training_packs.pack_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(64))
    aim: Mapped[str] = mapped_column(Text)
    steps: Mapped[tuple[Step, ...]] = mapped_column(Json(tuple[Step, ...]))
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]


class PackCardRow(Base):
    """A card as somebody saved it; two people cannot save the same version."""

    __tablename__ = "training_cards"
    append_only = True
    pack_id: Mapped[int] = mapped_column(ForeignKey("training_packs.pack_id"), primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clips.clip_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[Card] = mapped_column(Json(Card))
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]


class PackWordRow(Base):
    """That a pack was given out or taken back."""

    __tablename__ = "training_pack_words"
    append_only = True
    pack_id: Mapped[int] = mapped_column(ForeignKey("training_packs.pack_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[PackStep] = mapped_column(choice(PackStep))
    team: Mapped[str] = mapped_column(String(64))
    until: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime]


class PackDownloadRow(Base):
    """That somebody took a pack away as a file."""

    __tablename__ = "training_pack_downloads"
    append_only = True
    download_id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("training_packs.pack_id"), index=True)
    version: Mapped[int]
    clips: Mapped[int]
    taken_by: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]


class RehearsalRow(Base):
    """An answer that a trainee recorded, deleted after its term; ``speech`` is what was heard of it."""

    __tablename__ = "training_rehearsals"
    rehearsal_id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("training_packs.pack_id"))
    clip_id: Mapped[int] = mapped_column(ForeignKey("clips.clip_id"))
    cue: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    name: Mapped[str] = mapped_column(String(64))
    sound_path: Mapped[str] = mapped_column(String(128))
    sent_at: Mapped[datetime] = mapped_column(index=True)
    heard: Mapped[Heard | None] = mapped_column(Json(Heard | None))
    speech: Mapped[Speech | None] = mapped_column(PackedJson(Speech))
    error: Mapped[str] = mapped_column(Text, default="")
    hint: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (Index(None, "pack_id", "clip_id", "account_id"),)
