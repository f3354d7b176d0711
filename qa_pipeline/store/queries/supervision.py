"""Supervision notices as they are kept."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.supervision import Notice, NoticeDraft, NoticeFile, NoticeState, NoticeWord
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import ClosingRow, NoticeRow, NoticeWordRow
from scoring.notices import NoticePoints


def add_notice(session: Session, draft: NoticeDraft, by: str, now: datetime) -> Notice:
    """Write a notice; it belongs to the month in which it happened."""
    row = as_row(
        NoticeRow, draft, month=f"{draft.happened_at:%Y-%m}", points=str(draft.points), entered_by=by, entered_at=now
    )
    session.add(row)
    session.flush()
    return _notice(row)


def add_notice_word(session: Session, word: NoticeWord) -> None:
    """Write what somebody said to a notice."""
    session.add(as_row(NoticeWordRow, word, points=None if word.points is None else str(word.points)))
    session.flush()


def notice_file(session: Session, notice_id: int) -> NoticeFile:
    """Return a notice with all that was said to it.

    Raises:
        NotFound: There is no such notice.
    """
    found = _files(session, NoticeRow.notice_id == notice_id)
    if not found:
        raise NotFound(f"没有 {notice_id} 号监督记录", "编号见监督记录列表")
    return found[0]


def notices_of(session: Session, month: str, operator_id: str | None = None) -> tuple[NoticeFile, ...]:
    """Return a month's notices in the order in which things happened, of one operator or of all."""
    chosen = NoticeRow.month == month
    return _files(session, chosen if operator_id is None else chosen & (NoticeRow.operator_id == operator_id))


def notices_about(session: Session, operator_id: str) -> tuple[NoticeFile, ...]:
    """Return all notices on one operator in the order in which things happened."""
    return _files(session, NoticeRow.operator_id == operator_id)


def notice_months(session: Session) -> tuple[str, ...]:
    """Return the months that have notices, the newest first."""
    return tuple(session.scalars(select(NoticeRow.month).distinct().order_by(NoticeRow.month.desc())))


def notices_waiting(session: Session) -> tuple[NoticeFile, ...]:
    """Return the notices to which nobody has said anything yet."""
    return _files(session, NoticeRow.notice_id.not_in(select(NoticeWordRow.notice_id)))


def approved_notices(session: Session, month: str) -> dict[str, tuple[NoticePoints, ...]]:
    """Return by operator id what notices take from a month: those that are approved and stand."""
    found: defaultdict[str, list[NoticePoints]] = defaultdict(list)
    for file in notices_of(session, month):
        if file.state is NoticeState.APPROVED and file.points > 0:
            taken = NoticePoints(str(file.notice.notice_id), file.points, file.notice.what)
            found[file.notice.operator_id].append(taken)
    return {operator_id: tuple(notices) for operator_id, notices in found.items()}


def last_settled(session: Session) -> str | None:
    """Return the latest month that is settled, None where none is."""
    return session.scalar(select(func.max(ClosingRow.month)))


def _files(session: Session, condition: object) -> tuple[NoticeFile, ...]:
    rows = session.scalars(
        select(NoticeRow).where(condition).order_by(NoticeRow.happened_at, NoticeRow.notice_id)  # type: ignore[arg-type]
    ).all()
    words: defaultdict[int, list[NoticeWord]] = defaultdict(list)
    said = select(NoticeWordRow).join(NoticeRow, NoticeRow.notice_id == NoticeWordRow.notice_id)
    for row in session.scalars(said.where(condition).order_by(NoticeWordRow.position)):  # type: ignore[arg-type]
        words[row.notice_id].append(_word(row))
    return tuple(NoticeFile(_notice(row), tuple(words[row.notice_id])) for row in rows)


def _notice(row: NoticeRow) -> Notice:
    return as_model(Notice, row, points=Decimal(row.points))


def _word(row: NoticeWordRow) -> NoticeWord:
    return as_model(NoticeWord, row, points=None if row.points is None else Decimal(row.points))
