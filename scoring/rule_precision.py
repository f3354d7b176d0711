"""What reviews show of a rule: how often its findings are right, and whether it has earned to deduct.

The unit is one finding of a rule on one call, as people settled it. Of findings that nobody judged nothing is assumed;
what was seen too seldom is None and read as "not known", never as a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.exact import rounded
from scoring.intervals import SHARE_STEP, Interval, Share, share

SMALL = 40
"""Below so many the exact interval is given too: Wilson's may cover less than it says there (Brown, Cai and DasGupta
2001, Statistical Science 16:101–133)."""


class Proof(StrEnum):
    """Whether reviews allow a rule to take points by itself."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Floor:
    """What reviews must show: the lower end of precision's 95 % interval above ``at`` (0–1), in ``reviews`` or more."""

    at: Decimal
    reviews: int

    def __post_init__(self) -> None:
        if not 0 <= self.at < 1 or self.reviews < 1:
            raise ValueError(f"floor {self.at} of {self.reviews} reviews: it lies from 0 to below 1, of 1 or more")


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """What is known of one rule over some calls.

    Args:
        judged: FAILs that people judged; ``upheld`` of them were right.
        doubts: UNDETERMINED findings that people settled; ``doubts_right`` of them were faults.
        missed: Faults that people found on calls which the rule had passed.
        found: Of calls that were reviewed whole, faults that the rule failed or doubted; ``unseen`` that it passed.
        calls: Calls that the rule was run on; ``fails`` of them failed, judged or not.
    """

    judged: int = 0
    upheld: int = 0
    doubts: int = 0
    doubts_right: int = 0
    missed: int = 0
    found: int = 0
    unseen: int = 0
    calls: int = 0
    fails: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """An estimated share 0–1 with the ends that it has at the ends of what it rests on."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class RulePrecision:
    """A rule's figures.

    Args:
        counts: What they are made of.
        precision: Share of judged FAILs that were right, with Wilson's interval, which decides.
        exact: Its Clopper–Pearson interval where fewer than `SMALL` were judged.
        proof: Whether that lets the rule deduct.
        lacking: How many judged FAILs are still missing before it can be told.
        doubts: Share of settled doubts that were faults.
        recall: Share of all faults that the rule found, over calls reviewed whole; None: not known.
        false_alarms: Share of calls without a known fault that the rule failed; None: not known.
    """

    counts: RuleCounts
    precision: Share
    exact: Interval | None
    proof: Proof
    lacking: int
    doubts: Share
    recall: Share | None
    false_alarms: Rate | None


@dataclass(frozen=True, slots=True)
class Together:
    """What many rules do together.

    Args:
        right: Share of judged deductions, of all the rules, that were right.
        chance: Share of clean calls that lose points to at least one of the rules that are ``known``; None: of none.
        known: How many rules have a measured rate of false alarms; ``unknown`` have not, and can only add to it.
    """

    right: Share
    chance: Rate | None
    known: int
    unknown: int


def measured(counts: RuleCounts, floor: Floor) -> RulePrecision:
    """Return a rule's figures.

    Raises:
        ValueError: Counts that cannot be.
    """
    right = share(counts.upheld, counts.judged)
    faults = counts.found + counts.unseen
    return RulePrecision(
        counts=counts,
        precision=right,
        exact=share(counts.upheld, counts.judged, method="exact").interval if counts.judged < SMALL else None,
        proof=proof(right, floor),
        lacking=max(0, floor.reviews - counts.judged),
        doubts=share(counts.doubts_right, counts.doubts),
        recall=share(counts.found, faults) if faults >= floor.reviews else None,
        false_alarms=_false_alarms(counts, right, floor),
    )


def proof(precision: Share, floor: Floor) -> Proof:
    """Return whether a precision lets a rule deduct: UNPROVEN on too few reviews, BELOW where its lower end is."""
    if precision.n < floor.reviews or precision.interval is None:
        return Proof.UNPROVEN
    return Proof.PROVEN if precision.interval.low > floor.at else Proof.BELOW


def together(rules: Iterable[RulePrecision]) -> Together:
    """Return what the rules do together: how often a deduction is right, and how often a clean call loses points.

    Rules are taken to err independently: ``1 − Π(1 − f)``. Where they err on the same badly heard calls the share is
    lower. Its ends are those of all rules at once, which is wider than a 95 % interval.
    """
    rules = tuple(rules)
    rates = [rule.false_alarms for rule in rules if rule.false_alarms is not None]
    right = share(sum(r.counts.upheld for r in rules), sum(r.counts.judged for r in rules))
    ends = ([r.value for r in rates], [r.low for r in rates], [r.high for r in rates])
    chance = _rate(*(_any(one) for one in ends)) if rates else None
    return Together(right, chance, len(rates), len(rules) - len(rates))


def _any(rates: Iterable[Decimal]) -> Fraction:
    none = Fraction(1)
    for rate in rates:
        none *= 1 - Fraction(rate)
    return 1 - none


def _false_alarms(counts: RuleCounts, right: Share, floor: Floor) -> Rate | None:
    """Return the rate over calls without a known fault, as if unjudged FAILs were right as often as judged ones.

    A rule that failed nothing gave no false alarm. Otherwise as many FAILs must have been judged as for a proof.
    """
    if not 0 <= counts.fails <= counts.calls or counts.missed < 0:
        raise ValueError(f"{counts.fails} fails and {counts.missed} missed of {counts.calls} calls cannot be")
    if counts.calls and not counts.fails:
        return Rate(Decimal(0), Decimal(0), Decimal(0))
    if not counts.fails or right.n < floor.reviews or right.value is None or right.interval is None:
        return None
    exact = Fraction(right.hits, right.n)
    wrong = (exact, Fraction(right.interval.high), Fraction(right.interval.low))
    return _rate(*(_wrong(counts, one) for one in wrong))


def _wrong(counts: RuleCounts, right: Fraction) -> Fraction:
    clean = counts.calls - counts.missed - counts.fails * right
    wrong = counts.fails * (1 - right)
    # Faults missed and upheld may leave no call without one; then nothing can be said but "at most all of them".
    return min(Fraction(1), wrong / clean) if clean > 0 else Fraction(1)


def _rate(value: Fraction, low: Fraction, high: Fraction) -> Rate:
    return Rate(rounded(value, SHARE_STEP), _step(low, ROUND_FLOOR), _step(high, ROUND_CEILING))


def _step(value: Fraction, how: str) -> Decimal:
    steps = value / Fraction(SHARE_STEP)
    whole = steps.__floor__() if how == ROUND_FLOOR else steps.__ceil__()
    return Decimal(whole) * SHARE_STEP
