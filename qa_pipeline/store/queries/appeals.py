"""Appeals and adjustments as they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.appeals import Appeal, AppealFile, AppealStep, AppealTarget, AppealWord
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import AdjustmentRow, AppealRow, AppealWordRow, ClosingRow
from scoring.adjustments import Adjustment

MonthOf = tuple[str, str]
"""A month and an operator's id."""


def add_appeal(
    session: Session, target: AppealTarget, reason: str, by: str, now: datetime, due_on: date, *, late_doubt: bool
) -> Appeal:
    """Write an appeal."""
    row = as_row(AppealRow, target, reason=reason, filed_by=by, filed_at=now, due_on=due_on, late_doubt=late_doubt)
    session.add(row)
    session.flush()
    return _appeal(row)


def add_appeal_word(session: Session, word: AppealWord) -> None:
    """Write what somebody said to an appeal."""
    session.add(as_row(AppealWordRow, word))
    session.flush()


def appeal_file(session: Session, appeal_id: int) -> AppealFile:
    """Return an appeal with all that was said to it.

    Raises:
        NotFound: There is no such appeal.
    """
    found = _files(session, AppealRow.appeal_id == appeal_id)
    if not found:
        raise NotFound(f"没有 {appeal_id} 号申诉", "编号见申诉列表")
    return found[0]


def appeals_of(session: Session, month: str | None = None, operator_id: str | None = None) -> tuple[AppealFile, ...]:
    """Return appeals, the oldest first: of a month or of all, of one operator or of all."""
    condition = true() if month is None else AppealRow.month == month
    return _files(session, condition if operator_id is None else condition & (AppealRow.operator_id == operator_id))


def appeals_pending(session: Session) -> tuple[AppealFile, ...]:
    """Return the appeals that are not decided and not taken back, the oldest first."""
    return _files(session, ~_ended())


def appeals_done(session: Session, limit: int, offset: int) -> tuple[tuple[AppealFile, ...], int]:
    """Return some of the appeals that are decided or taken back, the newest first, and how many there are."""
    done = select(AppealRow.appeal_id).where(_ended())
    total = session.scalar(select(func.count()).select_from(done.subquery())) or 0
    some = session.scalars(done.order_by(AppealRow.appeal_id.desc()).limit(limit).offset(offset)).all()
    return tuple(reversed(_files(session, AppealRow.appeal_id.in_(some)))), total


def _ended() -> ColumnElement[bool]:
    last = (AppealStep.UPHELD, AppealStep.PARTLY, AppealStep.REJECTED, AppealStep.WITHDRAWN)
    return AppealRow.appeal_id.in_(select(AppealWordRow.appeal_id).where(AppealWordRow.step.in_(last)))


def won_after_closing(session: Session) -> tuple[AppealFile, ...]:
    """Return the appeals that were won when their month was settled and that nothing was booked for, the oldest first.

    By then the decision could change nothing in the month itself.
    """
    won = (
        select(AppealWordRow.appeal_id)
        .join(AppealRow, AppealRow.appeal_id == AppealWordRow.appeal_id)
        .join(ClosingRow, ClosingRow.month == AppealRow.month)
        .where(AppealWordRow.step.in_((AppealStep.UPHELD, AppealStep.PARTLY)))
        .where(AppealWordRow.said_at >= ClosingRow.closed_at)
        .where(AppealWordRow.appeal_id.not_in(select(AdjustmentRow.appeal_id)))
    )
    return _files(session, AppealRow.appeal_id.in_(won))


def pending_months(session: Session, at: datetime | None = None) -> frozenset[MonthOf]:
    """Return the months against which an operator's appeal is not decided yet; with ``at``, was not at that moment."""
    files = appeals_pending(session) if at is None else _as_of(_files(session, AppealRow.filed_at <= at), at)
    return frozenset((f.appeal.target.month, f.appeal.target.operator_id) for f in files if f.state.pending)


