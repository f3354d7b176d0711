"""A run whose recogniser is slow, as a process of its own that can be killed: ``python -m tests.slow_run URL FOLDER``.

It writes a line to ``FOLDER/journal`` when it begins and when it ends hearing or judging a call.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qa_pipeline.judging import inputs
from qa_pipeline.models import Recording
from qa_pipeline.runs import run_month
from qa_pipeline.runs.stages import Heard, Judged, Stages
from qa_pipeline.settings import Settings
from qa_pipeline.store.session import close_store, open_store
from scoring.scorecard import default_scorecard
from tests import centre

HEARING_S = 0.4


def main(url: str, folder: Path) -> None:
    names = {centre.recording(one.call_id).recording_id: one.call_id for one in centre.many_calls(99)}

    def note(what: str, recording: Recording) -> None:
        with (folder / "journal").open("a") as journal:
            journal.write(f"{what} {names[recording.recording_id]}\n")

    def listen(calls: Iterable[Recording]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        for recording in calls:
            note("hears", recording)
            time.sleep(HEARING_S)
            note("heard", recording)
            heard = (centre.transcript(recording.recording_id), centre.profile())
            yield recording.recording_id, lambda heard=heard: heard

    def judge(_file: Any, recording: Recording, *_rest: Any) -> Judged:
        note("judged", recording)
        return (centre.result(),), centre.evaluation(), ()

    # Whoever edits a rule between the two processes of a test would, rightly, have every call judged again.
    inputs.code_sha256 = lambda: "the same code"  # type: ignore[assignment]
    sessions = open_store(url)
    run_month(
        Settings(workspace=folder),
        sessions,
        centre.MONTH,
        SimpleNamespace(stamp=centre.STAMP),
        default_scorecard(),
        SimpleNamespace(version="2026-10", sha256="a" * 64, rules=()),
        stages=Stages(lambda _path, recording, _channel: recording, listen, lambda entries: entries, judge),
    )
    close_store(sessions)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
