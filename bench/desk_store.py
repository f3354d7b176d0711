"""A synthetic centre for the desk's pages: one month with its evaluations, other calls in the months before it."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from bench.closing_store import (
    MONTH,
    NOW,
    START,
    VARIANTS,
    audit_values,
    heard_words,
    put_rows,
    recording_values,
    speech_values,
    values_of,
    variant,
)
from qa_pipeline import sampling
from qa_pipeline.accounts.signing_in import token_sha256
from qa_pipeline.models import AcousticProfile, CallRecord, Operator, Role
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.accounts import Role as Office
from qa_pipeline.store.codec import encode
from qa_pipeline.store.queries.accounts import add_account, add_sign_in
from qa_pipeline.store.queries.standings import rebuild
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import (
    AuditRow,
    CallRow,
    OperatorRow,
    PlanRow,
    RecordingRow,
    SampledCallRow,
    SpeechRow,
)

CALLS_EACH = 100
IN_MONTH = 100_000


def fill(sessions: sessionmaker[Session], calls: int, evaluations: int, reviewers: int) -> None:
    """Write a month with its evaluations, 100 of each operator, and other calls in the months before it."""
    rng = random.Random(calls)  # noqa: S311  # a made-up month, not a secret
    people = [
        Operator(f"{n:05}", f"话务员{n}", f"{n % 8 + 1}组", None, None) for n in range(-(-evaluations // CALLS_EACH))
    ]
    in_month = max(evaluations, min(calls, IN_MONTH))
    frame = list(_calls(people, in_month, START))
    plan = sampling.draw(frame, MONTH, CALLS_EACH, "秋分", {}, datetime(2026, 11, 1))
    with sessions.begin() as session:
        put_rows(session, OperatorRow, (values_of(as_row(OperatorRow, one)) for one in people))
        put_rows(session, CallRow, (values_of(as_row(CallRow, one, month=MONTH)) for one in frame))
        for month in range(1, -(-(calls - in_month) // IN_MONTH) + 1):
            at = START - timedelta(days=30 * month)
            left = min(IN_MONTH, calls - in_month - (month - 1) * IN_MONTH)
            put_rows(
                session, CallRow, (values_of(as_row(CallRow, c, month=f"{at:%Y-%m}")) for c in _calls(people, left, at))
            )
        session.add(as_row(PlanRow, plan))
        session.flush()
        sampled = (
            values_of(as_row(SampledCallRow, one, month=MONTH, position=n, probability=str(one.probability)))
            for n, one in enumerate(plan.calls)
        )
        put_rows(session, SampledCallRow, sampled)
        ids = [one.call_id for one in plan.calls]
        put_rows(session, RecordingRow, map(recording_values, ids))
        measured = AcousticProfile((), (), (), 240.0, 240.0, (-50.0,))
        sound = gzip.compress(encode(measured).encode(), 6, mtime=0)
        said = heard_words()
        put_rows(session, SpeechRow, ({**speech_values(call_id, said), "acoustics": sound} for call_id in ids))
        variants = [variant(rng) for _ in range(VARIANTS)]
        drawn = [rng.choice(variants) for _ in ids]
        put_rows(
            session, AuditRow, (audit_values(n, *one) for n, one in enumerate(zip(ids, drawn, strict=True), start=1))
        )
    with sessions.begin() as session:
        rebuild(session)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT setval('audits_audit_id_seq', (SELECT max(audit_id) FROM audits))"))
        for n in range(reviewers + 1):
            office = tuple(Office) if n == 0 else (Office.REVIEWER,)
            made = Account(
                0, f"desk{n}", f"质检员{n}", office, people[0].operator_id if n == 0 else None, False, "bench", NOW
            )
            kept = add_account(session, made, made.name, "x")
            add_sign_in(session, token_sha256(token_of(n)), kept.account_id, "127.0.0.1", datetime.now())
    with sessions() as session:  # as a server does by itself after a while
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(text("ANALYZE"))


def _calls(people: Sequence[Operator], n: int, start: datetime) -> Iterator[CallRecord]:
    for k in range(n):
        one = people[k % len(people)]
        at = start + timedelta(minutes=(k * 211) % 40_000)
        shift = ("早班", "中班", "晚班")[k // len(people) % 3]
        call_id = f"H{start:%y%m}-{k:06}"
        yield CallRecord(call_id, at, 180, one.operator_id, shift, "13900001234", Role.CALLER, 5, f"{call_id}.wav", 0)


def token_of(n: int) -> str:
    return f"desk-token-{n}"
