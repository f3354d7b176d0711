"""Passages for training and exemplary calls: a projection, written by `qa_pipeline.training.finding.keeping`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.passages import Exemplary, Handling, Passage, Scenario, SoundProfile
from qa_pipeline.store.rows import as_model, chunks, put
from qa_pipeline.store.schema import DecisionRow, OperatorRow, PassageRow, ReadCallRow, StandingRow

Ts = TypeVarTuple("Ts")
BITS = {scenario: 1 << place for place, scenario in enumerate(Scenario)}


@dataclass(frozen=True, slots=True)
class ReadCall:
    """What a call was looked through as of, and what was found; ``exemplary`` is None where it cannot be an example.

    ``words`` are the vectors of what was said in each of ``passages``.
    """

    call_id: str
    month: str
    operator_id: str
    audit_id: int
    decision_id: int
    finder: str
    passages: tuple[Passage, ...] = ()
    words: tuple[bytes, ...] = ()
    exemplary: Exemplary | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which passages of a month are asked for; None and '' ask nothing. ``without`` are calls that are left out."""

    month: str
    scenario: Scenario | None = None
    handling: Handling | None = None
    team: str = ""
    exemplary: bool = False
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A passage with whose call it is of."""

    passage: Passage
    month: str
    operator_id: str
    operator_name: str
    team: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What a passage is compared by: the vector of the caller's words, and how it sounds."""

    call_id: str
    start_ms: int
    words: bytes
    sound: SoundProfile | None

    @property
    def key(self) -> tuple[str, int]:
        """Which passage it is."""
        return self.call_id, self.start_ms


@dataclass(frozen=True, slots=True)
class Example:
    """An exemplary call with whose it is."""

    exemplary: Exemplary
    month: str
    operator_id: str
    operator_name: str
    team: str


def unread(session: Session, finder: str, month: str = "", most: int | None = None) -> tuple[str, ...]:
    """Return audited calls, of one month or all, that this finder did not look through as they stand now; by id."""
    newest = select(func.max(DecisionRow.decision_id)).where(DecisionRow.call_id == StandingRow.call_id)
    behind = or_(
        ReadCallRow.call_id.is_(None),
        ReadCallRow.audit_id != StandingRow.audit_id,
        ReadCallRow.finder != finder,
        ReadCallRow.decision_id != func.coalesce(newest.scalar_subquery(), 0),
    )
    statement = (
        select(StandingRow.call_id)
        .outerjoin(ReadCallRow, ReadCallRow.call_id == StandingRow.call_id)
        .where(StandingRow.audit_id.is_not(None), behind)
        .order_by(StandingRow.call_id)
        .limit(most)
    )
    return tuple(session.scalars(statement.where(StandingRow.month == month) if month else statement))


def put_read(session: Session, read: Iterable[ReadCall]) -> None:
    """Write what was found in calls, in place of what was found before."""
    found = list(read)
    for some in chunks(found):
        _forget(session, [one.call_id for one in some])
        put(session, ReadCallRow, [_row(one) for one in some])
        rows = [_passage_row(one, p, words) for one in some for p, words in zip(one.passages, one.words, strict=True)]
        if rows:
            put(session, PassageRow, rows)


def forget_gone(session: Session) -> None:
    """Leave out calls that are in no plan any more."""
    gone = session.scalars(
        select(ReadCallRow.call_id).where(ReadCallRow.call_id.not_in(select(StandingRow.call_id)))
    ).all()
    for some in chunks(gone):
        _forget(session, some)
        session.execute(delete(ReadCallRow).where(ReadCallRow.call_id.in_(some)))


def forget_all(session: Session) -> None:
    """Empty the projection."""
    session.execute(delete(PassageRow))
    session.execute(delete(ReadCallRow))


def passages_of_month(session: Session, wanted: Wanted, limit: int, offset: int = 0) -> tuple[tuple[Listed, ...], int]:
    """Return a page of passages, what is to be learnt most of first, and how many there are."""
    asked = _asked(wanted)
    total = session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    ordered = asked.order_by(PassageRow.value.desc(), PassageRow.call_id, PassageRow.start_ms)
    rows = session.execute(ordered.limit(limit).offset(offset)).all()
    return tuple(_listed(row, name, team) for row, name, team in rows), total


def passage_at(session: Session, call_id: str, start_ms: int) -> Listed:
    """Return the passage of a call that begins at a time.

    Raises:
        NotFound: None begins there (any more).
    """
    found = session.execute(
        _whose().where(PassageRow.call_id == call_id, PassageRow.start_ms == start_ms)
    ).one_or_none()
    if found is None:
        raise NotFound(f"通话 {call_id} 没有从 {start_ms} 毫秒开始的片段", "重新打开片段列表：复核以后片段可能变了")
    row, name, team = found
    return _listed(row, name, team)


def passages_in(session: Session, call_id: str) -> tuple[Passage, ...]:
    """Return a call's passages in the order of the call."""
    rows = session.scalars(select(PassageRow).where(PassageRow.call_id == call_id).order_by(PassageRow.start_ms))
    return tuple(_passage(row) for row in rows)


def compared(session: Session, newest: int) -> tuple[Compared, ...]:
    """Return what passages of the newest months are compared by, at most so many."""
    columns = (PassageRow.call_id, PassageRow.start_ms, PassageRow.words, PassageRow.sound)
    statement = select(*columns).order_by(PassageRow.month.desc(), PassageRow.call_id, PassageRow.start_ms)
    return tuple(Compared(*row) for row in session.execute(statement.limit(newest)))


