"""What a large month costs: closing it into the ledger, verifying that, and computing its payroll again.

A synthetic centre is written straight into SQLite: audits of 29 rules of random outcome with evidence, words of two
reviewers on one call in twenty, pay terms, a call log twice the sample. Each step runs in a process of its own, whose
peak memory is told.

    python bench/closing.py --sizes 1000 10000 100000 1000000
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import column, insert, table
from sqlalchemy.orm import Session, sessionmaker

from bench.results import machine, own_peak_mb, put, section
from qa_pipeline import sampling
from qa_pipeline.ledger.chain import Entry
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.replay import Replayed, replay
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
from qa_pipeline.review import close_month
from qa_pipeline.settings import Settings
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.codec import Json, PackedJson, encode
from qa_pipeline.store.queries.ledger import entries_of
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
STEPS = ("close", "verify", "replay")
SHOWN = ("s", "cpu", "mb")
CARD = default_scorecard()
EVALUATION = encode(score_call(CARD, ()))
RULES = [(f"R{n:02}", item.code) for n, item in enumerate((*CARD.items, *CARD.items[:6]))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where the stores are written; default: a temporary folder")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--print", action="store_true", help="do not write bench/RESULTS.md")
    given = parser.parse_args()
    if given.step:
        print(json.dumps(_step(given.step, given.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="closing-") as scratch:
        rows = [_size(size, (given.folder or Path(scratch)) / str(size)) for size in given.sizes]
    text = _report(rows)
    print(text)
    if not given.print:
        put(text)


def _size(size: int, folder: Path) -> dict[str, float]:
    started = time.perf_counter()
    fill(folder, size)
    print(f"{size}: filled in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    found: dict[str, float] = {"evaluations": size}
    for step in STEPS:
        command = [sys.executable, __file__, "--step", step, "--folder", str(folder)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{size}: {step} {said}", file=sys.stderr, flush=True)
        found |= {f"{step}_{what}": said[what] for what in SHOWN}
    found["ledger_mb"] = said["ledger_mb"]
    for file in folder.iterdir():
        file.unlink()
    return found


def _step(step: str, folder: Path) -> dict[str, float]:
    settings = Settings(workspace=folder)
    sessions = open_store(settings.url)
    started, computed = time.perf_counter(), time.process_time()
    steps: dict[str, Callable[[Settings, sessionmaker[Session]], float]] = {
        "close": _close,
        "verify": _verify,
        "replay": _replay,
    }
    ledger_mb = steps[step](settings, sessions)
    spent = {"s": time.perf_counter() - started, "cpu": time.process_time() - computed}
    said = {**spent, "mb": own_peak_mb(), "ledger_mb": ledger_mb}
    close_store(sessions)
    return said


def _close(settings: Settings, sessions: sessionmaker[Session]) -> float:
    with sessions.begin() as session:
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
    return 0


def _verify(_settings: Settings, sessions: sessionmaker[Session]) -> float:
    with sessions() as session:
        verify_store(session)
    return 0


def _replay(_settings: Settings, sessions: sessionmaker[Session]) -> float:
    size = 0

    def entries() -> Iterator[Entry]:
        nonlocal size
        for stored in entries_of(session, MONTH):
            size += len(stored[3].encode())
            yield Entry(*stored)

    with sessions() as session:
        done = Replayed()
        found = list(replay(checked(entries(), None), done))
    if found or not done.drawn_again:
        raise SystemExit(f"the replay differs: {found[:3]}, drawn again: {done.drawn_again}")
    return size / 1e6


def _report(rows: Sequence[dict[str, float]]) -> str:
    table = [
        [
            f"{row['evaluations']:,.0f}",
            f"{max(1, row['evaluations'] // CALLS_EACH):,.0f}",
            *(f"{row[f'{step}_{what}']:,.0f}" for step in STEPS for what in SHOWN),
            f"{row['ledger_mb']:,.0f}",
        ]
        for row in rows
    ]
    if len(rows) > 1:
        growth = [f"{_exponent(rows, f'{step}_{what}'):.2f}" for step in STEPS for what in SHOWN]
        table.append(["growth exponent", "", *growth, f"{_exponent(rows, 'ledger_mb'):.2f}"])
    header = ["evaluations", "operators"]
    header += [f"{step}, {unit}" for step in STEPS for unit in ("s", "CPU s", "peak MB")]
    about = (
        f"A month closed into the ledger, verified against the store, and computed again from the ledger alone (which "
        f"must come to the same, the draw with it). {machine(1)}, SQLite. CPU seconds are the "
        "process's own, where other work shares the machine. The growth exponent is that of the two largest sizes: "
        "1 is in proportion."
    )
    return section("Closing a large month", about, [*header, "ledger, MB"], table)


def _exponent(rows: Sequence[dict[str, float]], name: str) -> float:
    one, other = rows[-2:]
    return math.log(other[name] / one[name]) / math.log(other["evaluations"] / one["evaluations"])


def fill(folder: Path, size: int) -> None:
    """Write a centre with so many evaluations, 100 of each operator."""
    folder.mkdir(parents=True)
    sessions = open_store(Settings(workspace=folder).url, create=True)
    rng = random.Random(size)  # noqa: S311  # a made-up month, not a secret
    people = [Operator(f"{n:05}", f"话务员{n}", "一组", None, None) for n in range(max(1, size // CALLS_EACH))]
    frame = list(_frame(people, min(size, CALLS_EACH)))
    plan = sampling.draw(frame, MONTH, CALLS_EACH, "秋分", {}, datetime(2026, 11, 1))
    with sessions.begin() as session:
        _put(session, OperatorRow, (_values(as_row(OperatorRow, one)) for one in people))
        _put(session, CallRow, (_values(as_row(CallRow, one, month=MONTH)) for one in frame))
        session.add(as_row(PlanRow, plan))
        session.flush()
        sampled = (
            _values(as_row(SampledCallRow, one, month=MONTH, position=n, probability=str(one.probability)))
            for n, one in enumerate(plan.calls)
        )
        _put(session, SampledCallRow, sampled)
        _put(session, PayTermRow, (_terms(one) for one in people))
        ids = [one.call_id for one in plan.calls]
        _put(session, RecordingRow, map(_recording, ids))
        heard, variants = _heard(), [_variant(rng) for _ in range(VARIANTS)]
        _put(session, SpeechRow, (_speech(call_id, heard) for call_id in ids))
        drawn = [rng.choice(variants) for _ in ids]
        _put(session, AuditRow, (_audit(n, *one) for n, one in enumerate(zip(ids, drawn, strict=True), start=1)))
        reviewed = enumerate(zip(ids[::REVIEWED_EVERY], drawn[::REVIEWED_EVERY], strict=True))
        _put(session, DecisionRow, (word for n, one in reviewed for word in _words(n, *one)))
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


def _put(session: Session, kind: type[Base], rows: Iterator[dict[str, object]]) -> None:
    # What is kept as JSON comes encoded: once a variant and not once a call.
    columns = kind.__table__.columns
    bare = table(
        kind.__tablename__,
        *(column(c.name) if isinstance(c.type, Json | PackedJson) else column(c.name, c.type) for c in columns),
    )
    while batch := list(islice(rows, 5_000)):
        session.execute(insert(bare), batch)


def _values(row: object) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in type(row).__table__.columns}  # type: ignore[attr-defined]


def _terms(one: Operator) -> dict[str, object]:
    return {
        "month": MONTH, "operator_id": one.operator_id, "revision": 1, "from_day": date(2026, 10, 1),
        "to_day": date(2026, 10, 31), "team": one.team, "status": "regular", "base": "1200.00", "recorded_at": NOW,
    }  # fmt: skip


def _recording(call_id: str) -> dict[str, object]:
    return {
        "recording_id": f"{call_id:0>64}", "call_id": call_id, "path": f"recordings/{call_id}.wav",
        "codec": "pcm_alaw", "sample_rate_hz": 8000, "channels": 2, "duration_ms": 180_000,
        "source_name": f"{call_id}.wav", "imported_at": START,
    }  # fmt: skip


def _heard() -> bytes:
    said = "您好，欢迎拨打12345热线，请问有什么可以帮助您？"
    words = tuple(Word(said[i : i + 2], i * 120, i * 120 + 240, 0.93) for i in range(0, len(said), 2))
    turns = tuple(Utterance(n, Role.OPERATOR, 0, n * 5000, n * 5000 + 4000, said, words, 0.93) for n in range(12))
    stamp = ModelStamp("faster-whisper", "whisper-base", "ab" * 32, "int8 beam 5")
    heard = Transcript("0" * 64, 180_000, turns, (Span(0, 4000),), (), stamp)
    return gzip.compress(encode(heard).encode(), 6, mtime=0)


def _speech(call_id: str, heard: bytes) -> dict[str, object]:
    return {
        "recording_id": f"{call_id:0>64}", "inputs_hash": "1" * 64, "transcript": heard, "acoustics": b"",
        "created_at": START,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """What an audit found, as it is stored, and the first thing that failed."""

    text: str
    failed: RuleResult | None


def _variant(rng: random.Random) -> Variant:
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


def _audit(number: int, call_id: str, found: Variant) -> dict[str, object]:
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


if __name__ == "__main__":
    main()
