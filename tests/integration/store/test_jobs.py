"""Jobs go to one worker at a time, come back from dead workers at once, and are not tried for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import psutil
import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.runs.claims import Claims
from qa_pipeline.store.queries import jobs
from qa_pipeline.store.queries.jobs import Claim, ClaimLost, Job, JobKey
from qa_pipeline.store.schema import JobState
from qa_pipeline.store.worker import Worker, is_dead, parse_worker, this_worker
from tests import centre
from tests.centre import NOW

Sessions = sessionmaker[Session]
HERE = this_worker()
ELSEWHERE = Worker("another-machine", 1, 0.0)
KEY = JobKey(centre.recording().recording_id, "transcribe", "i1")


@pytest.fixture
def stored(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
    return sessions


@pytest.fixture
def ended() -> Worker:
    """A process of this machine that was ended."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    worker = Worker(HERE.host, process.pid, psutil.Process(process.pid).create_time())
    process.kill()
    process.communicate()
    return worker


@pytest.fixture
def living() -> Iterator[Worker]:
    """A process of this machine that runs."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield Worker(HERE.host, process.pid, psutil.Process(process.pid).create_time())
    process.communicate(b"\n")


def take(sessions: Sessions, worker: Worker = HERE, after_s: float = 0, **how: bool | int) -> Claim | Job:
    with sessions.begin() as session:
        return jobs.claim(session, KEY, worker, NOW + timedelta(seconds=after_s), **how)  # type: ignore[arg-type]


def claim(sessions: Sessions, worker: Worker = HERE, after_s: float = 0, **how: bool | int) -> Claim:
    taken = take(sessions, worker, after_s, **how)
    assert isinstance(taken, Claim), taken
    return taken


def refused(sessions: Sessions, worker: Worker = HERE, after_s: float = 0, **how: bool | int) -> Job:
    taken = take(sessions, worker, after_s, **how)
    assert isinstance(taken, Job), taken
    return taken


def test_a_new_job_goes_to_the_first_who_asks_and_not_to_the_second(stored: Sessions, living: Worker) -> None:
    first = claim(stored, living)
    standing = refused(stored)
    assert first.attempt == 1
    assert (standing.state, standing.worker) == (JobState.RUNNING, str(living))


def test_of_many_who_ask_at_once_one_gets_the_job(stored: Sessions) -> None:
    won: list[Claim] = []
    start = threading.Barrier(8)

    def ask(number: int) -> None:
        start.wait()
        taken = take(stored, replace(ELSEWHERE, host=f"machine-{number}"))
        if isinstance(taken, Claim):
            won.append(taken)

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(won) == 1


def test_a_finished_job_is_not_done_again(stored: Sessions) -> None:
    held = claim(stored)
    with stored.begin() as session:
        jobs.finish(session, held, NOW)
    assert refused(stored).state is JobState.DONE
    assert refused(stored, retry=True).state is JobState.DONE


def test_a_finished_job_whose_result_is_gone_can_be_done_any_number_of_times(stored: Sessions) -> None:
    for _ in range(jobs.MAX_ATTEMPTS + 2):
        held = claim(stored, redo=True)
        with stored.begin() as session:
            jobs.finish(session, held, NOW)


def test_other_inputs_are_another_job(stored: Sessions) -> None:
    claim(stored)
    with stored.begin() as session:
        assert isinstance(jobs.claim(session, replace(KEY, inputs_hash="i2"), HERE, NOW), Claim)
        assert isinstance(jobs.claim(session, replace(KEY, stage="audit"), HERE, NOW), Claim)


def test_a_worker_of_another_machine_keeps_its_job_until_the_lease_ends(stored: Sessions) -> None:
    claim(stored, ELSEWHERE)
    assert refused(stored, after_s=jobs.LEASE_S - 1).state is JobState.RUNNING
    assert claim(stored, after_s=jobs.LEASE_S + 1).attempt == 2


def test_a_renewed_lease_holds_longer(stored: Sessions) -> None:
    held = claim(stored, ELSEWHERE)
    with stored.begin() as session:
        assert jobs.renew(session, held, NOW + timedelta(seconds=100))
    assert refused(stored, after_s=jobs.LEASE_S + 1).state is JobState.RUNNING
    assert claim(stored, after_s=100 + jobs.LEASE_S + 1)


def test_the_job_of_a_dead_process_of_this_machine_is_free_at_once(stored: Sessions, ended: Worker) -> None:
    claim(stored, ended)
    assert claim(stored, after_s=1).attempt == 2


def test_the_job_of_a_living_process_is_not_free_even_if_it_works_long(stored: Sessions, living: Worker) -> None:
    held = claim(stored, living)
    assert refused(stored, after_s=60).state is JobState.RUNNING
    with stored.begin() as session:
        jobs.finish(session, held, NOW)


def test_a_late_worker_cannot_overwrite_its_successor(stored: Sessions) -> None:
    late = claim(stored, ELSEWHERE)
    successor = claim(stored, after_s=jobs.LEASE_S + 1)
    for ending in (
        jobs.finish,
        lambda s, c, n: jobs.fail(s, c, "e", "h", n),
        lambda s, c, n: jobs.postpone(s, c, "e", "h", n),
    ):
        with pytest.raises(ClaimLost), stored.begin() as session:
            ending(session, late, NOW)
    with stored.begin() as session:
        assert not jobs.renew(session, late, NOW)
        assert not jobs.release(session, late, NOW)
        jobs.finish(session, successor, NOW)
        standing = jobs.standing(session, KEY)
    assert standing.state is JobState.DONE


def test_a_failed_job_keeps_its_reason_and_is_taken_again_only_on_request(stored: Sessions) -> None:
    held = claim(stored)
    with stored.begin() as session:
        jobs.fail(session, held, "静音", "检查录音系统", NOW)
    standing = refused(stored, after_s=10_000)
    assert (standing.state, standing.error, standing.hint) == (JobState.FAILED, "静音", "检查录音系统")
    again = claim(stored, retry=True)
    assert again.attempt == 1


def test_a_postponed_job_waits_longer_each_time_and_is_dead_in_the_end(stored: Sessions) -> None:
    moment = 0.0
    for pause_s in (10, 20, 40, 80):
        held = claim(stored, after_s=moment)
        with stored.begin() as session:
            jobs.postpone(session, held, "locked", "wait", NOW + timedelta(seconds=moment))
        assert refused(stored, after_s=moment + pause_s - 1).state is JobState.PENDING
        moment += pause_s
    held = claim(stored, after_s=moment)
    with stored.begin() as session:
        jobs.postpone(session, held, "locked", "wait", NOW)
    assert refused(stored, after_s=moment + 10_000).state is JobState.DEAD
    assert claim(stored, retry=True).attempt == 1


def test_a_job_that_ends_its_process_every_time_is_dead_and_not_tried_for_ever(stored: Sessions, ended: Worker) -> None:
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        assert claim(stored, ended).attempt == attempt
    standing = refused(stored)
    assert standing.state is JobState.DEAD
    assert f"{jobs.MAX_ATTEMPTS} times" in (standing.error or "")


def test_a_released_job_counts_no_attempt_and_is_free(stored: Sessions) -> None:
    held = claim(stored)
    with stored.begin() as session:
        assert jobs.release(session, held, NOW)
    assert claim(stored).attempt == 1


def test_a_lease_is_renewed_while_its_process_works_and_given_back_when_it_leaves(stored: Sessions) -> None:
    with Claims(stored, datetime.now, lease_s=1) as claims:
        held = claims.take(KEY, lambda _session: False, retry=False)
        assert isinstance(held, Claim)
        time.sleep(1.5)
        with stored.begin() as session:
            standing = jobs.claim(session, KEY, ELSEWHERE, datetime.now())
        assert isinstance(standing, Job), "the lease of one second was renewed in time"
        assert standing.state is JobState.RUNNING
    with stored() as session:
        assert jobs.standing(session, KEY).state is JobState.PENDING


def test_a_job_whose_result_another_worker_just_stored_is_not_done_again(stored: Sessions) -> None:
    with Claims(stored, lambda: NOW) as claims:
        standing = claims.take(KEY, lambda _session: True, retry=False)
    assert isinstance(standing, Job)
    assert standing.state is JobState.DONE


def test_a_later_process_with_the_same_number_is_not_the_worker(living: Worker) -> None:
    assert not is_dead(str(living), HERE)
    assert is_dead(str(replace(living, started_s=living.started_s - 100)), HERE)


def test_of_workers_elsewhere_nothing_is_known() -> None:
    assert not is_dead(str(ELSEWHERE), HERE)
    assert not is_dead("gibberish", HERE)


def test_a_killed_process_that_nobody_has_buried_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    worker = Worker(HERE.host, process.pid, psutil.Process(process.pid).create_time())
    process.kill()
    psutil.wait_procs([psutil.Process(process.pid)], timeout=0.5)
    assert is_dead(str(worker), HERE)
    process.communicate()


def test_a_worker_reads_back_from_its_name() -> None:
    again = parse_worker(str(HERE))
    assert (again.host, again.pid) == (HERE.host, HERE.pid)
    assert abs(again.started_s - HERE.started_s) < 0.02
