"""A month's plan and its closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, select, true, update
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import DrawReason, Exclusion, FrameRow, SamplePlan
from qa_pipeline.store.queries.sampling import (
    commitment_of,
    replacements_of,
    sampled_model,
    save_frame,
    supplement_of,
)
from qa_pipeline.store.queries.standings import refresh
from qa_pipeline.store.rows import as_model, as_row, chunks
from qa_pipeline.store.schema import AuditRow, ClosingLineRow, ClosingRow, ExclusionRow, JobRow, PlanRow, SampledCallRow


@dataclass(frozen=True, slots=True)
class StoredLine:
    """One operator's figures of a closed month; ``body`` is what `save_closing` was given."""

    month: str
    operator_id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Closing:
    """A settled month, its lines by operator id."""

    month: str
    closed_by: str
    closed_at: datetime
    lines: tuple[StoredLine, ...]


def save_plan(session: Session, plan: SamplePlan, frame: Sequence[FrameRow] = ()) -> bool:
    """Keep a month's plan and the frame that it was drawn from; False where this very draw is already kept.

    Raises:
        UserError: The month has another plan: a draw is made once, so that nobody can choose the one that suits.
    """
    kept = plan_of(session, plan.month)
    if kept is not None:
        if (kept.seed_sha256, kept.frame_sha256, kept.calls) == (plan.seed_sha256, plan.frame_sha256, plan.calls):
            return False
        raise UserError(
            f"the calls of {plan.month} were drawn on {kept.drawn_at:%Y-%m-%d %H:%M} with another seed, quota or frame",
            "go on with that plan; a plan is drawn once a month, so that nobody can choose the one that suits",
        )
    session.add(as_row(PlanRow, plan))
    session.flush()
    for position, call in enumerate(plan.calls):
        session.add(
            as_row(SampledCallRow, call, month=plan.month, position=position, probability=str(call.probability))
        )
    for position, exclusion in enumerate(plan.exclusions):
        session.add(as_row(ExclusionRow, exclusion, month=plan.month, position=position))
    session.flush()
    if frame:
        save_frame(session, plan.month, frame)
    refresh(session, (call.call_id for call in plan.calls))
    return True


def plan_of(session: Session, month: str, *, with_calls: bool = True) -> SamplePlan | None:
    """Return a month's plan with what was fixed before it and what became of it, None before it is drawn.

    ``with_calls=False`` leaves its calls out, where a million of them are not asked for.
    """
    row = session.get(PlanRow, month)
    if row is None:
        return None
    calls = session.scalars(
        select(SampledCallRow)
        .where(SampledCallRow.month == month, SampledCallRow.reason == DrawReason.RANDOM)
        .where(true() if with_calls else false())
        .order_by(SampledCallRow.position)
    )
    exclusions = session.scalars(
        select(ExclusionRow).where(ExclusionRow.month == month).order_by(ExclusionRow.position)
    )
    return as_model(
        SamplePlan,
        row,
        calls=tuple(sampled_model(call) for call in calls) if with_calls else (),
        exclusions=tuple(as_model(Exclusion, exclusion) for exclusion in exclusions),
        commitment=commitment_of(session, month),
        replacements=replacements_of(session, month),
        supplement=supplement_of(session, month),
    )


def sampled_count(session: Session, month: str) -> int:
    """Return how many calls a month's plan has."""
    return session.scalar(select(func.count()).where(SampledCallRow.month == month)) or 0


def save_closing(session: Session, month: str, lines: Iterable[Mapping[str, Any]], by: str, now: datetime) -> Closing:
    """Settle a month for good.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        lines: One mapping an operator, of plain JSON values (numbers of points and money as text); each has an
            ``operator_id``.
        by: Who settles it.
        now: The centre's wall clock.

    Raises:
        UserError: The month is settled already.
    """
    begin_closing(session, month, by, now)
    for line in lines:
        session.add(ClosingLineRow(month=month, operator_id=str(line["operator_id"]), body=dict(line)))
    session.flush()
    return Closing(month, by, now, _lines(session, ClosingLineRow.month == month))


