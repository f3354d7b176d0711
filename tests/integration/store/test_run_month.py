"""A run does what is due and nothing twice; one bad call stops nobody; what stops it loses nothing."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.asr.base import ChannelWords
from qa_pipeline.asr.channels import ChannelRoles
from qa_pipeline.asr.listening import PreparedCall
from qa_pipeline.engine import InProcess
from qa_pipeline.errors import AudioError, ScorecardInvalid, SettingsError, TransientError, UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.judging import inputs
from qa_pipeline.judging.inputs import standards_hash
from qa_pipeline.models import AcousticProfile, CallFile, KnowledgeEntry, Recording, Role, Transcript, VoiceBaseline
from qa_pipeline.review.beside import correct
from qa_pipeline.runs import RunInterrupted, RunSummary, replace_month, run_month
from qa_pipeline.runs.inputs import heard_otherwise, speech_hash
from qa_pipeline.runs.stages import Heard, Judged, Stages, real_stages
from qa_pipeline.settings import Settings
from qa_pipeline.store import queries
from qa_pipeline.store.queries import jobs
from qa_pipeline.store.queries.jobs import Claim, JobKey
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.schema import JobRow, JobState
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.store.worker import Worker
from scoring.scorecard import default_scorecard
from tests import centre
from tests.centre import MONTH, NOW, STAMP

Sessions = sessionmaker[Session]
CALLS = centre.many_calls(4)


@dataclass
class FakeStages:
    """Counts what is done to which call; ``trouble`` is raised at a stage of a call, once or always."""

    trouble: dict[tuple[str, str], BaseException] = field(default_factory=dict)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    judged: dict[str, Transcript] = field(default_factory=dict)
    before: Callable[[str, str], None] = lambda _stage, _call_id: None
    together: int = 1

    def act(self, stage: str, recording: Recording) -> None:
        call_id = NAMES[recording.recording_id]
        self.before(stage, call_id)
        self.done[stage, call_id] += 1
        if (stage, call_id) in self.trouble:
            raise self.trouble[stage, call_id]

    def decode(self, path: Path, recording: Recording, operator_channel: int | None) -> Recording:
        assert path.parts[-2] == "recordings"
        self.act("decode", recording)
        return recording

    def listen(self, calls: Iterable[Recording]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        """Hears calls ``together`` at a time."""
        held: list[Recording] = []
        for recording in calls:
            held.append(recording)
            if len(held) == self.together:
                yield from map(self._heard, held)
                held.clear()
        yield from map(self._heard, held)

    def _heard(self, recording: Recording) -> tuple[str, Callable[[], Heard]]:
        return recording.recording_id, lambda: self._hear(recording)

    def _hear(self, recording: Recording) -> Heard:
        self.act("listen", recording)
        return centre.transcript(recording.recording_id), centre.profile()

    def judge(
        self,
        file: CallFile,
        recording: Recording,
        transcript: Transcript,
        acoustics: AcousticProfile,
        index: Any,
        baseline: VoiceBaseline | None,
    ) -> Judged:
        assert transcript.recording_id == recording.recording_id
        self.act("judge", recording)
        self.judged[NAMES[recording.recording_id]] = transcript
        return (centre.result(),), centre.evaluation(), ()

    @property
    def stages(self) -> Stages:
        return Stages(self.decode, self.listen, _index, self.judge)

    def times(self, stage: str) -> dict[str, int]:
        return {call_id: count for (name, call_id), count in self.done.items() if name == stage}


def _index(entries: tuple[KnowledgeEntry, ...]) -> tuple[KnowledgeEntry, ...]:
    return entries


NAMES = {centre.recording(one.call_id).recording_id: one.call_id for one in CALLS}
EACH_ONCE = {one.call_id: 1 for one in CALLS}


def ruleset(version: str = "2026-10", sha256: str = "a" * 64) -> Any:
    return SimpleNamespace(version=version, sha256=sha256, rules=())


@pytest.fixture(autouse=True)
def _same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever edits a rule between two runs of a test would, rightly, have every call judged again."""
    monkeypatch.setattr(inputs, "code_sha256", lambda: "the same code")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path)


@pytest.fixture
def fakes() -> FakeStages:
    return FakeStages()


