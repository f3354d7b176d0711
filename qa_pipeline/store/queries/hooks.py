"""Webhooks as they are kept, and what happened since each was told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.hooks import Happened, Hook, HookEvent
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import AppealWordRow, AuditRow, ClosingRow, DecisionRow, HookRow
from scoring.card import FATAL_MARK

_BEGINNING = datetime(1, 1, 1)
CLAIM_LEASE = timedelta(minutes=2)
"""Longer than one address is waited for."""
SETTLED_AFTER = timedelta(seconds=10)
"""Numbers are given before a unit of work is committed: what is younger might still be preceded by another."""


def add_hook(session: Session, url: str, secret: str, events: tuple[HookEvent, ...], by: str, now: datetime) -> Hook:
    """Write a webhook; it is told what happens from now on."""
    told = {event.value: _newest(session, event) for event in events}
    row = HookRow(url=url, secret=secret, events=events, created_by=by, created_at=now, told=told, failures=0, error="")
    session.add(row)
    session.flush()
    return as_model(Hook, row)


def hooks(session: Session) -> tuple[Hook, ...]:
    """Return all webhooks, those that were ended, too."""
    return tuple(as_model(Hook, row) for row in session.scalars(select(HookRow).order_by(HookRow.hook_id)))


def end_hook(session: Session, hook_id: int, now: datetime) -> Hook:
    """Tell an address no more, and return its webhook.

    Raises:
        NotFound: There is none of that number.
    """
    row = session.get(HookRow, hook_id)
    if row is None:
        raise NotFound(f"没有 {hook_id} 号回调", "刷新页面")
    row.ended_at = row.ended_at or now
    session.flush()
    return as_model(Hook, row)


def claim_hook(session: Session, hook_id: int, claim: str, now: datetime) -> Hook | None:
    """Take a webhook that is due, to tell it alone, and return it as it stands; None where another has it or had it."""
    free = or_(HookRow.claimed_until.is_(None), HookRow.claimed_until <= now)
    due = and_(HookRow.ended_at.is_(None), or_(HookRow.next_at.is_(None), HookRow.next_at <= now))
    values = {"claim": claim, "claimed_until": now + CLAIM_LEASE}
    if not _changed(session, HookRow.hook_id == hook_id, free, due, **values):
        return None
    return as_model(Hook, session.get_one(HookRow, hook_id, populate_existing=True))


def release_hook(session: Session, hook_id: int, claim: str) -> None:
    """Give a webhook back."""
    _changed(session, HookRow.hook_id == hook_id, HookRow.claim == claim, claim=None, claimed_until=None)


def hook_told(session: Session, hook: Hook, happened: Happened, claim: str, now: datetime) -> bool:
    """Write that an address took something, and hold it longer; False where another worker has it by now."""
    told = {**hook.told, happened.event.value: happened.key}
    values = {"told": told, "failures": 0, "next_at": None, "error": "", "claimed_until": now + CLAIM_LEASE}
    return _changed(session, HookRow.hook_id == hook.hook_id, HookRow.claim == claim, **values)


def hook_failed(session: Session, hook: Hook, error: str, next_at: datetime, claim: str) -> None:
    """Write that an address did not take something, and when it is tried again."""
    values = {"failures": hook.failures + 1, "next_at": next_at, "error": error[:500]}
    _changed(session, HookRow.hook_id == hook.hook_id, HookRow.claim == claim, **values)


def _changed(session: Session, *its: ColumnElement[bool], **values: Any) -> bool:
    changed = update(HookRow).where(*its).values(**values).returning(HookRow.hook_id)
    return session.execute(changed.execution_options(synchronize_session=False)).first() is not None


def happened_since(session: Session, event: HookEvent, key: str, now: datetime, limit: int) -> tuple[Happened, ...]:
    """Return what happened after a key, the oldest first.

    It ends before the first that is too young, whatever its number: one that was written later, by a clock or a unit of
    work that is behind, would else be told before it and leave it untold for good.
    """
    until = now - SETTLED_AFTER
    return tuple(takewhile(lambda one: one.at <= until, _SINCE[event](session, key, limit)))


def _newest(session: Session, event: HookEvent) -> str:
    found = session.scalar(select(func.max(_KEYS[event])))
    return "" if found is None else str(found)


def _audits(session: Session, key: str, limit: int) -> tuple[Happened, ...]:
    rows = select(AuditRow.audit_id, AuditRow.call_id, AuditRow.month, AuditRow.created_at)
    found = session.execute(rows.where(AuditRow.audit_id > int(key or 0)).order_by(AuditRow.audit_id).limit(limit))
    return tuple(
        Happened(
            HookEvent.CALL_AUDITED, str(a.audit_id), a.created_at,
            {"audit_id": a.audit_id, "call_id": a.call_id, "month": a.month},
        )
        for a in found
    )  # fmt: skip


def _decisions(session: Session, key: str, limit: int) -> tuple[Happened, ...]:
    found = session.scalars(
        select(DecisionRow)
        .where(DecisionRow.decision_id > int(key or 0))
        .order_by(DecisionRow.decision_id)
        .limit(limit)
    )
    return tuple(
        Happened(
            HookEvent.FINDING_DECIDED, str(d.decision_id), d.created_at,
            {"decision_id": d.decision_id, "call_id": d.call_id, "code": d.code, "item": d.item,
             **_word(d)},
        )
        for d in found
    )  # fmt: skip


def _word(decision: DecisionRow) -> dict[str, str | int | None]:
    """Return what was said; nothing of it on a fatal error, unless an appeal decided it: another is to judge it blind.

    What two people have settled is told by the API.
    """
    if decision.item.startswith(FATAL_MARK) and decision.appeal_id is None:
        return {"verdict": None, "faults": None}
    return {"verdict": decision.verdict.value, "faults": decision.faults}


def _appeals(session: Session, key: str, limit: int) -> tuple[Happened, ...]:
    """An appeal's words have a number within the appeal; together they are ordered by when they were said."""
    row = AppealWordRow
    order = (row.said_at, row.appeal_id, row.position)
    found = session.scalars(select(row).where(_after(key)).order_by(*order).limit(limit))
    return tuple(
        Happened(
            HookEvent.APPEAL_ANSWERED, f"{w.said_at.isoformat()}_{w.appeal_id}_{w.position}", w.said_at,
            {"appeal_id": w.appeal_id, "position": w.position, "step": w.step.value},
        )
        for w in found
    )  # fmt: skip