def add_adjustment(session: Session, appeal_id: int, made: Adjustment, by: str, now: datetime) -> None:
    """Write what an appeal that was won changes in a settled month."""
    session.add(
        AdjustmentRow(
            appeal_id=appeal_id,
            operator_id=made.operator_id,
            month=made.month,
            booked_in=made.booked_in,
            body=made,
            made_by=by,
            made_at=now,
        )
    )
    session.flush()


def adjustments_booked_in(session: Session, month: str) -> dict[str, tuple[Adjustment, ...]]:
    """Return by operator id the adjustments of earlier months that are booked in a month, as they were made."""
    found: defaultdict[str, list[Adjustment]] = defaultdict(list)
    for _, made in _adjustments(session, AdjustmentRow.booked_in == month):
        found[made.operator_id].append(made)
    return {operator_id: tuple(lines) for operator_id, lines in found.items()}


def appeals_booked_in(session: Session, month: str) -> dict[str, tuple[AppealFile, ...]]:
    """Return by operator id the appeals that `adjustments_booked_in` rest on, in the same order."""
    booked = [number for number, _ in _adjustments(session, AdjustmentRow.booked_in == month)]
    files = {file.appeal.appeal_id: file for file in _files(session, AppealRow.appeal_id.in_(booked))}
    found: defaultdict[str, list[AppealFile]] = defaultdict(list)
    for number in booked:
        found[files[number].appeal.target.operator_id].append(files[number])
    return {operator_id: tuple(mine) for operator_id, mine in found.items()}


def adjustments_of(session: Session, month: str, operator_id: str) -> dict[int, Adjustment]:
    """Return what appeals changed of an operator's settled month, by appeal, in order."""
    mine = (AdjustmentRow.month == month) & (AdjustmentRow.operator_id == operator_id)
    return dict(_adjustments(session, mine))


def adjustments_to(session: Session, month: str) -> tuple[tuple[int, Adjustment], ...]:
    """Return what appeals changed of a settled month, each with its appeal, in the order in which it was made."""
    return tuple(_adjustments(session, AdjustmentRow.month == month))


def strikes_cleared(session: Session, at: datetime | None = None) -> frozenset[MonthOf]:
    """Return the settled months that count towards three in a row no more, since an appeal was won.

    With ``at``: those of which that was booked by then.
    """
    return frozenset(
        (made.month, made.operator_id)
        for _, made in _adjustments(session, true() if at is None else AdjustmentRow.made_at <= at)
        if made.before.strike and not made.after.strike
    )


def settled_months(session: Session) -> tuple[str, ...]:
    """Return every settled month, the oldest first."""
    return tuple(session.scalars(select(ClosingRow.month).order_by(ClosingRow.month)))


def _adjustments(session: Session, condition: ColumnElement[bool]) -> list[tuple[int, Adjustment]]:
    rows = session.scalars(select(AdjustmentRow).where(condition).order_by(AdjustmentRow.adjustment_id))
    return [(row.appeal_id, row.body) for row in rows]


def _as_of(files: Iterable[AppealFile], at: datetime) -> list[AppealFile]:
    return [replace(file, words=tuple(word for word in file.words if word.said_at <= at)) for file in files]


def _files(session: Session, condition: ColumnElement[bool]) -> tuple[AppealFile, ...]:
    rows = session.scalars(select(AppealRow).where(condition).order_by(AppealRow.appeal_id)).all()
    words: defaultdict[int, list[AppealWord]] = defaultdict(list)
    said = select(AppealWordRow).join(AppealRow, AppealRow.appeal_id == AppealWordRow.appeal_id).where(condition)
    for row in session.scalars(said.order_by(AppealWordRow.position)):
        words[row.appeal_id].append(as_model(AppealWord, row))
    return tuple(AppealFile(_appeal(row), tuple(words[row.appeal_id])) for row in rows)


def _appeal(row: AppealRow) -> Appeal:
    return as_model(Appeal, row, target=as_model(AppealTarget, row))
