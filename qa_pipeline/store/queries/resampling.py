"""What is written into a month's sample after its draw: replacements and the risk supplement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import DrawReason, Replacement, SampledCall, Supplement
from qa_pipeline.store.queries.sampling import replacements_of, sampled_of, supplement_of
from qa_pipeline.store.queries.standings import refresh
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import ReplacementRow, RiskCallRow, SampledCallRow, SupplementRow


def save_replacements(session: Session, month: str, made: Sequence[Replacement]) -> None:
    """Keep replacements; the calls that step in become part of the month's sample."""
    before = len(replacements_of(session, month))
    for position, one in enumerate(made, start=before):
        session.add(as_row(ReplacementRow, one, month=month, position=position))
    session.flush()
    stepped_in = {one.replacement_id for one in made}
    standing = [one for one in sampled_of(session, month) if one.call_id in stepped_in]
    _add_calls(session, month, standing)
    refresh(session, {one.call_id for one in made})


def save_supplement(session: Session, supplement: Supplement) -> bool:
    """Keep a month's risk supplement; False where this very one is kept already.

    Raises:
        UserError: The month has another: whom it is about must not be chosen anew until it suits.
    """
    kept = supplement_of(session, supplement.month)
    if kept is not None:
        if (kept.budget, kept.criteria, kept.calls) == (supplement.budget, supplement.criteria, supplement.calls):
            return False
        raise UserError(
            f"the risk supplement of {kept.month} was chosen by {kept.chosen_by} on "
            f"{kept.chosen_at:%Y-%m-%d %H:%M} with another budget, or from other calls and orders",
            "go on with that one; a supplement is chosen once a month",
        )
    session.add(as_row(SupplementRow, supplement))
    session.flush()
    for position, call in enumerate(supplement.calls):
        session.add(as_row(RiskCallRow, call, month=supplement.month, position=position))
    chosen = [SampledCall(c.call_id, c.operator_id, c.stratum, Decimal(1), DrawReason.RISK) for c in supplement.calls]
    _add_calls(session, supplement.month, chosen)
    return True


def _add_calls(session: Session, month: str, calls: Iterable[SampledCall]) -> None:
    """Add calls behind those that are there; one that is there, for a risk, stays as it was written."""
    there = _ids(session, month)
    new = [one for one in calls if one.call_id not in there]
    for position, one in enumerate(new, start=len(there)):
        session.add(as_row(SampledCallRow, one, month=month, position=position, probability=str(one.probability)))
    session.flush()
    refresh(session, (one.call_id for one in new))


def _ids(session: Session, month: str) -> Collection[str]:
    return set(session.scalars(select(SampledCallRow.call_id).where(SampledCallRow.month == month)))
