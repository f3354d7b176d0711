"""A small centre for tests of the store: people, calls, orders, entries, recordings, a plan, results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from qa_pipeline import sampling
from qa_pipeline.errors import AudioError
from qa_pipeline.ingest.batch import Batch, FileKind, FileReport, Numbered
from qa_pipeline.models import (
    AcousticProfile,
    CallRecord,
    DeadAir,
    Evidence,
    EvidenceKind,
    Fact,
    KnowledgeEntry,
    ModelStamp,
    Operator,
    Outcome,
    Recording,
    Role,
    RuleResult,
    RulesetStamp,
    SamplePlan,
    Span,
    TalkOver,
    Transcript,
    Utterance,
    UtteranceAcoustics,
    Voice,
    Word,
    WorkOrder,
)
from qa_pipeline.store.queries import results as stored
from qa_pipeline.store.queries.imports import take
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.queries.recordings import add_recording, is_kept
from scoring.score import Evaluation, ItemScore, ItemState, SectionScore

MONTH = "2026-10"
NOW = datetime(2026, 11, 1, 9, 30)
STAMP = ModelStamp("fake", "tiny", "0" * 64, "beam=1")


def operator(operator_id: str = "1001", **changes: Any) -> Operator:
    values = {"name": "张三", "team": "一组", "leader_id": None, "hired_on": date(2020, 3, 1)}
    return Operator(operator_id, **(values | changes))


def call(call_id: str = "H1", **changes: Any) -> CallRecord:
    values: dict[str, Any] = {
        "started_at": datetime(2026, 10, 3, 8, 15, 20),
        "duration_s": 60,
        "operator_id": "1001",
        "shift": "早班",
        "caller_number": "13900001234",
        "hang_up_by": Role.CALLER,
        "satisfaction": 5,
        "recording_file": f"{call_id}.wav",
        "operator_channel": 0,
    }
    return CallRecord(call_id, **(values | changes))


def order(order_id: str = "W1", call_id: str = "H1", **fields: str) -> WorkOrder:
    kept = {"工单编号": order_id, "通话编号": call_id, "标题": "路灯不亮"} | fields
    return WorkOrder(order_id, call_id, kept, datetime(2026, 10, 3, 8, 30))


def entry(entry_id: str = "K1", version: int = 1, **changes: Any) -> KnowledgeEntry:
    values: dict[str, Any] = {
        "title": "居民身份证补领",
        "question": "身份证丢了怎么补办",
        "answer": "带户口簿到派出所，二十个工作日领取，工本费四十元。",
        "valid_from": date(2026, 1, 1),
        "facts": (Fact("fee", "40", "yuan", Decimal("0.5"), must_say=True),),
        "paraphrases": ("补身份证",),
    }
    return KnowledgeEntry(entry_id, version, **(values | changes))


def recording(call_id: str = "H1", **changes: Any) -> Recording:
    sha256 = hashlib.sha256(call_id.encode()).hexdigest()
    values = {"codec": "pcm_s16le", "sample_rate_hz": 8000, "channels": 2, "duration_ms": 60_000}
    return Recording(sha256, f"recordings/{sha256}.wav", **(values | changes))


def transcript(recording_id: str, text: str = "您好") -> Transcript:
    words = (Word(text, 100, 900, 0.875),)
    said = Utterance(0, Role.OPERATOR, 0, 100, 900, text, words, 0.875)
    return Transcript(recording_id, 60_000, (said,), (Span(100, 900, 0, Role.OPERATOR),), (Span(5_000, 6_000),), STAMP)


def profile() -> AcousticProfile:
    return AcousticProfile(
        utterances=(UtteranceAcoustics(0, -21.5, None, 240.25),),
        talk_overs=(TalkOver(1_000, 2_500, Role.OPERATOR, None),),
        dead_airs=(DeadAir(10_000, 22_000, Role.OPERATOR, 0),),
        operator_rate_cpm=240.25,
        caller_rate_cpm=None,
        noise_floor_db=(-60.5, -58.0),
    )


def voiced_profile(above_floor_db: float, rate_cpm: float = 240.0) -> AcousticProfile:
    """A profile that tells both voices; the operator's is so many dB above the floor."""
    operator = Voice(Role.OPERATOR, -23.0, above_floor_db, 210.0, 8.0, rate_cpm)
    caller = Voice(Role.CALLER, -20.0, 50.0, 120.0, 9.0, 300.0)
    return replace(profile(), voices=(caller, operator), operator_rate_cpm=rate_cpm)


