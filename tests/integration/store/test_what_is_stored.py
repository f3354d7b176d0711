"""What goes in comes out as it was, on both databases; what was judged, decided or settled cannot be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound, TransientError, UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.models import CallAudit, CallRecord, ShiftDuty, TermCorrection, Verdict
from qa_pipeline.store import queries
from qa_pipeline.store.queries.files import load_files
from qa_pipeline.store.queries.results import newest_inputs_hash, save_audit, save_speech
from qa_pipeline.store.schema import APPEND_ONLY, AuditRow, Base, CallRow, ClosingRow, DecisionRow
from tests import centre
from tests.centre import MONTH, NOW, RULESET

Sessions = sessionmaker[Session]
CORRECTION = TermCorrection(0, 2, "辩名", "便民", 500, 900, 0.4)


def audit(session: Session, call: CallRecord, inputs_hash: str = "i1", speech_hash: str = "s1") -> CallAudit:
    return save_audit(
        session,
        call,
        centre.recording(call.call_id).recording_id,
        inputs_hash=inputs_hash,
        speech_hash=speech_hash,
        ruleset=RULESET,
        scorecard_version="2026",
        knowledge_sha256="k" * 64,
        results=(centre.result(),),
        evaluation=centre.evaluation(),
        now=NOW,
        corrections=(CORRECTION,),
    )


def test_a_call_comes_back_with_everything_that_was_stored_of_it(sessions: Sessions) -> None:
    call = centre.call()
    heard, measured = centre.transcript(centre.recording().recording_id), centre.profile()
    with sessions.begin() as session:
        centre.put_calls(session, [call])
        centre.put(session, FileKind.WORK_ORDERS, centre.order())
        plan = centre.put_plan(session, [call])
        save_speech(session, "s1", heard, measured, NOW)
        kept = audit(session, call)
        decision = queries.add_decision(session, kept.audit_id, "PH01", "A1", Verdict.CONFIRM, 1, "李四", "属实", NOW)
    with sessions() as session:
        file = queries.call_file(session, "H1")
    assert file.call == call
    assert file.operator == centre.operator()
    assert file.sampled == plan.calls[0]
    assert file.recording == centre.recording()
    assert (file.transcript, file.acoustics) == (heard, measured)
    assert file.work_order == centre.order()
    assert file.audit == kept
    assert file.audit.results == (centre.result(),)
    assert file.audit.evaluation == centre.evaluation()
    assert file.audit.corrections == (CORRECTION,)
    assert file.decisions == (decision,)
    assert file.failure is None


def test_an_unknown_call_is_not_found(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(NotFound, match="没有通话 H404"):
        queries.call_file(session, "H404")


def test_a_month_without_calls_says_which_months_have_some(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
    with sessions() as session, pytest.raises(NotFound) as caught:
        queries.month_data(session, "2026-09")
    assert MONTH in caught.value.hint


def test_a_month_holds_its_frame_its_plan_and_the_files_of_the_drawn_calls_only(sessions: Sessions) -> None:
    calls = centre.many_calls(30)
    other_month = centre.call("N1", started_at=datetime(2026, 11, 1, 0, 0))
    with sessions.begin() as session:
        centre.put_calls(session, (*calls, other_month))
        plan = centre.put_plan(session, calls, quota=6)
    with sessions() as session:
        data = queries.month_data(session, MONTH)
        months = queries.months(session)
    assert data.frame == calls
    assert data.plan == plan
    assert sorted(file.call.call_id for file in data.files) == [one.call_id for one in plan.calls]
    assert len(data.files) == 12
    assert months == ("2026-11", MONTH)


def test_a_month_reads_in_as_many_statements_for_many_calls_as_for_few(sessions: Sessions) -> None:
    seen: list[str] = []
    event.listen(sessions.kw["bind"], "before_cursor_execute", lambda *given: seen.append(given[2]))
    counts = []
    for size in (2, 40):
        with sessions.begin() as session:
            centre.put_calls(session, centre.many_calls(size))
        seen.clear()
        with sessions() as session:
            assert len(load_files(session, select(CallRow.call_id))) == size
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_without_speech_a_month_leaves_transcripts_out(sessions: Sessions) -> None:
    call = centre.call()
    with sessions.begin() as session:
        centre.put_calls(session, [call])
        centre.put_plan(session, [call])
        save_speech(session, "s1", centre.transcript(centre.recording().recording_id), centre.profile(), NOW)
    with sessions() as session:
        assert queries.month_data(session, MONTH).files[0].transcript is not None
        assert queries.month_data(session, MONTH, speech=False).files[0].transcript is None


def test_the_audit_that_counts_is_the_last_and_shows_the_transcript_it_was_made_of(sessions: Sessions) -> None:
    call = centre.call()
    recording_id = centre.recording().recording_id
    with sessions.begin() as session:
        centre.put_calls(session, [call])
        save_speech(session, "new", centre.transcript(recording_id, "新"), centre.profile(), NOW + timedelta(hours=1))
        save_speech(session, "old", centre.transcript(recording_id, "旧"), centre.profile(), NOW)
        first = audit(session, call, "i1", "new")
        second = audit(session, call, "i2", "old")
        assert newest_inputs_hash(session, "H1") == "i2"
    with sessions() as session:
        file = queries.call_file(session, "H1")
        chain = queries.audits_of(session, "H1")
    assert (first.supersedes_id, second.supersedes_id) == (None, first.audit_id)
    assert chain == (first, second)
    assert file.audit == second
    assert file.transcript is not None
    assert file.transcript.utterances[0].text == "旧"


def test_two_workers_cannot_both_supersede_the_same_audit(sessions: Sessions) -> None:
    call = centre.call()
    with sessions.begin() as session:
        centre.put_calls(session, [call])
        first = audit(session, call)
        audit(session, call, "i2")
    with sessions() as session:
        row = session.get_one(AuditRow, first.audit_id)
        columns = {c.key: getattr(row, c.key) for c in AuditRow.__table__.columns if c.key != "audit_id"}
        session.add(AuditRow(**(columns | {"supersedes_id": first.audit_id})))
        with pytest.raises(TransientError, match="same at the same time"):
            session.flush()


def test_decisions_stay_with_the_call_when_it_is_audited_again(sessions: Sessions) -> None:
    call = centre.call()
    with sessions.begin() as session:
        centre.put_calls(session, [call])
        first = audit(session, call)
        said = queries.add_decision(session, first.audit_id, "PH01", "A1", Verdict.OVERRULE, 0, "李四", "听错了", NOW)
        audit(session, call, "i2")
        assert queries.decisions_of(session, "H1") == (said,)
        assert queries.audit_by_id(session, first.audit_id) == first


def test_deciding_on_an_audit_that_is_not_there_is_refused(sessions: Sessions) -> None:
    with sessions.begin() as session, pytest.raises(NotFound, match="没有第 99 号质检结果"):
        queries.add_decision(session, 99, "PH01", "A1", Verdict.CONFIRM, 1, "李四", "", NOW)


def test_a_closed_month_keeps_its_lines_and_cannot_be_closed_again(sessions: Sessions) -> None:
    lines = [{"operator_id": "1002", "mean": "88.25"}, {"operator_id": "1001", "mean": "91.50", "notes": ["暂定"]}]
    with sessions.begin() as session:
        queries.save_closing(session, "2026-09", lines, "王五", NOW)
    with sessions.begin() as session:
        closing = queries.closing_of(session, "2026-09")
        assert closing is not None
        assert (closing.closed_by, closing.closed_at) == ("王五", NOW)
        assert [line.body for line in closing.lines] == [lines[1], lines[0]]
        assert queries.closed_lines(session, "2026-10") == closing.lines
        assert queries.closed_lines(session, "2026-09") == ()
        with pytest.raises(UserError, match="closed by 王五"):
            queries.save_closing(session, "2026-09", [], "赵六", NOW)


@pytest.mark.parametrize("change", [update(ClosingRow).values(closed_by="x"), delete(ClosingRow)])
def test_the_database_itself_refuses_to_change_a_closing(sessions: Sessions, change: object) -> None:
    with sessions.begin() as session:
        queries.save_closing(session, "2026-09", [{"operator_id": "1001"}], "王五", NOW)
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(change)  # type: ignore[call-overload]
    with sessions() as session:
        closing = queries.closing_of(session, "2026-09")
    assert closing is not None
    assert closing.closed_by == "王五"


def test_the_database_itself_refuses_to_change_audits_and_decisions(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
        kept = audit(session, centre.call())
        queries.add_decision(session, kept.audit_id, "PH01", "A1", Verdict.CONFIRM, 1, "李四", "", NOW)
    for change in (update(AuditRow).values(month="2026-09"), update(DecisionRow).values(faults=0), delete(DecisionRow)):
        with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
            session.execute(change)


def test_every_table_that_is_said_to_be_append_only_has_its_triggers(sessions: Sessions) -> None:
    assert set(APPEND_ONLY) <= set(Base.metadata.tables)
    catalogue = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }
    with sessions() as session:
        found = set(session.scalars(text(catalogue[session.get_bind().dialect.name])))
    assert found == set(APPEND_ONLY)


def test_a_document_keeps_its_version_and_never_changes(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert queries.save_document(session, "ruleset", "2026-10", "a" * 64, "rules: {}")
        assert not queries.save_document(session, "ruleset", "2026-10", "a" * 64, "rules: {}")
        assert queries.document(session, "ruleset", "2026-10") == "rules: {}"
        assert queries.document(session, "scorecard", "2026-10") is None
        with pytest.raises(UserError, match="ruleset 2026-10 is in use with other content"):
            queries.save_document(session, "ruleset", "2026-10", "b" * 64, "rules: {PH01: {}}")


def test_the_same_plan_again_is_no_error_and_another_plan_is_refused(sessions: Sessions) -> None:
    calls = centre.many_calls(12)
    with sessions.begin() as session:
        centre.put_calls(session, calls)
        plan = centre.put_plan(session, calls, quota=2)
        assert not queries.save_plan(session, replace(plan, drawn_at=NOW + timedelta(days=1)))
        with pytest.raises(UserError, match="were drawn on 2026-11-01 09:30"):
            queries.save_plan(session, replace(plan, seed_sha256="0" * 64))
        kept = queries.plan_of(session, MONTH)
    assert kept == plan
    assert all(isinstance(one.probability, Decimal) for one in kept.calls)


def test_the_shift_plan_of_a_month_holds_its_first_and_last_day(sessions: Sessions) -> None:
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1))
    with sessions.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
        centre.put(session, FileKind.SHIFT_PLAN, *(ShiftDuty(day, "早班", "1001") for day in days))
        assert [duty.day for duty in queries.duties(session, MONTH)] == [*days[1:3]]
        assert queries.duties(session, "2026-12") == ()


def test_the_knowledge_hash_changes_with_the_base_and_not_with_the_order_of_recording(sessions: Sessions) -> None:
    first, second = centre.entry("K1"), centre.entry("K2")
    with sessions.begin() as session:
        centre.put(session, FileKind.KNOWLEDGE, second)
        one = queries.knowledge_sha256(session)
        centre.put(session, FileKind.KNOWLEDGE, first)
        both = queries.knowledge_sha256(session)
        assert queries.entries(session) == (first, second)
        ended = replace(first, valid_to=date(2026, 6, 30))
        centre.put(session, FileKind.KNOWLEDGE, ended)
        assert queries.entries(session) == (ended, second)
        assert len({one, both, queries.knowledge_sha256(session)}) == 3
