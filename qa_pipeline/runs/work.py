"""One run over a month's calls: what is due, what is done with it, what came of it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import CallError, QaError, TransientError, UserError
from qa_pipeline.models import CallFile, Recording, RulesetStamp
from qa_pipeline.runs.claims import Claims
from qa_pipeline.runs.inputs import audit_hash, speech_hash
from qa_pipeline.runs.stages import Samples, Stages
from qa_pipeline.runs.summary import RunSummary, Unresolved
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries import jobs, results
from qa_pipeline.store.queries.jobs import Claim, ClaimLost, Job, JobKey
from qa_pipeline.store.queries.month import closing_of, hold_month
from qa_pipeline.store.schema import JobState

logger = logging.getLogger(__name__)
Progress = Callable[[int, int, str], None]
_Ending = Callable[[Session, Claim, str, str, datetime], None]
_STORE_TRIES = 3
"""Minutes of recognition are not thrown away because somebody looks into the database for some seconds."""


@dataclass(frozen=True, slots=True)
class Standards:
    """What all calls of a run are judged by; ``index`` is the knowledge base made searchable."""

    ruleset: RulesetStamp
    scorecard_version: str
    knowledge_sha256: str
    sha256: str
    index: Any


@dataclass(frozen=True, slots=True)
class Task:
    """One call that is due; ``listen`` is the claim of its transcribing job, None where it was heard already."""

    file: CallFile
    recording: Recording
    speech_hash: str
    audit_hash: str
    listen: Claim | None


@dataclass(slots=True)
class Tally:
    """Counts as they grow."""

    month: str
    total: int
    done: int = 0
    unchanged: int = 0
    failures: list[Unresolved] = field(default_factory=list)
    postponed: list[Unresolved] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def settled(self) -> int:
        """How many calls are through, one way or the other."""
        return self.done + self.unchanged + len(self.failures) + len(self.postponed) + len(self.elsewhere)

    def summary(self) -> RunSummary:
        """Return the counts as they stand."""
        failures, postponed, elsewhere = tuple(self.failures), tuple(self.postponed), tuple(self.elsewhere)
        return RunSummary(self.month, self.total, self.done, self.unchanged, failures, postponed, elsewhere)


@dataclass(frozen=True, slots=True)
class MonthWork:
    """Works through a month's files; `tasks`, `prepare` and `work` are what an `Engine` asks for."""

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

    def tasks(self) -> Iterator[Task]:
        """Claim what is due, one call at a time; count what is not.

        Raises:
            TransientError: The disk is nearly full.
        """
        for file in self.files:
            self._refuse_full_disk()
            task = self._due(file)
            if task is None:
                self.progress(self.tally.settled, self.tally.total, file.call.call_id)
            else:
                yield task

    def prepare(self, task: Task) -> Samples | None:
        """Decode a call that must be heard."""
        if task.listen is None:
            return None
        return self.stages.decode(self.settings.workspace / task.recording.path, task.recording)

    def work(self, task: Task, prepared: Callable[[], Samples | None]) -> None:
        """Hear and judge one call. What is wrong with the call is noted with its job; the next call goes on.

        Raises:
            UserError: What is wrong is not the call's: a model that is missing, say.
        """
        if self._attempt(task, task.listen, lambda claim: self._listen(task, claim, prepared)):
            self._judge_if_free(task)
        self.progress(self.tally.settled, self.tally.total, task.file.call.call_id)

    def _due(self, file: CallFile) -> Task | None:
        call_id, recording = file.call.call_id, file.recording
        if recording is None:
            self.tally.failures.append((call_id, "没有录音；导入录音后再运行"))
            return None
        heard = speech_hash(recording, file.call.operator_channel, self.stamp)
        judged = audit_hash(file, heard, self.standards.sha256)
        with self.sessions() as session:
            newest = results.newest_inputs_hash(session, call_id)
            is_heard = results.has_speech(session, recording.recording_id, heard)
        if newest == judged:
            self.tally.unchanged += 1
            return None
        if is_heard:
            return Task(file, recording, heard, judged, None)
        key = JobKey(recording.recording_id, "transcribe", heard)
        claim = self._claim(call_id, key, lambda s: results.has_speech(s, key.recording_id, heard))
        return None if claim is None else Task(file, recording, heard, judged, claim)

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

    def _attempt(self, task: Task, claim: Claim | None, act: Callable[[Claim], None]) -> bool:
        """Do one job of a call; False where it did not come to its end."""
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

    def _listen(self, task: Task, claim: Claim, prepared: Callable[[], Samples | None]) -> None:
        transcript, acoustics = self.stages.listen(prepared(), task.recording, task.file.call.operator_channel)

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
        found, evaluation = self.stages.judge(task.file, task.recording, *speech, self.standards.index)

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


def _said(standing: Job) -> str:
    error = standing.error or "waits to be tried again"
    return f"{error} ({standing.hint})" if standing.hint else error
