"""Calls of which nothing may be made, nor leave: secret callers, and calls that somebody complains about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from qa_pipeline.models.clips import Barred
from qa_pipeline.store.queries.clips import barred_among
from qa_pipeline.store.queries.passages import calls_to_show


def secret_because(session: Session, call_id: str) -> str | None:
    """Return why nothing of a call may be used in training, None where it may."""
    why = barred_among(session, (call_id,)).get(call_id)
    return None if why is None else why.name_zh


def barred_in(session: Session, month: str) -> dict[str, Barred]:
    """Return the calls of a month with something to show of which no clip may be made, each with why.

    They are listed nowhere in the training room: a trainer who chose one would only be refused.
    """
    return barred_among(session, calls_to_show(session, month))
