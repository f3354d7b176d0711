"""Whatever is changed in the store after a month was settled, verifying names the first entry that it contradicts."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.models.retraining import RetrainingResult
from qa_pipeline.settings import Settings
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.schema import Base
from qa_pipeline.supervision.retraining import offer_retraining, record_retraining
from tests.settled import Store, close, entries, notice_on, tamper

COMPARED = {
    "ledger_entries": {"seq", "month", "kind", "body", "sha256"},
    "closings": {"month", "closed_by", "closed_at"},
    "closing_lines": {"month", "operator_id", "body"},
    "sample_plans": {
        *("month", "seed", "seed_sha256", "frame_sha256", "frame_size", "quota_per_operator", "drawn_at"),
    },
    "sampled_calls": {"month", "call_id", "stratum", "probability", "reason"},
    "exclusions": {"month", "call_id", "reason"},
    "audits": {
        *("audit_id", "call_id", "recording_id", "inputs_hash", "speech_hash", "ruleset_version", "ruleset_sha256"),
        *("scorecard_version", "knowledge_sha256", "results", "created_at"),
    },
    "decisions": {
        *("decision_id", "audit_id", "call_id", "code", "item", "verdict", "faults", "reviewer", "reason"),
        *("created_at", "appeal_id"),
    },
    "calls": {"call_id", "month", "started_at", "duration_s", "operator_id", "shift"},
    "transcripts": {"recording_id", "inputs_hash", "transcript"},
    "notices": {"notice_id", "operator_id", "month", "what"},
    "notice_words": {"notice_id", "step", "points"},
    "pay_terms": {"month", "operator_id", "revision", "from_day", "to_day", "team", "status", "base"},
}
LEFT_OUT = {
    # Positions only order what is named by ids; a sampled call's operator is the call's own.
    "sampled_calls": {"position", "operator_id"},
    "exclusions": {"position"},
    # Of an audit: its own first scoring, which settles nothing, its place in the chain of audits, and mended words,
    # which are a way to read the transcript; those of people are in the hash of the inputs.
    "audits": {"month", "evaluation", "supersedes_id", "corrections", "corrected_until"},
    # The caller, and what no figure depends on.
    "calls": {"caller_number", "hang_up_by", "satisfaction", "recording_file", "operator_channel"},
    "transcripts": {"acoustics", "created_at"},
    # What was proposed is not what was taken, and the rest of who said what when is not what it cost.
    "notices": {
        *("kind", "seen_by", "happened_at", "evidence", "points", "call_id", "at_ms", "entered_by", "entered_at"),
    },
    "notice_words": {"position", "by", "office", "reason", "criticised", "appeal_id", "said_at"},
    "pay_terms": {"recorded_at"},
}
OTHER = {
    "verdict": "overrule",
    "kind": "close",
    "month": "2026-09",
    "probability": "0.25",
    "step": "revoked",
    "status": "leave",
}
OTHER_REASON = {"sampled_calls": "risk"}
"""A draw's reason is one of three; others are free text."""


def changed(column: str, value: Any) -> Any:
    """Return another value that the column can hold."""
    if column == "transcript":
        return gzip.compress(gzip.decompress(value).replace("您好".encode(), "再见".encode()), mtime=0)
    if column == "results":
        return value.replace('"faults":2', '"faults":1') if '"faults":2' in value else value.replace("pass", "fail", 1)
    if column == "body" and value.startswith('{"appeal_pending":false,"assessed"'):
        return json.dumps({**json.loads(value), "mean": "100.00"}, ensure_ascii=False)
    if isinstance(value, int):
        return value + 1000
    if value is None:
        return 1
    if column.endswith("_at"):
        return value.replace("2026", "2025")
    return "y" if value == "x" else "x"


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in COMPARED.items() for c in sorted(columns)])
def test_a_changed_column_is_found(store: Store, table: str, column: str) -> None:
    with store() as session:
        where = "kind = 'operator'" if table == "ledger_entries" else "1 = 1"
        if table == "calls":
            where = "call_id IN (SELECT call_id FROM sampled_calls)"
        if table == "transcripts":
            where = "recording_id IN (SELECT recording_id FROM audits)"
        row, value = session.execute(text(f'SELECT rowid, "{column}" FROM {table} WHERE {where} LIMIT 1')).one()
    special = OTHER.get(column) if column != "reason" else OTHER_REASON.get(table)
    new = changed(column, value) if special is None else special
    assert new != value
    tamper(store, f'UPDATE {table} SET "{column}" = :new WHERE rowid = :row', new=new, row=row)
    with store() as session, pytest.raises(LedgerBroken, match=r"账本|抽样"):
        verify_store(session)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sampled_calls SET probability = 'one half'",
        "UPDATE audits SET results = '[{]'",
        "UPDATE transcripts SET transcript = x'1f8b00'",
        "UPDATE sample_plans SET drawn_at = 'yesterday'",
        "UPDATE decisions SET verdict = 'perhaps'",
        "UPDATE ledger_entries SET body = '{' WHERE seq = 3",
    ],
)
def test_what_cannot_be_read_any_more_is_found(store: Store, change: str) -> None:
    tamper(store, change)
    with store() as session, pytest.raises(LedgerBroken, match="账本第"):
        verify_store(session)


