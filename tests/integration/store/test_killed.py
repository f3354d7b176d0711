"""A run that is killed with ``kill -9`` is taken up where it was: nothing finished is done twice, nothing is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.store import queries
from qa_pipeline.store.schema import JobRow, JobState
from tests import centre

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[3]
CALLS = centre.many_calls(6)


def start(url: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.slow_run", url, str(folder)], cwd=ROOT)


def journal(folder: Path) -> Counter[str]:
    file = folder / "journal"
    return Counter(file.read_text().splitlines()) if file.exists() else Counter()


def wait_for(line: str, folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while line not in journal(folder):
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline, f"never came to: {line}"
        time.sleep(0.01)


def audited(sessions: sessionmaker[Session]) -> set[str]:
    with sessions() as session:
        return {one.call_id for one in CALLS if queries.audits_of(session, one.call_id)}


@pytest.mark.parametrize("at", ["hears H002", "judged H003"])
def test_a_killed_run_goes_on_at_once_and_does_nothing_twice(
    sessions: sessionmaker[Session], url: str, tmp_path: Path, at: str
) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, CALLS)
        centre.put_plan(session, CALLS)
    process = start(url, tmp_path)
    wait_for(at, tmp_path, process)
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    finished = audited(sessions)
    with sessions() as session:
        assert JobState.RUNNING in set(session.scalars(select(JobRow.state))), "it was killed in the middle of a job"
    assert {"H000", "H001"} <= finished < {one.call_id for one in CALLS}

    assert start(url, tmp_path).wait(timeout=60) == 0

    assert audited(sessions) == {one.call_id for one in CALLS}
    done = journal(tmp_path)
    for call_id in finished:
        assert (done[f"hears {call_id}"], done[f"judged {call_id}"]) == (1, 1)
    assert max(done.values()) <= 2
    assert sum(count for line, count in done.items() if line.startswith("hears")) <= len(CALLS) + 1
    with sessions() as session:
        assert set(session.scalars(select(JobRow.state))) == {JobState.DONE}
        assert all(len(queries.audits_of(session, one.call_id)) == 1 for one in CALLS)
