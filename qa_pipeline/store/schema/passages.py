"""What can be learnt from which calls: a projection of audits and decisions that can be derived again.

`qa_pipeline.training.finding.keeping` writes it.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_pipeline.models.passages import Handling, Mark, SoundProfile
from qa_pipeline.store.codec import Json
from qa_pipeline.store.schema.base import Base, choice

Texts = tuple[str, ...]


class ReadCallRow(Base):
    """A call that was looked through for passages, and how far it can be held up as an example.

    It was read as of an audit and of the latest decision on the call (0: none), by the words and thresholds of
    ``finder``; where one of these is another now, it is to be read again. ``value`` and its parts are None where it
    cannot be an example.
    """

    __tablename__ = "training_calls"
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    operator_id: Mapped[str] = mapped_column(String(64))
    audit_id: Mapped[int] = mapped_column(ForeignKey("audits.audit_id"))
    decision_id: Mapped[int]
    finder: Mapped[str] = mapped_column(String(64))
    value: Mapped[float | None]
    tone: Mapped[float | None]
    clarity: Mapped[float | None]
    recovery: Mapped[float | None]
    reasons: Mapped[Texts] = mapped_column(Json(Texts))
    __table_args__ = (Index(None, "month", "value"),)


class PassageRow(Base):
    """One passage; see `qa_pipeline.models.passages.Passage`. ``scenarios`` are bits, by their places in `Scenario`.

    ``words`` is the vector of what was said (`language.meaning`), half-precision numbers.
    """

    __tablename__ = "training_passages"
    call_id: Mapped[str] = mapped_column(ForeignKey("training_calls.call_id"), primary_key=True)
    start_ms: Mapped[int] = mapped_column(primary_key=True)
    end_ms: Mapped[int]
    month: Mapped[str] = mapped_column(String(7))
    operator_id: Mapped[str] = mapped_column(String(64))
    audit_id: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    scenarios: Mapped[int] = mapped_column(Integer)
    handling: Mapped[Handling] = mapped_column(choice(Handling))
    value: Mapped[float]
    reasons: Mapped[Texts] = mapped_column(Json(Texts))
    marks: Mapped[tuple[Mark, ...]] = mapped_column(Json(tuple[Mark, ...]))
    sound: Mapped[SoundProfile | None] = mapped_column(Json(SoundProfile | None))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (Index(None, "month", "value"),)
