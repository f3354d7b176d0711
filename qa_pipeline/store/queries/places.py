"""The centre's places, and the orders of months before."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.models import Place, WorkOrder
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import CallRow, PlaceRow, WorkOrderRow


def places(session: Session) -> tuple[Place, ...]:
    """Return the gazetteer, by name and parent."""
    rows = session.scalars(select(PlaceRow).order_by(PlaceRow.name, PlaceRow.parent))
    return tuple(as_model(Place, row) for row in rows)


def orders_before(session: Session, month: str, most: int) -> tuple[WorkOrder, ...]:
    """Return the newest revision of the latest orders whose calls were before a month (``YYYY-MM``), by order id."""
    newest = select(WorkOrderRow.order_id, func.max(WorkOrderRow.revision).label("revision")).group_by(
        WorkOrderRow.order_id
    )
    latest = newest.subquery()
    rows = session.scalars(
        select(WorkOrderRow)
        .join(latest, (latest.c.order_id == WorkOrderRow.order_id) & (latest.c.revision == WorkOrderRow.revision))
        .join(CallRow, CallRow.call_id == WorkOrderRow.call_id)
        .where(CallRow.month < month)
        .order_by(CallRow.started_at.desc(), WorkOrderRow.order_id)
        .limit(most)
    )
    return tuple(sorted((as_model(WorkOrder, row) for row in rows), key=lambda order: order.order_id))
