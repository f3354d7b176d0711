"""From verdicts on items to the points of one call.

Each verdict speaks of one finding (one rule, or one item where a person judged the item as a whole). A person's verdict
takes the place of the machine's before it comes here (`qa_pipeline.assessment.item_verdicts`). Nothing depends on the
order of the verdicts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from scoring.card import Scorecard
from scoring.evaluation import Evaluation, ItemScore, ItemState, ItemVerdict, SectionScore
from scoring.exact import rounded
from scoring.item_score import item_score, may_leave, waits
from scoring.outcome import Outcome
from scoring.ranges import Part, least_mean

__all__ = [
    "REVIEWERS_FOR_FATAL",
    "Evaluation",
    "ItemScore",
    "ItemState",
    "ItemVerdict",
    "SectionScore",
    "score_call",
    "waits",
]

NOTHING = Decimal(0)
REVIEWERS_FOR_FATAL = 2


def score_call(card: Scorecard, verdicts: Sequence[ItemVerdict]) -> Evaluation:
    """Score one call.

    An item whose verdicts are all NOT_APPLICABLE leaves the denominator of its group: the group's points are those
    earned over those possible times the group's. A group that empties leaves the total, and the rest is scaled to 100.
    Where nothing at all applies nothing was lost: 100.00, with every section None.

    A verdict that waits for a person (advice, doubt) is to ``points`` as if its rule had said nothing: it takes
    nothing, and it does not bring an item back that the other rules found not applicable, which would add to the
    points. It only widens the range, whose ends are those over every word that may still be given: fault, no fault, or
    not applicable.

    A fatal error needs two different people in one verdict; raised by less it is only suspected. An undetermined check
    for a fatal error is open and not suspected.

    Args:
        card: The scorecard of the call's month.
        verdicts: In any order; an item without any waits for a person.

    Raises:
        ValueError: A verdict names an item that the scorecard does not have, or less than 0 faults.
    """
    _refuse_strangers(card, verdicts)
    by_item = {item.code: [v for v in verdicts if v.item == item.code] for item in card.items}
    items = tuple(item_score(item, by_item[item.code]) for item in card.items)
    loose = {item.code for item in card.items if may_leave(item, by_item[item.code])}
    fatals = {error.code: [v for v in verdicts if v.item == error.code] for error in card.fatal_errors}
    fatal = tuple(code for code, said in fatals.items() if any(_is_fatal(v) for v in said))
    suspected = tuple(code for code in fatals if code not in fatal and _any(Outcome.FAIL, fatals[code]))
    unsure = tuple(code for code in fatals if _any(Outcome.UNDETERMINED, fatals[code]))
    shares = {group.code: _shares([item for item in items if item.group == group.code], loose) for group in card.groups}
    return Evaluation(
        scorecard_version=card.version,
        items=items,
        sections=tuple(_section(group.code, items, shares[group.code]) for group in card.groups),
        points=NOTHING if fatal else _total(card, {code: found.standing for code, found in shares.items()}),
        points_low=NOTHING if fatal or suspected else _lowest(card, shares),
        points_high=NOTHING if fatal else _total(card, {code: found.high for code, found in shares.items()}),
        suspected=suspected,
        fatal=fatal,
        open_items=(*(item.code for item in items if item.state is ItemState.OPEN), *unsure),
    )


def _refuse_strangers(card: Scorecard, verdicts: Iterable[ItemVerdict]) -> None:
    known = {item.code for item in card.items} | {error.code for error in card.fatal_errors}
    for verdict in verdicts:
        if verdict.item not in known:
            raise ValueError(f"scorecard {card.version}: no item {verdict.item!r}; it has {', '.join(sorted(known))}")
        if verdict.faults < 0:
            raise ValueError(f"item {verdict.item}: {verdict.faults} faults; a count begins at 0")


def _is_fatal(verdict: ItemVerdict) -> bool:
    return verdict.person and verdict.outcome is Outcome.FAIL and len(set(verdict.reviewers)) >= REVIEWERS_FOR_FATAL


def _any(outcome: Outcome, verdicts: Iterable[ItemVerdict]) -> bool:
    return any(verdict.outcome is outcome for verdict in verdicts)


class _Shares(NamedTuple):
    """What share (0–1) of a group's points was earned: as it stands, and at most; None where the group emptied.

    ``low`` is the least of any group that is not empty; ``stays``: the group cannot empty.
    """

    standing: Fraction | None
    low: Fraction | None
    high: Fraction | None
    stays: bool


def _shares(items: Sequence[ItemScore], loose: Container[str]) -> _Shares:
    """Return the shares of one group. ``loose`` are the items that may leave it."""
    possible = [item for item in items if item.state is not ItemState.NOT_APPLICABLE]
    worst = [(Part(Fraction(i.points), Fraction(i.points - i.lost_max)), i.code in loose) for i in possible]
    stay = [part for part, leaves in worst if not leaves]
    least = least_mean(stay, [part for part, leaves in worst if leaves])
    return _Shares(
        standing=_earned((item.points, item.lost) for item in possible if not item.outside),
        low=None if least is None else max(Fraction(0), least),
        high=_earned((item.points, item.lost_min) for item in possible),
        stays=bool(stay),
    )


def _earned(items: Iterable[tuple[Decimal, Decimal]]) -> Fraction | None:
    """Return the share earned of points with their losses, never below 0; None of nothing."""
    possible = lost = NOTHING
    for points, gone in items:
        possible, lost = possible + points, lost + gone
    return Fraction(max(NOTHING, possible - lost)) / Fraction(possible) if possible else None


def _section(code: str, items: Sequence[ItemScore], shares: _Shares) -> SectionScore:
    possible = sum((item.points for item in items if item.group == code and item.counts), NOTHING)
    if shares.standing is None or shares.low is None or shares.high is None:
        return SectionScore(code, possible, None, None, None)
    whole = Fraction(possible)
    points, low, high = (rounded(share * whole) for share in (shares.standing, shares.low, shares.high))
    return SectionScore(code, possible, points, low, high)


def _total(card: Scorecard, shares: Mapping[str, Fraction | None]) -> Decimal:
    scored, weights = Fraction(0), Fraction(0)
    for group in card.groups:
        share = shares[group.code]
        if share is not None:
            scored += share * Fraction(group.points)
            weights += Fraction(group.points)
    return rounded(scored / weights * 100 if weights else 100)


def _lowest(card: Scorecard, shares: Mapping[str, _Shares]) -> Decimal:
    parts = [
        (Part(Fraction(group.points), low * Fraction(group.points)), shares[group.code].stays)
        for group in card.groups
        if (low := shares[group.code].low) is not None
    ]
    least = least_mean((part for part, stays in parts if stays), (part for part, stays in parts if not stays))
    return rounded(100 if least is None else least * 100)
