"""What settled calls lost, as the month weights them: what the effect of a training is looked for in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.assessment.standings import LostItem
from qa_pipeline.store.schema import ClosingRow, SampledCallRow, StandingRow


@dataclass(frozen=True, slots=True)
class SettledCall:
    """One drawn call of a closed month that counts in it: what it lost, and its chance of having been drawn."""

    operator_id: str
    day: date
    probability: Decimal
    lost: tuple[LostItem, ...]
    scorecard_version: str | None

    def on(self, items: frozenset[str]) -> Decimal:
        """Return the points that it lost on some items."""
        return sum((item.lost for item in self.lost if item.code in items), Decimal(0))


def settled_calls(session: Session, first: date, last: date) -> tuple[SettledCall, ...]:
    """Return the calls from one day to another that count in a closed month, by time and id."""
    rows = session.execute(
        select(
            StandingRow.operator_id,
            StandingRow.started_at,
            SampledCallRow.probability,
            StandingRow.lost,
            StandingRow.scorecard_version,
        )
        .join(SampledCallRow, SampledCallRow.call_id == StandingRow.call_id)
        .where(
            StandingRow.month.in_(_months(first, last)),
            StandingRow.month.in_(select(ClosingRow.month)),
            StandingRow.counts,
            StandingRow.started_at >= datetime.combine(first, time()),
            StandingRow.started_at < datetime.combine(last + timedelta(days=1), time()),
        )
        .order_by(StandingRow.started_at, StandingRow.call_id)
    )
    return tuple(SettledCall(r[0], r[1].date(), Decimal(r[2]), r[3], r[4]) for r in rows)


def unsettled_months(session: Session, first: date, last: date) -> tuple[str, ...]:
    """Return the months from one day to another of which calls were drawn and that are not closed."""
    drawn = select(StandingRow.month).where(
        StandingRow.month.in_(_months(first, last)), StandingRow.month.not_in(select(ClosingRow.month))
    )
    return tuple(session.scalars(drawn.distinct().order_by(StandingRow.month)))


def _months(first: date, last: date) -> tuple[str, ...]:
    day, found = first.replace(day=1), []
    while day <= last:
        found.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=31)).replace(day=1)
    return tuple(found)
