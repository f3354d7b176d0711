"""The list of a month's calls: filtered, sorted and paged by the database; a month may have a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from qa_pipeline.assessment.standings import BITS, STATES, CallStanding
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import OperatorRow, ReachRow, StandingRow

SORTS = ("time", "points", "operator", "length", "open", "call")
Order = tuple[Any, bool]
"""A column, and whether it goes down."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls of a month; '' asks nothing. ``number`` is part of a call's; ``sort`` begins with - to go down.

    ``item`` is one that cost points, or a fatal error that is suspected or stands; ``rule`` found something or doubts.
    ``without`` are calls that whoever asks must not see yet.
    """

    month: str
    operator: str = ""
    team: str = ""
    shift: str = ""
    item: str = ""
    state: str = ""
    rule: str = ""
    number: str = ""
    sort: str = "time"
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call with the operator's name and team as the roster has them now ('' where it has none)."""

    standing: CallStanding
    operator: str
    team: str

    @property
    def call_id(self) -> str:
        """The call's number."""
        return self.standing.call_id


def listed_calls(session: Session, wanted: Wanted, offset: int, limit: int) -> tuple[ListedCall, ...]:
    """Return the calls that are wanted, sorted, from the ``offset``-th on."""
    asked = select(StandingRow, OperatorRow.name, OperatorRow.team).join(
        OperatorRow, OperatorRow.operator_id == StandingRow.operator_id, isouter=True
    )
    rows = session.execute(
        asked.where(*_wanted(wanted)).order_by(*_by(_order(wanted.sort))).offset(offset).limit(limit)
    )
    return tuple(ListedCall(as_model(CallStanding, row), name or "", team or "") for row, name, team in rows)


def count_listed(session: Session, wanted: Wanted) -> int:
    """Return how many calls are wanted."""
    return session.scalar(select(func.count()).select_from(StandingRow).where(*_wanted(wanted))) or 0


def wanted_calls(wanted: Wanted) -> Select[str]:
    """Return the statement that selects the numbers of the calls that are wanted."""
    return select(StandingRow.call_id).where(*_wanted(wanted))


def count_states(session: Session, month: str) -> tuple[dict[str, int], int]:
    """Return how many of a month's sampled calls stand where, and how many there are."""
    asked = select(StandingRow.states, func.count()).where(StandingRow.month == month).group_by(StandingRow.states)
    found = [(states, n) for states, n in session.execute(asked)]
    return {s: sum(n for states, n in found if states & BITS[s]) for s in STATES}, sum(n for _, n in found)


def operators_in(session: Session, month: str) -> tuple[tuple[str, str, str], ...]:
    """Return the number, name and team of everybody with a sampled call in a month."""
    asked = (
        select(ReachRow.operator_id, OperatorRow.name, OperatorRow.team)
        .join(OperatorRow, OperatorRow.operator_id == ReachRow.operator_id)
        .where(ReachRow.month == month)
    )
    return tuple((one, name, team) for one, name, team in session.execute(asked.order_by(ReachRow.operator_id)))


def shifts_in(session: Session, month: str) -> tuple[str, ...]:
    """Return the shifts of a month's sampled calls, sorted."""
    return tuple(
        session.scalars(select(StandingRow.shift).where(StandingRow.month == month).distinct().order_by("shift"))
    )


def neighbours(session: Session, wanted: Wanted, call_id: str) -> tuple[str | None, str | None]:
    """Return the calls before and after a call in the list, whether or not the call itself still fits it."""
    order = _order(wanted.sort)
    here = session.execute(select(*(column for column, _ in order)).where(StandingRow.call_id == call_id)).first()
    if here is None:
        return None, None
    back = [(column, not down) for column, down in order]
    return _next(session, wanted, back, here), _next(session, wanted, order, here)


def _next(session: Session, wanted: Wanted, order: Sequence[Order], here: Sequence[Any]) -> str | None:
    beyond = _beyond(order, here)
    asked: Select[Any] = select(StandingRow.call_id).where(*_wanted(wanted), beyond).order_by(*_by(order)).limit(1)
    found: str | None = session.scalar(asked)
    return found


def _beyond(order: Sequence[Order], here: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that a row comes after the values of another in an order."""
    steps: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for (column, down), value in zip(order, here, strict=True):
        if value is None:  # rows without points are together, by the column before this one
            continue
        steps.append(and_(*equal, column < value if down else column > value))
        equal.append(column == value)
    return or_(*steps)


def _wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    row = StandingRow
    asked: list[ColumnElement[bool]] = [row.month == wanted.month]
    for column, value in ((row.operator_id, wanted.operator), (row.shift, wanted.shift)):
        if value:
            asked.append(column == value)
    if wanted.without:
        asked.append(row.call_id.not_in(wanted.without))
    if wanted.team:
        asked.append(row.operator_id.in_(select(OperatorRow.operator_id).where(OperatorRow.team == wanted.team)))
    if wanted.state:
        asked.append(row.states.bitwise_and(BITS.get(wanted.state, 0)) != 0)
    if wanted.item:
        asked.append(or_(*(names(column, wanted.item) for column in (row.lost, row.suspected, row.fatal))))
    if wanted.rule:
        asked.append(names(row.rules, wanted.rule))
    if wanted.number:
        asked.append(row.call_id.icontains(wanted.number, autoescape=True))
    return asked


def names(column: Any, code: str) -> ColumnElement[bool]:
    """Return the condition that a column of codes, kept as JSON, has one of them."""
    found: ColumnElement[bool] = type_coerce(column, Text).contains(f'"{code}"', autoescape=True)
    return found


def _order(sort: str) -> list[Order]:
    """Return the columns of a sort; an unknown one is by time. Calls without points come last either way."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    row = StandingRow
    if key not in SORTS or key == "time":
        return [(row.started_at, down), (row.call_id, down)]
    unheard = case((row.audit_id.is_(None), 1), else_=0)
    columns: dict[str, list[Order]] = {
        "points": [(unheard, False), (row.points, down)],
        "open": [(unheard, False), (row.n_open, down)],
        "operator": [(row.operator_id, down)],
        "length": [(row.duration_s, down)],
        "call": [],
    }
    last: list[Order] = [(row.call_id, down)] if key == "call" else [(row.started_at, False), (row.call_id, False)]
    return [*columns[key], *last]


def _by(order: Sequence[Order]) -> list[ColumnElement[Any]]:
    return [column.desc() if down else column.asc() for column, down in order]
