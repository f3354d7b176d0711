"""Training sessions as they are kept, and who attended them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, func, select, update
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.training_records import (
    AttendanceWord,
    Presence,
    SessionDraft,
    SessionFile,
    SessionKind,
    SessionWithdrawal,
    TrainingSession,
)
from qa_pipeline.store.queries.people import month_bounds
from qa_pipeline.store.rows import as_model, as_row, chunks
from qa_pipeline.store.schema import AttendanceRow, OperatorRow, SessionWithdrawalRow, TrainingSessionRow


@dataclass(frozen=True, slots=True)
class SessionsWanted:
    """Which sessions a list shows; None and '' ask for all. ``month`` is ``YYYY-MM``, ``team`` '' all teams."""

    kind: SessionKind | None = None
    month: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session for a list: of how many operators what counts."""

    session: TrainingSession
    counts: dict[Presence, int] = field(default_factory=dict)
    withdrawn: bool = False


def add_training_session(session: Session, draft: SessionDraft, by: str, now: datetime) -> TrainingSession:
    """Write a session."""
    row = as_row(TrainingSessionRow, draft, entered_by=by, entered_at=now)
    session.add(row)
    session.flush()
    return as_model(TrainingSession, row)


def add_attendance(session: Session, words: Iterable[AttendanceWord]) -> None:
    """Write who attended."""
    for word in words:  # one by one: their numbers say which came last
        session.add(as_row(AttendanceRow, word))
        session.flush()


def add_session_withdrawal(session: Session, withdrawal: SessionWithdrawal) -> None:
    """Write that a session was entered by mistake."""
    session.add(as_row(SessionWithdrawalRow, withdrawal))
    session.flush()


def hold_training(session: Session) -> None:
    """Keep others from writing of training until this unit of work ends; read it afterwards.

    PostgreSQL locks the roster's rows. SQLite has one lock for all writers, taken by any write, even one that changes
    no row.
    """
    nobody = update(OperatorRow).where(false()).values(name=OperatorRow.name)
    session.execute(nobody, execution_options={"synchronize_session": False})
    session.execute(select(OperatorRow.operator_id).with_for_update())


def training_file(session: Session, session_id: int) -> SessionFile:
    """Return a session with all that was said of who attended.

    Raises:
        NotFound: There is no such session.
    """
    found = _files(session, TrainingSessionRow.session_id == session_id)
    if not found:
        raise NotFound(f"没有 {session_id} 号培训记录", "从培训记录列表进入")
    return found[0]


def same_session(session: Session, draft: SessionDraft) -> TrainingSession | None:
    """Return the session of that kind, day, topic and team that was entered and not withdrawn, None where none was."""
    row = session.scalar(
        select(TrainingSessionRow).where(
            TrainingSessionRow.kind == draft.kind,
            TrainingSessionRow.held_on == draft.held_on,
            TrainingSessionRow.topic == draft.topic,
            TrainingSessionRow.team == draft.team,
            _counts(),
        )
    )
    return None if row is None else as_model(TrainingSession, row)


def training_between(
    session: Session, first: date, last: date, kinds: Collection[SessionKind] = tuple(SessionKind)
) -> tuple[SessionFile, ...]:
    """Return the sessions of some kinds on days from one to another that count, by day and number."""
    days = (TrainingSessionRow.held_on >= first) & (TrainingSessionRow.held_on <= last)
    return _files(session, days & TrainingSessionRow.kind.in_(kinds) & _counts())


def training_of(session: Session, operator_id: str) -> tuple[SessionFile, ...]:
    """Return the sessions that speak of an operator and count, by day; each with the words on that operator only."""
    mine = select(AttendanceRow.session_id).where(AttendanceRow.operator_id == operator_id)
    return _files(session, TrainingSessionRow.session_id.in_(mine) & _counts(), operator_id)