def passages_at(session: Session, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], Listed]:
    """Return some passages by call and start; those that are not there are left out."""
    calls = {call_id for call_id, _ in keys}
    found = (_listed(*row) for row in session.execute(_whose().where(PassageRow.call_id.in_(calls))))
    by_key = {(one.passage.call_id, one.passage.start_ms): one for one in found}
    return {key: by_key[key] for key in keys if key in by_key}


def examples_of_month(
    session: Session,
    month: str,
    team: str = "",
    least: float = 0.0,
    limit: int | None = None,
    offset: int = 0,
    without: Collection[str] = (),
) -> tuple[Example, ...]:
    """Return a month's exemplary calls, the best first; of one team, where one is named; some calls are left out."""
    statement = select(ReadCallRow, OperatorRow.name, OperatorRow.team)
    ordered = _best(statement, month, team, least, without).order_by(ReadCallRow.value.desc(), ReadCallRow.call_id)
    rows = session.execute(ordered.limit(limit).offset(offset))
    return tuple(
        Example(as_model(Exemplary, row), row.month, row.operator_id, name or "", its or "") for row, name, its in rows
    )


def count_examples(session: Session, month: str, team: str = "", without: Collection[str] = ()) -> int:
    """Return how many exemplary calls a month has, without some calls."""
    return session.scalar(_best(select(func.count(ReadCallRow.call_id)), month, team, 0.0, without)) or 0


def calls_to_show(session: Session, month: str) -> tuple[str, ...]:
    """Return the calls of a month that hold a passage, or can be an example."""
    passages = select(PassageRow.call_id).where(PassageRow.month == month)
    examples = select(ReadCallRow.call_id).where(ReadCallRow.month == month, ReadCallRow.value.is_not(None))
    return tuple(session.scalars(passages.union(examples)))


def teams_of_month(session: Session, month: str) -> tuple[str, ...]:
    """Return the teams whose calls of a month were looked through."""
    statement = (
        select(OperatorRow.team)
        .join(ReadCallRow, ReadCallRow.operator_id == OperatorRow.operator_id)
        .where(ReadCallRow.month == month, OperatorRow.team != "")
    )
    return tuple(session.scalars(statement.distinct().order_by(OperatorRow.team)))


def counts_of_month(
    session: Session, month: str, without: Collection[str] = ()
) -> tuple[dict[Scenario, int], dict[Handling, int]]:
    """Return how many passages of a month have each scenario, and each handling, without those of some calls."""
    grouped = (
        select(PassageRow.scenarios, PassageRow.handling, func.count())
        .where(PassageRow.month == month, PassageRow.call_id.not_in(without))
        .group_by(PassageRow.scenarios, PassageRow.handling)
    )
    scenarios, handlings = dict.fromkeys(Scenario, 0), dict.fromkeys(Handling, 0)
    for bits, handling, count in session.execute(grouped):
        handlings[handling] += count
        for scenario, bit in BITS.items():
            scenarios[scenario] += count if bits & bit else 0
    return scenarios, handlings


def _best(statement: Select[*Ts], month: str, team: str, least: float, without: Collection[str]) -> Select[*Ts]:
    """Return a statement about read calls, of a month's exemplary ones alone."""
    joined = statement.outerjoin(OperatorRow, OperatorRow.operator_id == ReadCallRow.operator_id)
    asked = joined.where(ReadCallRow.month == month, ReadCallRow.value >= least, ReadCallRow.call_id.not_in(without))
    return asked.where(OperatorRow.team == team) if team else asked


def _whose() -> Select[PassageRow, str, str]:
    return select(PassageRow, OperatorRow.name, OperatorRow.team).outerjoin(
        OperatorRow, OperatorRow.operator_id == PassageRow.operator_id
    )


def _asked(wanted: Wanted) -> Select[PassageRow, str, str]:
    given: list[ColumnElement[bool]] = [PassageRow.month == wanted.month]
    if wanted.scenario is not None:
        given.append(PassageRow.scenarios.op("&")(BITS[wanted.scenario]) != 0)
    if wanted.handling is not None:
        given.append(PassageRow.handling == wanted.handling)
    if wanted.team:
        given.append(OperatorRow.team == wanted.team)
    if wanted.without:
        given.append(PassageRow.call_id.not_in(wanted.without))
    if wanted.exemplary:
        best = select(ReadCallRow.call_id).where(ReadCallRow.month == wanted.month, ReadCallRow.value.is_not(None))
        given.append(PassageRow.call_id.in_(best))
    return _whose().where(*given)


def _listed(row: PassageRow, name: str | None, team: str | None) -> Listed:
    return Listed(_passage(row), row.month, row.operator_id, name or "", team or "")


def _passage(row: PassageRow) -> Passage:
    scenarios = tuple(scenario for scenario, bit in BITS.items() if row.scenarios & bit)
    return as_model(Passage, row, scenarios=scenarios)


def _row(one: ReadCall) -> dict[str, object]:
    best = one.exemplary
    parts = ("value", "tone", "clarity", "recovery")
    return {
        **{
            name: getattr(one, name)
            for name in ("call_id", "month", "operator_id", "audit_id", "decision_id", "finder")
        },
        **{name: None if best is None else getattr(best, name) for name in parts},
        "reasons": () if best is None else best.reasons,
    }


def _passage_row(one: ReadCall, passage: Passage, words: bytes) -> dict[str, object]:
    own = {name: getattr(passage, name) for name in passage.__slots__}
    bits = sum(BITS[scenario] for scenario in passage.scenarios)
    return {**own, "scenarios": bits, "month": one.month, "operator_id": one.operator_id, "words": words}


def _forget(session: Session, call_ids: Collection[str] | Sequence[str]) -> None:
    session.execute(delete(PassageRow).where(PassageRow.call_id.in_(call_ids)))
