"""Searches that people keep."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from qa_pipeline.models.search import SavedSearch
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import AccountRow, SavedSearchRow


def saved_searches(session: Session, account_id: int, roles: Collection[str]) -> tuple[SavedSearch, ...]:
    """Return somebody's own searches and those that others share with a role of theirs, by name."""
    statement = (
        select(SavedSearchRow, AccountRow.name)
        .join(AccountRow, AccountRow.account_id == SavedSearchRow.account_id)
        .where(or_(SavedSearchRow.account_id == account_id, SavedSearchRow.shared_with.in_(roles)))
        .order_by(SavedSearchRow.name, SavedSearchRow.search_id)
    )
    return tuple(as_model(SavedSearch, row, owner=owner) for row, owner in session.execute(statement))


def save_search(session: Session, account_id: int, name: str, address: str, shared_with: str, now: datetime) -> int:
    """Keep an address under a name, and return its number; one of that name by the same person is written over."""
    mine = (SavedSearchRow.account_id == account_id, SavedSearchRow.name == name)
    session.execute(delete(SavedSearchRow).where(*mine))
    row = SavedSearchRow(account_id=account_id, name=name, address=address, shared_with=shared_with, created_at=now)
    session.add(row)
    session.flush()
    return row.search_id


def forget_search(session: Session, account_id: int, search_id: int) -> bool:
    """Forget one of somebody's own searches; False where it is not theirs, or is gone."""
    mine = (SavedSearchRow.account_id == account_id, SavedSearchRow.search_id == search_id)
    found = session.scalar(select(SavedSearchRow.search_id).where(*mine))
    session.execute(delete(SavedSearchRow).where(*mine))
    return found is not None


def count_saved(session: Session, account_id: int) -> int:
    """Return how many searches somebody keeps."""
    return len(session.scalars(select(SavedSearchRow.search_id).where(SavedSearchRow.account_id == account_id)).all())
