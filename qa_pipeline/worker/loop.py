"""Takes errands one after another and tells how far each is. A crash fails its errand and not the worker.

What is short has a lane of its own, so that a trainee's answer or a clip does not wait for a month's run. Where nothing
waits, calls are looked through for passages that were not yet: months from before there were any, and all of them where
what finds passages has changed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import QaError
from qa_pipeline.models.errands import SHORT, ErrandKind, ErrandState
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.errands import LEASE_S, Held, claim_errand, end_errand, tell_progress
from qa_pipeline.store.queries.passages import unread
from qa_pipeline.store.worker import this_worker
from qa_pipeline.training.finding.keeping import finder_stamp, renew
from qa_pipeline.training.packs.rehearsing import forget_expired
from qa_pipeline.worker.files import clear_away
from qa_pipeline.worker.hooks import tell_hooks
from qa_pipeline.worker.kinds import KINDS, Report

logger = logging.getLogger(__name__)
IDLE_S = 1.0
TELL_HOOKS_S = 5.0
TELL_AFTER_S = 0.5
CLEAR_S = 3600.0
LOOK_S = 60.0
LOOKED_THROUGH = 20
"""Calls at a time, half a second: so long does an errand wait for them."""
ENDING_TRIES = 30
"""Within the lease, so that nobody takes the errand over meanwhile."""


class Stopped(Exception):
    """Somebody asked to pause or cancel: raised where progress is told, so that what is at hand is finished."""

    def __init__(self, state: ErrandState) -> None:
        super().__init__(state)
        self.state = state


class Lost(Exception):
    """Another worker has the errand."""


class _Teller:
    """What an errand tells its progress to: written at most twice a second, and whenever the lease needs it."""

    def __init__(self, sessions: sessionmaker[Session], held: Held, now: Callable[[], datetime]) -> None:
        self._sessions, self._held, self._now = sessions, held, now
        self._lock = threading.Lock()
        self._told_s = 0.0
        self._last = (0, 0, "")
        self.stopping = ""
        self.lost = False

    def __call__(self, done: int, total: int, what: str) -> None:
        self._last = (done, total, what)
        if time.monotonic() - self._told_s >= TELL_AFTER_S or done == total:
            self.tell()
        if self.lost:
            raise Lost
        if self.stopping and done < total:  # what is done cannot be stopped any more, and its report is wanted
            raise Stopped(ErrandState(self.stopping))

    def tell(self) -> None:
        """Write how far it is, and learn whether it should stop."""
        with self._lock, self._sessions.begin() as session:
            asked = tell_progress(session, self._held, *self._last, self._now())
            self._told_s = time.monotonic()
        self.stopping, self.lost = asked or "", asked is None


@dataclass(slots=True)
class _Beside:
    """What a lane does where no errand waits: once a period, and at once again where ``do`` says that more is left."""

    do: Callable[[], bool]
    every_s: float
    due_s: float = 0.0

    def when_due(self) -> None:
        if time.monotonic() >= self.due_s:
            self.due_s = time.monotonic() + self.every_s  # also where it breaks
            if self.do():
                self.due_s = 0.0


def work(
    settings: Settings,
    sessions: sessionmaker[Session],
    now: Callable[[], datetime] = datetime.now,
    until_idle: bool = False,
    stop: threading.Event | None = None,
) -> int:
    """Do errands until stopped and return how many were done.

    Args:
        settings: The workspace.
        sessions: The store.
        now: The centre's wall clock.
        until_idle: Return when nothing waits, instead of waiting for more.
        stop: Set to end after the errand at hand.
    """
    ended = stop or threading.Event()
    clear_away(settings, now())
    _forget(settings, sessions, now)
    if until_idle:
        done = _do_waiting(settings, sessions, now, tuple(ErrandKind), ended)
        _tell(sessions, now)
        return done
    # Beside, so that a run of hours does not keep others from being told, nor what is short from being done.
    threading.Thread(target=_keep_telling, args=(sessions, now, ended), name="webhooks", daemon=True).start()
    # In the lane that no run of hours holds up; the other one looks through calls where it has nothing else to do.
    forget = _Beside(lambda: _forget(settings, sessions, now), CLEAR_S, time.monotonic() + CLEAR_S)
    look = _Beside(lambda: _look_through(sessions), LOOK_S)
    short = threading.Thread(
        target=_keep_doing, args=(settings, sessions, now, SHORT, forget, ended), name="short-errands", daemon=True
    )
    short.start()
    try:
        return _keep_doing(settings, sessions, now, frozenset(ErrandKind) - SHORT, look, ended)
    finally:
        ended.set()
        short.join()


def _keep_doing(
    settings: Settings,
    sessions: sessionmaker[Session],
    now: Callable[[], datetime],
    kinds: Collection[ErrandKind],
    beside: _Beside,
    ended: threading.Event,
) -> int:
    """Do what waits of some kinds until ended, and what a lane does beside it; return how many were done."""
    done = 0
    while not ended.is_set():
        try:
            done += _do_waiting(settings, sessions, now, kinds, ended)
        except Exception:  # neither lane may end unseen while the other goes on
            logger.exception("the worker stumbled")
        try:  # by itself: what trainees recorded goes in time, whatever breaks the errands
            beside.when_due()
        except Exception:
            logger.exception("the worker stumbled")
        ended.wait(IDLE_S)
    return done


def _look_through(sessions: sessionmaker[Session]) -> bool:
    """Look through some calls for passages; whether more are left. Writes nothing where none waits."""
    try:
        with sessions.begin() as session:
            waits = unread(session, finder_stamp(), most=1)
            return bool(waits) and renew(session, most=LOOKED_THROUGH) > 0
    except QaError as trouble:  # somebody's page looks through the same, or a locked database
        logger.warning("calls to be looked through: %s", trouble.message)
        return False


def _do_waiting(
    settings: Settings,
    sessions: sessionmaker[Session],
    now: Callable[[], datetime],
    kinds: Collection[ErrandKind],
    ended: threading.Event,
) -> int:
    """Do errands of some kinds until none waits, and return how many were done."""
    done, worker = 0, this_worker()
    while not ended.is_set():
        try:
            with sessions.begin() as session:
                held = claim_errand(session, worker, now(), kinds)
        except QaError as trouble:  # a locked database: look again
            logger.warning("errands: %s", trouble.message)
            held = None
        if held is None:
            break
        _do(settings, sessions, held, now)
        done += 1
    return done


def _forget(settings: Settings, sessions: sessionmaker[Session], now: Callable[[], datetime]) -> bool:
    """Delete what trainees recorded once its term is over; all of it at once, so that none is left."""
    try:
        forget_expired(settings, sessions, now())
    except (QaError, OSError) as trouble:  # a locked database, a disk that is away: in an hour again
        logger.warning("expired rehearsals: %s", trouble)
    return False


def _keep_telling(sessions: sessionmaker[Session], now: Callable[[], datetime], ended: threading.Event) -> None:
    while not ended.wait(TELL_HOOKS_S):
        _tell(sessions, now)


def _tell(sessions: sessionmaker[Session], now: Callable[[], datetime]) -> None:
    try:
        tell_hooks(sessions, now)
    except QaError as trouble:
        logger.warning("webhooks: %s", trouble.message)
    except Exception:  # the thread that tells must outlive whatever it meets
        logger.exception("webhooks broke")


def _do(settings: Settings, sessions: sessionmaker[Session], held: Held, now: Callable[[], datetime]) -> None:
    tell, over = _Teller(sessions, held, now), threading.Event()
    beat = threading.Thread(target=_beat, args=(tell, over), name="errand-lease", daemon=True)
    beat.start()
    report: Report | None = None
    state, error = ErrandState.DONE, ("", "")
    try:
        report = KINDS[held.errand.kind](settings, sessions, held.errand, now, tell)
    except Lost:
        logger.warning("errand %d was taken over", held.errand.errand_id)
        return
    except Stopped as stopped:
        state = stopped.state
    except QaError as refused:
        state, error = ErrandState.FAILED, (refused.message, refused.hint)
    except Exception as crash:  # its message may quote a call
        logger.exception("errand %d broke", held.errand.errand_id)
        state, error = ErrandState.FAILED, (f"程序出错（{type(crash).__name__}）", "重试；仍不行请把编号告诉管理员")
    finally:
        over.set()
        beat.join()
    if _written(lambda session: end_errand(session, held, state, now(), report, error), sessions):
        logger.info("errand %d %s", held.errand.errand_id, state.value)
    else:
        logger.error("errand %d %s, which could not be written: it is done again", held.errand.errand_id, state.value)


def _written(write: Callable[[Session], object], sessions: sessionmaker[Session]) -> bool:
    """Write what an errand came to; a database that is locked or away for a moment must not cost hours of work."""
    for _ in range(ENDING_TRIES):
        try:
            with sessions.begin() as session:
                write(session)
        except QaError as trouble:
            logger.warning("end of an errand: %s", trouble.message)
            time.sleep(IDLE_S)
        else:
            return True
    return False


def _beat(tell: _Teller, over: threading.Event) -> None:
    while not over.wait(LEASE_S / 4):
        try:
            tell.tell()
        except QaError as trouble:
            logger.warning("lease of an errand: %s", trouble.message)
