"""What the lists show of a call is what is stored of it, whatever came in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import final_evaluation, item_verdicts
from qa_pipeline.assessment.standings import BITS
from qa_pipeline.models import DrawReason, Replacement, RulesetStamp, Standing, Verdict
from qa_pipeline.store.queries import jobs
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.resampling import save_replacements
from qa_pipeline.store.queries.results import save_audit
from qa_pipeline.store.queries.review import add_decision
from qa_pipeline.store.queries.standings import is_behind, nearest_line, rebuild
from qa_pipeline.store.schema import CallRow, ReachRow, RecordingRow, StandingRow
from qa_pipeline.store.session import close_store
from qa_pipeline.store.worker import this_worker
from scoring.score import score_call
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, FAILED, MAIN, MONTH, NOW, WAITING, clean_results, seed

CARD = default_scorecard()
AUDITED = (MAIN, CLEAN, "H261004-002", "H261005-001")
PEOPLE = ("质检员甲", "质检员乙", "质检员  乙", "质检员丙")
CODES = (("PH05", "A5"), ("PH06", "A6"), ("TN04", "B4"), ("FE01", "V1"), ("V1", "V1"), ("B5", "B5"))

words = st.tuples(
    st.sampled_from(AUDITED),
    st.sampled_from(CODES),
    st.sampled_from(Verdict),
    st.integers(1, 3),
    st.sampled_from(PEOPLE),
)
audits = st.tuples(st.sampled_from((*AUDITED, WAITING)), st.booleans(), st.sampled_from(Standing))
failures = st.tuples(
    st.sampled_from((FAILED, WAITING, CLEAN)), st.sampled_from(("fail", "postpone", "release", "finish"))
)
histories = st.lists(st.one_of(words, audits, failures), max_size=12)


@pytest.fixture
def month(tmp_path) -> sessionmaker[Session]:
    _, sessions = seed(tmp_path)
    yield sessions
    close_store(sessions)


def everything(session: Session) -> list[dict[str, object]]:
    session.expire_all()
    kinds = ((StandingRow, StandingRow.call_id), (ReachRow, ReachRow.operator_id))
    return [
        {c.key: getattr(row, c.key) for c in kind.__table__.columns}
        for kind, order in kinds
        for row in session.scalars(select(kind).order_by(order))
    ]


def happen(session: Session, event: tuple, at: datetime) -> None:
    if len(event) == 5:
        call_id, (code, item), verdict, faults, reviewer = event
        audit = call_file(session, call_id).audit
        assert audit is not None
        add_decision(session, audit.audit_id, code, item, verdict, faults, reviewer, "理由", at)
    elif len(event) == 3:
        judge_anew(session, *event, at)
    else:
        work_on(session, *event, at)


def judge_anew(session: Session, call_id: str, lost: bool, standing: Standing, at: datetime) -> None:
    file = call_file(session, call_id)
    recording = session.scalar(select(RecordingRow.recording_id).where(RecordingRow.call_id == call_id))
    if recording is None:
        return
    results = tuple(replace(r, standing=standing, confidence=0.9) for r in clean_results(lost=lost))
    save_audit(
        session,
        file.call,
        recording,
        inputs_hash=f"{at:%H%M%S}".ljust(64, "0"),
        speech_hash="1" * 64,
        ruleset=RulesetStamp("2026-10", "3" * 64),
        scorecard_version=CARD.version,
        knowledge_sha256="4" * 64,
        results=results,
        evaluation=score_call(CARD, item_verdicts(results, ())),
        now=at,
    )


def work_on(session: Session, call_id: str, end: str, at: datetime) -> None:
    recording = session.scalar(select(RecordingRow.recording_id).where(RecordingRow.call_id == call_id))
    if recording is None:
        return
    held = jobs.claim(session, jobs.JobKey(recording, "transcribe", f"{at:%H%M%S}".ljust(64, "5")), this_worker(), at)
    assert isinstance(held, jobs.Claim)
    if end in {"fail", "postpone"}:
        getattr(jobs, end)(session, held, "解码失败", "重新导出", at)
    else:
        getattr(jobs, end)(session, held, at)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(history=histories)
def test_what_was_kept_beside_each_change_is_what_is_made_anew(month, history) -> None:
    with month() as session:
        for n, event in enumerate(history):
            happen(session, event, NOW + timedelta(minutes=n))
        kept = everything(session)
        rebuild(session)
        assert everything(session) == kept
        session.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6, deadline=None)
@given(history=st.lists(words, max_size=8))
def test_a_calls_points_and_open_items_are_those_of_its_evaluation(month, history) -> None:
    with month() as session:
        for n, event in enumerate(history):
            happen(session, event, NOW + timedelta(minutes=n))
        for call_id in AUDITED:
            file = call_file(session, call_id)
            final = final_evaluation(CARD, file.audit, file.decisions)
            row = session.get_one(StandingRow, call_id, populate_existing=True)
            assert (row.points, row.points_low, row.points_high) == (final.points, final.points_low, final.points_high)
            assert (row.open_items, row.suspected, row.fatal) == (final.open_items, final.suspected, final.fatal)
            assert row.waits == int(bool({"open", "suspected", "unconfirmed"} & set(_held(row))))
        session.rollback()


def _held(row: StandingRow) -> list[str]:
    return [state for state, bit in BITS.items() if row.states & bit]


def test_a_call_that_failed_waits_again_once_it_is_tried_again(month) -> None:
    with month() as session:
        assert session.get_one(StandingRow, FAILED).state == "failed"
        work_on(session, FAILED, "release", NOW + timedelta(hours=1))
        row = session.get_one(StandingRow, FAILED, populate_existing=True)
        assert (row.state, row.failure) == ("waiting", None)


def test_a_replaced_call_says_so_and_counts_no_more(month) -> None:
    with month.begin() as session:
        call = session.get_one(CallRow, WAITING)
        made = Replacement(WAITING, f"{call.shift}/{call.operator_id}", None, "录音缺失", "主管丁", NOW)
        save_replacements(session, MONTH, (made,))
        row = session.get_one(StandingRow, WAITING, populate_existing=True)
        assert (row.reason, row.state, row.failure) == (DrawReason.REPLACED, "failed", "已替换：录音缺失")
        assert not row.counts


def test_a_store_that_lacks_something_is_behind_until_it_is_rebuilt(month) -> None:
    with month.begin() as session:
        assert not is_behind(session)
        session.delete(session.get_one(StandingRow, CLEAN))
        session.flush()
        assert is_behind(session)
        assert rebuild(session) == 8
        assert not is_behind(session)


@pytest.mark.parametrize(
    ("mean", "low", "high", "distance"),
    [
        ("84.80", "80.00", "86.00", "0.20"),
        ("86.00", "84.999", "90.00", None),
        ("86.00", "84.00", "90.00", "1.00"),
        ("76.00", "60.00", "99.00", "1.00"),
        ("95.00", "91.00", "97.00", "0.00"),
        ("97.00", "95.00", "99.00", None),
    ],
)
def test_the_nearest_line_between_grades_lies_within_the_range(mean, low, high, distance) -> None:
    found = nearest_line(CARD, Decimal(mean), Decimal(low), Decimal(high))
    assert found == (None if distance is None else Decimal(distance))
