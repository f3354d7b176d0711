"""Whose mean lies below the passing line, and how likely that is by chance: a list to look at, no strike by itself.

It goes by the scores as they stand. A strike goes by what two reviewers confirmed, and needs more besides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.assessment import CallPoints, MonthView, OperatorMonth
from scoring.grades import passing_line
from scoring.scorecard import Scorecard
from scoring.strike_gate import BelowLine, chance_below, month_level, strike_gate


class Chance(StrEnum):
    """What can be said of a mean below the line."""

    BEYOND = "beyond"
    LISTED = "listed"
    MAY_BE = "may_be"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class BelowRow:
    """One operator whose mean lies below the line; ``found`` is of all the centre's operators at once."""

    operator: OperatorMonth
    found: BelowLine

    @property
    def said(self) -> Chance:
        """What can be said of it."""
        if self.found.p is None:
            return Chance.UNTOLD
        if self.found.below and self.operator.enough:
            return Chance.BEYOND
        return Chance.LISTED if self.found.listed else Chance.MAY_BE


@dataclass(frozen=True, slots=True)
class BelowMonth:
    """The operators below the line, the lowest first; ``level`` is what a month's chance must not exceed."""

    line: Decimal
    level: float
    rows: tuple[BelowRow, ...]


def below_month(view: MonthView, card: Scorecard) -> BelowMonth:
    """Return who of a month lies below the passing line, by the spread that the month is settled by."""
    line = passing_line(card)
    points, chances = _points(view), defaultdict(list)
    for call in view.calls:
        if call.counted:
            chances[call.operator_id].append(call.probability)
    # As a settlement does: what notices take is known, so that calls are held against a line that lies higher by it.
    taken = {one.operator.operator_id: one.notice_points for one in view.operators}
    told = {who: chance_below(points[who], chances[who], line + taken.get(who, 0), view.variance) for who in points}
    found = strike_gate(told, operators=max(len(view.operators), len(told)))
    below = [one for one in view.operators if one.mean is not None and one.mean < line]
    rows = (BelowRow(one, found[one.operator.operator_id]) for one in below if one.operator.operator_id in found)
    ordered = sorted(rows, key=lambda row: (row.operator.mean or line, row.operator.operator.operator_id))
    return BelowMonth(line, month_level(max(1, len(view.operators))), tuple(ordered))


def _points(view: MonthView) -> dict[str, list[Decimal]]:
    by_operator: defaultdict[str, list[Decimal]] = defaultdict(list)
    for call in view.calls:
        if call.counted:
            by_operator[call.operator_id].append(_of(call))
    return dict(by_operator)


def _of(call: CallPoints) -> Decimal:
    assert call.evaluation is not None  # noqa: S101  # calls that count were judged
    return call.evaluation.points
