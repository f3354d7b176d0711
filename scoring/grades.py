"""From a month's mean to its grade and payroll factor."""

from __future__ import annotations

from decimal import Decimal

from scoring.card import GradeBand, Scorecard
from scoring.exact import rounded


def grade_of(card: Scorecard, points: Decimal) -> GradeBand:
    """Return the band of a score. What is printed decides: 84.995 is 85.00 and 良好.

    Raises:
        ValueError: The score is not within 0–100.
    """
    if not 0 <= points <= 100:
        raise ValueError(f"{points} points have no grade; a score lies from 0 to 100")
    shown = rounded(points)
    return next(band for band in card.grades if shown >= band.at_least)


def passing_line(card: Scorecard) -> Decimal:
    """Return the points from which a month is passed (75 in the default): the lowest line of a band not failing.

    Where every band is failing nobody passes: above 100.
    """
    return min((band.at_least for band in card.grades if not band.failing), default=Decimal(101))
