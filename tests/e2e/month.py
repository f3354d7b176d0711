"""A small month in a real store, with real sound: what the pages' tests look at.

Three operators, eight drawn calls. ``H261003-001`` has findings of every kind; its recording is a stereo A-law WAV in
which each utterance sounds as a tone of its speaker's own pitch, so that a test can tell which part is played.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import av
import numpy as np
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import item_verdicts
from qa_pipeline.models import (
    Agreement,
    CallContext,
    CallRecord,
    DrawReason,
    Evidence,
    EvidenceKind,
    KnowledgeEntry,
    Operator,
    Outcome,
    Recording,
    Role,
    RuleResult,
    RulesetStamp,
    SampledCall,
    SamplePlan,
    Standing,
    TalkOver,
)
from qa_pipeline.models.beside import FACTS, ComparedFact, facts_text
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.queries.results import save_audit, save_speech
from qa_pipeline.store.queries.standings import refresh_recording
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import (
    CallRow,
    JobRow,
    JobState,
    KnowledgeRow,
    OperatorRow,
    RecordingRow,
    WorkOrderRow,
)
from qa_pipeline.store.session import close_store, open_store
from scoring.score import score_call
from scoring.scorecard import default_scorecard
from tests.builders import call as build_call
from tests.people import add_people

MONTH = "2026-10"
MAIN = "H261003-001"
CLEAN = "H261004-001"
FAILED = "H261009-001"
WAITING = "H261009-002"
RATE_HZ = 8000
BUSY_MONTH = "2026-11"
BUSY_CALLS = 11
OPERATORS = (
    Operator("1001", "陈晓雯", "一组", None, date(2021, 3, 1)),
    Operator("1002", "刘志强", "一组", "1001", date(2022, 7, 1)),
    Operator("1003", "王海燕", "二组", None, date(2019, 5, 6)),
)
NOW = datetime(2026, 10, 31, 9, 0)

DIALOGUE = (
    ("话", "您好，欢迎拨打12345热线，请问有什么可以帮您？"),
    ("来", "你好，我想问一下新生儿落户要几个工作日，要带什么材料？"),
    ("话", "落户是三个工作日，带户口簿就行。"),
    ("来", "网上写的是五个工作日，到底几天？"),
    ("话", "我不是说了吗，你自己看着办。"),
    ("静", 4),
    ("来", "那我去哪里办呢？", None, None, 0.42),
    ("话", "去派出所。谢谢您的来电，再见。"),
)


def seed(workspace: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Make a workspace with the month in it: a copy of one that is made once a test run."""
    shutil.copytree(_made_once(), workspace, dirs_exist_ok=True)
    settings = Settings(workspace=workspace)
    return settings, open_store(settings.url)


