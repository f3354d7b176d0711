"""Everything of many calls in a fixed number of statements, however many calls there are."""

from __future__ import annotations

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from qa_pipeline.language.by_hand import by_hand
from qa_pipeline.models import (
    AcousticProfile,
    CallAudit,
    CallFile,
    CallRecord,
    Decision,
    Operator,
    Recording,
    RuleResult,
    RulesetStamp,
    SampledCall,
    Transcript,
    Verdict,
    WorkOrder,
)
from qa_pipeline.store.queries.notes import corrections_in
from qa_pipeline.store.queries.sampling import replacements_of, sampled_model, sampled_of
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import (
    AuditRow,
    CallRow,
    DecisionRow,
    JobRow,
    JobState,
    OperatorRow,
    RecordingRow,
    ReplacementRow,
    SampledCallRow,
    SpeechRow,
    WorkOrderRow,
)

Scope = Select[str]
Speech = tuple[Transcript, AcousticProfile]


def load_files(session: Session, scope: Scope, *, speech: bool = True) -> tuple[CallFile, ...]:
    """Return the files of the calls whose ids the statement ``scope`` selects, by start time and id.

    Args:
        session: The unit of work.
        scope: Selects call ids.
        speech: False leaves transcript and acoustics None: they are most of a month's bytes.
    """
    statement = select(CallRow).where(CallRow.call_id.in_(scope)).order_by(CallRow.started_at, CallRow.call_id)
    calls = [as_model(CallRecord, row) for row in session.scalars(statement)]
    audits = latest_audits(session, scope)
    recordings = _recordings(session, scope)
    heard = _speech(session, scope) if speech else {}
    orders = _latest_orders(session, scope)
    taken_by = select(CallRow.operator_id).where(CallRow.call_id.in_(scope))
    their = select(OperatorRow).where(OperatorRow.operator_id.in_(taken_by))
    people = {row.operator_id: as_model(Operator, row) for row in session.scalars(their)}
    sampled = sampled_in(session, scope)
    decisions = _decisions(session, scope)
    failures = failures_in(session, scope)
    return tuple(
        CallFile(
            call=call,
            operator=people.get(call.operator_id),
            sampled=sampled.get(call.call_id),
            recording=recordings.get(call.call_id),
            transcript=heard[call.call_id][0] if call.call_id in heard else None,
            acoustics=heard[call.call_id][1] if call.call_id in heard else None,
            work_order=orders.get(call.call_id),
            audit=audits.get(call.call_id),
            decisions=tuple(decisions.get(call.call_id, ())),
            failure=failures.get(call.call_id),
        )
        for call in calls
    )


def orders_of_month(session: Session, month: str) -> tuple[WorkOrder, ...]:
    """Return the work orders of a month's calls as they stand, one a call: the one that was handed in last."""
    return tuple(_latest_orders(session, select(CallRow.call_id).where(CallRow.month == month)).values())


def latest_audits(session: Session, scope: Scope) -> dict[str, CallAudit]:
    """Return the audit that counts of each call: the end of its chain."""
    rows = session.scalars(select(AuditRow).where(AuditRow.audit_id.in_(_newest_audit_ids(scope))))
    return {row.call_id: audit_model(row) for row in rows}


def _newest_audit_ids(scope: Scope) -> Select[int]:
    return select(func.max(AuditRow.audit_id)).where(AuditRow.call_id.in_(scope)).group_by(AuditRow.call_id)


def audit_model(row: AuditRow) -> CallAudit:
    """Make the model of an audit's row."""
    return as_model(CallAudit, row, ruleset=RulesetStamp(row.ruleset_version, row.ruleset_sha256))


def order_model(row: WorkOrderRow) -> WorkOrder:
    """Make the model of one revision of a work order."""
    return as_model(WorkOrder, row)


def _recordings(session: Session, scope: Scope) -> dict[str, Recording]:
    rows = session.scalars(select(RecordingRow).where(RecordingRow.call_id.in_(scope)))
    return {row.call_id: as_model(Recording, row) for row in rows}


