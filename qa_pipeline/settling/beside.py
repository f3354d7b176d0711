"""What of a month counts beside its calls, as it is stored."""

from __future__ import annotations

from sqlalchemy.orm import Session

from qa_pipeline.assessment import Beside
from qa_pipeline.settling.standards import spread_before
from qa_pipeline.store.queries.appeals import (
    adjustments_booked_in,
    appeals_booked_in,
    pending_months,
    strikes_cleared,
)
from qa_pipeline.store.queries.pay_terms import pay_terms
from qa_pipeline.store.queries.retraining import retrained_on
from qa_pipeline.store.queries.supervision import approved_notices


def beside_of(session: Session, month: str) -> Beside:
    """Return notices, pay terms, retrainings and appeals as they stand now."""
    return Beside(
        notices=approved_notices(session, month),
        terms=pay_terms(session, month),
        retrained_on=retrained_on(session),
        pending=pending_months(session),
        cleared=strikes_cleared(session),
        adjustments=adjustments_booked_in(session, month),
        appeals=appeals_booked_in(session, month),
        variance=spread_before(session, month),
    )
