"""Whether a month lies below the passing line beyond chance, for every operator of a centre at once.

Sixty operators are sixty chances to be wrong. A person is put forward for three months in a row, so what is corrected
for the number of operators is the chance of three: `month_level`. To correct every month by itself (Holm) would ask
that much three times over; an operator who passes 80 % of calls would then hardly ever be found at 20 calls a month
(bench/RESULTS.md, “Strikes”), and one person's strike would hang on how colleagues fared. Holm's figure is still given.
A list that people only look at may hold some who are there by chance: it goes by Benjamini and Hochberg, who bound
their share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scipy import stats
from statsmodels.stats.multitest import multipletests

from scoring.intervals import standard_errors, weighted_mean
from scoring.strikes import IN_A_ROW

FAMILY = 0.025
"""One-sided, as the upper end of a 95 % interval is: of one month, and of a centre's whole year."""
YEAR = 12
LIST = 0.10
"""Of a list to look at, this share may be there by chance."""


@dataclass(frozen=True, slots=True)
class BelowLine:
    """What can be said of one operator's month against the line.

    Args:
        p: The chance of such a mean, or a lower one, if the true mean lay at the line; None: it cannot be told.
        p_holm: The same, corrected for all operators of this month (Holm); for information. None where ``p`` is.
        p_listed: The same, corrected by Benjamini and Hochberg.
        below: It may count as a strike: ``p`` is at most `month_level`.
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


def month_level(operators: int, family: float = FAMILY) -> float:
    """Return what a month's chance must not exceed to count as a strike, 0–1.

    With ``x`` in each of three months, somebody at the line is put forward within a year with at most ``12 x^3``, and
    somebody of so many operators with at most ``12 x^3`` times as many: ``x`` keeps that within ``family`` and is never
    more than it. It is `FAMILY` up to 133 operators, 0.0219 at 200, 0.0128 at 1000. It takes months to be drawn anew,
    as they are. Who truly failed two of three months is put forward with ``x`` by the third's chance alone.

    Raises:
        ValueError: No operators, or a family chance outside 0–1.
    """
    if operators < 1 or not 0 < family < 1:
        raise ValueError(f"{operators} operators, family chance {family}: one or more, and within 0 to 1")
    return min(family, float((family / (YEAR * operators)) ** (1 / IN_A_ROW)))


def strike_gate(
    chances: Mapping[str, float | None], operators: int | None = None, family: float = FAMILY, listed: float = LIST
) -> dict[str, BelowLine]:
    """Return for each operator whether the month lies below the line beyond chance.

    Args:
        chances: By operator, what `chance_below` said; of those who had enough calls. None is never below.
        operators: How many could be put forward; by default those that were told of.
        family: The chance that within a year anybody is put forward who is not below.
        listed: The share of a list that may be there by chance.

    Raises:
        ValueError: A chance that is none, or less operators than were told of.

    Source: Holm 1979, Scandinavian Journal of Statistics 6:65–70; Benjamini and Hochberg 1995, Journal of the Royal
    Statistical Society B 57:289–300.
    """
    told = {who: chance for who, chance in chances.items() if chance is not None}
    for who, chance in told.items():
        if not 0 <= chance <= 1 or math.isnan(chance):
            raise ValueError(f"operator {who}: a chance of {chance}; it lies from 0 to 1")
    size = len(chances) if operators is None else operators
    if size < len(chances):
        raise ValueError(f"{size} operators, {len(chances)} chances; count all who could be put forward")
    level = month_level(max(1, size), family)
    holm, fdr = _holm(told), _false_discovery(told)
    found = {
        who: BelowLine(p, holm[who], fdr[who], below=p <= level, listed=fdr[who] <= listed) for who, p in told.items()
    }
    return {who: found.get(who, NOT_TOLD) for who in chances}


def _holm(chances: Mapping[str, float]) -> dict[str, float]:
    """Return what ``multipletests(…, method="holm")`` would; that one walks the whole heap for garbage at each call."""
    found, least = {}, 0.0
    for n, (who, chance) in enumerate(sorted(chances.items(), key=lambda told: told[1])):
        least = max(least, chance * (len(chances) - n))
        found[who] = min(1.0, least)
    return found


def _false_discovery(chances: Mapping[str, float]) -> dict[str, float]:
    if not chances:
        return {}
    corrected = multipletests(list(chances.values()), method="fdr_bh")[1]
    return {who: float(p) for who, p in zip(chances, corrected, strict=True)}
