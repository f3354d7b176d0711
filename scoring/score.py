"""From verdicts on items to the points of one call.

Each verdict speaks of one finding (one rule, or one item where a person judged the item as a whole). A person's verdict
takes the place of the machine's before it comes here (`qa_pipeline.assessment.item_verdicts`). Nothing depends on the
order of the verdicts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from scoring.card import Scorecard
from scoring.evaluation import Evaluation, ItemScore, ItemState, ItemVerdict, SectionScore
from scoring.exact import rounded, rounded_ratio
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
    said: defaultdict[str, list[ItemVerdict]] = defaultdict(list)
    for verdict in verdicts:
        said[verdict.item].append(verdict)
    items = tuple(item_score(item, said[item.code]) for item in card.items)
    loose = {item.code for item in card.items if may_leave(item, said[item.code])}
    fatals = {error.code: said[error.code] for error in card.fatal_errors}
    fatal = tuple(code for code, raised in fatals.items() if any(_is_fatal(v) for v in raised))
    suspected = tuple(code for code in fatals if code not in fatal and _any(Outcome.FAIL, fatals[code]))
    unsure = tuple(code for code in fatals if _any(Outcome.UNDETERMINED, fatals[code]))
    shares = [_shares([item for item in items if item.group == group.code], loose) for group in card.groups]
    return Evaluation(
        scorecard_version=card.version,
        items=items,
        sections=tuple(_section(group.code, found) for group, found in zip(card.groups, shares, strict=True)),
        points=NOTHING if fatal else _total(card, (found.standing for found in shares)),
        points_low=NOTHING if fatal or suspected else _lowest(card, shares),
        points_high=NOTHING if fatal else _total(card, (found.high for found in shares)),
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
    """What was earned of a group's points: as it stands, at least, and at most; None where the group emptied.

    ``low`` is the least of any group that is not empty; ``stays``: the group cannot empty.
    """

    standing: Part[Decimal] | None
    low: Part[Decimal] | None
    high: Part[Decimal] | None
    stays: bool


def _shares(items: Sequence[ItemScore], loose: Container[str]) -> _Shares:
    """Return what one group earned. ``loose`` are the items that may leave it."""
    possible = [item for item in items if item.state is not ItemState.NOT_APPLICABLE]
    stay = [Part(item.points, item.points - item.lost_max) for item in possible if item.code not in loose]
    leave = [Part(item.points, item.points - item.lost_max) for item in possible if item.code in loose]
    least = least_mean(stay, leave)
    return _Shares(
        standing=_earned([(item.points, item.lost) for item in possible if not item.outside]),
        # Below 0 where caps eat into the group more than it has.
        low=None if least is None else least._replace(earned=max(NOTHING, least.earned)),
        high=_earned([(item.points, item.lost_min) for item in possible]),
        stays=bool(stay),
    )


def _earned(items: Sequence[tuple[Decimal, Decimal]]) -> Part[Decimal] | None:
    """Return what was earned of points with their losses, never below 0; None of nothing."""
    if not items:
        return None
    possible = sum((points for points, _ in items), NOTHING)
    return Part(possible, max(NOTHING, possible - sum((lost for _, lost in items), NOTHING)))


def _section(code: str, shares: _Shares) -> SectionScore:
    standing = shares.standing
    if standing is None or shares.low is None or shares.high is None:
        return SectionScore(code, NOTHING, None, None, None)
    low, high = _of(shares.low, standing.possible), _of(shares.high, standing.possible)
    return SectionScore(code, standing.possible, standing.earned, low, high)


def _of(part: Part[Decimal], possible: Decimal) -> Decimal:
    """Return what a part comes to of other possible points, to 0.01; exactly, where these are its own."""
    return part.earned if part.possible == possible else rounded(part.share * Fraction(possible))


def _total(card: Scorecard, shares: Iterable[Part[Decimal] | None]) -> Decimal:
    """Return ``sum(earned/possible * weight) / sum(weight) * 100``, exact before its one rounding."""
    # Whole numbers over one denominator: the same fraction as with Fraction, which would seek a common divisor at each
    # step and take most of the time of a month.
    top, bottom, weights = 0, 1, NOTHING
    for group, share in zip(card.groups, shares, strict=True):
        if share is not None:
            (got, got_of), (could, could_of) = (
                (share.earned * group.points).as_integer_ratio(),
                share.possible.as_integer_ratio(),
            )
            top, bottom = top * got_of * could + got * could_of * bottom, bottom * got_of * could
            weights += group.points
    if not weights:
        return rounded_ratio(100, 1)
    whole, whole_of = weights.as_integer_ratio()
    return rounded_ratio(top * 100 * whole_of, bottom * whole)


def _lowest(card: Scorecard, shares: Sequence[_Shares]) -> Decimal:
    if all(found.stays or found.low is None for found in shares):
        return _total(card, (found.low for found in shares))
    parts = [
        (Part(Fraction(group.points), found.low.share * Fraction(group.points)), found.stays)
        for group, found in zip(card.groups, shares, strict=True)
        if found.low is not None
    ]
    least = least_mean([part for part, stays in parts if stays], [part for part, stays in parts if not stays])
    return rounded(100 if least is None else least.share * 100)
