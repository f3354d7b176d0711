"""Whether a pay scheme fits a scorecard: grades that exist, and no better score that pays less."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from scoring.card import GradeBand, Scorecard
from scoring.exact import HUNDREDTH
from scoring.pay.scheme import PayScheme


def misfits(scheme: PayScheme, card: Scorecard) -> tuple[str, ...]:
    """Return everything that stands against paying the scorecard's grades by the scheme."""
    known = [band.name for band in card.grades]
    unknown = (
        f"grade {grade.name}: scorecard {card.version} has no such grade; use one of {', '.join(known)}"
        for grade in scheme.grades
        if grade.name not in known
    )
    return (*unknown, *(problem for pair in pairwise(card.grades) for problem in _pair(scheme, *pair)))


def _pair(scheme: PayScheme, better: GradeBand, worse: GradeBand) -> Iterator[str]:
    above, below = scheme.worth(better), scheme.worth(worse)
    # The best score of the worse grade against the worst of the better one; scores have two decimals.
    least, most = above.factor_at(better.at_least, better), below.factor_at(better.at_least - HUNDREDTH, worse)
    if most > least:
        yield (
            f"grade {worse.name}: its factor reaches {most}, above the {least} of the better {better.name}; "
            "lower `per_point` or `at_most`"
        )
    if below.reward > above.reward:
        yield f"grade {worse.name}: its reward {below.reward} is above the {above.reward} of the better {better.name}"
    if below.deduction < above.deduction:
        yield (
            f"grade {worse.name}: its deduction {below.deduction} is below the {above.deduction} of the better "
            f"{better.name}"
        )
