"""What an operator faced in a stretch of a call, and what became of it: as its passage was found."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from qa_pipeline.models.clips import ClipWish
from qa_pipeline.models.passages import Passage
from qa_pipeline.store.queries.passages import passages_in


def passage_within(session: Session, call_id: str, start_ms: int, end_ms: int) -> Passage | None:
    """Return the passage of which most is in a stretch of a call, None where nothing of any is."""

    def shared_ms(one: Passage) -> int:
        return min(one.end_ms, end_ms) - max(one.start_ms, start_ms)

    most = max(passages_in(session, call_id), key=shared_ms, default=None)
    return most if most is not None and shared_ms(most) > 0 else None


def as_found(session: Session, wish: ClipWish) -> ClipWish:
    """Return a wish with what its passage was found under.

    Of several scenarios it is the one that was chosen, if the passage has it, else the first.
    """
    found = passage_within(session, wish.call_id, wish.start_ms, wish.end_ms)
    if found is None:
        return replace(wish, scenario=None, handling=None)
    scenario = wish.scenario if wish.scenario in found.scenarios else found.scenarios[0]
    return replace(wish, scenario=scenario, handling=found.handling)
