"""What stood beside the calls when a month was settled, as far as the times in the store tell.

Whoever waits for a closing has read the clock before it, and a closing of a million calls takes minutes. So what came
about the time of a closing may have counted in it or not, and only what clearly came before or after is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.assessment import Beside, closed_line, earlier_assessments
from qa_pipeline.ledger.operators import assessment_row
from qa_pipeline.store.queries.appeals import pending_months, strikes_cleared
from qa_pipeline.store.queries.settling import closed_lines_of
from qa_pipeline.store.schema import ClosingRow

ABOUT = timedelta(hours=1)
Rows = list[list[Any]]


@dataclass(frozen=True, slots=True)
class AtClosing:
    """Appeals as they stood an hour before a closing, at it and an hour after it; the months ``settled`` by then."""

    month: str
    moments: tuple[Beside, ...]
    settled: frozenset[str] = frozenset()

    def pending(self, operator_id: str) -> set[bool]:
        """Return whether an appeal against the month can have been pending: one answer where that is clear."""
        return {(self.month, operator_id) in beside.pending for beside in self.moments}

    def earlier(self, session: Session, operators: Sequence[str]) -> dict[str, tuple[Rows, ...]]:
        """Return what the months before can have said of operators, by id: a list of rows for each moment."""
        lines = closed_lines_of(session, self.month, operators)
        return {who: tuple(self._rows(lines.get(who, ()))) for who in operators}

    def _rows(self, stored: Sequence[Any]) -> Iterator[Rows]:
        past = [closed_line(line.body) for line in stored if line.month in self.settled]
        for beside in self.moments:
            yield [assessment_row(one) for one in earlier_assessments(self.month, past, (), beside)]


def at_closing(session: Session, month: str, at: datetime) -> AtClosing:
    """Return how appeals stood about the closing of a month."""
    moments = (at - ABOUT, at, at + ABOUT)
    return AtClosing(
        month,
        tuple(Beside(pending=pending_months(session, one), cleared=strikes_cleared(session, one)) for one in moments),
        frozenset(session.scalars(select(ClosingRow.month).where(ClosingRow.closed_at <= at + ABOUT))),
    )


def can_be(said: Rows, found: Sequence[Rows]) -> bool:
    """Whether each value of the rows that an entry has is that of one of the moments."""
    if any(len(rows) != len(said) for rows in found):
        return False
    return all(
        any(rows[n][at] == value for rows in found) for n, row in enumerate(said) for at, value in enumerate(row)
    ) and all(len(row) == len(found[0][n]) for n, row in enumerate(said))
