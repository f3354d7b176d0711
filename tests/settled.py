"""A small centre whose month is settled: drawn by seed, reviewed, with a notice and pay terms; made once a process."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline import sampling
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import Entry, chained
from qa_pipeline.models import CallRecord, RuleResult, SamplePlan, Verdict
from qa_pipeline.models.supervision import NoticeDraft, NoticeKind, NoticeStep, NoticeWord, Office
from qa_pipeline.review import close_month, decide
from qa_pipeline.settings import SETTINGS_FILE, Settings
from qa_pipeline.store.queries.ledger import entries_of
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.queries.pay_terms import save_terms
from qa_pipeline.store.queries.results import save_audit, save_speech
from qa_pipeline.store.queries.supervision import add_notice, add_notice_word
from qa_pipeline.store.session import close_store, open_store
from scoring.pay import PayStatus, PayTerm
from scoring.score import score_call
from tests import centre
from tests.month_builder import CARD, advice, clean, result

MONTH = centre.MONTH
REVIEWED = datetime(2026, 11, 1, 14, 30)
CLOSED = datetime(2026, 11, 2, 9, 0)
RUDE, WRONG = result("PH06", "A6", faults=2), result("AN01", "C2")
INSULT = advice("FE01", "V1")
FOUND: tuple[tuple[RuleResult, ...], ...] = ((), (RUDE,), (WRONG,), (RUDE, INSULT))
"""What the calls' audits find, in turn."""
EXCLUDED = {"H003": "没有录音"}
Store = sessionmaker[Session]


def settled_centre(workspace: Path) -> tuple[Settings, Store]:
    """Make a workspace with the settled month in it: a copy."""
    shutil.copytree(_made_once(closed=True), workspace, dirs_exist_ok=True)
    return _opened(workspace)


def judged_month(workspace: Path) -> tuple[Settings, Store]:
    """Make a workspace with the same month before it is settled: a copy."""
    shutil.copytree(_made_once(closed=False), workspace, dirs_exist_ok=True)
    return _opened(workspace)


def close(settings: Settings, store: Store, month: str = MONTH, now: datetime = CLOSED) -> None:
    """Settle a month whatever is open."""
    with store.begin() as session:
        close_month(session, settings, month, "主管", now, accept_open=True)


def entries(store: Store, month: str | None = None) -> list[Entry]:
    """Return the ledger."""
    with store() as session:
        return [Entry(*stored) for stored in entries_of(session, month)]


def rewritten(ledger: list[Entry], change: Callable[[Body], object]) -> list[Entry]:
    """Return a ledger that somebody changed and chained anew: its hashes are right."""
    bodies = []
    for entry in ledger:
        said = dict(entry.said)
        change(said)
        bodies.append({name: value for name, value in said.items() if name not in {"seq", "month", "previous"}})
    return list(chained(bodies, MONTH))


def tamper(store: Store, statement: str, **values: Any) -> None:
    """Change the store as somebody would who has the file: without triggers and keys."""
    engine = store.kw["bind"]
    with closing(sqlite3.connect(engine.url.database)) as connection:
        connection.execute("BEGIN")  # or else the driver commits after each trigger
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
        connection.commit()


def _opened(workspace: Path) -> tuple[Settings, Store]:
    settings = Settings(workspace=workspace)
    return settings, open_store(settings.url)


@cache
def _made_once(*, closed: bool) -> Path:
    workspace = Path(tempfile.mkdtemp(prefix="settled-"))
    atexit.register(shutil.rmtree, workspace, ignore_errors=True)
    if closed:
        settings, store = judged_month(workspace)
        close(settings, store)
    else:
        settings = Settings(workspace=workspace)
        (workspace / SETTINGS_FILE).touch()
        store = open_store(settings.url, create=True)
        with store.begin() as session:
            make_month(session)
    close_store(store)
    return workspace


def make_month(session: Session) -> SamplePlan:
    """Draw, audit and review a month of two operators and one on leave."""
    calls = centre.many_calls(24)
    centre.put_calls(session, calls)
    plan = sampling.draw(calls, MONTH, 6, "秋分-4711", EXCLUDED, centre.NOW)
    save_plan(session, plan)
    drawn = {one.call_id for one in plan.calls}
    for n, call in enumerate(call for call in calls if call.call_id in drawn):
        audited(session, call, clean(CARD, FOUND[n % len(FOUND)]))
    _reviewed(session, [one.call_id for one in plan.calls])
    notice_on(session, "1002", "2.5")
    save_terms(session, MONTH, [term("1001", 1, 20, "1200.00"), term("1001", 21, 31, "1500.50")], centre.NOW)
    return plan


def _reviewed(session: Session, drawn: Sequence[str]) -> None:
    for reviewer in ("甲", "乙"):
        decide(session, drawn[1], "PH06", Verdict.CONFIRM, 2, reviewer, "", REVIEWED)
    decide(session, drawn[2], "AN01", Verdict.OVERRULE, 0, "甲", "李女士（13900001234）问的是另一件事", REVIEWED)


def audited(session: Session, call: CallRecord, results: Sequence[RuleResult]) -> None:
    """Keep what was heard in a call, and an audit of it."""
    recording = centre.recording(call.call_id).recording_id
    save_speech(session, "s" * 64, centre.transcript(recording, f"您好{call.call_id}"), centre.profile(), centre.NOW)
    save_audit(
        session,
        call,
        recording,
        inputs_hash="i" * 64,
        speech_hash="s" * 64,
        ruleset=centre.RULESET,
        scorecard_version=CARD.version,
        knowledge_sha256="k" * 64,
        results=tuple(results),
        evaluation=score_call(CARD, ()),
        now=centre.NOW,
    )


def notice_on(session: Session, operator_id: str, points: str) -> None:
    """Enter a notice and approve it."""
    draft = NoticeDraft(
        operator_id=operator_id,
        kind=NoticeKind.TEAM_LEADER,
        seen_by="赵组长",
        happened_at=datetime(2026, 10, 9, 10),
        what="席位上接听私人电话",
        evidence="班组日志",
        points=Decimal(points),
    )
    notice = add_notice(session, draft, "赵组长", REVIEWED)
    approved = (NoticeStep.APPROVED, "钱主管", Office.SUPERVISOR, "属实", Decimal(points))
    add_notice_word(session, NoticeWord(notice.notice_id, 1, *approved, False, None, REVIEWED))


def term(who: str, first: int, last: int, base: str) -> PayTerm:
    """Return terms of some days of the month."""
    return PayTerm(who, date(2026, 10, first), date(2026, 10, last), "一组", PayStatus.REGULAR, Decimal(base))
