"""A synthetic month written straight into a store: for the benches of closing and of the desk."""

from __future__ import annotations

import gzip
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import column, insert, table
from sqlalchemy.orm import Session

from qa_pipeline import sampling
from qa_pipeline.models import (
    CallRecord,
    Evidence,
    EvidenceKind,
    ModelStamp,
    Operator,
    Outcome,
    Role,
    RuleResult,
    Span,
    Standing,
    Transcript,
    Utterance,
    Verdict,
    Word,
)
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import Json, PackedJson, encode
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import (
    AuditRow,
    Base,
    CallRow,
    DecisionRow,
    OperatorRow,
    PayTermRow,
    PlanRow,
    RecordingRow,
    SampledCallRow,
    SpeechRow,
)
from qa_pipeline.store.session import close_store, open_store
from scoring.score import score_call
from scoring.scorecard import default_scorecard

MONTH = "2026-10"
START = datetime(2026, 10, 1, 8)
NOW = datetime(2026, 11, 2, 9)
CALLS_EACH = 100
FRAME_PER_CALL = 2
VARIANTS = 5_000
REVIEWED_EVERY = 20
CARD = default_scorecard()
EVALUATION = encode(score_call(CARD, ()))
RULES = [(f"R{n:02}", item.code) for n, item in enumerate((*CARD.items, *CARD.items[:6]))]


