"""A centre of 24 operators in three teams, some of each trained in July 2026, and what came of it.

Four months are closed, September is not; each operator has a call every third day, in which item A4 may cost 4 points
and A6 another 2. Those who were there lose less after 15 July. Nothing was recorded: rows are put where audits and
closings would put them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from qa_pipeline.assessment.standings import BITS, LostItem
from qa_pipeline.models import CallRecord, DrawReason, Operator, Role, SampledCall, SamplePlan
from qa_pipeline.models.training_records import Presence, Seen, SessionDraft, SessionKind
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import CallRow, ClosingRow, OperatorRow, StandingRow
from qa_pipeline.training.records.keeping import enter_session, record_attendance
from scoring.scorecard import default_scorecard

TEAMS = ("一组", "二组", "三组")
NAMES = (
    *("陈晓雯", "刘志强", "王海燕", "赵立新", "孙丽", "周强", "吴敏", "郑爽", "冯军", "褚健", "卫东", "蒋华"),
    *("沈洁", "韩雪", "杨帆", "朱琳", "秦岚", "尤勇", "许晴", "何平", "吕燕", "施展", "张弛", "孔明"),
)
ROSTER = tuple(Operator(f"{1001 + n}", name, TEAMS[n // 8], None, date(2021, 3, 1)) for n, name in enumerate(NAMES))
THERE = ROSTER[::3]
MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09")
HELD = date(2026, 7, 15)
NOW = datetime(2026, 7, 15, 18, 0)
ITEMS = ("A4", "A6")
CHANCE = Decimal("0.25")
KNOWN = frozenset(item.code for item in default_scorecard().items)


def fill_training(session: Session, cut: float = 0.9, closed: tuple[str, ...] = MONTHS[:-1]) -> int:
    """Put the centre into a store; return the number of the session, with which ``cut`` of A4's faults end."""
    for operator in ROSTER:
        session.merge(as_row(OperatorRow, operator))
    session.flush()
    rng = random.Random(8)
    for month in MONTHS:
        calls = tuple(_calls(month))
        session.add_all(as_row(CallRow, call, month=month) for call in calls)
        session.flush()
        drawn = tuple(SampledCall(c.call_id, c.operator_id, "早班", CHANCE, DrawReason.RANDOM) for c in calls)
        save_plan(session, SamplePlan(month, "seed", "0" * 64, "0" * 64, len(calls), 10, NOW, drawn, ()))
        session.execute(delete(StandingRow).where(StandingRow.month == month))  # what the plan made of them
        session.add_all(_stands(call, month, rng, cut) for call in calls)
        if month in closed:
            session.add(ClosingRow(month=month, closed_at=NOW, closed_by="主管丁"))
        session.flush()
    return trained(session)


def trained(session: Session) -> int:
    """Enter the session of 15 July, at which eight of all teams were."""
    draft = SessionDraft(SessionKind.SIMULATED, HELD, "激动来电的安抚", "培训师戊", 90, "", ITEMS)
    number = enter_session(session, draft, KNOWN, "培训师戊", NOW).session.session_id
    there = {o.operator_id: Seen(Presence.PRESENT) for o in THERE}
    record_attendance(session, number, there, "", "培训师戊", NOW)
    return number


def _calls(month: str) -> Iterator[CallRecord]:
    for who in ROSTER:
        for day in range(1, 29, 3):
            at = datetime.fromisoformat(f"{month}-{day:02}T09:00:00") + timedelta(minutes=int(who.operator_id) % 1000)
            call_id = f"T{at:%y%m%d}-{who.operator_id}"
            yield CallRecord(
                call_id, at, 180, who.operator_id, "早班", "13900000000", Role.CALLER, 5, f"{call_id}.wav", 0
            )


def _stands(call: CallRecord, month: str, rng: random.Random, cut: float) -> StandingRow:
    n = int(call.operator_id) - 1001
    chance = 0.25 + 0.03 * (n % 8)
    if n % 3 == 0 and call.started_at.date() > HELD:
        chance *= 1 - cut
    found = [("A4", 4)] * (rng.random() < chance) + [("A6", 2)] * (rng.random() < 0.1)
    lost = tuple(LostItem(code, Decimal(points)) for code, points in found)
    points = Decimal(100) - sum((item.lost for item in lost), Decimal(0))
    return StandingRow(
        call_id=call.call_id, month=month, operator_id=call.operator_id, shift="早班", started_at=call.started_at,
        duration_s=180, reason=DrawReason.RANDOM, audit_id=1, scorecard_version=default_scorecard().version,
        state="clean", states=BITS["clean"], points=points, points_low=points, points_high=points, counts=True,
        open_items=(), suspected=(), fatal=(), unconfirmed=(), lost=lost, rules=(), confidence=None, reviewers=(),
        suspected_by=(), open_by=(), second=False, failure=None, n_open=0, waits=0, lot=0,
    )  # fmt: skip