def sampled_in(session: Session, scope: Scope) -> dict[str, SampledCall]:
    """Return how calls came into their month's plan, as it stands now, by call id."""
    rows = session.scalars(select(SampledCallRow).where(SampledCallRow.call_id.in_(scope))).all()
    months = {row.month for row in rows}
    if not replacements_of(session, *months):
        return {row.call_id: sampled_model(row) for row in rows}
    # A replacement changes the chances of its whole stratum, so that all of the operator's calls must be known.
    asked, operators = {row.call_id for row in rows}, {row.operator_id for row in rows}
    known = sampled_of(session, *months, operators=sorted(operators))
    return {one.call_id: one for one in known if one.call_id in asked}


def _latest_orders(session: Session, scope: Scope) -> dict[str, WorkOrder]:
    rows = session.scalars(select(WorkOrderRow).where(WorkOrderRow.call_id.in_(scope)).order_by(WorkOrderRow.revision))
    newest = {row.order_id: row for row in rows}
    in_time = sorted(newest.values(), key=lambda row: (str(row.submitted_at or ""), row.order_id))
    return {row.call_id: order_model(row) for row in in_time}


def _decisions(session: Session, scope: Scope) -> dict[str, list[Decision]]:
    rows = session.scalars(select(DecisionRow).where(DecisionRow.call_id.in_(scope)).order_by(DecisionRow.decision_id))
    earlier = _confirmed(session, scope)
    by_call: dict[str, list[Decision]] = {}
    for row in rows:
        confirmed = earlier.get((row.audit_id, row.code)) if row.verdict is Verdict.CONFIRM else None
        by_call.setdefault(row.call_id, []).append(as_model(Decision, row, confirmed=confirmed))
    return by_call


def _confirmed(session: Session, scope: Scope) -> dict[tuple[int, str], RuleResult]:
    """Return the results, by audit and code, of superseded audits in which somebody confirmed something."""
    spoken_of = select(DecisionRow.audit_id).where(
        DecisionRow.call_id.in_(scope),
        DecisionRow.verdict == Verdict.CONFIRM,
        DecisionRow.audit_id.not_in(_newest_audit_ids(scope)),
    )
    rows = session.execute(select(AuditRow.audit_id, AuditRow.results).where(AuditRow.audit_id.in_(spoken_of)))
    return {(audit_id, result.code): result for audit_id, results in rows for result in results}


def _speech(session: Session, scope: Scope) -> dict[str, Speech]:
    # What the audit that counts was made of; for a call without an audit, what was heard last.
    audited = (
        select(AuditRow.call_id, AuditRow.corrected_until, SpeechRow)
        .join(
            SpeechRow,
            and_(SpeechRow.recording_id == AuditRow.recording_id, SpeechRow.inputs_hash == AuditRow.speech_hash),
        )
        .where(AuditRow.audit_id.in_(_newest_audit_ids(scope)))
    )
    waiting = (
        select(RecordingRow.call_id, SpeechRow)
        .join(SpeechRow, SpeechRow.recording_id == RecordingRow.recording_id)
        .where(RecordingRow.call_id.in_(scope), RecordingRow.call_id.not_in(select(AuditRow.call_id)))
        .order_by(SpeechRow.created_at)
    )
    found = {call_id: (speech.transcript, speech.acoustics) for call_id, speech in session.execute(waiting)}
    made = corrections_in(session, scope)
    for call_id, until, speech in session.execute(audited):
        read = (one for one in made.get((call_id, speech.inputs_hash), ()) if one.correction_id <= until)
        found[call_id] = (by_hand(speech.transcript, read), speech.acoustics)
    return found


def failures_in(session: Session, scope: Scope) -> dict[str, str]:
    """Return why calls cannot be audited, by call id."""
    rows = session.execute(
        select(RecordingRow.call_id, JobRow)
        .join(JobRow, JobRow.recording_id == RecordingRow.recording_id)
        .where(RecordingRow.call_id.in_(scope))
        .order_by(JobRow.updated_at, JobRow.job_id)
    )
    newest = {(call_id, job.stage): job for call_id, job in rows}
    failed = {
        call_id: f"{job.error} ({job.hint})" if job.hint else str(job.error)
        for (call_id, _), job in newest.items()
        if job.state in {JobState.FAILED, JobState.DEAD}
    }
    replaced = session.execute(
        select(ReplacementRow.call_id, ReplacementRow.why).where(ReplacementRow.call_id.in_(scope))
    )
    return failed | {call_id: f"已替换：{why}" for call_id, why in replaced}
