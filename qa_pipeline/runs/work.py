"""One run over a month's calls: what is due, what is done with it, what came of it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.engine import Engine
from qa_pipeline.errors import CallError, QaError, TransientError, UserError
from qa_pipeline.judging.inputs import audit_hash
from qa_pipeline.judging.standards import Standards
from qa_pipeline.language.by_hand import by_hand
from qa_pipeline.models import CallFile, HandCorrection, Recording
from qa_pipeline.runs.claims import Claims
from qa_pipeline.runs.inputs import speech_hash
from qa_pipeline.runs.stages import Heard, Prepared, Stages
from qa_pipeline.runs.summary import Tally, Unresolved
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries import jobs, results
from qa_pipeline.store.queries.jobs import Claim, ClaimLost, Job, JobKey
from qa_pipeline.store.queries.month import closing_of, hold_month
from qa_pipeline.store.queries.notes import hand_corrections
from qa_pipeline.store.schema import JobState

logger = logging.getLogger(__name__)
Progress = Callable[[int, int, str], None]
_Ending = Callable[[Session, Claim, str, str, datetime], None]
_STORE_TRIES = 3
"""Minutes of recognition are not thrown away because somebody looks into the database for some seconds."""


@dataclass(frozen=True, slots=True)
class Task:
    """One call that is due; ``listen`` is the claim of its transcribing job, None where it was heard already.

    ``written`` is what people corrected in what was heard.
    """

    file: CallFile
    recording: Recording
    speech_hash: str
    audit_hash: str
    listen: Claim | None
    written: tuple[HandCorrection, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthWork:
    """Works through a month's files by means of an `Engine`."""

    settings: Settings
    sessions: sessionmaker[Session]
    files: tuple[CallFile, ...]
    standards: Standards
    stamp: Any
    stages: Stages
    claims: Claims
    tally: Tally
    now: Callable[[], datetime]
    progress: Progress
    retry: bool

    def run(self, engine: Engine) -> None:
        """Work through all files; those whose recording another call has under way come once it is through.

        Raises:
            UserError: What is wrong is not a call's: a model that is missing, say.
            TransientError: The disk is nearly full, or the recogniser out of reach.
        """
        files: Sequence[CallFile] = self.files
        while files:
            under_way: dict[str, Task] = {}
            later: list[CallFile] = []
            engine.run(self._tasks(files, under_way, later), self._prepare, partial(self._work, under_way))
            files = later

    def _tasks(self, files: Sequence[CallFile], under_way: Mapping[str, Task], later: list[CallFile]) -> Iterator[Task]:
        """Claim what is due, one call at a time; count what is not."""
        claimed = ""
        for file in files:
            self._refuse_full_disk()
            recording_id = file.recording.recording_id if file.recording else ""
            if recording_id and (recording_id in under_way or recording_id == claimed):
                later.append(file)
                continue
            task = self._due(file)
            if task is None:
                self.progress(self.tally.settled, self.tally.total, file.call.call_id)
            else:
                claimed = recording_id
                yield task

    def _prepare(self, task: Task) -> Prepared | None:
        """Make a call ready that must be heard."""
        if task.listen is None:
            return None
        path = self.settings.workspace / task.recording.path
        return self.stages.prepare(path, task.recording, task.file.call.operator_channel)

    def _work(self, under_way: dict[str, Task], stream: Iterator[tuple[Task, Callable[[], Prepared | None]]]) -> None:
        """Hear and judge calls. What is wrong with a call is noted with its job; the next call goes on."""
        for recording_id, heard in self.stages.listen(self._to_hear(under_way, stream)):
            task = under_way.pop(recording_id)
            if self._attempt(task, task.listen, partial(self._keep, task, heard)):
                self._judge_if_free(task)
            self._tell(task)
            # It holds the samples of a long call, a gigabyte, and so does what made them, below.
            del heard

    def _to_hear(
        self, under_way: dict[str, Task], stream: Iterator[tuple[Task, Callable[[], Prepared | None]]]
    ) -> Iterator[Prepared]:
        """Yield the calls to hear; judge at once what was heard already, and note what cannot be made ready."""
        for task, prepared in stream:
            if task.listen is None:
                self._judge_if_free(task)
                self._tell(task)
                continue
            ready: list[Prepared] = []
            is_ready = self._attempt(task, task.listen, partial(_make_ready, prepared, ready), ends=False)
            del prepared
            if is_ready:
                under_way[task.recording.recording_id] = task
                yield ready.pop()
            else:
                self._tell(task)

    def _tell(self, task: Task) -> None:
        self.progress(self.tally.settled, self.tally.total, task.file.call.call_id)

    def _due(self, file: CallFile) -> Task | None:
        call_id, recording = file.call.call_id, file.recording
        if recording is None:
            self.tally.failures.append((call_id, "没有录音；导入录音后再运行"))
            return None
        heard = speech_hash(recording, file.call.operator_channel, self.stamp)
        with self.sessions() as session:
            written = hand_corrections(session, call_id, heard)
            newest = results.newest_inputs_hash(session, call_id)
            is_heard = results.has_speech(session, recording.recording_id, heard)
        judged = audit_hash(file, heard, self.standards.sha256, self.standards.baseline_of(file), written)
        if newest == judged:
            self.tally.unchanged += 1
            return None
        if is_heard:
            return Task(file, recording, heard, judged, None, written)
        key = JobKey(recording.recording_id, "transcribe", heard)
        claim = self._claim(call_id, key, lambda s: results.has_speech(s, key.recording_id, heard))
        return None if claim is None else Task(file, recording, heard, judged, claim, written)

    def _claim(self, call_id: str, key: JobKey, is_there: Callable[[Session], bool]) -> Claim | None:
        taken = self.claims.take(key, is_there, retry=self.retry)
        if isinstance(taken, Claim):
            return taken
        if taken.state in {JobState.FAILED, JobState.DEAD}:
            self.tally.failures.append((call_id, _said(taken)))
        elif taken.state is JobState.PENDING:
            self.tally.postponed.append((call_id, _said(taken)))
        else:
            self.tally.elsewhere.append(call_id)
        return None

    def _attempt(self, task: Task, claim: Claim | None, act: Callable[[Claim], None], *, ends: bool = True) -> bool:
        """Do one job of a call, or its first part (not ``ends``); False where it did not come to its end."""
        if claim is None:
            return True
        call_id = task.file.call.call_id
        try:
            act(claim)
        except ClaimLost:
            self.tally.elsewhere.append(call_id)
        except TransientError as error:
            self._end(call_id, claim, error, jobs.postpone, self.tally.postponed)
        except UserError:
            raise
        except CallError as error:
            self._end(call_id, claim, error, jobs.fail, self.tally.failures)
        except Exception as error:
            # One call that brings a library down must not cost the night's other calls their audit.
            # Its message may quote what was said, so that only its type is logged and stored.
            logger.error("call %s: unexpected %s", call_id, type(error).__name__)
            logger.debug("call %s", call_id, exc_info=True)
            said = CallError(f"unexpected {type(error).__name__}", "report it; the call goes to a person")
            self._end(call_id, claim, said, jobs.fail, self.tally.failures)
        else:
            if ends:
                self.claims.let_go(claim)
            return True
        self.claims.let_go(claim)
        return False

    def _end(self, call_id: str, claim: Claim, error: QaError, how: _Ending, into: list[Unresolved]) -> None:
        try:
            with self.sessions.begin() as session:
                how(session, claim, error.message, error.hint, self.now())
        except ClaimLost:
            self.tally.elsewhere.append(call_id)
        else:
            into.append((call_id, str(error)))

    def _keep(self, task: Task, heard: Callable[[], Heard], claim: Claim) -> None:
        transcript, acoustics = heard()

        def store(session: Session) -> None:
            results.save_speech(session, task.speech_hash, transcript, acoustics, self.now())
            jobs.finish(session, claim, self.now())

        self._store(store)

    def _judge_if_free(self, task: Task) -> None:
        call_id, key = task.file.call.call_id, JobKey(task.recording.recording_id, "audit", task.audit_hash)
        claim = self._claim(call_id, key, lambda s: results.newest_inputs_hash(s, call_id) == task.audit_hash)
        if claim is not None and self._attempt(task, claim, lambda held: self._judge(task, held)):
            self.tally.done += 1

    def _judge(self, task: Task, claim: Claim) -> None:
        with self.sessions() as session:
            speech = results.speech_of(session, task.recording.recording_id, task.speech_hash)
        if speech is None:
            raise TransientError("the transcript is gone", "run again: the call will be heard anew")
        baseline = self.standards.baseline_of(task.file)
        transcript, acoustics = by_hand(speech[0], task.written), speech[1]
        found, evaluation, corrections = self.stages.judge(
            task.file, task.recording, transcript, acoustics, self.standards.index, baseline
        )

        def store(session: Session) -> None:
            refuse_closed(session, f"{task.file.call.started_at:%Y-%m}")
            results.save_audit(
                session,
                task.file.call,
                task.recording.recording_id,
                inputs_hash=task.audit_hash,
                speech_hash=task.speech_hash,
                ruleset=self.standards.ruleset,
                scorecard_version=self.standards.scorecard_version,
                knowledge_sha256=self.standards.knowledge_sha256,
                results=found,
                evaluation=evaluation,
                now=self.now(),
                corrections=corrections,
                corrected_until=max((one.correction_id for one in task.written), default=0),
            )
            jobs.finish(session, claim, self.now())

        self._store(store)

    def _store(self, store: Callable[[Session], None]) -> None:
        for remaining in reversed(range(_STORE_TRIES)):
            try:
                with self.sessions.begin() as session:
                    store(session)
            except ClaimLost:
                raise
            except TransientError:
                if not remaining:
                    raise
            else:
                return

    def _refuse_full_disk(self) -> None:
        free_mb = shutil.disk_usage(self.settings.workspace).free // 1_000_000
        if free_mb < self.settings.min_free_mb:
            raise TransientError(
                f"the disk of {self.settings.workspace} has only {free_mb} MB left; "
                f"{self.tally.done} calls were finished and are kept",
                f"free some space (at least {self.settings.min_free_mb} MB, setting min_free_mb) and run again",
            )


def refuse_closed(session: Session, month: str) -> None:
    """Hold a month until the unit of work ends, so that nothing is written into it once it was settled.

    Raises:
        UserError: It is settled.
    """
    hold_month(session, month)
    closing = closing_of(session, month)
    if closing is not None:
        raise UserError(
            f"{month} was closed by {closing.closed_by} on {closing.closed_at:%Y-%m-%d %H:%M}",
            "a closed month is not audited again; `hotline-qa report` shows it as it was settled",
        )


def _make_ready(prepared: Callable[[], Prepared | None], into: list[Prepared], _claim: Claim) -> None:
    into.append(prepared())


def _said(standing: Job) -> str:
    error = standing.error or "waits to be tried again"
    return f"{error} ({standing.hint})" if standing.hint else error
