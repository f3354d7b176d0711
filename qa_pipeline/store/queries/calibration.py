"""Calibration sessions as they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.calibration import (
    Calibration,
    CalibrationCall,
    CalibrationClosing,
    CalibrationDraft,
    CalibrationFile,
    CalibrationMember,
    CalibrationRemark,
    CalibrationWord,
)
from qa_pipeline.store.rows import as_model, as_row, hold_rows
from qa_pipeline.store.schema import (
    CalibrationCallRow,
    CalibrationClosingRow,
    CalibrationFinishRow,
    CalibrationMemberRow,
    CalibrationRemarkRow,
    CalibrationRow,
    CalibrationWordRow,
)


@dataclass(frozen=True, slots=True)
class CalibrationLine:
    """A session for a list: how many calls, people, and people who have finished."""

    session: Calibration
    calls: int
    members: int
    finished: int
    closed: bool


def add_calibration(
    session: Session,
    draft: CalibrationDraft,
    calls: Sequence[CalibrationCall],
    members: Sequence[CalibrationMember],
    scorecard_version: str,
    by: CalibrationMember,
    now: datetime,
) -> Calibration:
    """Write a session with its calls and people."""
    row = CalibrationRow(
        title=draft.title,
        due_on=draft.due_on,
        scorecard_version=scorecard_version,
        reference_id=draft.reference,
        opened_by=by.name,
        opened_by_id=by.account_id,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    number = row.session_id
    for position, call in enumerate(calls):
        session.add(as_row(CalibrationCallRow, call, session_id=number, position=position))
    session.add_all(as_row(CalibrationMemberRow, member, session_id=number) for member in members)
    session.flush()
    return as_model(Calibration, row)


def hold_calibration(session: Session, session_id: int) -> None:
    """Keep others from saying anything in a session until this unit of work ends; read it afterwards."""
    hold_rows(session, CalibrationRow, CalibrationRow.session_id == session_id)


def add_calibration_words(session: Session, session_id: int, words: Iterable[CalibrationWord]) -> None:
    """Write what somebody said."""
    for word in words:  # one by one: their numbers say which came last
        session.add(as_row(CalibrationWordRow, word, session_id=session_id))
        session.flush()


def add_calibration_finish(session: Session, session_id: int, account_id: int, now: datetime) -> None:
    """Write that somebody has finished."""
    session.add(CalibrationFinishRow(session_id=session_id, account_id=account_id, finished_at=now))
    session.flush()


def add_calibration_closing(session: Session, session_id: int, closing: CalibrationClosing) -> None:
    """Write that a session was ended."""
    session.add(as_row(CalibrationClosingRow, closing, session_id=session_id))
    session.flush()


def add_calibration_remark(
    session: Session, session_id: int, call_id: str, item: str, text: str, by: str, now: datetime
) -> None:
    """Write what was said when the words were compared."""
    session.add(CalibrationRemarkRow(session_id=session_id, call_id=call_id, item=item, text=text, by=by, said_at=now))
    session.flush()


def calibration_file(session: Session, session_id: int) -> CalibrationFile:
    """Return a session with all that was said in it; of each person the latest word on each item of each call.

    Raises:
        NotFound: There is no such session.
    """
    row = session.get(CalibrationRow, session_id)
    if row is None:
        raise NotFound(f"没有 {session_id} 号校准", "从校准列表进入")
    closing = session.get(CalibrationClosingRow, session_id)
    calls = select(CalibrationCallRow).where(CalibrationCallRow.session_id == session_id)
    members = select(CalibrationMemberRow).where(CalibrationMemberRow.session_id == session_id)
    finishes = select(CalibrationFinishRow).where(CalibrationFinishRow.session_id == session_id)
    remarks = select(CalibrationRemarkRow).where(CalibrationRemarkRow.session_id == session_id)
    return CalibrationFile(
        session=as_model(Calibration, row),
        calls=tuple(
            as_model(CalibrationCall, one) for one in session.scalars(calls.order_by(CalibrationCallRow.position))
        ),
        members=tuple(
            as_model(CalibrationMember, one) for one in session.scalars(members.order_by(CalibrationMemberRow.name))
        ),
        words=_latest_words(session, session_id),
        finished={one.account_id: one.finished_at for one in session.scalars(finishes)},
        closing=None if closing is None else as_model(CalibrationClosing, closing),
        remarks=tuple(
            as_model(CalibrationRemark, one)
            for one in session.scalars(remarks.order_by(CalibrationRemarkRow.remark_id))
        ),
    )


def calibration_lines(session: Session, limit: int, offset: int) -> tuple[tuple[CalibrationLine, ...], int]:
    """Return some sessions, the newest first, and how many there are."""
    total = session.scalar(select(func.count()).select_from(CalibrationRow)) or 0
    rows = session.scalars(
        select(CalibrationRow).order_by(CalibrationRow.session_id.desc()).limit(limit).offset(offset)
    ).all()
    numbers = [row.session_id for row in rows]
    calls, members, finished, closed = (
        _counts(session, kind, numbers)
        for kind in (CalibrationCallRow, CalibrationMemberRow, CalibrationFinishRow, CalibrationClosingRow)
    )
    lines = tuple(
        CalibrationLine(
            as_model(Calibration, row),
            calls.get(row.session_id, 0),
            members.get(row.session_id, 0),
            finished.get(row.session_id, 0),
            row.session_id in closed,
        )
        for row in rows
    )
    return lines, total


def calibrations_waiting(session: Session, account_id: int) -> tuple[Calibration, ...]:
    """Return the open sessions in which somebody has still to score, the first due first."""
    done = select(CalibrationFinishRow.session_id).where(CalibrationFinishRow.account_id == account_id)
    mine = select(CalibrationMemberRow.session_id).where(CalibrationMemberRow.account_id == account_id)
    rows = session.scalars(
        select(CalibrationRow)
        .where(CalibrationRow.session_id.in_(mine), CalibrationRow.session_id.not_in(done))
        .where(CalibrationRow.session_id.not_in(select(CalibrationClosingRow.session_id)))
        .order_by(CalibrationRow.due_on, CalibrationRow.session_id)
    )
    return tuple(as_model(Calibration, row) for row in rows)


def calls_to_score(session: Session, account_id: int) -> dict[str, int]:
    """Return the calls that somebody has still to score in an open session, with the session's number."""
    waiting = [one.session_id for one in calibrations_waiting(session, account_id)]
    if not waiting:
        return {}
    row = CalibrationCallRow
    asked = select(row.call_id, row.session_id).where(row.session_id.in_(waiting)).order_by(row.session_id.desc())
    return dict(session.execute(asked).all())


_Part = type[CalibrationCallRow] | type[CalibrationMemberRow] | type[CalibrationFinishRow] | type[CalibrationClosingRow]


def _counts(session: Session, kind: _Part, numbers: Sequence[int]) -> dict[int, int]:
    counted = select(kind.session_id, func.count()).where(kind.session_id.in_(numbers)).group_by(kind.session_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def _latest_words(session: Session, session_id: int) -> tuple[CalibrationWord, ...]:
    newest = (
        select(func.max(CalibrationWordRow.word_id))
        .where(CalibrationWordRow.session_id == session_id)
        .group_by(CalibrationWordRow.call_id, CalibrationWordRow.account_id, CalibrationWordRow.item)
    )
    rows = session.scalars(
        select(CalibrationWordRow).where(CalibrationWordRow.word_id.in_(newest)).order_by(CalibrationWordRow.word_id)
    )
    return tuple(as_model(CalibrationWord, row) for row in rows)