def fill(folder: Path, size: int) -> None:
    """Write a centre with so many evaluations, 100 of each operator."""
    folder.mkdir(parents=True)
    sessions = open_store(Settings(workspace=folder).url, create=True)
    rng = random.Random(size)  # noqa: S311  # a made-up month, not a secret
    people = [Operator(f"{n:05}", f"话务员{n}", "一组", None, None) for n in range(max(1, size // CALLS_EACH))]
    frame = list(_frame(people, min(size, CALLS_EACH)))
    plan = sampling.draw(frame, MONTH, CALLS_EACH, "秋分", {}, datetime(2026, 11, 1))
    with sessions.begin() as session:
        put_rows(session, OperatorRow, (values_of(as_row(OperatorRow, one)) for one in people))
        put_rows(session, CallRow, (values_of(as_row(CallRow, one, month=MONTH)) for one in frame))
        session.add(as_row(PlanRow, plan))
        session.flush()
        sampled = (
            values_of(as_row(SampledCallRow, one, month=MONTH, position=n, probability=str(one.probability)))
            for n, one in enumerate(plan.calls)
        )
        put_rows(session, SampledCallRow, sampled)
        put_rows(session, PayTermRow, (_terms(one) for one in people))
        ids = [one.call_id for one in plan.calls]
        put_rows(session, RecordingRow, map(recording_values, ids))
        said, variants = heard_words(), [variant(rng) for _ in range(VARIANTS)]
        put_rows(session, SpeechRow, (speech_values(call_id, said) for call_id in ids))
        drawn = [rng.choice(variants) for _ in ids]
        put_rows(
            session, AuditRow, (audit_values(n, *one) for n, one in enumerate(zip(ids, drawn, strict=True), start=1))
        )
        reviewed = enumerate(zip(ids[::REVIEWED_EVERY], drawn[::REVIEWED_EVERY], strict=True))
        put_rows(session, DecisionRow, (word for n, one in reviewed for word in _words(n, *one)))
    close_store(sessions)


def _frame(people: Sequence[Operator], calls_each: int) -> Iterator[CallRecord]:
    for n, one in enumerate(people):
        for k in range(calls_each * FRAME_PER_CALL):
            at = START + timedelta(minutes=(n * 7 + k * 211) % 40_000)
            shift = ("早班", "中班", "晚班")[k % 3]
            call_id = f"H{one.operator_id}-{k:04}"
            yield CallRecord(
                call_id, at, 180, one.operator_id, shift, "13900001234", Role.CALLER, 5, f"{call_id}.wav", 0
            )


def put_rows(session: Session, kind: type[Base], rows: Iterator[dict[str, object]]) -> None:
    # What is kept as JSON comes encoded: once a variant and not once a call.
    columns = kind.__table__.columns
    bare = table(
        kind.__tablename__,
        *(column(c.name) if isinstance(c.type, Json | PackedJson) else column(c.name, c.type) for c in columns),
    )
    while batch := list(islice(rows, 5_000)):
        session.execute(insert(bare), batch)


def values_of(row: object) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in type(row).__table__.columns}  # type: ignore[attr-defined]


def _terms(one: Operator) -> dict[str, object]:
    return {
        "month": MONTH, "operator_id": one.operator_id, "revision": 1, "from_day": date(2026, 10, 1),
        "to_day": date(2026, 10, 31), "team": one.team, "status": "regular", "base": "1200.00", "recorded_at": NOW,
    }  # fmt: skip


def recording_values(call_id: str) -> dict[str, object]:
    return {
        "recording_id": f"{call_id:0>64}", "call_id": call_id, "path": f"recordings/{call_id}.wav",
        "codec": "pcm_alaw", "sample_rate_hz": 8000, "channels": 2, "duration_ms": 180_000,
        "source_name": f"{call_id}.wav", "imported_at": START,
    }  # fmt: skip


def heard_words() -> bytes:
    said = "您好，欢迎拨打12345热线，请问有什么可以帮助您？"
    words = tuple(Word(said[i : i + 2], i * 120, i * 120 + 240, 0.93) for i in range(0, len(said), 2))
    turns = tuple(Utterance(n, Role.OPERATOR, 0, n * 5000, n * 5000 + 4000, said, words, 0.93) for n in range(12))
    stamp = ModelStamp("faster-whisper", "whisper-base", "ab" * 32, "int8 beam 5")
    heard = Transcript("0" * 64, 180_000, turns, (Span(0, 4000),), (), stamp)
    return gzip.compress(encode(heard).encode(), 6, mtime=0)


def speech_values(call_id: str, heard: bytes) -> dict[str, object]:
    return {
        "recording_id": f"{call_id:0>64}", "inputs_hash": "1" * 64, "transcript": heard, "acoustics": b"",
        "created_at": START,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """What an audit found, as it is stored, and the first thing that failed."""

    text: str
    failed: RuleResult | None


def variant(rng: random.Random) -> Variant:
    results = tuple(_result(rng, code, item) for code, item in RULES)
    failed = next((one for one in results if one.outcome is Outcome.FAIL), None)
    return Variant(encode(results, tuple[RuleResult, ...]), failed)


def _result(rng: random.Random, code: str, item: str) -> RuleResult:
    outcome = rng.choices(tuple(Outcome), (82, 6, 9, 3))[0]
    failed = outcome is Outcome.FAIL
    shown = Evidence(
        EvidenceKind.WORDS, 12_000, 16_000, 0, Role.OPERATOR, 3, "这个我不清楚，你自己去问。", "禁语", 0.93
    )
    standing = rng.choices((Standing.DEDUCT, Standing.ADVISE), (8, 2))[0]
    return RuleResult(
        code, item, outcome, "使用禁语" if failed else "未发现问题", (shown,) if failed or rng.random() < 0.3 else (),
        rng.randint(1, 3) if failed else 0, rng.choice((None, 3)), False, standing, 0.9,
    )  # fmt: skip


def audit_values(number: int, call_id: str, found: Variant) -> dict[str, object]:
    return {
        "audit_id": number, "call_id": call_id, "month": MONTH, "recording_id": f"{call_id:0>64}",
        "inputs_hash": "2" * 64, "speech_hash": "1" * 64, "ruleset_version": "2026-10", "ruleset_sha256": "3" * 64,
        "scorecard_version": CARD.version, "knowledge_sha256": "4" * 64, "results": found.text,
        "evaluation": EVALUATION, "created_at": NOW, "supersedes_id": None, "corrections": "[]",
    }  # fmt: skip


def _words(n: int, call_id: str, found: Variant) -> Iterator[dict[str, object]]:
    failed = found.failed
    if failed is None:
        return
    for k, reviewer in enumerate(("张敏", "周倩")):
        yield {
            "decision_id": 2 * n + k + 1, "audit_id": n * REVIEWED_EVERY + 1, "call_id": call_id, "code": failed.code,
            "item": failed.item, "verdict": Verdict.CONFIRM, "faults": failed.faults, "reviewer": reviewer,
            "reason": "", "created_at": NOW - timedelta(hours=1), "appeal_id": None,
        }  # fmt: skip