def training_lines(
    session: Session, wanted: SessionsWanted, limit: int, offset: int
) -> tuple[tuple[SessionLine, ...], int]:
    """Return some of the sessions that fit, the newest first, and how many there are."""
    fits = _fits(wanted)
    total = session.scalar(select(func.count()).select_from(TrainingSessionRow).where(*fits)) or 0
    order = (TrainingSessionRow.held_on.desc(), TrainingSessionRow.session_id.desc())
    rows = session.scalars(select(TrainingSessionRow).where(*fits).order_by(*order).limit(limit).offset(offset)).all()
    numbers = [row.session_id for row in rows]
    counts = _presences(session, numbers)
    gone = set(
        session.scalars(select(SessionWithdrawalRow.session_id).where(SessionWithdrawalRow.session_id.in_(numbers)))
    )
    return (
        tuple(
            SessionLine(as_model(TrainingSession, row), counts[row.session_id], row.session_id in gone) for row in rows
        ),
        total,
    )


def first_training_day(session: Session) -> date | None:
    """Return the day of the first session that counts: from when on training is recorded. None where none is."""
    return session.scalar(select(func.min(TrainingSessionRow.held_on)).where(_counts()))


def training_months(session: Session) -> tuple[str, ...]:
    """Return the months that have sessions, the newest first."""
    days = session.scalars(select(TrainingSessionRow.held_on).distinct())
    return tuple(sorted({f"{day:%Y-%m}" for day in days}, reverse=True))


def _counts() -> ColumnElement[bool]:
    return TrainingSessionRow.session_id.not_in(select(SessionWithdrawalRow.session_id))


def _fits(wanted: SessionsWanted) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        fits.append(TrainingSessionRow.kind == wanted.kind)
    if wanted.month:
        first, after = month_bounds(wanted.month)
        fits.append((TrainingSessionRow.held_on >= first) & (TrainingSessionRow.held_on < after))
    if wanted.team:
        fits.append(TrainingSessionRow.team.in_((wanted.team, "")))
    return fits


def _presences(session: Session, numbers: Collection[int]) -> defaultdict[int, dict[Presence, int]]:
    newest = (
        select(func.max(AttendanceRow.word_id))
        .where(AttendanceRow.session_id.in_(numbers))
        .group_by(AttendanceRow.session_id, AttendanceRow.operator_id)
    )
    counted = (
        select(AttendanceRow.session_id, AttendanceRow.presence, func.count())
        .where(AttendanceRow.word_id.in_(newest))
        .group_by(AttendanceRow.session_id, AttendanceRow.presence)
    )
    found: defaultdict[int, dict[Presence, int]] = defaultdict(dict)
    for number, presence, n in session.execute(counted):
        found[number][presence] = n
    return found


def _files(session: Session, condition: ColumnElement[bool], operator_id: str | None = None) -> tuple[SessionFile, ...]:
    order = (TrainingSessionRow.held_on, TrainingSessionRow.session_id)
    rows = session.scalars(select(TrainingSessionRow).where(condition).order_by(*order)).all()
    words: defaultdict[int, list[AttendanceWord]] = defaultdict(list)
    gone: dict[int, SessionWithdrawal] = {}
    for numbers in chunks(row.session_id for row in rows):
        said = select(AttendanceRow).where(AttendanceRow.session_id.in_(numbers)).order_by(AttendanceRow.word_id)
        if operator_id is not None:
            said = said.where(AttendanceRow.operator_id == operator_id)
        for word in session.scalars(said):
            words[word.session_id].append(as_model(AttendanceWord, word))
        ended = select(SessionWithdrawalRow).where(SessionWithdrawalRow.session_id.in_(numbers))
        gone |= {row.session_id: as_model(SessionWithdrawal, row) for row in session.scalars(ended)}
    return tuple(
        SessionFile(as_model(TrainingSession, row), tuple(words[row.session_id]), gone.get(row.session_id))
        for row in rows
    )
