"""What each loss costs of a call's 100 points, and the sum that the call's points come from.

Groups are rescaled to the items that apply, and the total to the groups that apply; so an item's own loss (12 of 26
points of its group) is not what the call loses by it (18.46 of 100).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from scoring.card import Scorecard
from scoring.exact import rounded
from scoring.score import Evaluation, ItemScore, ItemState, SectionScore

FULL = Decimal(100)


def effects(evaluation: Evaluation, card: Scorecard) -> Mapping[str, Decimal]:
    """Return how many of the call's 100 points each item's loss costs; items that cost nothing are left out.

    They add up to 100 − points, but for the rounding of each to 0.01. Where a group lost more than it has, its items
    share what it has in proportion to their losses. What a confirmed fatal error takes beyond the items stands under
    its code (shared equally by several).

    Args:
        evaluation: The call's points.
        card: The scorecard that they were computed by.
    """
    weights = _weights(evaluation, card)
    exact: dict[str, Fraction] = {}
    for section in _applicable(evaluation):
        mine = [item for item in evaluation.items if item.group == section.code and _costs(item)]
        total = sum((Fraction(item.lost) for item in mine), Fraction(0))
        for item in mine:
            gone = Fraction(item.lost) / total * (Fraction(section.possible) - Fraction(section.points or 0))
            exact[item.code] = gone / Fraction(section.possible) * _share(section, weights)
    rest = 100 - sum(exact.values(), Fraction(0))
    for code in evaluation.fatal:
        exact[code] = rest / len(evaluation.fatal)
    return {code: rounded(effect) for code, effect in exact.items()}


def formula(evaluation: Evaluation, card: Scorecard) -> str:
    """Return the call's points as one line of arithmetic: ``A 19/21×25＋B 18/18×20，÷45×100＝95.13``."""
    weights = _weights(evaluation, card)
    if not weights:
        return "没有适用的评分项" + ("；一票否决，记 0.00" if evaluation.fatal else "，100.00")
    sections = _applicable(evaluation)
    terms = "＋".join(f"{s.code} {_plain(s.points)}/{_plain(s.possible)}×{_plain(weights[s.code])}" for s in sections)
    whole = sum(weights.values(), Decimal(0))
    scaled = "" if whole == FULL else f"，÷{_plain(whole)}×100"
    earned = (Fraction(s.points or 0) / Fraction(s.possible) * _share(s, weights) for s in sections)
    points = rounded(sum(earned, Fraction(0)))
    return f"{terms}{scaled}＝{points}" + ("；一票否决，记 0.00" if evaluation.fatal else "")


def _applicable(evaluation: Evaluation) -> list[SectionScore]:
    return [section for section in evaluation.sections if section.points is not None]


def _weights(evaluation: Evaluation, card: Scorecard) -> dict[str, Decimal]:
    groups = {group.code: group.points for group in card.groups}
    return {section.code: groups[section.code] for section in _applicable(evaluation)}


def _share(section: SectionScore, weights: Mapping[str, Decimal]) -> Fraction:
    """Return how many of 100 points a group carries, after groups that emptied left."""
    return Fraction(weights[section.code]) / Fraction(sum(weights.values(), Decimal(0))) * 100


def _costs(item: ItemScore) -> bool:
    return item.lost > 0 and item.state is not ItemState.NOT_APPLICABLE


def _plain(value: Decimal | None) -> str:
    return f"{(value or Decimal(0)).normalize():f}"