def test_every_column_is_compared_or_left_out_for_a_reason() -> None:
    for table, columns in COMPARED.items():
        assert set(Base.metadata.tables[table].columns.keys()) == columns | LEFT_OUT.get(table, set()), table


def test_a_changed_call_is_named(store: Store) -> None:
    call = next(entry for entry in entries(store) if entry.kind == Kind.CALL)
    call_id = call.said["call"]
    tamper(store, "UPDATE sampled_calls SET probability = '0.9' WHERE call_id = :call", call=call_id)
    with store() as session, pytest.raises(LedgerBroken) as caught:
        verify_store(session)
    assert caught.value.message.startswith(f"账本第 {call.seq} 条（2026-10 通话 {call_id}）")
    assert "probability" in caught.value.message
    assert "0.9" in caught.value.message


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM ledger_entries WHERE seq = 5", "账本缺第 5 条"),
        ("DELETE FROM ledger_entries WHERE seq = 1", "账本缺第 1 条"),
        ("DELETE FROM ledger_entries WHERE seq = (SELECT max(seq) FROM ledger_entries)", "没有月末"),
        ("DELETE FROM ledger_entries WHERE seq > 4", "没有月末"),
        ("DELETE FROM closing_lines WHERE operator_id = '1002'", "话务员 1002"),
        ("DELETE FROM closings", "库中没有这个月的结账"),
        ("INSERT INTO closing_lines VALUES ('2026-10', '9999', '{}')", "月末.*operators 账本为 2，库中为 3"),
        ("INSERT INTO closings VALUES ('2026-11', 'x', '2026-12-01 00:00:00.000000')", "2026-11 已结账，账本中却没有"),
        ("DELETE FROM decisions WHERE decision_id = 1", "words"),
    ],
)
def test_what_was_taken_out_or_put_in_is_found(store: Store, statement: str, words: str) -> None:
    tamper(store, statement)
    with store() as session, pytest.raises(LedgerBroken, match=words):
        verify_store(session)


@pytest.mark.parametrize("at", ["2026-11-01 14:30:00.000000", "2027-01-01 00:00:00.000000"])
def test_a_word_put_in_is_found_whenever_it_says_it_was_said(store: Store, at: str) -> None:
    row = "SELECT 99, audit_id, call_id, code, item, verdict, faults, '丙', reason, :at, NULL FROM decisions"
    names = "decision_id, audit_id, call_id, code, item, verdict, faults, reviewer, reason, created_at, appeal_id"
    tamper(store, f"INSERT INTO decisions ({names}) {row} WHERE decision_id = 1", at=at)
    with store() as session, pytest.raises(LedgerBroken, match="words"):
        verify_store(session)


def test_a_call_that_came_into_the_log_later_is_told_and_breaks_nothing(store: Store) -> None:
    names = [column.name for column in Base.metadata.tables["calls"].columns]
    listed = ", ".join(names)
    copied = ", ".join("'LATE'" if name == "call_id" else name for name in names)
    tamper(store, f"INSERT INTO calls ({listed}) SELECT {copied} FROM calls WHERE call_id = 'H001'")
    with store() as session:
        assert verify_store(session).added == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE notice_words SET points = '0.5'", "points 账本为 2.5，库中为 0.5"),
        ("DELETE FROM notice_words", "库中没有这份已批准的监督记录"),
        ("UPDATE pay_terms SET base = '9200.00' WHERE from_day = '2026-10-01'", "terms"),
        ("DELETE FROM pay_terms", "terms"),
    ],
)
def test_what_was_paid_by_is_held_against_the_ledger(store: Store, change: str, words: str) -> None:
    tamper(store, change)
    with store() as session, pytest.raises(LedgerBroken, match=words):
        verify_store(session)


def test_a_notice_put_in_after_the_closing_is_found(store: Store) -> None:
    with store.begin() as session:
        notice_on(session, "1001", "3")
    with store() as session, pytest.raises(LedgerBroken, match=r"话务员 1001.*库中有 2 号监督记录，账本里没有"):
        verify_store(session)


def retrained(store: Store, at: datetime) -> None:
    """Offer 1001 a retraining and record that it was held."""
    with store.begin() as session:
        number = offer_retraining(session, "1001", "安抚话术", at.date(), "周培训", at).retraining.retraining_id
        record_retraining(session, number, RetrainingResult.HELD, at.date(), "周培训", "两小时", at)


def test_a_retraining_may_be_recorded_later_and_not_be_taken_out(judged: tuple[Settings, Store]) -> None:
    settings, store = judged
    retrained(store, datetime(2026, 11, 1, 8))
    close(settings, store)
    retrained(store, datetime(2026, 11, 4, 8))
    with store() as session:
        verify_store(session)
    tamper(store, "DELETE FROM retraining_words WHERE on_day = '2026-11-01'")
    with store() as session, pytest.raises(LedgerBroken, match="retrained_on"):
        verify_store(session)
