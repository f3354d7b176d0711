"""What a training changed: items before and after, beside colleagues who did not attend, with what that cannot say."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import Request
from fastapi.responses import Response

from qa_pipeline.errors import QaError, UserError
from qa_pipeline.store.queries.training_records import SessionsWanted, training_lines
from qa_pipeline.training.records.effects import WEEKS, EffectView, effect_of
from qa_pipeline.web.access import allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.training_records import TRAINS
from scoring.training_effect import ENOUGH_CALLS, ENOUGH_OPERATORS

router = family()
OFFERED = 200
"""So many of the latest sessions are offered."""


@router.get("/training/effect", dependencies=[allow(*TRAINS, looks=True)])
def effect_page(request: Request, desk: DeskOf, session: int = 0, weeks: int = 8) -> Response:
    """Show what a session changed; without one asked for, which sessions can be asked for."""
    today = datetime.now().date()
    found: EffectView | None = None
    refused: QaError | None = None
    with desk.sessions() as store:
        lines, _ = training_lines(store, SessionsWanted(), OFFERED, 0)
        offered = [line for line in lines if line.session.items and not line.withdrawn]
        if session:
            try:
                found = effect_of(store, session, weeks, today)
            except UserError as error:  # told where the figures would stand, the choice beside it stays
                refused = error
        names = {item.code: item.name for item in desk.card(store).items}
    return page(
        request,
        "training_effect.html",
        found=found,
        refused=refused,
        offered=offered,
        chosen=session,
        weeks=weeks,
        lengths=WEEKS,
        names=names,
        today=today,
        enough_calls=ENOUGH_CALLS,
        enough_operators=ENOUGH_OPERATORS,
        days=_days,
    )


def _days(span: tuple[date, date]) -> str:
    return f"{span[0]} – {span[1]:%m-%d}"
