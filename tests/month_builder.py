"""Builders of months: calls with results of rules, people's decisions, an operator's sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from qa_pipeline.models import (
    CallAudit,
    CallFile,
    CallRecord,
    Decision,
    DrawReason,
    Evidence,
    EvidenceKind,
    Exclusion,
    ModelStamp,
    MonthData,
    Operator,
    Outcome,
    Recording,
    Role,
    RuleResult,
    RulesetStamp,
    SampledCall,
    SamplePlan,
    Standing,
    Transcript,
    Utterance,
    Verdict,
    Word,
)
from scoring.score import score_call
from scoring.scorecard import Scorecard, default_scorecard

MONTH = "2026-10"
START = datetime(2026, 10, 1, 8, 30)
CARD = default_scorecard()
STAMP = ModelStamp("faster-whisper", "whisper-base", "ab" * 32, "int8 beam 5")
SAID = [
    (Role.OPERATOR, "您好，欢迎拨打12345热线，请问有什么可以帮助您？"),
    (Role.CALLER, "我想问一下办护照要多少钱，我都打了三次电话了。"),
    (Role.OPERATOR, "这个我不清楚，你自己去问。"),
    (Role.CALLER, "你们怎么这样啊，我就是来问的。"),
    (Role.OPERATOR, "护照工本费是一百六十块，七个工作日可以拿到。"),
    (Role.OPERATOR, "谢谢您的来电，再见。"),
]


def words_at(utterance: int, text: str, note: str = "") -> Evidence:
    """Evidence on what was said in one of `SAID`'s lines, of 4 seconds each."""
    start = 500 + utterance * 5000
    return Evidence(
        EvidenceKind.WORDS, start, start + 4000, role=SAID[utterance][0], utterance=utterance, text=text, note=note
    )


def result(code: str, item: str, outcome: Outcome = Outcome.FAIL, **changes: Any) -> RuleResult:
    """One rule's result; a FAIL has one fault and evidence unless told otherwise."""
    failed = outcome is Outcome.FAIL
    base = RuleResult(
        code=code,
        item=item,
        outcome=outcome,
        reason="使用禁语" if failed else "未发现问题",
        evidence=(words_at(2, "不清楚"),) if failed else (),
        faults=1 if failed else 0,
    )
    return replace(base, **changes)


def clean(card: Scorecard = CARD, but: Iterable[RuleResult] = ()) -> tuple[RuleResult, ...]:
    """A pass on every item, except where ``but`` says something."""
    said = tuple(but)
    told = {one.item for one in said}
    passes = (result(f"R{i.code}", i.code, Outcome.PASS) for i in card.items if i.code not in told)
    return (*said, *passes)


def decision(code: str, item: str, verdict: Verdict, reviewer: str = "张敏", n: int = 1, **changes: Any) -> Decision:
    """A person's word; ``n`` is its number and minute."""
    base = Decision(
        decision_id=n,
        audit_id=1,
        call_id="C1",
        code=code,
        item=item,
        verdict=verdict,
        faults=1 if verdict is Verdict.FAULT else 0,
        reviewer=reviewer,
        reason="听过录音",
        created_at=START + timedelta(days=20, minutes=n),
    )
    return replace(base, **changes)


def audit(results: Sequence[RuleResult], call_id: str = "C1", card: Scorecard = CARD, audit_id: int = 1) -> CallAudit:
    """An audit whose stored evaluation is left as that of a call without verdicts."""
    return CallAudit(
        audit_id=audit_id,
        call_id=call_id,
        month=MONTH,
        recording_id="rec",
        inputs_hash="in",
        ruleset=RulesetStamp("2026-10", "cd" * 32),
        scorecard_version=card.version,
        knowledge_sha256="ef" * 32,
        results=tuple(results),
        evaluation=score_call(card, ()),
        created_at=START,
    )


def operator(operator_id: str = "1001", name: str = "王芳", team: str = "一组") -> Operator:
    """A person on the roster."""
    return Operator(operator_id, name, team, None, None)


def call_file(
    call_id: str = "C1",
    results: Sequence[RuleResult] | None = None,
    who: Operator | None = None,
    *,
    decisions: Sequence[Decision] = (),
    reason: DrawReason | None = DrawReason.RANDOM,
    probability: str = "0.5",
    failure: str | None = None,
    day: int = 1,
    shift: str = "早班",
) -> CallFile:
    """A sampled call; without ``results`` it was not audited."""
    who = who or operator()
    call = CallRecord(
        call_id=call_id,
        started_at=START + timedelta(days=day - 1),
        duration_s=30,
        operator_id=who.operator_id,
        shift=shift,
        caller_number="13812345678",
        hang_up_by=Role.CALLER,
        satisfaction=4,
        recording_file=f"{call_id}.wav",
        operator_channel=0,
    )
    sampled = None
    if reason is not None:
        sampled = SampledCall(call_id, who.operator_id, f"{shift}/{who.operator_id}", Decimal(probability), reason)
    return CallFile(
        call=call,
        operator=who,
        sampled=sampled,
        recording=Recording("rec", "recordings/rec.wav", "pcm_mulaw", 8000, 2, 30_000),
        transcript=None if results is None else transcript(),
        acoustics=None,
        work_order=None,
        audit=None if results is None else audit(results, call_id),
        decisions=tuple(replace(one, call_id=call_id) for one in decisions),
        failure=failure,
    )


def transcript() -> Transcript:
    """`SAID`, one line every five seconds; the fourth was heard badly."""
    utterances = tuple(_utterance(n, role, text) for n, (role, text) in enumerate(SAID))
    return Transcript("rec", 30_000, utterances, (), (), STAMP)


def _utterance(n: int, role: Role, text: str) -> Utterance:
    start = 500 + n * 5000
    sure = 0.4 if n == 3 else 0.93
    channel = 0 if role is Role.OPERATOR else 1
    return Utterance(n, role, channel, start, start + 4000, text, (Word(text, start, start + 4000, sure),), sure)


def month(
    files: Sequence[CallFile],
    operators: Sequence[Operator] | None = None,
    *,
    frame_per_call: int = 2,
    closed: bool = False,
) -> MonthData:
    """A month of sampled calls; the frame has ``frame_per_call`` calls for each of them."""
    people = tuple(operators) if operators is not None else tuple({f.operator for f in files if f.operator})
    frame = tuple(
        replace(file.call, call_id=f"{file.call.call_id}-{k}" if k else file.call.call_id)
        for file in files
        for k in range(frame_per_call)
    )
    plan = SamplePlan(
        month=MONTH,
        seed="秋分-4711",
        seed_sha256="12" * 32,
        frame_sha256="34" * 32,
        frame_size=len(frame),
        quota_per_operator=20,
        drawn_at=START,
        calls=tuple(file.sampled for file in files if file.sampled),
        exclusions=(Exclusion("C999", "录音缺失"),),
    )
    closed_at = START + timedelta(days=32) if closed else None
    return MonthData(MONTH, plan, people, frame, tuple(files), closed_at, "李主管" if closed else None)


def advice(code: str, item: str, **changes: Any) -> RuleResult:
    """A failed check that only advises."""
    return result(code, item, standing=Standing.ADVISE, **changes)
