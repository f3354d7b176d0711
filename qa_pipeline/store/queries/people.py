"""Who works at the centre, and when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.models import Operator, ShiftDuty
from qa_pipeline.store.rows import as_model, hold_rows
from qa_pipeline.store.schema import DutyRow, OperatorRow


def count_operators(session: Session) -> int:
    """Return how many people are on the roster."""
    return session.scalar(select(func.count()).select_from(OperatorRow)) or 0


def operators(session: Session) -> tuple[Operator, ...]:
    """Return everybody on the roster, by operator id."""
    rows = session.scalars(select(OperatorRow).order_by(OperatorRow.operator_id))
    return tuple(as_model(Operator, row) for row in rows)


def find_operator(session: Session, operator_id: str) -> Operator | None:
    """Return one operator of the roster, None where nobody has that number."""
    row = session.get(OperatorRow, operator_id)
    return None if row is None else as_model(Operator, row)


def duties(session: Session, month: str) -> tuple[ShiftDuty, ...]:
    """Return the shift plan of a month (``YYYY-MM``), by day, shift and operator."""
    first, after = month_bounds(month)
    rows = session.scalars(
        select(DutyRow)
        .where(DutyRow.day >= first, DutyRow.day < after)
        .order_by(DutyRow.day, DutyRow.shift, DutyRow.operator_id)
    )
    return tuple(as_model(ShiftDuty, row) for row in rows)


def month_bounds(month: str) -> tuple[date, date]:
    """Return the first day of a month (``YYYY-MM``) and of the month after it.

    Raises:
        ValueError: It is not a month.
    """
    first = date.fromisoformat(f"{month}-01")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def hold_operator(session: Session, operator_id: str) -> None:
    """Keep others from writing what adds up over one operator until this unit of work ends; read it afterwards."""
    hold_rows(session, OperatorRow, OperatorRow.operator_id == operator_id)
