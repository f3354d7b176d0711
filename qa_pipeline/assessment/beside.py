"""What of a month counts beside its calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from qa_pipeline.assessment.closing import ClosedLine
from qa_pipeline.models.appeals import AppealFile
from scoring.adjustments import Adjustment
from scoring.notices import NoticePoints
from scoring.pay import PayTerm
from scoring.strikes import MonthlyAssessment, unsettled

MonthOf = tuple[str, str]
"""A month and the id of an operator."""


@dataclass(frozen=True, slots=True)
class Beside:
    """By operator id: approved notices and pay terms of the month, and days on which a retraining was answered.

    ``pending`` are months whose appeals are not decided, ``cleared`` those that an appeal took out of the run of
    failed months; both of any operator. ``adjustments`` are of earlier months and booked in this one, and
    ``appeals``, in the same order, what they rest on. ``variance`` is
    that of calls within operators in the last settled month, see `scoring.settlement.Standards`.
    """

    notices: Mapping[str, Sequence[NoticePoints]] = field(default_factory=dict)
    terms: Mapping[str, Sequence[PayTerm]] = field(default_factory=dict)
    retrained_on: Mapping[str, Sequence[date]] = field(default_factory=dict)
    pending: frozenset[MonthOf] = frozenset()
    cleared: frozenset[MonthOf] = frozenset()
    adjustments: Mapping[str, Sequence[Adjustment]] = field(default_factory=dict)
    appeals: Mapping[str, Sequence[AppealFile]] = field(default_factory=dict)
    variance: Decimal | None = None

    def after_appeals(self, line: ClosedLine) -> ClosedLine:
        """Return a settled line with what appeals made of it; the settled line itself stays as it was."""
        key = (line.month, line.operator_id)
        # A month that an appeal cleared cannot be said to have failed, and breaks a run as a passed one does.
        failed = line.failed and key not in self.cleared
        return replace(line, failed=failed, appeal_pending=line.appeal_pending or key in self.pending)


def earlier_assessments(
    month: str, previous: Sequence[ClosedLine], still_open: Sequence[str], beside: Beside
) -> tuple[MonthlyAssessment, ...]:
    """Return what one operator's earlier months say, in order; ``previous`` are lines of that operator."""
    settled = {line.month: beside.after_appeals(line).assessment for line in previous}
    known = {name: unsettled(name) for name in still_open} | settled
    return tuple(known[name] for name in sorted(known) if name < month)
