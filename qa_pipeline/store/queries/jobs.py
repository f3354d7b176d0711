"""Jobs: who may work on what. One conditional UPDATE decides, so two workers never get the same job.

::

    PENDING -> RUNNING(lease_until) -> DONE | FAILED | DEAD
       ^______________|  released, postponed, or claimed anew when the lease ran out or the worker's process is gone
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, and_, or_, select, update
from sqlalchemy.orm import Session

from qa_pipeline.errors import TransientError
from qa_pipeline.store.queries.standings import refresh_recording
from qa_pipeline.store.rows import as_model, insert_if_absent
from qa_pipeline.store.schema import JobRow, JobState
from qa_pipeline.store.worker import Worker, is_dead

LEASE_S = 120
MAX_ATTEMPTS = 5
_FIRST_PAUSE_S = 10
_LONGEST_PAUSE_S = 600


class ClaimLost(TransientError):
    """Another worker took the job over; what this one did is thrown away."""


@dataclass(frozen=True, slots=True)
class JobKey:
    """The same recording, stage and inputs are the same work."""

    recording_id: str
    stage: str
    inputs_hash: str


@dataclass(frozen=True, slots=True)
class Job:
    """Where a job stands."""

    job_id: int
    state: JobState
    attempts: int
    worker: str | None
    lease_until: datetime | None
    not_before: datetime | None
    error: str | None
    hint: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one job, until the lease ends; ``attempt`` counts from 1."""

    job_id: int
    key: JobKey
    token: str
    attempt: int


def standing(session: Session, key: JobKey) -> Job:
    """Return where a job stands that was claimed before."""
    return as_model(Job, session.scalars(select(JobRow).where(*_is(key))).one())


