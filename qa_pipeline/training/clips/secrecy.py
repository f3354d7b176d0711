"""Calls of which nothing may be made, nor leave: secret callers, and calls that somebody complains about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from qa_pipeline.store.queries.clips import appeal_pending_on, notice_pending_on, secret_order


def secret_because(session: Session, call_id: str) -> str | None:
    """Return why nothing of a call may be used in training, None where it may."""
    if secret_order(session, call_id):
        return "来电人要求保密（工单“是否保密”）"
    if appeal_pending_on(session, call_id):
        return "该通话有尚未裁定的申诉"
    if notice_pending_on(session, call_id):
        return "该通话有尚未审批的监督记录"
    return None