@pytest.fixture
def planned(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        centre.put_calls(session, CALLS)
        centre.put(session, FileKind.WORK_ORDERS, centre.order(call_id="H000"))
        centre.put(session, FileKind.KNOWLEDGE, centre.entry())
        centre.put_plan(session, CALLS)
    return sessions


Run = Callable[..., RunSummary]


@pytest.fixture
def run(settings: Settings, planned: Sessions, fakes: FakeStages) -> Run:
    def run_now(*, after_s: float = 0, stamp: Any = STAMP, rules: Any = None, retry: bool = False, **how: Any) -> Any:
        return run_month(
            how.pop("settings", settings),
            planned,
            MONTH,
            SimpleNamespace(stamp=stamp),
            default_scorecard(),
            rules or ruleset(),
            lambda: NOW + timedelta(seconds=after_s),
            retry=retry,
            stages=fakes.stages,
            **how,
        )

    return run_now


def jobs_by_state(sessions: Sessions) -> Counter[JobState]:
    with sessions() as session:
        return Counter(session.scalars(select(JobRow.state)))


def test_every_call_of_the_plan_is_heard_and_judged_once(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    summary = run()
    assert (summary.total, summary.done, summary.unchanged, summary.failed) == (4, 4, 0, ())
    assert fakes.times("decode") == fakes.times("listen") == fakes.times("judge") == EACH_ONCE
    with planned() as session:
        file = queries.call_file(session, "H002")
    assert file.transcript == centre.transcript(centre.recording("H002").recording_id)
    assert file.audit is not None
    assert (file.audit.results, file.audit.evaluation) == ((centre.result(),), centre.evaluation())
    assert file.audit.ruleset.version == "2026-10"
    assert file.audit.created_at == NOW
    assert jobs_by_state(planned) == {JobState.DONE: 8}


def test_what_is_done_beside_the_calls_ends_with_them(settings: Settings, planned: Sessions, fakes: FakeStages) -> None:
    told: list[str] = []

    @contextmanager
    def beside(index: tuple[KnowledgeEntry, ...]) -> Iterator[None]:
        told.append(f"{len(index)} entry, {len(fakes.done)} done")
        yield
        told.append(f"{len(fakes.times('judge'))} judged")

    stages = replace(fakes.stages, beside=beside)
    transcriber: Any = SimpleNamespace(stamp=STAMP)
    run_month(settings, planned, MONTH, transcriber, default_scorecard(), ruleset(), lambda: NOW, stages=stages)
    assert told == ["1 entry, 0 done", "4 judged"]


class _Samples:
    """Stands for the samples of a long call."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording


def test_the_samples_of_a_call_are_gone_when_the_next_call_is_taken(
    settings: Settings, planned: Sessions, fakes: FakeStages
) -> None:
    gone: list[bool] = []

    def listen(calls: Iterable[_Samples]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        for samples in calls:
            known = weakref.ref(samples)
            yield samples.recording.recording_id, partial(hear, samples)
            del samples
            # The thread that made them lets go a moment after it has told of them.
            for _ in range(100):
                if known() is not None:
                    time.sleep(0.01)
            gone.append(known() is None)

    def hear(samples: _Samples) -> Heard:
        return centre.transcript(samples.recording.recording_id), centre.profile()

    stages = Stages(lambda _path, recording, _channel: _Samples(recording), listen, _index, fakes.judge)
    transcriber: Any = SimpleNamespace(stamp=STAMP)
    run_month(settings, planned, MONTH, transcriber, default_scorecard(), ruleset(), lambda: NOW, stages=stages)
    assert gone == [True] * 4


def test_the_same_inputs_again_are_no_work(run: Run, fakes: FakeStages) -> None:
    run()
    again = run(after_s=3600)
    assert (again.done, again.unchanged) == (0, 4)
    assert fakes.times("listen") == fakes.times("judge") == EACH_ONCE


def test_a_call_that_a_person_corrected_is_judged_again_with_those_words_and_no_other_is(
    run: Run, planned: Sessions, fakes: FakeStages
) -> None:
    run()
    with planned.begin() as session:
        correct(session, "H002", 0, "您好，请讲", Role.OPERATOR, "甲", 0, NOW)
    assert (run(after_s=60).done, run(after_s=120).unchanged) == (1, 4)
    assert fakes.times("listen") == EACH_ONCE
    assert fakes.times("judge") == {**EACH_ONCE, "H002": 2}
    with planned() as session:
        file = queries.call_file(session, "H002")
    assert file.audit is not None
    assert file.audit.corrected_until == 1
    assert file.transcript is not None
    assert [u.text for u in file.transcript.utterances] == ["您好，请讲"]
    assert fakes.judged["H002"] == file.transcript


def test_a_changed_ruleset_judges_again_without_hearing_again(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    run()
    assert run(rules=ruleset("2026-11", "b" * 64)).done == 4
    assert fakes.times("decode") == EACH_ONCE
    assert set(fakes.times("judge").values()) == {2}
    with planned() as session:
        first, second = queries.audits_of(session, "H000")
    assert second.supersedes_id == first.audit_id
    assert (first.ruleset.version, second.ruleset.version) == ("2026-10", "2026-11")


def test_going_back_to_the_earlier_ruleset_makes_its_audit_count_again(
    run: Run, planned: Sessions, fakes: FakeStages
) -> None:
    for rules in (ruleset(), ruleset("2026-11", "b" * 64), ruleset()):
        assert run(rules=rules).done == 4
    with planned() as session:
        chain = queries.audits_of(session, "H000")
    assert [one.ruleset.version for one in chain] == ["2026-10", "2026-11", "2026-10"]
    assert chain[0].inputs_hash == chain[2].inputs_hash
    assert run().unchanged == 4


def test_a_changed_work_order_judges_only_its_own_call_again(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    run()
    with planned.begin() as session:
        centre.put(session, FileKind.WORK_ORDERS, centre.order(call_id="H000", 标题="改过的标题"))
    summary = run()
    assert (summary.done, summary.unchanged) == (1, 3)
    assert fakes.times("judge") == EACH_ONCE | {"H000": 2}


def test_a_changed_knowledge_base_judges_all_calls_again(run: Run, planned: Sessions) -> None:
    run()
    with planned.begin() as session:
        centre.put(session, FileKind.KNOWLEDGE, centre.entry("K2"))
    assert run().done == 4


def test_another_model_hears_all_calls_again(run: Run, fakes: FakeStages) -> None:
    run()
    assert run(stamp=replace(STAMP, model="large")).done == 4
    assert set(fakes.times("listen").values()) == {2}


def test_what_another_model_heard_is_counted_in_open_months_alone(run: Run, planned: Sessions) -> None:
    audited = run().done
    with planned.begin() as session:
        assert heard_otherwise(session, STAMP) == (audited, 0)
        assert heard_otherwise(session, replace(STAMP, model="whisper-large")) == (audited, audited)
        save_closing(session, MONTH, [], "李", NOW)
        assert heard_otherwise(session, replace(STAMP, model="whisper-large")) == (0, 0)


def test_a_call_that_cannot_be_heard_is_noted_and_the_others_go_on(
    run: Run, planned: Sessions, fakes: FakeStages
) -> None:
    fakes.trouble["decode", "H001"] = AudioError("录音 H001.wav 是静音", "检查录音系统")
    summary = run()
    assert summary.done == 3
    assert summary.failed == (("H001", "录音 H001.wav 是静音 (检查录音系统)"),)
    with planned() as session:
        assert queries.call_file(session, "H001").failure == "录音 H001.wav 是静音 (检查录音系统)"
        assert queries.call_file(session, "H000").failure is None


def test_a_replaced_call_is_not_heard_again_and_does_not_fail_the_run(
    run: Run, planned: Sessions, fakes: FakeStages
) -> None:
    fakes.trouble["decode", "H001"] = AudioError("静音", "检查")
    assert run().failed
    (made,) = replace_month(planned, MONTH, "张三", NOW)
    assert made.call_id == "H001"
    again = run(retry=True)
    assert (again.total, again.unchanged, again.failed) == (3, 3, ())
    assert fakes.times("decode")["H001"] == 1


def test_a_failed_call_is_tried_again_only_on_request(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    fakes.trouble["decode", "H001"] = AudioError("静音", "检查")
    run()
    assert run(after_s=3600).failures == (("H001", "静音 (检查)"),)
    assert fakes.times("decode")["H001"] == 1
    fakes.trouble.clear()
    assert run(retry=True).done == 1
    with planned() as session:
        assert queries.call_file(session, "H001").failure is None


def test_a_call_that_brings_a_library_down_goes_to_a_person_and_the_others_go_on(run: Run, fakes: FakeStages) -> None:
    fakes.trouble["judge", "H002"] = ZeroDivisionError("division by zero")
    summary = run()
    assert summary.done == 3
    assert [(call_id, "ZeroDivisionError" in why) for call_id, why in summary.failed] == [("H002", True)]


def test_what_a_crash_quotes_of_a_call_is_neither_stored_nor_logged(
    run: Run, planned: Sessions, fakes: FakeStages, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    fakes.trouble["judge", "H002"] = ValueError("我的电话是 13900001234")
    summary = run()
    with planned() as session:
        noted = [row.error for row in session.scalars(select(JobRow))]
    said = f"{summary.failed} {noted} {caplog.text}"
    assert "ValueError" in said
    assert "13900001234" not in said


def test_what_was_heard_is_not_heard_again_after_judging_failed(run: Run, fakes: FakeStages) -> None:
    fakes.trouble["judge", "H002"] = ZeroDivisionError("division by zero")
    run()
    fakes.trouble.clear()
    run(retry=True)
    assert fakes.times("listen") == EACH_ONCE


def test_what_may_pass_is_tried_again_later_by_itself(run: Run, fakes: FakeStages) -> None:
    fakes.trouble["listen", "H001"] = TransientError("the graphics card is busy", "wait")
    summary = run()
    assert (summary.done, summary.postponed) == (3, (("H001", "the graphics card is busy (wait)"),))
    fakes.trouble.clear()
    assert run(after_s=5).postponed == (("H001", "the graphics card is busy (wait)"),)
    assert run(after_s=15).done == 1


def test_a_missing_model_stops_the_run_and_blames_no_call(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    fakes.trouble["listen", "H000"] = SettingsError("model whisper-huge is not there", "install it")
    with pytest.raises(SettingsError, match="whisper-huge"):
        run()
    assert jobs_by_state(planned) == {JobState.PENDING: 2}, "the call at work and the one decoded ahead are free"
    fakes.trouble.clear()
    assert run().done == 4


def test_a_recogniser_out_of_reach_ends_the_run_and_the_next_one_goes_on(
    run: Run, planned: Sessions, fakes: FakeStages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_down(calls: Iterable[Recording]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        source = iter(calls)
        for _ in range(2):
            recording = next(source)
            yield recording.recording_id, partial(fakes._hear, recording)
        next(source)
        raise TransientError("the server is out of reach", "start it")

    with monkeypatch.context() as patched:
        patched.setattr(fakes, "listen", goes_down)
        with pytest.raises(TransientError, match="out of reach"):
            run()
    assert jobs_by_state(planned)[JobState.RUNNING] == 0, "what was at hand is given back"
    assert jobs_by_state(planned)[JobState.FAILED] == 0, "and blamed for nothing"
    again = run(after_s=1)
    assert (again.done, again.unchanged) == (2, 2)


def test_ctrl_c_gives_the_work_at_hand_back_and_keeps_what_is_done(
    run: Run, planned: Sessions, fakes: FakeStages
) -> None:
    fakes.trouble["listen", "H002"] = KeyboardInterrupt()
    with pytest.raises(RunInterrupted) as caught:
        run()
    assert (caught.value.summary.done, caught.value.summary.total) == (2, 4)
    assert JobState.RUNNING not in jobs_by_state(planned)
    fakes.trouble.clear()
    summary = run()
    assert (summary.done, summary.unchanged) == (2, 2)
    assert fakes.times("judge") == EACH_ONCE


def test_a_nearly_full_disk_stops_the_run_before_the_next_call(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    free = iter((10**12, 10**12, 10**12, 10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=next(free)))
        with pytest.raises(TransientError, match="only 1 MB left; 2 calls were finished") as caught:
            run()
    assert "min_free_mb" in caught.value.hint
    assert run().unchanged == 2


def test_a_full_disk_for_real_keeps_what_is_done(run: Run, settings: Settings) -> None:
    wanting = settings.model_copy(update={"min_free_mb": 10**12})
    with pytest.raises(TransientError, match="MB left"):
        run(settings=wanting)
    assert run().done == 4


def test_calls_that_another_machine_works_on_are_left_to_it(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    recording = centre.recording("H001")
    key = JobKey(recording.recording_id, "transcribe", speech_hash(recording, 0, STAMP))
    with planned.begin() as session:
        assert isinstance(jobs.claim(session, key, Worker("another-machine", 1, 0.0), NOW), Claim)
    summary = run()
    assert (summary.done, summary.elsewhere) == (3, ("H001",))
    assert "H001" not in fakes.times("decode")
    assert run(after_s=jobs.LEASE_S + 1).done == 1


def test_a_worker_that_lost_its_job_stores_nothing(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    def steal(stage: str, call_id: str) -> None:
        if (stage, call_id) == ("listen", "H001"):
            with planned.begin() as session:
                row = session.scalars(
                    select(JobRow).where(JobRow.recording_id == centre.recording("H001").recording_id)
                )
                row.one().token = "another worker's"

    fakes.before = steal
    summary = run()
    assert (summary.done, summary.elsewhere) == (3, ("H001",))
    with planned() as session:
        assert queries.call_file(session, "H001").transcript is None


def test_two_runs_at_once_share_the_work(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    summaries: list[RunSummary] = []
    runs = [threading.Thread(target=lambda: summaries.append(run())) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert sum(one.done for one in summaries) == 4
    assert fakes.times("listen") == fakes.times("judge") == EACH_ONCE


def test_the_next_call_is_decoded_while_this_one_is_heard(run: Run, fakes: FakeStages) -> None:
    following = threading.Event()

    def wait_for_the_next(stage: str, call_id: str) -> None:
        if (stage, call_id) == ("decode", "H001"):
            following.set()
        if (stage, call_id) == ("listen", "H000"):
            assert following.wait(timeout=20)

    fakes.before = wait_for_the_next
    assert run().done == 4


def test_a_call_whose_recording_is_not_there_is_named_and_the_others_go_on(
    settings: Settings, sessions: Sessions, fakes: FakeStages
) -> None:
    unheard = centre.call("H900")
    with sessions.begin() as session:
        centre.put_calls(session, CALLS)
        centre.put_calls(session, [unheard], recorded=False)
        centre.put_plan(session, (*CALLS, unheard))
    transcriber = SimpleNamespace(stamp=STAMP)
    summary = run_month(
        settings, sessions, MONTH, transcriber, default_scorecard(), ruleset(), lambda: NOW, stages=fakes.stages
    )
    assert (summary.done, [call_id for call_id, _ in summary.failed]) == (4, ["H900"])


def test_the_account_of_a_run_names_what_is_left(run: Run, fakes: FakeStages) -> None:
    fakes.trouble["decode", "H001"] = AudioError("静音", "检查")
    fakes.trouble["decode", "H002"] = TransientError("忙", "等")
    summary = run()
    assert summary.line() == "2026-10：计划 4 通，本次完成 2 通，无变化 0 通，无法质检 1 通，稍后再试 1 通"
    assert summary.as_dict()["failures"] == (("H001", "静音 (检查)"),)


def test_progress_counts_every_call_and_ends_at_the_total(run: Run, fakes: FakeStages) -> None:
    fakes.trouble["decode", "H001"] = AudioError("静音", "检查")
    told: list[tuple[int, int, str]] = []
    run(progress=lambda *given: told.append(given))
    assert told == [(1, 4, "H000"), (2, 4, "H001"), (3, 4, "H002"), (4, 4, "H003")]


def test_the_standards_that_judged_are_kept(run: Run, planned: Sessions) -> None:
    run()
    with planned() as session:
        assert '"version":"2026-10"' in (queries.document(session, "ruleset", "2026-10") or "")
        assert queries.document(session, "scorecard", default_scorecard().version)


def test_a_ruleset_that_was_changed_without_a_new_version_judges_nobody(run: Run, fakes: FakeStages) -> None:
    run()
    with pytest.raises(UserError, match="ruleset 2026-10 is in use with other content"):
        run(rules=ruleset(sha256="b" * 64))
    assert fakes.times("judge") == EACH_ONCE


def test_rules_for_items_that_the_scorecard_lacks_stop_the_run_before_any_call(run: Run, fakes: FakeStages) -> None:
    rules = ruleset()
    rules.rules = tuple(SimpleNamespace(code=code, item=item) for code, item in (("XA01", "D9"), ("PH01", "A1")))
    with pytest.raises(ScorecardInvalid, match=r"judges: D9 \(rule XA01\) \(") as caught:
        run(rules=rules)
    assert "enabled: false" in caught.value.hint
    assert not fakes.done


def test_a_month_without_a_plan_is_to_be_drawn_first(settings: Settings, sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, CALLS)
    transcriber = SimpleNamespace(stamp=STAMP)
    with pytest.raises(UserError, match="2026-10 还没有抽样") as caught:
        run_month(settings, sessions, MONTH, transcriber, default_scorecard(), ruleset(), stages=FakeStages().stages)
    assert "hotline-qa draw --month 2026-10" in caught.value.hint


def test_a_closed_month_is_not_judged_again(run: Run, planned: Sessions) -> None:
    with planned.begin() as session:
        queries.save_closing(session, MONTH, [], "王五", NOW)
    with pytest.raises(UserError, match="2026-10 was closed by 王五"):
        run()


def test_an_audit_that_a_closing_overtakes_is_not_kept(run: Run, planned: Sessions, fakes: FakeStages) -> None:
    def close(stage: str, call_id: str) -> None:
        if (stage, call_id) == ("judge", "H001"):
            with planned.begin() as session:
                queries.save_closing(session, MONTH, [], "王五", NOW)

    fakes.before = close
    with pytest.raises(UserError, match="2026-10 was closed by 王五"):
        run()
    with planned() as session:
        files = queries.month_data(session, MONTH).files
    assert next(file for file in files if file.call.call_id == "H001").audit is None


def test_a_lock_of_some_seconds_costs_no_transcript(settings: Settings, tmp_path: Path, fakes: FakeStages) -> None:
    file = tmp_path / "locked.sqlite3"
    sessions = open_store(f"sqlite:///{file}", create=True, busy_timeout_ms=100)
    with sessions.begin() as session:
        centre.put_calls(session, CALLS[:1])
        centre.put_plan(session, CALLS[:1])
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)

    def lock(stage: str, _call_id: str) -> None:
        if stage == "listen":
            other.execute("BEGIN EXCLUSIVE")
            threading.Timer(0.15, other.execute, ["ROLLBACK"]).start()

    fakes.before = lock
    transcriber = SimpleNamespace(stamp=STAMP)
    summary = run_month(
        settings, sessions, MONTH, transcriber, default_scorecard(), ruleset(), lambda: NOW, stages=fakes.stages
    )
    close_store(sessions)
    other.close()
    assert summary.done == 1
    assert fakes.times("listen") == {"H000": 1}


def test_the_engine_holds_the_samples_of_two_calls_at_most() -> None:
    alive = highest = 0

    class Samples:
        def __init__(self) -> None:
            nonlocal alive, highest
            alive += 1
            highest = max(highest, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def work(stream: Iterator[tuple[int, Callable[[], Samples]]]) -> None:
        for _, prepared in stream:
            assert prepared() is not None
            del prepared

    InProcess().run(range(6), lambda _task: Samples(), work)
    assert highest <= 2


def test_the_engine_hands_over_what_preparing_raised_with_its_own_task() -> None:
    def prepare(task: int) -> int:
        if task == 1:
            raise ValueError("task 1")
        return task * 10

    seen: list[object] = []

    def work(stream: Iterator[tuple[int, Callable[[], int]]]) -> None:
        for task, prepared in stream:
            try:
                seen.append((task, prepared()))
            except ValueError as error:
                seen.append((task, str(error)))

    InProcess().run(range(3), prepare, work)
    assert seen == [(0, 0), (1, "task 1"), (2, 20)]


def test_all_places_of_the_code_that_judges_are_where_they_are_looked_for() -> None:
    package = Path(inputs.__file__).parents[1]
    assert [name for name in inputs._JUDGING if not (package / name).exists()] == []


def test_the_code_that_judges_is_part_of_the_inputs() -> None:
    one = standards_hash(centre.RULESET, "s", "k")
    assert standards_hash(centre.RULESET, "s", "k") == one
    assert standards_hash(centre.RULESET, "s", "other") != one
    assert standards_hash(centre.RULESET, "s", "k", correct_terms=False) != one
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "code_sha256", lambda: "mended")
        assert standards_hash(centre.RULESET, "s", "k") != one


def test_the_real_stages_measure_on_the_device_of_the_settings(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = []
    monkeypatch.setattr("qa_pipeline.asr.device.pick_device", lambda setting: f"picked for {setting}")
    monkeypatch.setattr("qa_pipeline.asr.acoustics.measure", lambda _samples, _transcript, device: used.append(device))
    silent = ChannelWords("a", 0, ())
    engine = SimpleNamespace(stamp=STAMP, transcribe=lambda channels: [silent for _ in channels])
    roles = ChannelRoles((Role.UNKNOWN,), 0.0)
    call = PreparedCall(replace(centre.recording(), recording_id="a"), np.zeros((1, 1)), np.zeros((1, 1)), roles, ((),))
    ((_, heard),) = real_stages(settings, engine, default_scorecard(), ruleset()).listen([call])
    heard()
    assert used == ["picked for auto"]
