"""What the month's charts are drawn from: plain numbers; every one stands in a table as well."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qa_pipeline.assessment import OperatorMonth
from qa_pipeline.assessment.closing import ClosedLine
from qa_pipeline.language.gloss import glossed
from qa_pipeline.web.month_figures import Figures
from scoring.scorecard import Scorecard

SHOWN_MONTHS = 24


def charts(
    figures: Figures | None,
    card: Scorecard,
    people: Sequence[OperatorMonth] = (),
    lines: Sequence[ClosedLine] = (),
    language: str = "zh",
) -> dict[str, Any]:
    """Return the bars of items, the whiskers of the people shown, an operator's months, the grades' lines.

    Names of items and grades are in the page's ``language`` where they are the program's.
    """
    if figures is None:
        return {"items": [], "operators": [], "months": [], "grades": []}
    return {
        "items": [
            {"code": i.code, "name": f"{i.code} {glossed(i.name, language)}", "value": round(float(i.mean), 2)}
            for i in figures.losses
        ],
        "operators": [
            {
                "id": o.operator.operator_id,
                "name": o.operator.name,
                **_whisker(o.mean, o.interval_low, o.interval_high),
            }
            for o in people
            if o.mean is not None
        ],
        "months": [
            {"name": line.month, **_whisker(line.mean, line.interval_low, line.interval_high)}
            for line in lines[-SHOWN_MONTHS:]
            if line.mean is not None
        ],
        "grades": [{"name": glossed(g.name, language), "at": float(g.at_least)} for g in card.grades if g.at_least > 0],
    }


def _whisker(mean: Decimal, low: Decimal | None, high: Decimal | None) -> dict[str, float]:
    return {
        "mean": float(mean),
        "low": float(mean if low is None else low),
        "high": float(mean if high is None else high),
    }
