"""Drawn calls that cannot be used, and the next in rank of their stratum in their place.

A stratum's calls stand in an order that the seed gives; the first n of them that can be used are the sample. Given
which calls of the stratum can be used, that is a simple random sample of n among those: what it is to draw from a
subpopulation (Cochran, Sampling Techniques, 3rd ed. 1977, sections 2.12 and 2.13). A share never moves to another
stratum; a stratum with no more calls is short, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from qa_pipeline.models import DrawReason, FrameRow, Replacement, SampledCall, SamplePlan
from qa_pipeline.sampling.drawing import ranked, share_of, strata_of, stratum_of

CERTAIN = Decimal(1)


def replace_calls(
    rows: Sequence[FrameRow], plan: SamplePlan, unusable: Mapping[str, str], by: str, now: datetime
) -> tuple[Replacement, ...]:
    """Return what takes the place of drawn calls that cannot be used, in the order of their ranks.

    Args:
        rows: The frame that was drawn from.
        plan: The draw with the replacements so far.
        unusable: Call id of a call that counts -> why it cannot be used.
        by: Who says so.
        now: The centre's wall clock.

    Raises:
        ValueError: A call was not drawn, or was replaced before.
    """
    counting = {one.call_id for one in as_it_stands(plan.calls, plan.replacements) if one.reason in _COUNTING}
    if strangers := sorted(unusable.keys() - counting):
        raise ValueError(f"call {strangers[0]} does not count into the means of {plan.month}")
    gone = {one.call_id for one in plan.replacements} | unusable.keys()
    taken = gone | counting
    strata = strata_of(rows, {exclusion.call_id for exclusion in plan.exclusions})
    made: list[Replacement] = []
    for stratum in sorted({stratum_of(row.shift, row.operator_id) for row in rows if row.call_id in unusable}):
        in_rank = ranked(strata[stratum], plan.month, plan.seed)
        free = iter([row.call_id for row in in_rank if row.call_id not in taken])
        out = [row.call_id for row in in_rank if row.call_id in unusable]
        made += [Replacement(one, stratum, next(free, None), unusable[one], by, now) for one in out]
    return tuple(made)


def as_it_stands(calls: Iterable[SampledCall], replacements: Sequence[Replacement]) -> tuple[SampledCall, ...]:
    """Return a month's calls with what was replaced since the draw.

    A replaced call is REPLACED, the one in its place REPLACEMENT, also where it had been added for a risk before. Every
    counting call of that stratum then has the share of the calls that may still be used as its probability: calls that
    turned out unusable count as if they had been excluded before the draw.

    Args:
        calls: Drawn calls, with or without rows of what took others' places and of the risk supplement.
        replacements: All of the month, in order.
    """
    known = {one.call_id: one for one in calls}
    if not replacements:
        return tuple(known.values())
    chances = _chances(known.values(), replacements)
    gone = {one.call_id for one in replacements}
    for one in replacements:
        if (next_id := one.replacement_id) is not None:
            operator_id = known[one.call_id].operator_id
            known[next_id] = SampledCall(next_id, operator_id, one.stratum, CERTAIN, DrawReason.REPLACEMENT)
    return tuple(
        replace(one, reason=DrawReason.REPLACED)
        if one.call_id in gone
        else one
        if one.reason is DrawReason.RISK
        else replace(one, probability=chances.get(one.stratum, one.probability))
        for one in known.values()
    )


_COUNTING = (DrawReason.RANDOM, DrawReason.REPLACEMENT)


def _chances(calls: Iterable[SampledCall], replacements: Sequence[Replacement]) -> dict[str, Decimal]:
    """Return the chance of each call of a stratum with replacements that can be used; strata with none left are out."""
    drawn = [one for one in calls if one.reason is DrawReason.RANDOM]
    shares = Counter(one.stratum for one in drawn)
    sizes = {one.stratum: round(Fraction(shares[one.stratum]) / Fraction(one.probability)) for one in drawn}
    gone = Counter(one.stratum for one in replacements)
    short = Counter(one.stratum for one in replacements if one.replacement_id is None)
    return {
        stratum: share_of(shares[stratum] - short[stratum], sizes[stratum] - gone[stratum])
        for stratum in gone
        if sizes[stratum] > gone[stratum]
    }
