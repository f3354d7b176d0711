"""A month's figures, as they stand or were settled, and the settling of a month."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline import __version__
from qa_pipeline.assessment import (
    AfterClosing,
    Beside,
    CallPoints,
    ClosedLine,
    MonthView,
    as_settled,
    assess,
    closed_line,
    left_over_in,
)
from qa_pipeline.errors import SettingsError, UserError
from qa_pipeline.ledger.months import Closing
from qa_pipeline.models import CallFile, MonthData, SamplePlan
from qa_pipeline.models.persons import plain as _plain
from qa_pipeline.review.obstacles import obstacles
from qa_pipeline.settings import Settings
from qa_pipeline.settling.beside import beside_of
from qa_pipeline.settling.closing import ClosedMonth, close_into_ledger
from qa_pipeline.settling.kept import new_writing
from qa_pipeline.standards import pay_scheme_of, require_effective, scorecard_of
from qa_pipeline.store.codec import decode, encode
from qa_pipeline.store.queries.appeals import adjustments_to, pending_months, strikes_cleared
from qa_pipeline.store.queries.documents import document, save_document
from qa_pipeline.store.queries.month import (
    closed_lines,
    closing_of,
    hold_month,
    lines_of,
    open_months,
    plan_of,
    scorecard_version_of,
    settled_months,
    settled_operators,
)
from qa_pipeline.store.queries.people import count_operators
from scoring.scorecard import Scorecard
from scoring.settlement import Standards

logger = logging.getLogger(__name__)


def card_for(session: Session, settings: Settings, version: str | None) -> Scorecard:
    """Return the scorecard of a version that calls were judged by, as it was kept; the one in force if that is it.

    Args:
        session: The unit of work.
        settings: Names the scorecard in force.
        version: None asks for the one in force.

    Raises:
        SettingsError: Neither is that version, so that nothing can be scored again.
    """
    kept = None if version is None else document(session, "scorecard", version)
    if kept is not None:
        return decode(Scorecard, kept)
    card = scorecard_of(settings)
    if version not in {None, card.version}:
        raise SettingsError(
            f"scorecard {version} is not kept, and the one in force is {card.version}",
            f"set `scorecard` to the file of {version}",
        )
    return card


def previous_lines(session: Session, month: str, operator_id: str | None = None) -> tuple[ClosedLine, ...]:
    """Return the lines of the months settled before a month, of all or one: what its strikes are derived from.

    They stand as they were settled, but for appeals: one that is pending holds its month, and a month that counts no
    more, since an appeal was won, is not failed.
    """
    appeals = Beside(pending=pending_months(session), cleared=strikes_cleared(session))
    return tuple(appeals.after_appeals(closed_line(line.body)) for line in closed_lines(session, month, operator_id))


def newest_lines(
    session: Session, is_enough: Callable[[Sequence[ClosedLine]], bool], step: int = 6
) -> dict[str, tuple[ClosedLine, ...]]:
    """Return by operator the newest settled lines, as `previous_lines` has them, and no more of them than are needed.

    Args:
        session: The unit of work.
        is_enough: Whether an operator's lines, the oldest first, say what is asked; else older ones are read.
        step: Settled months that are read at a time.
    """
    appeals = Beside(pending=pending_months(session), cleared=strikes_cleared(session))
    settled, left = settled_months(session), set(settled_operators(session))
    found: dict[str, tuple[ClosedLine, ...]] = dict.fromkeys(left, ())
    for first in range(0, len(settled), step):
        if not left:
            break
        for line in reversed(lines_of(session, settled[first : first + step], left)):
            found[line.operator_id] = (appeals.after_appeals(closed_line(line.body)), *found[line.operator_id])
        left = {who for who in left if not is_enough(found[who])}
    return found


def month_figures(
    session: Session,
    data: MonthData,
    card_of: Callable[[str | None], Scorecard],
    min_calls: int,
    points_of: Callable[[CallFile, Scorecard], CallPoints] | None = None,
) -> tuple[MonthView, Scorecard]:
    """Return a month's figures and the scorecard that they are by.

    An open month goes by the scorecard of its newest audit, and is computed anew. Of a settled month each operator's
    figures are those that were settled; the calls and the centre's figures are shown by the scorecard of then; what
    appeals changed of it since stands beside them.

    Args:
        session: The unit of work.
        data: The month.
        card_of: Gives the scorecard of a version, or the one in force, as `card_for` does.
        min_calls: As the settings have it now; a settled month has its own.
        points_of: As `qa_pipeline.assessment.assess` has it.

    Raises:
        SettingsError: The scorecard is neither kept nor in force.
        ScorecardInvalid: As `qa_pipeline.assessment.assess`.
    """
    closing = closing_of(session, data.month)
    bodies = [line.body for line in closing.lines] if closing is not None else []
    audits = [file.audit for file in data.files if file.audit is not None]
    newest = max(audits, key=lambda audit: audit.audit_id, default=None)
    version = None if newest is None else newest.scorecard_version
    if bodies:
        version, min_calls = bodies[0].get("scorecard_version", version), bodies[0].get("min_calls", min_calls)
    card = card_of(version)
    view = assess(
        data,
        card,
        min_calls,
        previous_lines(session, data.month),
        still_open=open_months(session, data.month),
        beside=beside_of(session, data.month),
        points_of=points_of,
    )
    if closing is not None:
        later = tuple(AfterClosing(number, made) for number, made in adjustments_to(session, data.month))
        left = {body["operator_id"]: left_over_in(body) for body in bodies}
        view = replace(as_settled(view, [closed_line(body) for body in bodies], left), adjustments=later)
    return view, card


def close_month(
    session: Session, settings: Settings, month: str, by: str, now: datetime, accept_open: bool = False
) -> ClosedMonth:
    """Settle a month: freeze every operator's figures as they stand, and write them into the ledger.

    Args:
        session: The unit of work.
        settings: Scorecard in force, fewest calls for a strike.
        month: ``YYYY-MM``.
        by: Who settles it.
        now: The centre's wall clock.
        accept_open: Settle although something is open. What waits for a person costs nothing; what rules with standing
            took and nobody has reviewed stays taken. Each operator's line says what was left of either.

    Raises:
        NotFound: There are no calls of that month.
        UserError: No name, no plan, an earlier month is open or a later one settled, the clock goes backwards, or
            something is open and ``accept_open`` is False.
        Conflict: The month is closed already.
    """
    name = _plain(by)
    if not name:
        raise UserError("没有写明结账人", "用 --by 写上姓名")
    hold_month(session, month)
    plan = _plan_to_close(session, month, now)
    card = card_for(session, settings, scorecard_version_of(session, month))
    save_document(session, "scorecard", card.version, card.sha256, encode(card))
    require_effective(card, month)
    scheme = pay_scheme_of(settings, card, month)
    save_document(session, "pay_scheme", scheme.version, scheme.sha256, encode(scheme))
    closing = Closing(month, name, now, __version__, accept_open)
    beside = beside_of(session, month)
    standards = Standards(card, settings.min_calls, scheme, beside.variance, max(1, count_operators(session)))
    closed = close_into_ledger(session, closing, plan, standards, beside, new_writing(session, month))
    logger.info("month %s closed, %d lines, ledger up to %d", month, len(closed.operators), closed.head.seq)
    return closed


def _plan_to_close(session: Session, month: str, now: datetime) -> SamplePlan:
    """Return the plan of a month that may be settled as far as months go; what is open in it is looked at later."""
    for obstacle in obstacles(session, month, now):
        raise obstacle
    plan = plan_of(session, month, with_calls=False)
    assert plan is not None  # noqa: S101  # a month without one has met an obstacle
    return plan
