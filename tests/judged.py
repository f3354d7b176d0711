"""A small centre whose month is transcribed and judged: words are given, everything after them is the program's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.audit import audit_call, gather
from qa_pipeline.ingest.dialogue import read_dialogue
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import AcousticProfile, CallFile, Recording, Transcript
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.runs import run_month
from qa_pipeline.runs.stages import Heard, Judged, Stages
from qa_pipeline.settings import Settings
from qa_pipeline.standards import ruleset_of
from scoring.scorecard import default_scorecard
from tests import centre
from tests.builders import profile
from tests.workspaces import empty_centre

CARD = default_scorecard()
GREETING = "话务员：您好12345政务服务便民热线请问有什么可以帮您\n来电人：我想反映小区电梯坏了三天没有人修\n"
CLOSING = "话务员：请问您还有其他需要吗\n来电人：没有了谢谢\n话务员：感谢您的来电再见\n"
WHERE = "话务员：好的请问是哪个小区\n来电人：金桂花园三号楼\n"
PROMISE = "话务员：好的我给您登记转给住建局五个工作日内答复您\n"
SHIRKING = "话务员：这个不归我管你自己去问物业\n来电人：那我找谁\n话务员：随便你\n"
DIALOGUES = {
    "H1": GREETING + WHERE + PROMISE + CLOSING,
    "H2": GREETING + SHIRKING,
    "H3": GREETING + WHERE + CLOSING,
}


def judged_centre(
    root: Path, dialogues: Mapping[str, str] = DIALOGUES, ruleset: Ruleset | None = None
) -> tuple[Settings, sessionmaker[Session]]:
    """Make a workspace with a drawn month, and run it on words that are given instead of recognised."""
    settings, sessions = empty_centre(root)
    calls = [centre.call(call_id, operator_id=str(1001 + n % 2)) for n, call_id in enumerate(dialogues)]
    with sessions.begin() as session:
        centre.put_calls(session, calls)
        centre.put_plan(session, calls)
    run(settings, sessions, dialogues, ruleset or ruleset_of(settings))
    return settings, sessions


def run(settings: Settings, sessions: sessionmaker[Session], dialogues: Mapping[str, str], ruleset: Ruleset) -> None:
    """Judge the month, as ``hotline-qa run`` does once the words are there."""
    words = {centre.recording(call_id).recording_id: text for call_id, text in dialogues.items()}

    def listen(calls: Iterable[Recording]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        for recording in calls:
            heard = _heard(recording.recording_id, words[recording.recording_id])
            yield recording.recording_id, lambda heard=heard: heard

    def judge(
        file: CallFile,
        recording: Recording,
        transcript: Transcript,
        acoustics: AcousticProfile,
        index: KnowledgeIndex,
        _baseline: Any = None,
    ) -> Judged:
        ctx = gather(file.call, recording, transcript, acoustics, file.work_order, index, index.lexicon)
        return (*audit_call(ctx, ruleset, CARD), ctx.corrections)

    stages = Stages(lambda _path, recording, _channel: recording, listen, KnowledgeIndex, judge)
    transcriber: Any = SimpleNamespace(stamp=centre.STAMP)
    run_month(
        settings, sessions, centre.MONTH, transcriber, CARD, ruleset, lambda: datetime(2026, 11, 1, 10), stages=stages
    )


def _heard(recording_id: str, text: str) -> Heard:
    transcript = replace(read_dialogue(text, centre.NOW).transcript, recording_id=recording_id)
    return transcript, profile(transcript)
