"""How far two people agree beyond chance: Cohen's kappa and Gwet's AC1 with intervals, from pairs of words.

Both are given since kappa falls towards 0 where nearly all findings are of one kind (Feinstein and Cicchetti 1990), as
findings of a good centre are; AC1 does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from scoring.exact import rounded
from scoring.intervals import LEVEL, Interval, Share, share

ENOUGH = 30
"""Below so many pairs no coefficient is given: both intervals rest on large samples (Cicchetti and Fleiss 1977, Applied
Psychological Measurement 1:195-201, ask for 2 q^2 pairs of q categories: 18 of the three that there are here)."""
STEP = Decimal("0.001")
LOWEST = -1.0
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement, at most 1, with its interval; None where it cannot be told."""

    value: Decimal | None
    interval: Interval | None


NOT_KNOWN = Coefficient(None, None)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ``n`` pairs, ``same`` agree; ``kappa`` and ``ac1`` correct for chance. ``enough``: n is at least `ENOUGH`."""

    n: int
    same: Share
    kappa: Coefficient
    ac1: Coefficient

    @property
    def enough(self) -> bool:
        """Whether there are so many pairs that the coefficients say something."""
        return self.n >= ENOUGH


def agreement(pairs: Sequence[Pair], categories: Sequence[str], enough: int = ENOUGH) -> Agreement:
    """Return the agreement of pairs of words, each on one finding by two people (or by one, twice).

    Args:
        pairs: The words of either, of ``categories``.
        categories: Two or more words that could be said, whether or not they were.
        enough: With fewer pairs the coefficients are not given.

    Raises:
        ValueError: Less than two categories, or a word that is not among them.
    """
    if len(set(categories)) < 2:
        raise ValueError(f"categories {list(categories)}: chance can be told of two or more")
    table = _table(pairs, categories)
    same = share(int(np.trace(table)), len(pairs))
    if len(pairs) < max(2, enough):
        return Agreement(len(pairs), same, NOT_KNOWN, NOT_KNOWN)
    return Agreement(len(pairs), same, _kappa(table, same), _ac1(table, same))


def _table(pairs: Sequence[Pair], categories: Sequence[str]) -> NDArray[np.float64]:
    place = {word: n for n, word in enumerate(categories)}
    table = np.zeros((len(categories), len(categories)))
    for one, other in pairs:
        if one not in place or other not in place:
            raise ValueError(f"pair {one!r}, {other!r}: a word is one of {', '.join(categories)}")
        table[place[one], place[other]] += 1
    return table


def _kappa(table: NDArray[np.float64], same: Share) -> Coefficient:
    """Return Cohen's kappa with the interval of Fleiss, Cohen and Everitt 1969 (Psychological Bulletin 72:323-327).

    Where both said one and the same word always, chance alone agrees fully, and kappa is 0 / 0: not known. Where one of
    them did, kappa is 0 whatever the other said, and no interval tells more.
    """
    used = table.any(axis=0) | table.any(axis=1)
    if used.sum() < 2:
        return NOT_KNOWN
    if table.any(axis=0).sum() < 2 or table.any(axis=1).sum() < 2:
        return Coefficient(Decimal("0.000"), None)
    if same.hits == same.n:
        return _all_agree(same, float((table.sum(axis=0) * table.sum(axis=1)).sum() / table.sum() ** 2))
    found = cohens_kappa(table[used][:, used])
    return _coefficient(float(found.kappa), float(found.std_kappa) * float(stats.norm.ppf((1 + LEVEL) / 2)))


def _ac1(table: NDArray[np.float64], same: Share) -> Coefficient:
    """Return Gwet's AC1 with his linearised variance over pairs that were drawn of many.

    With ``pi`` the mean share of each category, ``pe = sum(pi (1 - pi)) / (q - 1)`` and ``AC1 = (pa - pe) / (1 - pe)``;
    each pair contributes ``(agrees - pe) / (1 - pe) - 2 (1 - AC1) (pe_pair - pe) / (1 - pe)`` with ``pe_pair`` the mean
    of its two ``1 - pi`` over ``q - 1``.

    Source: Gwet 2008, British Journal of Mathematical and Statistical Psychology 61:29-48.
    """
    n, q = float(table.sum()), len(table)
    shares = (table.sum(axis=0) + table.sum(axis=1)) / (2 * n)
    agreed = float(np.trace(table)) / n
    chance = float((shares * (1 - shares)).sum()) / (q - 1)
    value = (agreed - chance) / (1 - chance)
    pair_chance = (1 - (shares[:, None] + shares[None, :]) / 2) / (q - 1)
    each = (np.eye(q) - chance - 2 * (1 - value) * (pair_chance - chance)) / (1 - chance)
    spread = float((table * (each - value) ** 2).sum()) / (n - 1)
    if same.hits == same.n:
        return _all_agree(same, chance)
    return _coefficient(value, math.sqrt(spread / n) * float(stats.t.ppf((1 + LEVEL) / 2, n - 1)))


def _all_agree(same: Share, chance: float) -> Coefficient:
    """Return a coefficient of 1, whose variance of 0 says more than was seen.

    Its lower end is the coefficient at the lower end of Wilson's interval of agreement.
    """
    low = 0.0 if same.interval is None else float(same.interval.low)
    return _coefficient(1.0, (1 - low) / (1 - chance))


def _coefficient(value: float, reach: float) -> Coefficient:
    low, high = max(LOWEST, value - reach), min(1.0, value + reach)
    ends = Interval(rounded(Fraction(low), STEP), rounded(Fraction(high), STEP))
    return Coefficient(rounded(Fraction(value), STEP), ends)
