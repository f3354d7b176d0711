"""Whether a month lies below the passing line beyond chance, for every operator of a centre at once.

Sixty operators are sixty chances to be wrong. What may count as a strike goes by Holm's correction: the chance that it
befalls anybody who is not below the line, in a month, is at most `FAMILY`. A list that people only look at may hold
some who are there by chance, and more of those who are not: it goes by Benjamini and Hochberg's, which bounds their
share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scipy import stats
from statsmodels.stats.multitest import multipletests

from scoring.intervals import standard_errors, weighted_mean

FAMILY = 0.025
"""One-sided, as the upper end of a 95 % interval is."""
LIST = 0.10
"""Of a list to look at, this share may be there by chance."""


@dataclass(frozen=True, slots=True)
class BelowLine:
    """What can be said of one operator's month against the line.

    Args:
        p: The chance of such a mean, or a lower one, if the true mean lay at the line; None: it cannot be told.
        p_holm: The same, corrected for all operators of the centre (Holm); None where ``p`` is.
        p_listed: The same, corrected by Benjamini and Hochberg.
        below: It may count as a strike: the corrected chance is at most `FAMILY`.
        listed: It is worth a look: at most `LIST` of those listed are so by chance.
    """

    p: float | None
    p_holm: float | None
    p_listed: float | None
    below: bool
    listed: bool


NOT_TOLD = BelowLine(None, None, None, below=False, listed=False)


def chance_below(
    values: Sequence[Decimal], probabilities: Sequence[Decimal], line: Decimal, variance: Decimal | None = None
) -> float | None:
    """Return the one-sided p-value of the month's mean against the line, 0–1.

    It is that of the interval of `scoring.intervals.mean_with_interval`: the larger of the two where the centre's
    variance is given. Where every call was heard nothing is left to chance: 0 below the line, 1 from it on.

    Returns:
        None of less than two calls, and where sampled calls are all alike and no variance of the centre is known:
        then nothing says how much others would differ.
    """
    errors = standard_errors(values, probabilities, variance)
    mean = weighted_mean(values, probabilities)
    if not errors or mean is None:
        return None
    if all(probability == 1 for probability in probabilities):
        return 0.0 if mean < line else 1.0
    sizes = [error for error in errors if error.size > 0]
    if not sizes:
        return None
    distance = float(mean - line)
    return max(float(stats.t.cdf(distance / error.size, error.free)) for error in sizes)


def strike_gate(
    chances: Mapping[str, float | None], family: float = FAMILY, listed: float = LIST
) -> dict[str, BelowLine]:
    """Return for each operator whether the month lies below the line beyond chance.

    Args:
        chances: By operator, what `chance_below` said; of those who had enough calls. None is never below.
        family: The chance that it befalls anybody who is not below.
        listed: The share of a list that may be there by chance.

    Raises:
        ValueError: A chance that is none.

    Source: Holm 1979, Scandinavian Journal of Statistics 6:65–70; Benjamini and Hochberg 1995, Journal of the Royal
    Statistical Society B 57:289–300.
    """
    told = {who: chance for who, chance in chances.items() if chance is not None}
    for who, chance in told.items():
        if not 0 <= chance <= 1 or math.isnan(chance):
            raise ValueError(f"operator {who}: a chance of {chance}; it lies from 0 to 1")
    holm = _corrected(told, "holm")
    fdr = _corrected(told, "fdr_bh")
    return {
        who: NOT_TOLD
        if who not in told
        else BelowLine(told[who], holm[who], fdr[who], below=holm[who] <= family, listed=fdr[who] <= listed)
        for who in chances
    }


def _corrected(chances: Mapping[str, float], method: str) -> dict[str, float]:
    if not chances:
        return {}
    corrected = multipletests(list(chances.values()), method=method)[1]
    return {who: float(p) for who, p in zip(chances, corrected, strict=True)}
