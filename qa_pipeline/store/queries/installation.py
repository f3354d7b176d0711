"""How the installation is: what ran last, what failed, how far the ledger goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.store.schema import AuditRow, ImportRow, JobRow, JobState, LedgerRow


@dataclass(frozen=True, slots=True)
class Installation:
    """What an administrator looks at first. ``seq`` and ``sha256`` are of the ledger's last entry.

    ``failed`` jobs cannot be done as things are; ``dead`` ones were tried too often.
    """

    database: str
    audited_at: datetime | None
    imported_at: datetime | None
    running: int
    failed: int
    dead: int
    seq: int
    sha256: str
    month: str


def installation(session: Session) -> Installation:
    """Return how the installation is."""
    states = dict(session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all())
    head = session.execute(
        select(LedgerRow.seq, LedgerRow.sha256, LedgerRow.month).order_by(LedgerRow.seq.desc()).limit(1)
    ).first()
    return Installation(
        session.get_bind().dialect.name,
        session.scalar(select(AuditRow.created_at).order_by(AuditRow.audit_id.desc()).limit(1)),
        session.scalar(select(ImportRow.imported_at).order_by(ImportRow.batch_id.desc()).limit(1)),
        states.get(JobState.RUNNING, 0),
        states.get(JobState.FAILED, 0),
        states.get(JobState.DEAD, 0),
        *((0, "", "") if head is None else head),
    )
