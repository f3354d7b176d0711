"""What goes before a draw and came after it: commitments, the frame, the sample as it stands, the risk supplement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import Commitment, FrameRow, Replacement, RiskCall, SampledCall, Supplement
from qa_pipeline.sampling import as_it_stands
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import (
    CallRow,
    CommitmentRow,
    FrameRows,
    ImportRow,
    ReplacementRow,
    RiskCallRow,
    SampledCallRow,
    SupplementRow,
)


def commitment_of(session: Session, month: str) -> Commitment | None:
    """Return what was fixed of a month's draw before the month ended; None if nothing was."""
    row = session.get(CommitmentRow, month)
    return None if row is None else as_model(Commitment, row)


def save_commitment(session: Session, commitment: Commitment) -> None:
    """Keep a commitment for good.

    Raises:
        UserError: The month has one.
    """
    kept = commitment_of(session, commitment.month)
    if kept is not None:
        raise UserError(
            f"the draw of {kept.month} was committed by {kept.committed_by} on {kept.committed_at:%Y-%m-%d %H:%M}",
            f"a month is committed once; what to publish is {kept.sha256}",
        )
    session.add(as_row(CommitmentRow, commitment))
    session.flush()


def last_import_at(session: Session) -> datetime | None:
    """Return when something was imported last."""
    return session.scalar(select(func.max(ImportRow.imported_at)))


def save_frame(session: Session, month: str, rows: Sequence[FrameRow]) -> None:
    """Keep what a month's plan was drawn from."""
    session.add(FrameRows(month=month, rows=tuple(rows)))
    session.flush()


def frame_of(session: Session, month: str) -> tuple[FrameRow, ...] | None:
    """Return what a month was drawn from; None of plans from before it was kept."""
    row = session.get(FrameRows, month)
    return None if row is None else row.rows


def frame_today(session: Session, month: str) -> tuple[FrameRow, ...]:
    """Return a month's calls as the call log has them now, as `qa_pipeline.sampling.frame_rows` does, by id.

    A frame can be a hundred thousand calls: only the columns that it is made of are read.
    """
    asked = select(CallRow.call_id, CallRow.started_at, CallRow.duration_s, CallRow.operator_id, CallRow.shift)
    found = session.execute(asked.where(CallRow.month == month).order_by(CallRow.call_id))
    return tuple(FrameRow(call, at.isoformat(), duration, who, shift) for call, at, duration, who, shift in found)


def replacements_of(session: Session, *months: str) -> tuple[Replacement, ...]:
    """Return the replacements of months, in order."""
    rows = session.scalars(
        select(ReplacementRow)
        .where(ReplacementRow.month.in_(months))
        .order_by(ReplacementRow.month, ReplacementRow.position)
    )
    return tuple(as_model(Replacement, row) for row in rows)


def sampled_of(session: Session, *months: str, operators: Sequence[str] | None = None) -> tuple[SampledCall, ...]:
    """Return every sampled call of months as it stands now, replaced ones and the supplement among them.

    ``operators`` asks for theirs only: a stratum is one operator's, so that no replacement reaches beyond.
    """
    asked = select(SampledCallRow).where(SampledCallRow.month.in_(months))
    if operators is not None:
        asked = asked.where(SampledCallRow.operator_id.in_(operators))
    rows = session.scalars(asked.order_by(SampledCallRow.month, SampledCallRow.position)).all()
    replacements = replacements_of(session, *months)
    of_months: dict[str, list[SampledCall]] = {}
    for row in rows:
        of_months.setdefault(row.month, []).append(sampled_model(row))
    gone = {one.call_id: one for one in replacements}
    return tuple(
        one
        for calls in of_months.values()
        for one in as_it_stands(calls, [gone[call.call_id] for call in calls if call.call_id in gone])
    )


def sampled_model(row: SampledCallRow) -> SampledCall:
    """Make the model of a sampled call's row, as it was when it was added."""
    return as_model(SampledCall, row, probability=Decimal(row.probability))


def supplement_of(session: Session, month: str) -> Supplement | None:
    """Return a month's risk supplement, None where none was chosen."""
    row = session.get(SupplementRow, month)
    if row is None:
        return None
    calls = session.scalars(select(RiskCallRow).where(RiskCallRow.month == month).order_by(RiskCallRow.position))
    return as_model(Supplement, row, calls=tuple(as_model(RiskCall, call) for call in calls))
