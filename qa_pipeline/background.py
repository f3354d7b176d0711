"""Reads from the store what a centre knows beside its knowledge base."""

from __future__ import annotations

from sqlalchemy.orm import Session

from qa_pipeline.knowledge.background import Background
from qa_pipeline.knowledge.precedents import PrecedentIndex
from qa_pipeline.models import Gazetteer
from qa_pipeline.store.codec import encode, sha256_of
from qa_pipeline.store.queries.places import orders_before, places

_MOST_ORDERS = 5_000
"""Of these the latest: enough for every kind of matter, and indexed in two seconds."""


def background_of(session: Session, month: str) -> Background:
    """Return the places, and the orders of calls of earlier months, so that a month is judged by what was before it.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
    """
    known, earlier = places(session), orders_before(session, month, _MOST_ORDERS)
    if not known and not earlier:
        return Background()
    sha256 = sha256_of(*(encode(place) for place in known), *(encode(order) for order in earlier))
    return Background(Gazetteer(known), PrecedentIndex(earlier), sha256)
