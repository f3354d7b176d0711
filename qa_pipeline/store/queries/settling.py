"""What settling a month reads, a few operators at a time: verdicts without the words that they rest on."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import LargeBinary, Text, func, select, type_coerce
from sqlalchemy.orm import Session
from typing_extensions import TypedDict  # pydantic, which brings it, asks for its own on Python 3.11

from qa_pipeline.models import (
    DEMOTED,
    AuditStamp,
    Decision,
    FrameRow,
    HeardAs,
    ModelStamp,
    Outcome,
    RuleResult,
    SettlingCall,
    Standing,
    Verdict,
)
from qa_pipeline.store.queries.files import failures_in, load_files, sampled_in
from qa_pipeline.store.queries.month import StoredLine
from qa_pipeline.store.rows import as_model, chunks
from qa_pipeline.store.schema import (
    AuditRow,
    CallRow,
    ClosingLineRow,
    ClosingRow,
    DecisionRow,
    RecordingRow,
    SampledCallRow,
    SpeechRow,
)

_STAMP = b'"stamp":'
_AUDITS = tuple(
    column
    for column in AuditRow.__table__.columns
    if column.name not in {"results", "evaluation", "corrections", "month", "supersedes_id"}
)


class _Finding(TypedDict):
    """A result as it is stored, without evidence and reason: reading those takes most of the time."""

    code: str
    item: str
    outcome: Outcome
    faults: int
    parts: int | None
    corrected: bool
    standing: Standing
    details: dict[str, str]


_findings = TypeAdapter(list[_Finding])


def _result(found: _Finding) -> RuleResult:
    details = {DEMOTED: found["details"][DEMOTED]} if DEMOTED in found["details"] else {}
    counted = (found["faults"], found["parts"], found["corrected"], found["standing"])
    return RuleResult(found["code"], found["item"], found["outcome"], "", (), *counted, 1.0, details)


def settling_calls(session: Session, month: str, operators: Sequence[str]) -> dict[str, list[SettlingCall]]:
    """Return the sampled calls of some operators by operator id, each with its newest audit, in order of call ids."""
    statement = (
        select(CallRow.call_id, CallRow.operator_id, CallRow.shift)
        .join(SampledCallRow, SampledCallRow.call_id == CallRow.call_id)
        .where(CallRow.month == month, CallRow.operator_id.in_(operators), SampledCallRow.month == month)
        .order_by(CallRow.call_id)
    )
    found: dict[str, list[SettlingCall]] = {}
    for rows in chunks(session.execute(statement).all()):
        read = _Read(session, [row.call_id for row in rows])
        for row in rows:
            found.setdefault(row.operator_id, []).append(read.call(row))
    return found


class _Read:
    """All that is stored of some calls, one statement a table."""

    def __init__(self, session: Session, ids: Sequence[str]) -> None:
        newest = select(func.max(AuditRow.audit_id)).where(AuditRow.call_id.in_(ids)).group_by(AuditRow.call_id)
        raw = type_coerce(AuditRow.__table__.c.results, Text).label("results")
        audits = session.execute(select(*_AUDITS, raw).where(AuditRow.audit_id.in_(newest)))
        self.audits = {row.call_id: row for row in audits}
        recordings = select(RecordingRow.call_id, RecordingRow.recording_id).where(RecordingRow.call_id.in_(ids))
        self.recordings = {row.call_id: row.recording_id for row in session.execute(recordings)}
        self.heard = _heard(session, self.audits.values())
        self.decisions = _decisions(session, ids)
        scope = select(CallRow.call_id).where(CallRow.call_id.in_(ids))
        self.sampled = sampled_in(session, scope)
        self.failed = failures_in(session, scope)
        self.full = _full(session, self.audits, self.decisions)

    def call(self, row: Any) -> SettlingCall:
        call_id, audit = row.call_id, self.audits.get(row.call_id)
        results, decisions = self.full.get(call_id, ((), self.decisions.get(call_id, ())))
        if audit is not None and call_id not in self.full:
            results = tuple(map(_result, _findings.validate_json(audit.results)))
        return SettlingCall(
            call_id=call_id,
            operator_id=row.operator_id,
            shift=row.shift,
            sampled=self.sampled[call_id],
            recording_id=self.recordings.get(call_id) if audit is None else audit.recording_id,
            audit=None if audit is None else _stamp(audit),
            heard=None if audit is None else self.heard.get((audit.recording_id, audit.speech_hash)),
            results=results,
            decisions=tuple(decisions),
            failed=audit is None and call_id in self.failed,
        )


def _stamp(row: Any) -> AuditStamp:
    return AuditStamp(
        row.audit_id,
        row.inputs_hash,
        row.speech_hash,
        row.ruleset_version,
        row.ruleset_sha256,
        row.scorecard_version,
        row.knowledge_sha256,
        hashlib.sha256(row.results.encode()).hexdigest(),
        row.created_at,
    )


def _heard(session: Session, audits: Iterable[Any]) -> dict[tuple[str, str], HeardAs]:
    wanted = {(row.recording_id, row.speech_hash) for row in audits}
    packed = type_coerce(SpeechRow.__table__.c.transcript, LargeBinary).label("transcript")
    rows = session.execute(
        select(SpeechRow.recording_id, SpeechRow.inputs_hash, packed).where(
            SpeechRow.recording_id.in_({recording_id for recording_id, _ in wanted})
        )
    )
    return {(r.recording_id, r.inputs_hash): heard_as(r.transcript) for r in rows if (r[0], r[1]) in wanted}


def heard_as(packed: bytes) -> HeardAs:
    """Return what is kept of stored words: which recogniser wrote them, and their hash."""
    text = gzip.decompress(packed)
    # Keys are sorted and this one stands once outside of what was said: quotes within words are escaped.
    start = text.index(_STAMP) + len(_STAMP)
    stamp, _ = json.JSONDecoder().raw_decode(text[start : start + 4096].decode(errors="ignore"))
    return HeardAs(ModelStamp(**stamp), hashlib.sha256(text).hexdigest())


def _decisions(session: Session, ids: Sequence[str]) -> dict[str, list[Decision]]:
    rows = session.scalars(select(DecisionRow).where(DecisionRow.call_id.in_(ids)).order_by(DecisionRow.decision_id))
    found: dict[str, list[Decision]] = {}
    for row in rows:
        found.setdefault(row.call_id, []).append(as_model(Decision, row, confirmed=None))
    return found


def _full(
    session: Session, audits: Mapping[str, Any], decisions: Mapping[str, Sequence[Decision]]
) -> dict[str, tuple[tuple[RuleResult, ...], Sequence[Decision]]]:
    """Return results with their evidence where somebody confirmed a finding of an earlier audit: is it there still?"""
    ids = [
        call_id
        for call_id, said in decisions.items()
        if call_id in audits
        and any(d.verdict is Verdict.CONFIRM and d.audit_id != audits[call_id].audit_id for d in said)
    ]
    if not ids:
        return {}
    scope = select(CallRow.call_id).where(CallRow.call_id.in_(ids))
    files = load_files(session, scope, speech=False)
    return {file.call.call_id: (file.audit.results, file.decisions) for file in files if file.audit is not None}


def frame_of(session: Session, month: str, operators: Sequence[str]) -> dict[str, list[FrameRow]]:
    """Return all calls of some operators in a month, by operator id, in order of call ids."""
    found: dict[str, list[FrameRow]] = {}
    statement = _frame(month).where(CallRow.operator_id.in_(operators)).order_by(CallRow.call_id)
    for row in session.execute(statement):
        found.setdefault(row.operator_id, []).append(_frame_row(row))
    return found


def _frame_row(row: Any) -> FrameRow:
    return FrameRow(row.call_id, row.started_at.isoformat(), row.duration_s, row.operator_id, row.shift)


def _frame(month: str) -> Any:
    columns = (CallRow.call_id, CallRow.started_at, CallRow.duration_s, CallRow.operator_id, CallRow.shift)
    return select(*columns).where(CallRow.month == month)


def closed_lines_of(session: Session, before_month: str, operators: Sequence[str]) -> dict[str, list[StoredLine]]:
    """Return the lines of months settled before a month, by operator id, the oldest first."""
    settled = tuple(session.scalars(select(ClosingRow.month).where(ClosingRow.month < before_month)))
    # Naming the months lets the database go by the key instead of through every line that there ever was.
    statement = select(ClosingLineRow.month, ClosingLineRow.operator_id, ClosingLineRow.body).where(
        ClosingLineRow.month.in_(settled), ClosingLineRow.operator_id.in_(operators)
    )
    found: dict[str, list[StoredLine]] = {}
    for row in session.execute(statement.order_by(ClosingLineRow.month)):
        found.setdefault(row.operator_id, []).append(StoredLine(*row))
    return found
