"""An operator's months and calls as their own pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from qa_pipeline.assessment import ClosedLine, OperatorMonth, line_of
from qa_pipeline.assessment.settled import NOTHING_LEFT, left_over_in, settled_notes
from qa_pipeline.models.appeals import AppealFile, AppealKind, AppealState, AppealTarget
from qa_pipeline.models.supervision import NoticeFile, NoticeState
from qa_pipeline.review.operators import operator_figures
from qa_pipeline.store.queries.appeals import adjustments_booked_in, adjustments_of, appeals_of
from qa_pipeline.store.queries.calls import sampled_months
from qa_pipeline.store.queries.listing import ListedCall, Wanted, count_listed, listed_calls
from qa_pipeline.store.queries.people import find_operator
from qa_pipeline.store.queries.settling import closed_lines_of
from qa_pipeline.store.queries.supervision import notices_about
from qa_pipeline.supervision.retraining import AFTER_ALL, run_of
from qa_pipeline.web.desk import Desk
from scoring.adjustments import Adjustment
from scoring.strikes import StrikeState

GONE = frozenset({NoticeState.WITHDRAWN, NoticeState.REJECTED})


@dataclass(frozen=True, slots=True)
class OwnMonth:
    """One month of an operator; ``line`` is None where nothing of it counts yet.

    Args:
        settled: The line is as it was settled; else it is computed from what is known today.
        changed: What appeals that were won changed of it after it was settled, in order.
        booked: What is paid with it for earlier months.
    """

    month: str
    line: ClosedLine | None
    settled: bool
    changed: tuple[Adjustment, ...] = ()
    booked: tuple[Adjustment, ...] = ()
    provisional: bool = False

    @property
    def pay(self) -> Decimal | None:
        """Yuan as settled; None where finance's terms were not known, or the month is open."""
        return self.line.pay if self.settled and self.line is not None else None


def own_months(desk: Desk, session: Session, operator_id: str) -> tuple[tuple[OwnMonth, ...], StrikeState]:
    """Return an operator's months, the newest first, and where the run of failed months stands."""
    run, lines = run_of(session, operator_id)
    stored = closed_lines_of(session, AFTER_ALL, (operator_id,)).get(operator_id, ())
    left = {line.month: left_over_in(line.body) for line in stored}
    settled = {
        line.month: replace(line, notes=settled_notes(line, left.get(line.month, NOTHING_LEFT))) for line in lines
    }
    drawn = {*sampled_months(session, operator_id), *settled}
    found = [_month(desk, session, operator_id, month, settled.get(month)) for month in sorted(drawn, reverse=True)]
    return tuple(found), run


def _month(desk: Desk, session: Session, operator_id: str, month: str, line: ClosedLine | None) -> OwnMonth:
    booked = adjustments_booked_in(session, month).get(operator_id, ())
    if line is not None:
        changed = tuple(adjustments_of(session, month, operator_id).values())
        return OwnMonth(month, line, True, changed, booked, line.provisional)
    found = _open_line(desk, session, operator_id, month)
    if found is None:
        return OwnMonth(month, None, False, booked=booked)
    return OwnMonth(month, line_of(month, found), False, booked=booked, provisional=found.provisional)


def _open_line(desk: Desk, session: Session, operator_id: str, month: str) -> OperatorMonth | None:
    me = find_operator(session, operator_id)
    if me is None:
        return None
    card_of, points_of = partial(desk.card, session), desk.months.points_of
    return operator_figures(session, month, me, card_of, desk.settings.min_calls, points_of)


def own_calls(session: Session, operator_id: str, month: str) -> tuple[ListedCall, ...]:
    """Return an operator's drawn calls of a month with where each stands, by start time."""
    wanted = Wanted(month, operator=operator_id)
    return listed_calls(session, wanted, 0, count_listed(session, wanted))


def own_notices(session: Session, operator_id: str) -> list[NoticeFile]:
    """Return the notices on an operator that were not rejected or taken back, the newest first."""
    return [file for file in reversed(notices_about(session, operator_id)) if file.state not in GONE]


def own_appeals(session: Session, operator_id: str) -> tuple[AppealFile, ...]:
    """Return an operator's appeals, the newest first."""
    return tuple(reversed(appeals_of(session, operator_id=operator_id)))


def standing_targets(appeals: Sequence[AppealFile]) -> tuple[AppealTarget, ...]:
    """Return what appeals are against that were not taken back: against that nobody appeals again."""
    return tuple(file.appeal.target for file in appeals if file.state is not AppealState.WITHDRAWN)


def by_item(appeals: Sequence[AppealFile], call_id: str) -> Mapping[str, AppealFile]:
    """Return the newest appeal on each item of a call."""
    mine = (f for f in appeals if f.appeal.target.kind is AppealKind.ITEM and f.appeal.target.call_id == call_id)
    return {str(file.appeal.target.code): file for file in mine}
