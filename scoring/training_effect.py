"""What a training changed: points lost a call before and after it, against colleagues who did not attend.

Who is sent because of bad months gets better by itself: bad luck does not come twice (regression to the mean). Two
estimates stand against that, each right under another account of who was sent:

- the *difference of changes* (difference in differences): right where the two groups would have moved alike;
- the *adjusted difference* (the later figure on the earlier one and on attendance): right where people were sent by
  their earlier figures.

Which of the two holds nobody knows, but where the earlier figures foretell the later ones, and less than fully, the
truth lies between them (Ding and Li 2019, Political Analysis 27:605-615). So an effect is told only where both are
beyond chance on the same side. One operator is one observation, however many calls were heard (Bertrand, Duflo and
Mullainathan 2004, Quarterly Journal of Economics 119:249-275): calls of one person are alike.

Colleagues of one team are alike, too: a new leader, another shift, other callers move all of them at once. Where teams
attend as a whole that looks like the training's doing, and beyond chance; then nothing is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from scoring.exact import rounded
from scoring.intervals import LEVEL, POINT_STEP, Interval, outward, weighted_mean

ENOUGH_CALLS = 5
"""With fewer calls on either side an operator is left out: one call would be a fifth of their figure and more."""
ENOUGH_OPERATORS = 8
"""With fewer operators in either group nothing is told: of three, a training that changed nothing was said to have an
effect in up to 4.2 % of simulated centres; of eight and more in at most 2.9 % (bench/training_effect.py)."""
MOST_TOGETHER = 2
"""Where what moves teams counts more than so many times as much as what moves people (`togetherness`), nothing is told
(bench/training_effect.py). A lot goes beyond it in about two cases of a hundred."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Loss:
    """Points that a call lost on the items trained, and its chance of having been drawn (above 0, up to 1)."""

    lost: Decimal
    probability: Decimal


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator's calls before and after, and whether they attended; without a ``team`` they stand by themselves."""

    operator_id: str
    attended: bool
    before: tuple[Loss, ...]
    after: tuple[Loss, ...]
    team: str = ""

    @property
    def enough(self) -> bool:
        """Whether either side has so many calls that the operator counts."""
        return min(len(self.before), len(self.after)) >= ENOUGH_CALLS


@dataclass(frozen=True, slots=True)
class Estimate:
    """A change in points lost a call; below 0 is better. ``interval`` is None where nothing varies."""

    value: Decimal
    interval: Interval | None

    @property
    def side(self) -> int:
        """-1 or 1 where the change is beyond chance, else 0."""
        if self.interval is None or self.interval.low <= 0 <= self.interval.high:
            return 0
        return -1 if self.interval.high < 0 else 1


@dataclass(frozen=True, slots=True)
class Group:
    """``n`` operators, and the mean of their points lost a call before and after."""

    n: int
    before: Decimal
    after: Decimal


class Verdict(StrEnum):
    """What may be said of a training."""

    TOO_FEW = "too_few"
    BY_TEAM = "by_team"
    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a training changed; estimates are of points lost a call, below 0 is better.

    Args:
        attended: Who attended and has enough calls, None where nobody has; ``others`` those who did not attend.
        left_out: Ids of operators with too few calls.
        naive: What those who attended changed by, all by itself: never a proof, and shown to say so.
        reliability: How much of what sets the earlier figures apart is people and not chance, 0-1.
        regression: What those who attended would change by had nothing been done, if they were sent for their figures.
        changes: Their change less the others'.
        adjusted: Their later figure less the others', at the same earlier figure.
        by_team: Whether attendance went so much by team that all intervals here are too short: teams move alike.
    """

    attended: Group | None
    others: Group | None
    left_out: tuple[str, ...]
    naive: Estimate | None = None
    reliability: Decimal | None = None
    regression: Decimal | None = None
    changes: Estimate | None = None
    adjusted: Estimate | None = None
    by_team: bool = False

    @property
    def verdict(self) -> Verdict:
        """What may be said: an effect only where both estimates are beyond chance on the same side."""
        if self.changes is None or self.adjusted is None:
            return Verdict.TOO_FEW
        if self.by_team:
            return Verdict.BY_TEAM
        if self.changes.side != self.adjusted.side or self.changes.side == 0:
            return Verdict.UNCLEAR
        return Verdict.BETTER if self.changes.side < 0 else Verdict.WORSE

    @property
    def interval(self) -> Interval | None:
        """From the lower to the upper end of both estimates' intervals: what an effect is told with."""
        if self.changes is None or self.adjusted is None or self.by_team:
            return None
        ends = (self.changes.interval, self.adjusted.interval)
        if ends[0] is None or ends[1] is None:
            return None
        return Interval(min(ends[0].low, ends[1].low), max(ends[0].high, ends[1].high))


