"""The month: its figures, its operators, how far the review has come, and what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from qa_pipeline.assessment import MonthView
from qa_pipeline.reports.after_closing import adjusted_lines
from qa_pipeline.store.queries.calls import months
from qa_pipeline.web.access import allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from qa_pipeline.web.rows import counts
from scoring.scorecard import Scorecard

router = family()
WORST_ITEMS = 10


@dataclass(frozen=True, slots=True)
class ItemLoss:
    """What an item cost: points lost a call over the audited calls, and in how many calls."""

    code: str
    name: str
    mean: Decimal
    calls: int


@router.get("/months/{month}", dependencies=[allow(*SEES_CALLS)])
def month_page(request: Request, desk: DeskOf, month: str) -> Response:
    """Show a month's figures, each a link to the calls behind it."""
    with desk.sessions() as session:
        known = months(session)
        found, view = desk.months.get(session, month), desk.months.view(session, month)
        card = desk.card(session, None if view is None else view.scorecard_version)
    losses = worst_items(view, card)
    return page(
        request,
        "month.html",
        month=month,
        months=known,
        data=found.data,
        view=view,
        after=() if view is None else adjusted_lines(view),
        rows=found.rows,
        as_of=found.told_as_of,
        counts=counts(found.rows),
        open_of=Counter(row.file.call.operator_id for row in found.rows if row.is_open),
        losses=losses,
        charts=charts(view, losses, card),
        card=card,
    )


@router.get("/months/{month}/failures", dependencies=[allow(*REVIEWS)])
def failures_page(request: Request, desk: DeskOf, month: str) -> Response:
    """Show the calls that could not be audited, and why."""
    with desk.sessions() as session:
        known = months(session)
        data = desk.months.get(session, month).data
    return page(
        request,
        "failures.html",
        month=month,
        months=known,
        failed=[f for f in data.files if f.failure is not None],
        exclusions=data.plan.exclusions if data.plan is not None else (),
    )


def worst_items(view: MonthView | None, card: Scorecard) -> tuple[ItemLoss, ...]:
    """Return the items that lose most a call, the worst first, over the calls that count."""
    if view is None or not view.centre.n_counted:
        return ()
    names = {item.code: item.name for item in card.items}
    losses = [
        ItemLoss(i.code, names[i.code], i.lost / view.centre.n_counted, i.n_lost) for i in view.centre.items if i.lost
    ]
    return tuple(sorted(losses, key=lambda loss: (-loss.mean, loss.code))[:WORST_ITEMS])


def charts(view: MonthView | None, losses: Sequence[ItemLoss], card: Scorecard) -> dict[str, Any]:
    """Return what the page's charts are drawn from."""
    return {
        "items": [{"code": i.code, "name": f"{i.code} {i.name}", "value": round(float(i.mean), 2)} for i in losses],
        "operators": [
            {
                "id": o.operator.operator_id,
                "name": o.operator.name,
                "mean": float(o.mean),
                "low": float(o.mean if o.interval_low is None else o.interval_low),
                "high": float(o.mean if o.interval_high is None else o.interval_high),
            }
            for o in (view.operators if view is not None else ())
            if o.mean is not None
        ],
        "grades": [{"name": g.name, "at": float(g.at_least)} for g in card.grades if g.at_least > 0],
    }
