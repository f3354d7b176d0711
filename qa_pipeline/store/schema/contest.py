"""The 声音里的微笑 contest: shortlists, who may vote, and what they gave."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.contest import EntryStep
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice


class ContestRow(Base):
    """One contest as it was opened."""

    __tablename__ = "contests"
    append_only = True
    contest_id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(128))
    period: Mapped[str] = mapped_column(String(7))
    per_team: Mapped[int]
    seed: Mapped[str] = mapped_column(String(64))
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    opened_at: Mapped[datetime]


class ContestEntryRow(Base):
    """One call of a shortlist; whoever answered it as they stood then."""

    __tablename__ = "contest_entries"
    append_only = True
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.contest_id"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"))
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.operator_id"))
    operator: Mapped[str] = mapped_column(String(128))
    team: Mapped[str] = mapped_column(String(128))
    value: Mapped[float]
    reasons: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))


class EntryWordRow(Base):
    """What somebody did with an entry."""

    __tablename__ = "contest_entry_words"
    append_only = True
    word_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("contest_entries.entry_id"), index=True)
    step: Mapped[EntryStep] = mapped_column(choice(EntryStep))
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clips.clip_id"))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    said_at: Mapped[datetime]


class VotingRow(Base):
    """That the vote of a contest was opened; that is said once."""

    __tablename__ = "contest_votings"
    append_only = True
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.contest_id"), primary_key=True)
    until: Mapped[date]
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]


class VoterRow(Base):
    """Somebody who may vote in a contest."""

    __tablename__ = "contest_voters"
    append_only = True
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.contest_id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    operator_id: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (Index(None, "account_id"),)


class BallotRow(Base):
    """What a voter gave an entry; the latest counts."""

    __tablename__ = "contest_ballots"
    append_only = True
    ballot_id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.contest_id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("contest_entries.entry_id"))
    tone: Mapped[int]
    clarity: Mapped[int]
    warmth: Mapped[int]
    said_at: Mapped[datetime]


class ContestClosingRow(Base):
    """That a contest was ended; that is said once."""

    __tablename__ = "contest_closings"
    append_only = True
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.contest_id"), primary_key=True)
    closed_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