def _after(key: str) -> ColumnElement[bool]:
    """Return the condition that an appeal's word comes after one. Two may be said in the same microsecond.

    A key without the word's number, as a new webhook and earlier versions have it, stands for all of its moment.
    """
    said, _, number = key.partition("_")
    at, row = datetime.fromisoformat(said) if said else _BEGINNING, AppealWordRow
    if not number:
        return row.said_at > at
    appeal, position = (int(part) for part in number.split("_"))
    beyond = or_(row.appeal_id > appeal, and_(row.appeal_id == appeal, row.position > position))
    return or_(row.said_at > at, and_(row.said_at == at, beyond))


def _closings(session: Session, key: str, limit: int) -> tuple[Happened, ...]:
    found = session.scalars(select(ClosingRow).where(ClosingRow.month > key).order_by(ClosingRow.month).limit(limit))
    return tuple(Happened(HookEvent.MONTH_SETTLED, c.month, c.closed_at, {"month": c.month}) for c in found)


_KEYS = {
    HookEvent.CALL_AUDITED: AuditRow.audit_id,
    HookEvent.FINDING_DECIDED: DecisionRow.decision_id,
    HookEvent.APPEAL_ANSWERED: AppealWordRow.said_at,
    HookEvent.MONTH_SETTLED: ClosingRow.month,
}
_SINCE: Mapping[HookEvent, Callable[[Session, str, int], tuple[Happened, ...]]] = {
    HookEvent.CALL_AUDITED: _audits,
    HookEvent.FINDING_DECIDED: _decisions,
    HookEvent.APPEAL_ANSWERED: _appeals,
    HookEvent.MONTH_SETTLED: _closings,
}