def claim(
    session: Session,
    key: JobKey,
    worker: Worker,
    now: datetime,
    *,
    retry: bool = False,
    redo: bool = False,
    lease_s: int = LEASE_S,
    max_attempts: int = MAX_ATTEMPTS,
) -> Claim | Job:
    """Take a job, making it if it is new.

    A running job can be taken when its lease ran out, or at once when its worker was a process of this machine that
    is gone; when it was tried too often by then, it is DEAD instead.

    Args:
        session: The unit of work; the claim holds once it is committed.
        key: Which job.
        worker: Who takes it.
        now: The centre's wall clock.
        retry: Take it although it is FAILED or DEAD, and count attempts anew.
        redo: Take it although it is DONE: what it made is gone.
        lease_s: Seconds until others may take it, unless it is renewed.
        max_attempts: Tries before it is DEAD.

    Returns:
        The claim; where the job stands if it is not to be had.
    """
    _insert(session, key, now)
    found = session.scalars(select(JobRow).where(*_is(key))).one()
    if retry and found.state in {JobState.FAILED, JobState.DEAD}:
        free, attempts = JobRow.state.in_((JobState.FAILED, JobState.DEAD)), 0
    else:
        free = _free(found, worker, now, redo=redo)
        attempts = 0 if found.state is JobState.DONE else found.attempts
    if attempts >= max_attempts:
        _bury(session, found, free, now)
        return standing(session, key)
    job_id, token = found.job_id, uuid.uuid4().hex
    taken = session.execute(
        update(JobRow)
        .where(JobRow.job_id == job_id, JobRow.attempts == found.attempts, free)
        .values(
            state=JobState.RUNNING,
            attempts=attempts + 1,
            worker=str(worker),
            token=token,
            lease_until=now + timedelta(seconds=lease_s),
            not_before=None,
            error=None,
            hint=None,
            updated_at=now,
        )
        .returning(JobRow.job_id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire_all()
    refresh_recording(session, key.recording_id)
    return standing(session, key) if taken is None else Claim(job_id, key, token, attempts + 1)


def renew(session: Session, held: Claim, now: datetime, lease_s: int = LEASE_S) -> bool:
    """Lengthen the lease; False where another worker has the job."""
    return _change(
        session, _held(held).values(lease_until=now + timedelta(seconds=lease_s), updated_at=now), moves=False
    )


def finish(session: Session, held: Claim, now: datetime) -> None:
    """Mark a job done, in the same unit of work that stores what it made.

    Raises:
        ClaimLost: Another worker took it over; roll back.
    """
    _must(_change(session, _held(held).values(state=JobState.DONE, updated_at=now, **_NOBODY)), held)


def fail(session: Session, held: Claim, error: str, hint: str, now: datetime) -> None:
    """Mark a job as one that cannot be done as things are; only a retry that is asked for takes it again.

    Raises:
        ClaimLost: Another worker took it over.
    """
    statement = _held(held).values(state=JobState.FAILED, error=error, hint=hint, updated_at=now, **_NOBODY)
    _must(_change(session, statement), held)


def postpone(
    session: Session, held: Claim, error: str, hint: str, now: datetime, max_attempts: int = MAX_ATTEMPTS
) -> None:
    """Give a job back for later, after something that may pass: 10 s, 20 s, 40 s … 10 min; DEAD after too many tries.

    Raises:
        ClaimLost: Another worker took it over.
    """
    pause_s = min(_FIRST_PAUSE_S * 2 ** (held.attempt - 1), _LONGEST_PAUSE_S)
    state = JobState.DEAD if held.attempt >= max_attempts else JobState.PENDING
    values = {"state": state, "error": error, "hint": hint, "not_before": now + timedelta(seconds=pause_s)}
    _must(_change(session, _held(held).values(updated_at=now, **values, **_NOBODY)), held)


def release(session: Session, held: Claim, now: datetime) -> bool:
    """Give a job back untouched, as if it had not been claimed; False where another worker has it."""
    values = {"state": JobState.PENDING, "attempts": JobRow.attempts - 1, "updated_at": now}
    return _change(session, _held(held).values(**values, **_NOBODY))


_NOBODY: dict[str, Any] = {"worker": None, "token": None, "lease_until": None}


def _is(key: JobKey) -> tuple[Any, ...]:
    return (
        JobRow.recording_id == key.recording_id,
        JobRow.stage == key.stage,
        JobRow.inputs_hash == key.inputs_hash,
    )


def _insert(session: Session, key: JobKey, now: datetime) -> None:
    if session.scalar(select(JobRow.job_id).where(*_is(key))) is not None:
        return
    values = {
        "recording_id": key.recording_id,
        "stage": key.stage,
        "inputs_hash": key.inputs_hash,
        "state": JobState.PENDING,
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
    }
    insert_if_absent(session, JobRow, values)


def _free(found: JobRow, worker: Worker, now: datetime, *, redo: bool) -> Any:
    """Return the condition under which the job may be taken; decided again by the database in the same statement."""
    gone = found.worker is not None and found.token is not None and is_dead(found.worker, worker)
    waiting = and_(JobRow.state == JobState.PENDING, or_(JobRow.not_before.is_(None), JobRow.not_before <= now))
    left = and_(
        JobRow.state == JobState.RUNNING,
        or_(JobRow.lease_until < now, JobRow.token == found.token) if gone else JobRow.lease_until < now,
    )
    return or_(waiting, left, JobRow.state == JobState.DONE) if redo else or_(waiting, left)


def _bury(session: Session, found: JobRow, free: Any, now: datetime) -> None:
    """Mark a job DEAD that was tried too often, each time without coming to an end."""
    statement = update(JobRow).where(JobRow.job_id == found.job_id, JobRow.state == JobState.RUNNING, free)
    said = {
        "error": f"the program was ended {found.attempts} times while it worked on this call",
        "hint": "look whether memory runs out on this call; then `hotline-qa run --retry`",
    }
    _change(session, statement.values(state=JobState.DEAD, updated_at=now, **said, **_NOBODY))


def _held(held: Claim) -> Update:
    return update(JobRow).where(
        JobRow.job_id == held.job_id, JobRow.token == held.token, JobRow.state == JobState.RUNNING
    )


def _change(session: Session, statement: Update, *, moves: bool = True) -> bool:
    """Whether a statement changed a job; where that ``moves`` its state the call may have failed, or no longer."""
    returning = statement.returning(JobRow.recording_id).execution_options(synchronize_session=False)
    recording_id = session.scalar(returning)
    session.expire_all()
    if moves and recording_id is not None:
        refresh_recording(session, recording_id)
    return recording_id is not None


def _must(changed: bool, held: Claim) -> None:
    if not changed:
        raise ClaimLost(
            f"job {held.job_id} was taken over by another worker", "nothing to do: the other worker's result counts"
        )
