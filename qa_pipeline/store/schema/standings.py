"""What the lists and the queue of the desk are read from: a projection of audits and decisions, and who holds a call.

Nothing here is more than can be derived again (`qa_pipeline.store.queries.standings.rebuild`), but for the claims.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Dialect, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from qa_pipeline.assessment.standings import LostItem
from qa_pipeline.models import DrawReason
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice

Codes = tuple[str, ...]


class Hundredths(TypeDecorator[Decimal]):
    """Points as whole hundredths: exact, and either database can sort and add them."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's
        """Make a whole number of points with at most two places."""
        return None if value is None else int(value.scaleb(2))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Make points of a whole number."""
        return None if value is None else Decimal(value).scaleb(-2)


class StandingRow(Base):
    """One sampled call; see `qa_pipeline.assessment.standings.CallStanding`.

    ``n_open`` counts open items and suspected fatal errors; ``waits`` is 1 where any of it is for a person. ``lot`` is
    a number from 0 to 999,999 that chance gave the call, for the drawing of repeats.
    """

    __tablename__ = "standings"
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    operator_id: Mapped[str] = mapped_column(String(64))
    shift: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    duration_s: Mapped[int]
    reason: Mapped[DrawReason] = mapped_column(choice(DrawReason))
    audit_id: Mapped[int | None]
    scorecard_version: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    states: Mapped[int]
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    points_low: Mapped[Decimal | None] = mapped_column(Hundredths)
    points_high: Mapped[Decimal | None] = mapped_column(Hundredths)
    counts: Mapped[bool]
    open_items: Mapped[Codes] = mapped_column(Json(Codes))
    suspected: Mapped[Codes] = mapped_column(Json(Codes))
    fatal: Mapped[Codes] = mapped_column(Json(Codes))
    unconfirmed: Mapped[Codes] = mapped_column(Json(Codes))
    lost: Mapped[tuple[LostItem, ...]] = mapped_column(Json(tuple[LostItem, ...]))
    rules: Mapped[Codes] = mapped_column(Json(Codes))
    confidence: Mapped[float | None]
    reviewers: Mapped[Codes] = mapped_column(Json(Codes))
    suspected_by: Mapped[Codes] = mapped_column(Json(Codes))
    open_by: Mapped[Codes] = mapped_column(Json(Codes))
    second: Mapped[bool]
    failure: Mapped[str | None] = mapped_column(Text)
    n_open: Mapped[int]
    waits: Mapped[int]
    lot: Mapped[int]
    __table_args__ = (
        Index(None, "month", "started_at", "call_id"),
        Index(None, "month", "states"),
        Index(None, "month", "waits"),
        Index("ix_standings_reach", "month", "operator_id", "counts", "points", "points_low", "points_high"),
    )


class ReachRow(Base):
    """How far an operator's month may still move: its calls that count, and the nearest grade that it may come to.

    ``distance`` is from the mean as it stands to the nearest line between two grades within the range of what is open,
    None where none is. Means are plain ones: this orders work, and settles nothing.
    """

    __tablename__ = "reaches"
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    operator_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int]
    distance: Mapped[Decimal | None] = mapped_column(Hundredths)


class ClaimRow(Base):
    """Who is at a call, until when; past that anybody may take it."""

    __tablename__ = "claims"
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime]
    until: Mapped[datetime]


class CallReadingRow(Base):
    """Somebody has read what was decided on a call, so that they cannot judge it again blind."""

    __tablename__ = "call_readings"
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)


class RepeatRow(Base):
    """A reviewed call that somebody else judged again without having seen what was decided."""

    __tablename__ = "repeats"
    append_only = True
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.audit_id"))
    month: Mapped[str] = mapped_column(String(7), index=True)
    first: Mapped[str] = mapped_column(String(64))
    second: Mapped[str] = mapped_column(String(64))
    judged_at: Mapped[datetime]


class RepeatWordRow(Base):
    """What was said of one finding in a repeat; it changes no points."""

    __tablename__ = "repeat_words"
    append_only = True
    call_id: Mapped[str] = mapped_column(ForeignKey("repeats.call_id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    item: Mapped[str] = mapped_column(String(32))
    first: Mapped[str] = mapped_column(String(16))
    said: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
