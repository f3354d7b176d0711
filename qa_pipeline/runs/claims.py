"""The jobs that this process holds: renewed while they are worked on, given back when it stops."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import QaError
from qa_pipeline.store.queries import jobs
from qa_pipeline.store.queries.jobs import Claim, Job, JobKey
from qa_pipeline.store.worker import Worker, this_worker

logger = logging.getLogger(__name__)


class Claims:
    """A context in which jobs are taken. A thread renews the leases; on leaving, what is still held is given back."""

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[], datetime], lease_s: int = jobs.LEASE_S
    ) -> None:
        self._sessions, self._now, self._lease_s = sessions, now, lease_s
        self._worker: Worker = this_worker()
        self._held: dict[int, Claim] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Claims:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        for claim in list(self._held.values()):
            try:
                with self._sessions.begin() as session:
                    jobs.release(session, claim, self._now())
            except QaError as locked:  # the next run finds this process gone and takes the job at once
                logger.warning("job %d could not be given back: %s", claim.job_id, locked.message)
        self._held.clear()

    def take(self, key: JobKey, is_there: Callable[[Session], bool], *, retry: bool) -> Claim | Job:
        """Take a job; where it is not to be had, return where it stands.

        ``is_there`` tells whether the job's result is stored. It is asked after the claim, when nobody else can have
        the job: another worker may have finished it since this one looked.
        """
        with self._sessions.begin() as session:
            taken = jobs.claim(session, key, self._worker, self._now(), retry=retry, redo=True, lease_s=self._lease_s)
            if isinstance(taken, Claim) and is_there(session):
                jobs.finish(session, taken, self._now())
                return jobs.standing(session, key)
        if isinstance(taken, Claim):
            with self._lock:
                self._held[taken.job_id] = taken
        return taken

    def let_go(self, claim: Claim) -> None:
        """Forget a job that is finished, failed or postponed."""
        with self._lock:
            self._held.pop(claim.job_id, None)

    def _beat(self) -> None:
        while not self._stop.wait(self._lease_s / 4):
            with self._lock:
                held = list(self._held.values())
            for claim in held:
                try:
                    with self._sessions.begin() as session:
                        jobs.renew(session, claim, self._now(), self._lease_s)
                except QaError as error:  # the lease is four beats long
                    logger.warning("lease of job %d not renewed: %s", claim.job_id, error.message)
