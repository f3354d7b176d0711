"""What is still open before a month is settled: what forbids it, what must be accepted, what is good to know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from qa_pipeline.assessment import Doubts, MonthView, doubts
from qa_pipeline.errors import QaError
from qa_pipeline.models import SamplePlan
from qa_pipeline.models.supervision import NoticeState
from qa_pipeline.review.obstacles import obstacles
from qa_pipeline.settings import Settings
from qa_pipeline.standards import pay_scheme_of, require_effective
from qa_pipeline.store.queries.appeals import appeals_of
from qa_pipeline.store.queries.pay_terms import pay_terms
from qa_pipeline.store.queries.supervision import notices_of
from scoring.scorecard import Scorecard


class Weight(StrEnum):
    """What a line of the checklist means for closing."""

    FORBIDS = "forbids"
    ACCEPT = "accept"
    NOTE = "note"
    DONE = "done"


class Point(StrEnum):
    """What is looked at."""

    OBSTACLE = "obstacle"
    UNHEARD = "unheard"
    SUSPECTED = "suspected"
    UNJUDGED = "unjudged"
    GRADES = "grades"
    OPEN = "open"
    UNCONFIRMED = "unconfirmed"
    APPEALS = "appeals"
    NOTICES = "notices"
    TERMS = "terms"
    COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line. ``count`` is how many are left; ``words`` name them, or say why (Chinese)."""

    point: Point
    weight: Weight
    count: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """A month's checklist as somebody saw it."""

    month: str
    checks: tuple[Check, ...]

    @property
    def forbidden(self) -> bool:
        """Whether the month cannot be settled at all as it stands."""
        return any(check.weight is Weight.FORBIDS for check in self.checks)

    @property
    def to_accept(self) -> tuple[Check, ...]:
        """What is settled only if it is accepted as it is."""
        return tuple(check for check in self.checks if check.weight is Weight.ACCEPT)

    @property
    def seen(self) -> str:
        """What a form carries to say which checklist it was sent from."""
        return hashlib.sha256(repr(self.checks).encode()).hexdigest()


def closing_checklist(
    session: Session,
    settings: Settings,
    view: MonthView | None,
    plan: SamplePlan | None,
    card: Scorecard,
    now: datetime,
) -> Checklist:
    """Return what is open before a month is settled, as `qa_pipeline.review.close_month` would find it.

    Args:
        session: The unit of work.
        settings: Name the pay scheme.
        view: The month's figures, None before its draw.
        plan: Its draw.
        card: Its scorecard.
        now: The centre's wall clock.

    Raises:
        ValueError: There are no figures: ask for the checklist of a month that was drawn.
    """
    if view is None or plan is None:
        raise ValueError("no figures; the checklist is of a month that was drawn")
    month = view.month
    checks = (
        *(_obstacle(error) for error in obstacles(session, month, now)),
        *(_obstacle(error) for error in _unfit(settings, card, month)),
        *_of_calls(view, doubts(view.operators, view.calls)),
        *_beside(session, view),
        Check(
            Point.COMMITTED, Weight.DONE if plan.commitment is not None else Weight.NOTE, int(plan.commitment is None)
        ),
    )
    return Checklist(month, checks)


def _obstacle(error: QaError) -> Check:
    return Check(Point.OBSTACLE, Weight.FORBIDS, 1, (error.message, error.hint))


def _unfit(settings: Settings, card: Scorecard, month: str) -> Iterator[QaError]:
    try:
        require_effective(card, month)
        pay_scheme_of(settings, card, month)
    except QaError as error:
        yield error


def _of_calls(view: MonthView, found: Doubts) -> Iterator[Check]:
    # Whatever is open of a call that counts costs nothing; it is in the way only where a grade hangs on it.
    yield _counted(Point.UNHEARD, Weight.ACCEPT, found.unheard)
    yield _counted(Point.SUSPECTED, Weight.ACCEPT, len(found.suspected), found.suspected)
    yield _counted(Point.UNJUDGED, Weight.ACCEPT, len(found.unjudged), found.unjudged)
    yield _counted(Point.GRADES, Weight.ACCEPT, len(found.grades), found.grades)
    yield _counted(Point.OPEN, Weight.NOTE, sum(call.is_open for call in view.calls))
    yield _counted(Point.UNCONFIRMED, Weight.NOTE, sum(bool(call.unconfirmed) and call.counted for call in view.calls))


def _beside(session: Session, view: MonthView) -> Iterator[Check]:
    pending = [f.appeal for f in appeals_of(session, view.month) if f.state.pending]
    entered = [f.notice for f in notices_of(session, view.month) if f.state is NoticeState.ENTERED]
    terms = pay_terms(session, view.month)
    unstated = [o.operator for o in view.operators if o.operator.operator_id not in terms and o.n_frame]
    yield _counted(Point.APPEALS, Weight.NOTE, len(pending), tuple(str(one.appeal_id) for one in pending))
    yield _counted(Point.NOTICES, Weight.NOTE, len(entered), tuple(str(one.notice_id) for one in entered))
    yield _counted(Point.TERMS, Weight.NOTE, len(unstated), tuple(f"{o.name}（{o.operator_id}）" for o in unstated))


def _counted(point: Point, weight: Weight, count: int, words: tuple[str, ...] = ()) -> Check:
    return Check(point, weight if count else Weight.DONE, count, words)