def effect(operators: Sequence[Operator]) -> Effect:
    """Return what a training changed, from the calls of all who are compared."""
    counted = [one for one in operators if one.enough]
    left_out = tuple(one.operator_id for one in operators if not one.enough)
    attended = np.array([one.attended for one in counted], dtype=bool)
    before, after = (_means(calls) for calls in ([o.before for o in counted], [o.after for o in counted]))
    groups = (_group(before, after, attended), _group(before, after, ~attended))
    if min(int(attended.sum()), int((~attended).sum())) < ENOUGH_OPERATORS:
        return Effect(*groups, left_out)
    shares = reliabilities([one.before for one in counted])
    change = after - before
    return Effect(
        *groups,
        left_out,
        naive=_estimate(change[attended].mean(), _t_ends(change[attended])),
        reliability=_step(float(shares.mean())),
        regression=_step(float(((1 - shares) * (before.mean() - before))[attended].mean())),
        changes=difference_of_changes(change[attended], change[~attended]),
        adjusted=adjusted_difference(before, after, attended),
        by_team=togetherness(counted) > MOST_TOGETHER,
    )


def togetherness(operators: Sequence[Operator]) -> Fraction:
    """Return how many times as much what moves whole teams adds to a comparison's variance as what moves people alone.

    That is sum((a - b)^2) / (1 / n_attended + 1 / n_others) over teams, a being a team's share of those who attended, b
    of the others (some of either are needed): a team's size where teams attend whole, about 1 by lot, 0 where as many
    of each attend. Worked out here after Moulton 1986, Journal of Econometrics 32:385-397; the tests simulate it.
    """
    there = Counter((one.attended, one.team or (one.operator_id,)) for one in operators)
    teams = {team for _, team in there}
    n, others = (sum(there[side, team] for team in teams) for side in (True, False))
    apart = sum((Fraction(there[True, team], n) - Fraction(there[False, team], others)) ** 2 for team in teams)
    return apart / (Fraction(1, n) + Fraction(1, others))


def difference_of_changes(attended: Floats, others: Floats) -> Estimate:
    """Return the difference of two groups' mean changes, one change an operator, with Welch's interval.

    Source: Bertrand, Duflo and Mullainathan 2004 (before and after made one figure each); Welch 1947, Biometrika
    34:28-35, by statsmodels. The tests repeat Card and Krueger 1994, table 3.
    """
    value = attended.mean() - others.mean()
    if _same(attended) and _same(others):
        return _estimate(value, None)
    ends = CompareMeans(DescrStatsW(attended), DescrStatsW(others)).tconfint_diff(alpha=1 - LEVEL, usevar="unequal")
    return _estimate(value, ends)