def result(code: str = "PH01", item: str = "A1", outcome: Outcome = Outcome.FAIL) -> RuleResult:
    shown = Evidence(EvidenceKind.WORDS, 100, 900, 0, Role.OPERATOR, 0, "您好", "没有报出 12345", 0.875)
    return RuleResult(code, item, outcome, "开头语不完整", (shown,), 1, 3, details={"缺": "名称"})


def evaluation(points: str = "98.00") -> Evaluation:
    lost = ItemScore("A1", "A", Decimal(5), Decimal(2), Decimal(0), Decimal(2), ItemState.MACHINE, ("缺一项",))
    section = SectionScore("A", Decimal(25), Decimal(23), Decimal(23), Decimal(25))
    return Evaluation("2026", (lost,), (section,), Decimal(points), Decimal(0), Decimal(100), ("V1",), (), ("B2",))


RULESET = RulesetStamp("2026-10", "a" * 64)


def batch(kind: FileKind, *values: Any, file: str = "file.csv") -> Batch:
    return Batch(file, kind, tuple(Numbered(row, value) for row, value in enumerate(values, start=2)), ())


def put(session: Session, kind: FileKind, *values: Any) -> FileReport:
    """Take values as an import would; every one of them must be taken or known."""
    report = take(session, batch(kind, *values), NOW)
    assert not report.refusals, [str(refusal) for refusal in report.refusals]
    return report


def put_calls(session: Session, calls: Iterable[CallRecord], *, recorded: bool = True) -> None:
    """Take calls with their operators and, unless told otherwise, a recording each."""
    calls = tuple(calls)
    put(session, FileKind.ROSTER, *(operator(one) for one in sorted({c.operator_id for c in calls})))
    put(session, FileKind.CALL_LOG, *calls)
    for one in calls if recorded else ():
        if is_kept(session, recording(one.call_id).recording_id, one.call_id):
            continue
        add_recording(session, recording(one.call_id), one.call_id, one.recording_file, NOW)


def put_plan(session: Session, calls: Iterable[CallRecord], quota: int = 20) -> SamplePlan:
    """Draw among the calls and keep the plan."""
    plan = sampling.draw(tuple(calls), MONTH, quota, "seed", {}, NOW)
    save_plan(session, plan)
    return plan


def many_calls(count: int, operators: int = 2) -> tuple[CallRecord, ...]:
    """Make calls spread over operators, shifts and the month."""
    shifts = ("早班", "中班", "晚班")
    return tuple(
        call(
            f"H{number:03}",
            started_at=datetime(2026, 10, 1, 8) + timedelta(hours=5 * number),
            operator_id=str(1001 + number % operators),
            shift=shifts[number // operators % 3],
        )
        for number in range(count)
    )


def fake_probe(path: Path) -> Recording:
    """Stand in for the real probe: a file that begins with ``bad`` cannot be heard."""
    data = path.read_bytes()
    if data.startswith(b"bad"):
        raise AudioError(f"录音 {path.name} 是静音", "检查录音系统")
    return Recording(hashlib.sha256(data).hexdigest(), str(path), "pcm_s16le", 8000, 2, 60_000)


def heard_before(
    session: Session,
    call: CallRecord,
    above_floor_db: float,
    *,
    channels: int = 2,
    speech_hash: str = "heard",
    rate_cpm: float = 240.0,
) -> None:
    """Keep a call as one that was heard and audited."""
    kept = recording(call.call_id, channels=channels)
    if speech_hash == "heard":
        put_calls(session, [call], recorded=False)
        add_recording(session, kept, call.call_id, call.recording_file, NOW)
    said = transcript(kept.recording_id)
    stored.save_speech(session, speech_hash, said, voiced_profile(above_floor_db, rate_cpm), NOW)
    stored.save_audit(
        session,
        call,
        kept.recording_id,
        inputs_hash=f"{call.call_id} {speech_hash}",
        speech_hash=speech_hash,
        ruleset=RULESET,
        scorecard_version="2026",
        knowledge_sha256="k",
        results=(result(),),
        evaluation=evaluation(),
        now=NOW,
    )
