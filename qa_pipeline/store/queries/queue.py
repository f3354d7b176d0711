"""The queue: which calls wait for somebody, ordered by what deciding them can change.

A suspected fatal error comes first. Then the calls that can change their operator's grade by themselves, those that can
with others, those that only move points; among equals what moves the mean most against the nearest line between two
grades, then the oldest. Means and lines are those of `ReachRow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from qa_pipeline.assessment.standings import BITS
from qa_pipeline.models.persons import same_person
from qa_pipeline.models.queue import Asking, Effect, QueueLine, Work
from qa_pipeline.store.queries.listing import names
from qa_pipeline.store.queries.readings import has_read_it
from qa_pipeline.store.schema import (
    ClaimRow,
    ClosingRow,
    OperatorRow,
    PlanRow,
    ReachRow,
    RepeatRow,
    StandingRow,
)

Condition = ColumnElement[bool]
_ROW = StandingRow
_WORK = "work"
_TEXT = Text()
_WHOLE = Integer()
# In hundredths of a point: what the call's own range is to its operator's mean, over the way to the nearest line.
_WAY = case((type_coerce(ReachRow.distance, _WHOLE) > 0, type_coerce(ReachRow.distance, _WHOLE)), else_=1)
_WIDTH = type_coerce(_ROW.points_high, _WHOLE) - type_coerce(_ROW.points_low, _WHOLE)
_NEAR = and_(_ROW.counts.is_(True), ReachRow.distance.is_not(None))
_PULL = case((_NEAR, _WIDTH * 1000 // (ReachRow.n * _WAY)), else_=_WIDTH // 1000)


def months_at_work(session: Session) -> tuple[str, ...]:
    """Return the months that were drawn and are not settled, the oldest first: only there something waits."""
    settled = select(ClosingRow.month)
    return tuple(session.scalars(select(PlanRow.month).where(PlanRow.month.not_in(settled)).order_by(PlanRow.month)))


def barred_for(session: Session, name: str, operator_id: str | None) -> tuple[str, ...]:
    """Return the operators that somebody is, or may be by name: nobody judges their own calls."""
    people = session.execute(select(OperatorRow.operator_id, OperatorRow.name))
    return tuple(one for one, called in people if one == operator_id or same_person(name, called))


def waiting(
    session: Session, who: Asking, now: datetime, work: Work | None = None, offset: int = 0, limit: int = 30
) -> tuple[QueueLine, ...]:
    """Return what waits for somebody, the weightiest first; what others are at is among it."""
    return _lines(session, who, now, _asked(session, who, work), offset, limit)


def candidates(
    session: Session, who: Asking, now: datetime, work: Work | None = None, limit: int = 10
) -> tuple[tuple[str, Work], ...]:
    """Return calls that wait for somebody and that nobody holds, not even they, the weightiest first."""
    asked = _asked(session, who, work).where(or_(ClaimRow.call_id.is_(None), ClaimRow.until <= now))
    return tuple((row.call_id, Work(row.work)) for row in session.execute(asked.order_by(*_ORDER).limit(limit)))


def waits_for(session: Session, who: Asking, call_ids: Sequence[str]) -> dict[str, Work]:
    """Return which of some calls have something left for somebody, and what."""
    asked = _asked(session, who, None).where(_ROW.call_id.in_(call_ids))
    return {row.call_id: Work(row.work) for row in session.execute(asked)}


def count_waiting(session: Session, who: Asking) -> dict[Work, int]:
    """Return how many calls wait for somebody, by what waits."""
    kind = _kind(who).label(_WORK)
    asked = select(kind, func.count()).where(*_mine(session, who)).group_by(kind)
    found = {Work(value): n for value, n in session.execute(asked)}
    return {work: found.get(work, 0) for work in Work}


def count_held_by_others(session: Session, who: Asking, now: datetime) -> int:
    """Return how many of the calls that wait for somebody another person is at."""
    held = and_(ClaimRow.until > now, ClaimRow.account_id != who.account_id)
    asked = select(func.count()).select_from(_ROW).join(ClaimRow, ClaimRow.call_id == _ROW.call_id)
    return session.scalar(asked.where(*_mine(session, who), held)) or 0


def _lines(
    session: Session, who: Asking, now: datetime, asked: Select[Any], offset: int, limit: int
) -> tuple[QueueLine, ...]:
    rows = session.execute(asked.order_by(*_ORDER).offset(offset).limit(limit)).all()
    found = session.scalars(select(_ROW).where(_ROW.call_id.in_([row.call_id for row in rows]))).all()
    by_id = {one.call_id: one for one in found}
    people = dict(session.execute(select(OperatorRow.operator_id, OperatorRow.name)).all())
    return tuple(_line(by_id[row.call_id], row, people, who, now) for row in rows)


def _line(one: StandingRow, row: Any, people: dict[str, str], who: Asking, now: datetime) -> QueueLine:
    assert one.points is not None and one.points_low is not None and one.points_high is not None  # noqa: S101, PT018
    held = row.until is not None and row.until > now
    work = Work(row.work)
    return QueueLine(
        one.call_id,
        one.month,
        one.operator_id,
        people.get(one.operator_id, ""),
        one.started_at,
        one.duration_s,
        one.points,
        one.points_low,
        one.points_high,
        work,
        Effect(row.effect),
        _codes(one, work),
        row.holder if held else None,
        row.until if held else None,
        held and row.account_id == who.account_id,
    )


def _codes(one: StandingRow, work: Work) -> tuple[str, ...]:
    if work is Work.REPEAT:
        return ()
    return {Work.SUSPECTED: one.suspected, Work.SECOND: one.suspected, Work.OPEN: one.open_items}.get(
        work, one.unconfirmed
    )


def _asked(session: Session, who: Asking, work: Work | None) -> Select[Any]:
    kind = _kind(who).label(_WORK)
    asked = (
        select(_ROW.call_id, kind, _effect(kind).label("effect"), _PULL.label("pull"), _ROW.started_at)
        .add_columns(ClaimRow.account_id, ClaimRow.name.label("holder"), ClaimRow.until)
        .join(ReachRow, and_(ReachRow.month == _ROW.month, ReachRow.operator_id == _ROW.operator_id), isouter=True)
        .join(ClaimRow, ClaimRow.call_id == _ROW.call_id, isouter=True)
        .where(*_mine(session, who))
    )
    return asked if work is None else asked.where(kind == work.value)


def _mine(session: Session, who: Asking) -> list[Condition]:
    """Return the conditions that a call has something for somebody."""
    left = and_(_ROW.waits == 1, or_(_suspected(who), _open(who), _has("unconfirmed")))
    wanted = or_(left, _repeat(who)) if who.repeat_share else left
    mine: list[Condition] = [_ROW.month.in_(months_at_work(session)), wanted]
    if who.barred:
        mine.append(_ROW.operator_id.not_in(who.barred))
    if who.sealed:
        mine.append(_ROW.call_id.not_in(who.sealed))
    return mine


def _has(state: str) -> Condition:
    return _ROW.states.bitwise_and(BITS[state]) != 0


def _suspected(who: Asking) -> Condition:
    return and_(_has("suspected"), ~names(_ROW.suspected_by, who.key))


def _open(who: Asking) -> Condition:
    return and_(type_coerce(_ROW.open_items, _TEXT) != "[]", ~names(_ROW.open_by, who.key))


def _repeat(who: Asking) -> Condition:
    """Judged to the end by one other, whose words this person has not read; drawn by its lot, not judged again."""
    said = type_coerce(_ROW.reviewers, _TEXT)
    again = select(RepeatRow.call_id).where(RepeatRow.call_id == _ROW.call_id).exists()
    by_one = and_(said != "[]", ~said.contains('","'), ~names(_ROW.reviewers, who.key))
    return and_(_has("reviewed"), _ROW.lot < who.repeat_share, by_one, ~again, ~has_read_it(who.account_id))


def _kind(who: Asking) -> Any:
    return case(
        (and_(_suspected(who), _ROW.second.is_(True)), literal(Work.SECOND.value)),
        (_suspected(who), literal(Work.SUSPECTED.value)),
        (_open(who), literal(Work.OPEN.value)),
        (and_(_has("unconfirmed"), _ROW.confidence < who.sure_from), literal(Work.LOW.value)),
        (_has("unconfirmed"), literal(Work.UNCONFIRMED.value)),
        else_=literal(Work.REPEAT.value),
    )


def _effect(kind: Any) -> Any:
    return case(
        (kind.in_((Work.SUSPECTED.value, Work.SECOND.value)), int(Effect.FATAL)),
        (and_(_NEAR, _PULL >= 1000), int(Effect.GRADE)),
        (or_(_NEAR, kind == Work.REPEAT.value), int(Effect.TOWARDS)),
        else_=int(Effect.POINTS),
    )


def _ordered_by(label: str) -> ColumnElement[Any]:
    return literal_column(label)


_ORDER: tuple[Any, ...] = (
    _ordered_by("effect").desc(),
    _ordered_by("pull").desc(),
    _ROW.started_at,
    _ROW.call_id,
)