def begin_closing(session: Session, month: str, by: str, now: datetime) -> None:
    """Say that a month is settled; its lines are still to be written in the same unit of work.

    Raises:
        UserError: The month is settled already.
    """
    settled = session.get(ClosingRow, month)
    if settled is not None:
        raise UserError(
            f"{month} was closed by {settled.closed_by} on {settled.closed_at:%Y-%m-%d %H:%M}",
            "a closed month stays as it is; corrections go into a later month as adjustments",
        )
    session.add(ClosingRow(month=month, closed_by=by, closed_at=now))
    session.flush()


def closing_of(session: Session, month: str) -> Closing | None:
    """Return how a month was settled, None while it is open."""
    row = session.get(ClosingRow, month)
    if row is None:
        return None
    return Closing(month, row.closed_by, row.closed_at, _lines(session, ClosingLineRow.month == month))


def hold_month(session: Session, month: str) -> None:
    """Keep others from settling a month, or writing into it, until this unit of work ends; read it afterwards.

    PostgreSQL locks the row of the month's plan. SQLite has one lock for all writers, taken by any write, even one that
    changes no row.
    """
    session.execute(update(JobRow).where(JobRow.job_id < 0).values(attempts=0), execution_options=_AS_IT_IS)
    session.scalar(select(PlanRow.month).where(PlanRow.month == month).with_for_update())


_AS_IT_IS = {"synchronize_session": False}


def audited_month(session: Session, call_id: str) -> str | None:
    """Return the month that a call's newest audit counts in, None where the call was not audited."""
    newest = select(AuditRow.month).where(AuditRow.call_id == call_id).order_by(AuditRow.audit_id.desc())
    return session.scalar(newest.limit(1))


def scorecard_version_of(session: Session, month: str) -> str | None:
    """Return the scorecard of the newest audit of a month's sampled calls, None before there is one."""
    sampled = select(SampledCallRow.call_id).where(SampledCallRow.month == month)
    newest = select(AuditRow.scorecard_version).where(AuditRow.call_id.in_(sampled)).order_by(AuditRow.audit_id.desc())
    return session.scalar(newest.limit(1))


def open_months(session: Session, before_month: str) -> tuple[str, ...]:
    """Return the months before a month that were drawn and are not settled, the oldest first."""
    settled = select(ClosingRow.month)
    drawn = select(PlanRow.month).where(PlanRow.month < before_month, PlanRow.month.not_in(settled))
    return tuple(session.scalars(drawn.order_by(PlanRow.month)))


def drawn_before(session: Session, month: str) -> str | None:
    """Return the newest month before a month that was drawn, None where there is none."""
    return session.scalar(select(func.max(PlanRow.month)).where(PlanRow.month < month))


def closed_lines(session: Session, before_month: str, operator_id: str | None = None) -> tuple[StoredLine, ...]:
    """Return the lines of all months settled before a month, the oldest month first: what strikes are derived from.

    Those of all operators, or of one.
    """
    earlier = ClosingLineRow.month < before_month
    return _lines(session, earlier if operator_id is None else earlier & (ClosingLineRow.operator_id == operator_id))


def settled_months(session: Session) -> tuple[str, ...]:
    """Return the settled months, the newest first."""
    return tuple(session.scalars(select(ClosingRow.month).order_by(ClosingRow.month.desc())))


def settled_operators(session: Session) -> frozenset[str]:
    """Return everybody with a line in a settled month; read from the key alone."""
    return frozenset(session.scalars(select(ClosingLineRow.operator_id).distinct()))


def lines_of(session: Session, months: Sequence[str], operators: Iterable[str]) -> tuple[StoredLine, ...]:
    """Return the lines of some operators in some settled months, the oldest month first."""
    found = [
        line
        for some in chunks(sorted(operators))
        for line in _lines(session, ClosingLineRow.month.in_(months) & ClosingLineRow.operator_id.in_(some))
    ]
    return tuple(sorted(found, key=lambda line: (line.month, line.operator_id)))


def _lines(session: Session, condition: Any) -> tuple[StoredLine, ...]:
    rows = session.scalars(
        select(ClosingLineRow).where(condition).order_by(ClosingLineRow.month, ClosingLineRow.operator_id)
    )
    return tuple(as_model(StoredLine, row) for row in rows)