def seed_busy(workspace: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Make a workspace in which a second month has calls with three findings to decide on each."""
    settings, sessions = seed(workspace)
    base = build_call(DIALOGUE)
    with sessions.begin() as session:
        frame = tuple(
            replace(
                base.call,
                call_id=f"H2611{day:02}-001",
                started_at=datetime(2026, 11, day, 9, 15),
                operator_id="1003",
                shift="早班",
                recording_file=f"H2611{day:02}-001.wav",
            )
            for day in range(1, BUSY_CALLS + 1)
        )
        session.add_all(as_row(CallRow, call, month=BUSY_MONTH) for call in frame)
        session.flush()
        save_plan(session, replace(_plan(frame), month=BUSY_MONTH))
        for call in frame:
            _audit(session, workspace, call, base, busy_results(base))
    return settings, sessions


def busy_results(context: CallContext) -> tuple[RuleResult, ...]:
    """Two faults and a doubt, all else passed; the fault of the answer beside the fact of its entry."""
    found = {r.item: r for r in main_results(context) if r.code in {"PH05", "AN01", "TN04"}}
    said = context.transcript.utterances[2]
    place = (said.index, said.start_ms, said.end_ms)
    limit = ("K007", 2, "time_limit", "5", "workday", "时限“5个工作日”", True)
    fact = ComparedFact(*limit, Agreement.CONTRADICTS, "三个工作日", *place)
    found["C2"] = replace(found["C2"], details={"entry_id": "K007", FACTS: facts_text([fact])})
    return tuple(found.get(r.item, r) for r in clean_results(lost=False))


@cache
def _made_once() -> Path:
    workspace = Path(tempfile.mkdtemp(prefix="month-"))
    atexit.register(shutil.rmtree, workspace, ignore_errors=True)
    close_store(_make(workspace))
    return workspace


def _make(workspace: Path) -> sessionmaker[Session]:
    sessions = open_store(Settings(workspace=workspace).url, create=True)
    fill(sessions, workspace)
    return sessions


def fill(sessions: sessionmaker[Session], workspace: Path) -> None:
    """Put the month into an empty store, its sound into a workspace."""
    (workspace / "recordings").mkdir(parents=True, exist_ok=True)
    with sessions.begin() as session:
        session.add_all(as_row(OperatorRow, operator) for operator in OPERATORS)
        session.flush()
        add_people(session, NOW)
        frame = tuple(_frame())
        session.add_all(as_row(CallRow, call, month=MONTH) for call in frame)
        session.flush()
        save_plan(session, _plan(frame))
        _main_call(session, workspace, frame[0])
        for call in frame[1:]:
            _other_call(session, workspace, call)


def _frame() -> Iterable[CallRecord]:
    base = build_call(DIALOGUE).call
    days = ((MAIN, 3, "1003", "早班"), (CLEAN, 4, "1001", "早班"), ("H261004-002", 4, "1002", "中班"))
    more = (("H261005-001", 5, "1001", "中班"), ("H261006-001", 6, "1002", "晚班"), ("H261007-001", 7, "1003", "晚班"))
    last = ((FAILED, 9, "1002", "早班"), (WAITING, 9, "1001", "晚班"))
    for call_id, day, operator_id, shift in (*days, *more, *last):
        yield replace(
            base,
            call_id=call_id,
            started_at=datetime(2026, 10, day, 8 + int(call_id[-1]), 15),
            operator_id=operator_id,
            shift=shift,
            satisfaction=2 if call_id == MAIN else 5,
            recording_file=f"{call_id}.wav",
        )


def _plan(frame: tuple[CallRecord, ...]) -> SamplePlan:
    calls = tuple(
        SampledCall(c.call_id, c.operator_id, f"{c.shift}/{c.operator_id}", Decimal("0.5"), DrawReason.RANDOM)
        for c in frame
    )
    digest = hashlib.sha256(b"seed").hexdigest()
    return SamplePlan(MONTH, "seed", digest, digest, len(frame), 3, NOW, calls, ())


def _main_call(session: Session, workspace: Path, call: CallRecord) -> None:
    context = build_call(
        DIALOGUE,
        acoustics={"talk_overs": (TalkOver(15_000, 16_200, Role.OPERATOR, 2),)},
        work_order={
            "工单编号": "GD20261003001",
            "提交时间": "2026-10-03 09:30:00",
            "姓名或称谓": "李女士",
            "联系方式": "13900001234",
            "标题": "咨询新生儿落户",
            "诉求类型": "咨询",
            "事发地点": "",
            "主要内容": "来电人咨询新生儿落户的办理时限与材料。<b>不是标签</b>",
            "具体诉求": "告知办理时限",
        },
    )
    order = context.work_order
    assert order is not None
    session.add(as_row(WorkOrderRow, replace(order, call_id=call.call_id), revision=1, recorded_at=NOW))
    answer = "五个工作日内办结，带出生医学证明、户口簿和结婚证。"
    entry = KnowledgeEntry("K007", 2, "新生儿落户", "怎么办？", answer, date(2026, 1, 1), owner_department="公安局")
    session.add(as_row(KnowledgeRow, entry, row_id=1, body=entry, recorded_at=NOW))
    _audit(session, workspace, call, context, main_results(context))


def main_results(context: CallContext) -> tuple[RuleResult, ...]:
    """Findings of every kind, with evidence in the words they speak of."""
    said = context.transcript.utterances
    opening, answer, rude = said[0], said[2], said[4]
    last = said[-1]

    def words(index: int, note: str = "") -> Evidence:
        u = said[index]
        return Evidence(EvidenceKind.WORDS, u.start_ms, u.end_ms, u.channel, u.role, index, u.text, note, u.confidence)

    missing = Evidence(
        EvidenceKind.ABSENCE, last.start_ms, last.end_ms, 0, Role.OPERATOR, last.index, "", "没有询问其他需求"
    )
    silence = Evidence(EvidenceKind.SOUND, rude.end_ms, said[5].start_ms)
    forbidden = (words(rude.index, "我不是说了吗"), words(rude.index, "你自己看着办"))
    wrong = words(answer.index, "应为五个工作日")
    duration_ms = context.recording.duration_ms
    empty = Evidence(EvidenceKind.FIELD, 0, duration_ms, text="事发地点：（空）", note="没有填写")
    return (
        RuleResult("PH01", "A1", Outcome.PASS, "问候、12345名称、主动询问都说了", (words(opening.index),), 0, 3),
        RuleResult("PH05", "A5", Outcome.FAIL, "结束语缺一部分：询问其他需求", (missing,), 1, 3, confidence=0.92),
        RuleResult("PH06", "A6", Outcome.FAIL, "说了禁语2处", forbidden, 2),
        RuleResult("TN04", "B4", Outcome.UNDETERMINED, "静默前的话没有听清", (silence,), confidence=0.5),
        RuleResult("TN06", "B6", Outcome.NOT_APPLICABLE, "来电人没有激动"),
        RuleResult(
            "AN01",
            "C2",
            Outcome.FAIL,
            "答复“三个工作日”，知识库为五个工作日",
            (wrong,),
            1,
            details={"entry_id": "K007"},
        ),
        RuleResult("RD02", "D2", Outcome.FAIL, "地点没有填写", (empty,), 1),
        # So much is judged that the call counts: of more than half open it would not.
        RuleResult("AN03", "C3", Outcome.PASS, "要素说全了"),
        RuleResult("RD01", "D1", Outcome.PASS, "姓名和电话与通话一致"),
        RuleResult("RD03", "D3", Outcome.PASS, "事实都已写入"),
        RuleResult("PH03", "A3", Outcome.PASS, "等待前后都有交代"),
        RuleResult("AN04", "C4", Outcome.PASS, "告知了去向和时限"),
        RuleResult(
            "FE01", "V1", Outcome.FAIL, "疑似讽刺来电人", (words(rude.index),), 1, None, False, Standing.ADVISE, 0.7
        ),
    )


def _other_call(session: Session, workspace: Path, call: CallRecord) -> None:
    if call.call_id == WAITING:
        return
    context = build_call(DIALOGUE[:3])
    if call.call_id == FAILED:
        recording = _recording(session, workspace, call, context)
        job = JobRow(
            recording_id=recording.recording_id, stage="transcribe", inputs_hash="0" * 64, state=JobState.FAILED,
            error="录音被截断：文件头写 62 秒，只能解码 3 秒", hint="从平台重新导出", created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        session.add(job)
        session.flush()
        refresh_recording(session, recording.recording_id)
        return
    _audit(session, workspace, call, context, clean_results(lost=call.call_id != CLEAN))


def clean_results(*, lost: bool) -> tuple[RuleResult, ...]:
    """A result for every item of the scorecard: passed, but for the farewell where ``lost``."""
    results = [RuleResult(f"X{item.code}", item.code, Outcome.PASS, "通过") for item in default_scorecard().items]
    if lost:
        window = Evidence(EvidenceKind.ABSENCE, 1_000, 3_000, 0, Role.OPERATOR)
        failed = RuleResult("PH05", "A5", Outcome.FAIL, "结束语缺一部分：道别", (window,), 1, 3)
        results = [failed if r.item == "A5" else r for r in results]
    return tuple(results)


def _audit(
    session: Session, workspace: Path, call: CallRecord, context: CallContext, results: tuple[RuleResult, ...]
) -> None:
    recording = _recording(session, workspace, call, context)
    transcript = replace(context.transcript, recording_id=recording.recording_id)
    save_speech(session, "1" * 64, transcript, context.acoustics, NOW)
    save_audit(
        session,
        call,
        recording.recording_id,
        inputs_hash="2" * 64,
        speech_hash="1" * 64,
        ruleset=RulesetStamp("2026-10", "3" * 64),
        scorecard_version=default_scorecard().version,
        knowledge_sha256="4" * 64,
        results=results,
        evaluation=score_call(default_scorecard(), item_verdicts(results, ())),
        now=NOW,
    )


def _recording(session: Session, workspace: Path, call: CallRecord, context: CallContext) -> Recording:
    raw = workspace / "recordings" / f"{call.call_id}.part"
    write_alaw(raw, tones(context))
    digest = hashlib.sha256(raw.read_bytes() + call.call_id.encode()).hexdigest()
    path = raw.rename(workspace / "recordings" / f"{digest}.wav")
    recording = Recording(
        digest, str(path.relative_to(workspace)), "pcm_alaw", RATE_HZ, 2, context.transcript.duration_ms
    )
    session.add(as_row(RecordingRow, recording, call_id=call.call_id, source_name=call.recording_file, imported_at=NOW))
    session.flush()
    return recording


def tones(context: CallContext) -> np.ndarray:
    """Return (2, samples) 16-bit: each utterance a tone in its channel, the operator's 440 Hz, the caller's 300 Hz."""
    samples = np.zeros((2, context.transcript.duration_ms * RATE_HZ // 1000), dtype=np.int16)
    for u in context.transcript.utterances:
        at = np.arange(u.start_ms * RATE_HZ // 1000, min(u.end_ms * RATE_HZ // 1000, samples.shape[1]))
        pitch = 440 if u.channel == 0 else 300
        swell = 0.55 + 0.45 * np.sin(2 * np.pi * 3.1 * at / RATE_HZ)
        samples[u.channel, at] = (9_000 * swell * np.sin(2 * np.pi * pitch * at / RATE_HZ)).astype(np.int16)
    return samples


def write_alaw(path: Path, samples: np.ndarray) -> None:
    """Write (channels, samples) as A-law WAV, which browsers do not play dependably."""
    with av.open(str(path), "w", format="wav") as container:
        layout = "stereo" if len(samples) == 2 else "mono"
        stream = container.add_stream("pcm_alaw", rate=RATE_HZ, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples.T.reshape(1, -1).copy(), format="s16", layout=layout)
        frame.sample_rate = RATE_HZ
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
