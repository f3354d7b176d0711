"""Blind repeats as they are kept: a call is judged again once."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.models.repeats import Repeat, RepeatWord
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import RepeatRow, RepeatWordRow


def add_repeat(session: Session, repeat: Repeat) -> None:
    """Write a repeat with all its words."""
    session.add(as_row(RepeatRow, repeat))
    session.flush()
    session.add_all(as_row(RepeatWordRow, word, call_id=repeat.call_id) for word in repeat.words)
    session.flush()


def was_repeated(session: Session, call_id: str) -> bool:
    """Whether a call was judged again already."""
    return session.get(RepeatRow, call_id) is not None


def repeats_of(session: Session, month: str) -> tuple[Repeat, ...]:
    """Return a month's repeats, by call."""
    words: defaultdict[str, list[RepeatWord]] = defaultdict(list)
    said = select(RepeatWordRow).join(RepeatRow, RepeatRow.call_id == RepeatWordRow.call_id)
    for row in session.scalars(said.where(RepeatRow.month == month).order_by(RepeatWordRow.code)):
        words[row.call_id].append(as_model(RepeatWord, row))
    rows = session.scalars(select(RepeatRow).where(RepeatRow.month == month).order_by(RepeatRow.call_id))
    return tuple(as_model(Repeat, row, words=tuple(words[row.call_id])) for row in rows)
