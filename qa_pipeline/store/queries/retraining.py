"""Retraining as it is kept."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.retraining import Retraining, RetrainingFile, RetrainingWord
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import RetrainingRow, RetrainingWordRow


def add_retraining(
    session: Session, operator_id: str, subject: str, planned_on: date, by: str, now: datetime
) -> Retraining:
    """Write an offer."""
    row = RetrainingRow(operator_id=operator_id, subject=subject, planned_on=planned_on, offered_by=by, offered_at=now)
    session.add(row)
    session.flush()
    return as_model(Retraining, row)


def add_retraining_word(session: Session, word: RetrainingWord) -> None:
    """Write what became of an offer."""
    session.add(as_row(RetrainingWordRow, word))
    session.flush()


def retrainings(session: Session, operator_id: str | None = None) -> tuple[RetrainingFile, ...]:
    """Return offers with what became of them, the oldest first, of one operator or of all."""
    rows = select(RetrainingRow).order_by(RetrainingRow.retraining_id)
    if operator_id is not None:
        rows = rows.where(RetrainingRow.operator_id == operator_id)
    words = {row.retraining_id: as_model(RetrainingWord, row) for row in session.scalars(select(RetrainingWordRow))}
    return tuple(
        RetrainingFile(as_model(Retraining, row), words.get(row.retraining_id)) for row in session.scalars(rows)
    )


def retraining_file(session: Session, retraining_id: int) -> RetrainingFile:
    """Return one offer with what became of it.

    Raises:
        NotFound: There is no such offer.
    """
    row = session.get(RetrainingRow, retraining_id)
    if row is None:
        raise NotFound(f"没有 {retraining_id} 号培训安排", "编号见补训列表")
    word = session.get(RetrainingWordRow, retraining_id)
    return RetrainingFile(as_model(Retraining, row), None if word is None else as_model(RetrainingWord, word))


def retrained_on(session: Session) -> dict[str, tuple[date, ...]]:
    """Return by operator id the days on which a retraining was taken or declined: what `strike_state` asks for."""
    found: defaultdict[str, list[date]] = defaultdict(list)
    for file in retrainings(session):
        if file.word is not None:
            found[file.retraining.operator_id].append(file.word.on_day)
    return {operator_id: tuple(days) for operator_id, days in found.items()}