def adjusted_difference(before: Floats, after: Floats, attended: NDArray[np.bool_]) -> Estimate:
    """Return the difference of two groups' later figures at the same earlier figure, with an HC3 interval.

    The later figure is regressed on attendance and on the earlier figure; spreads may differ between operators
    (MacKinnon and White 1985, Journal of Econometrics 29:305-325, by statsmodels), t with n - 3 degrees of freedom.

    Source: Vickers and Altman 2001, BMJ 323:1123-1124, whose worked example the tests repeat.
    """
    columns = [np.ones(len(before)), attended.astype(float)]
    if not _same(before):
        columns.append(before - before.mean())
    design = np.column_stack(columns)
    fitted = OLS(after, design).fit()
    value = float(fitted.params[1])
    # The line goes through whoever alone has an earlier figure: of how far others lie from it that says nothing.
    alone = (np.linalg.qr(design)[0] ** 2).sum(axis=1).max() > 1 - 1e-9
    if _same(after) or alone:
        return _estimate(value, None)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, fitted.df_resid)) * float(fitted.HC3_se[1])
    return _estimate(value, (value - reach, value + reach))


def reliabilities(samples: Sequence[Sequence[Loss]]) -> Floats:
    """Return by operator how much of what sets their mean apart from others' is the person and not chance, 0-1.

    The variance between people is that of their means less what chance adds to it, by the variance of calls within
    people; for equal numbers of calls this is the intraclass correlation of means, (BMS - WMS) / BMS.

    Args:
        samples: Each operator's calls, `ENOUGH_CALLS` and more; two operators and more.

    Source: Shrout and Fleiss 1979, Psychological Bulletin 86:420-428, whose example the tests repeat; Kelley 1927.
    """
    means = _means(samples)
    squares = sum(float(((_lost(calls) - mean) ** 2).sum()) for calls, mean in zip(samples, means, strict=True))
    within = squares / sum(len(calls) - 1 for calls in samples)
    chance = within * np.array([_weight(calls) for calls in samples])
    between = max(0.0, float(means.var(ddof=1) - chance.mean()))
    if between == 0:
        return np.zeros(len(samples))
    found: Floats = between / (between + chance)
    return found


def _weight(calls: Sequence[Loss]) -> float:
    """Return by how much a mean varies less than one call: 1 / n where all were equally likely to be drawn (Kish)."""
    weights = np.array([1 / float(call.probability) for call in calls])
    return float((weights**2).sum() / weights.sum() ** 2)


def _means(samples: Sequence[Sequence[Loss]]) -> Floats:
    return np.array([_mean(calls) for calls in samples], dtype=float)


def _mean(calls: Sequence[Loss]) -> float:
    weights = np.array([1 / float(call.probability) for call in calls])
    return float((weights * _lost(calls)).sum() / weights.sum())


def _lost(calls: Sequence[Loss]) -> Floats:
    return np.array([float(call.lost) for call in calls])


def operator_mean(calls: Sequence[Loss]) -> Decimal | None:
    """Return one operator's mean of points lost a call, weighted as the month weights its calls; None of nothing."""
    return weighted_mean([call.lost for call in calls], [call.probability for call in calls])


def _group(before: Floats, after: Floats, chosen: NDArray[np.bool_]) -> Group | None:
    n = int(chosen.sum())
    return None if n == 0 else Group(n, _step(float(before[chosen].mean())), _step(float(after[chosen].mean())))


def _t_ends(values: Floats) -> tuple[float, float] | None:
    if _same(values):
        return None
    low, high = DescrStatsW(values).tconfint_mean(alpha=1 - LEVEL)
    return float(low), float(high)


def _same(values: Floats) -> bool:
    return bool(np.ptp(values) < 1e-9)


def _estimate(value: float, ends: tuple[float, float] | None) -> Estimate:
    if ends is None:
        return Estimate(_step(float(value)), None)
    low, high = (float(end) for end in ends)
    return Estimate(
        _step(float(value)), Interval(outward(low, POINT_STEP, down=True), outward(high, POINT_STEP, down=False))
    )


def _step(value: float) -> Decimal:
    return rounded(Fraction(value), POINT_STEP) + 0  # -0.00 becomes 0.00
