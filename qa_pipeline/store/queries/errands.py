"""Errands: asked for by a person, taken by one worker at a time, paused, gone on with, tried again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, true, update
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, TransientError
from qa_pipeline.models.errands import Errand, ErrandKind, ErrandState
from qa_pipeline.store.codec import sha256_of
from qa_pipeline.store.rows import as_model, chunks, insert_if_absent
from qa_pipeline.store.schema import ErrandRow
from qa_pipeline.store.worker import Worker, is_dead

LEASE_S = 60
_IDLE = (ErrandState.WAITING, ErrandState.PAUSED)
_OPEN = (*_IDLE, ErrandState.RUNNING)


@dataclass(frozen=True, slots=True)
class Held:
    """The right to do one errand until the lease ends."""

    errand: Errand
    token: str


def add_errand(session: Session, kind: ErrandKind, parameters: Mapping[str, str], by: str, now: datetime) -> Errand:
    """Write what somebody asked for; the same that still waits or runs is returned instead of being asked twice."""
    values = {
        "kind": kind, "parameters": dict(parameters), "asked_by": by, "asked_at": now, "state": ErrandState.WAITING,
        "done": 0, "total": 0, "what": "", "report": "{}", "error": "", "hint": "", "stopping": "",
        "open_key": _open_key(kind, parameters),
    }  # fmt: skip
    for _ in range(2):  # the same may end at this very moment
        # Its key decides, so that two processes that are asked at once write one.
        insert_if_absent(session, ErrandRow, values)
        row = session.scalar(select(ErrandRow).where(ErrandRow.open_key == values["open_key"]))
        if row is not None:
            return _errand(row)
    raise TransientError("同样的任务刚刚结束", "再试一次")


def _open_key(kind: ErrandKind, parameters: Mapping[str, str]) -> str:
    return sha256_of(kind.value, *(f"{name}={value}" for name, value in sorted(parameters.items())))


def errands(session: Session, limit: int = 50, by: str = "") -> tuple[Errand, ...]:
    """Return the newest errands, or those that somebody asked for, the newest first.

    Who rehearsed is nobody's business, and would hide the others.
    """
    others = select(ErrandRow).where(ErrandRow.kind != ErrandKind.REHEARSAL)
    if by:
        others = others.where(ErrandRow.asked_by == by)
    return tuple(_errand(row) for row in session.scalars(others.order_by(ErrandRow.errand_id.desc()).limit(limit)))


def errands_of(session: Session, kind: ErrandKind, limit: int) -> tuple[Errand, ...]:
    """Return the newest errands of a kind that are under way or failed, the newest first."""
    wanted = select(ErrandRow).where(ErrandRow.kind == kind, ErrandRow.state.in_((*_OPEN, ErrandState.FAILED)))
    return tuple(_errand(row) for row in session.scalars(wanted.order_by(ErrandRow.errand_id.desc()).limit(limit)))


def open_errands_of(session: Session, kind: ErrandKind) -> tuple[Errand, ...]:
    """Return the errands of a kind that wait, run or are paused, in the order in which they were asked for."""
    wanted = select(ErrandRow).where(ErrandRow.kind == kind, ErrandRow.state.in_(_OPEN))
    return tuple(_errand(row) for row in session.scalars(wanted.order_by(ErrandRow.errand_id)))


def errand(session: Session, errand_id: int) -> Errand:
    """Return one errand.

    Raises:
        NotFound: There is none of that number.
    """
    return _errand(_row(session, errand_id))


def forget_errands(session: Session, kind: ErrandKind, parameters: Iterable[Mapping[str, str]], now: datetime) -> None:
    """Empty errands of what was deleted: of what, by whom, what was said of it; none is done or tried again."""
    emptied: dict[str, Any] = {"parameters": {}, "asked_by": "", "what": "", "report": "{}", "error": "", "hint": ""}
    ended: dict[str, Any] = {"state": ErrandState.CANCELLED, "open_key": None, "ended_at": now}
    released: dict[str, Any] = {"worker": None, "token": None, "lease_until": None, "stopping": ""}
    for some in chunks(parameters):
        its = (ErrandRow.kind == kind, ErrandRow.parameters.in_([dict(one) for one in some]))
        for which, values in ((ErrandRow.state != ErrandState.DONE, ended | released), (true(), emptied)):
            changed = update(ErrandRow).where(*its, which).values(**values)
            session.execute(changed.execution_options(synchronize_session=False))
    session.expire_all()


def ask_to_stop(session: Session, errand_id: int, state: ErrandState, now: datetime) -> None:
    """Pause or cancel an errand: at once where nobody works on it, else when what is at hand is finished.

    Raises:
        NotFound: There is none of that number.
        Conflict: It has ended.
    """
    _row(session, errand_id)
    idle: dict[str, Any] = {"state": state}
    if state is ErrandState.CANCELLED:
        idle |= {"ended_at": now, "open_key": None}
    # Each as it is when it is written: a worker may take it, or end it, at this very moment.
    changes = ((_IDLE, idle), ((ErrandState.RUNNING,), {"stopping": state.value}))
    if not any(_change(session, errand_id, states, values) for states, values in changes):
        raise Conflict(f"{errand_id} 号任务已经结束", "刷新页面")


def go_on(session: Session, errand_id: int) -> None:
    """Let a paused or failed errand be done again; what it had done is kept by what it does.

    Raises:
        NotFound: There is none of that number.
        Conflict: It neither failed nor is paused, or the same was asked for again meanwhile.
    """
    row = _row(session, errand_id)
    key = _open_key(row.kind, row.parameters)
    other = session.scalar(select(ErrandRow.errand_id).where(ErrandRow.open_key == key))
    if other not in {None, errand_id}:
        raise Conflict(f"同样的任务已在进行（{other} 号）", "看那一个")
    again: dict[str, Any] = {"state": ErrandState.WAITING, "error": "", "hint": "", "stopping": "", "ended_at": None}
    again["open_key"] = key
    if not _change(session, errand_id, (ErrandState.PAUSED, ErrandState.FAILED), again):
        raise Conflict(f"{errand_id} 号任务没有暂停或失败", "刷新页面")


def claim_errand(
    session: Session, worker: Worker, now: datetime, kinds: Collection[ErrandKind] = tuple(ErrandKind)
) -> Held | None:
    """Take the oldest errand of some kinds that waits, or whose worker is gone; None where there is none."""
    waits = or_(ErrandRow.state == ErrandState.WAITING, ErrandRow.state == ErrandState.RUNNING)
    those = select(ErrandRow).where(waits, ErrandRow.kind.in_(kinds))
    for row in session.scalars(those.order_by(ErrandRow.errand_id)).all():
        gone = row.worker is not None and is_dead(row.worker, worker)
        late = row.lease_until is not None and row.lease_until < now
        if row.state is ErrandState.RUNNING and not (gone or late):
            continue
        token = uuid.uuid4().hex
        taken = session.execute(
            update(ErrandRow)
            .where(ErrandRow.errand_id == row.errand_id, ErrandRow.state == row.state)
            .where(ErrandRow.token.is_(None) if row.token is None else ErrandRow.token == row.token)
            .values(
                state=ErrandState.RUNNING, worker=str(worker), token=token, started_at=now,
                lease_until=now + timedelta(seconds=LEASE_S),
            )
            .returning(ErrandRow.errand_id)
            .execution_options(synchronize_session=False)
        ).first()  # fmt: skip
        if taken is not None:
            session.expire_all()
            return Held(errand(session, taken[0]), token)
    return None


def tell_progress(session: Session, held: Held, done: int, total: int, what: str, now: datetime) -> str | None:
    """Write how far an errand is and lengthen the lease; return what was asked of it ('' nothing), None if lost."""
    found = session.execute(
        update(ErrandRow)
        .where(ErrandRow.errand_id == held.errand.errand_id, ErrandRow.token == held.token)
        .values(done=done, total=total, what=what[:256], lease_until=now + timedelta(seconds=LEASE_S))
        .returning(ErrandRow.stopping)
        .execution_options(synchronize_session=False)
    ).first()
    return None if found is None else found[0]


def end_errand(
    session: Session,
    held: Held,
    state: ErrandState,
    now: datetime,
    report: Mapping[str, Any] | None = None,
    error: tuple[str, str] = ("", ""),
) -> bool:
    """Write what became of an errand; False where another worker has it."""
    values: dict[str, Any] = {"state": state, "stopping": "", "worker": None, "token": None, "lease_until": None}
    values |= {"error": error[0], "hint": error[1], "ended_at": None if state is ErrandState.PAUSED else now}
    if state is not ErrandState.PAUSED:
        values["open_key"] = None
    if report is not None:
        values["report"] = json.dumps(report, ensure_ascii=False, default=str)
    found = session.execute(
        update(ErrandRow)
        .where(ErrandRow.errand_id == held.errand.errand_id, ErrandRow.token == held.token)
        .values(**values)
        .returning(ErrandRow.errand_id)
        .execution_options(synchronize_session=False)
    ).first()
    return found is not None


def _change(session: Session, errand_id: int, states: Sequence[ErrandState], values: Mapping[str, Any]) -> bool:
    """Change an errand if it is in one of some states; False where it is not."""
    its = (ErrandRow.errand_id == errand_id, ErrandRow.state.in_(states))
    changed = update(ErrandRow).where(*its).values(**values).returning(ErrandRow.errand_id)
    found = session.execute(changed.execution_options(synchronize_session=False)).first() is not None
    session.expire_all()
    return found


def _row(session: Session, errand_id: int) -> ErrandRow:
    row = session.get(ErrandRow, errand_id, populate_existing=True)
    if row is None:
        raise NotFound(f"没有 {errand_id} 号任务", "从任务列表进入")
    return row


def _errand(row: ErrandRow) -> Errand:
    return as_model(Errand, row, report=json.loads(row.report))
