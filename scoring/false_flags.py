"""How often somebody competent would be put forward by chance alone: printed beside every strike.

Calls are taken as passed or failed independently with one true rate; a month fails when the share that passed is below
the line, or, with the gate, only when the upper end of its Wilson interval is.
"""

from __future__ import annotations

import math

from scipy import stats

from scoring.intervals import LEVEL, share
from scoring.strikes import IN_A_ROW

TRUE_RATE = 0.95
LINE = 0.90
MONTHS = 12


def month_fails(n: int, true_rate: float = TRUE_RATE, line: float = LINE, *, gated: bool = False) -> float:
    """Return the chance that a month of ``n`` calls fails.

    Raises:
        ValueError: No calls, or rates outside 0–1.
    """
    if n < 1 or not 0 <= true_rate <= 1 or not 0 <= line <= 1:
        raise ValueError(f"n {n}, true rate {true_rate}, line {line}: n is at least 1 and rates lie from 0 to 1")
    # A product such as 0.9 * 10 carries float noise, which must not turn 9 of 10 into a miss.
    passed = math.ceil(line * n - 1e-9) - 1
    while gated and passed >= 0 and _upper_end(passed, n) >= line:
        passed -= 1
    return float(stats.binom.cdf(passed, n, true_rate))


def run_of_failures(fails: float, months: int = MONTHS, in_a_row: int = IN_A_ROW) -> float:
    """Return the chance of ``in_a_row`` failed months somewhere within ``months``, by the chain of runs."""
    # at[k]: chance that no full run was seen yet and the last k months failed.
    at = [1.0] + [0.0] * (in_a_row - 1)
    seen = 0.0
    for _ in range(months):
        seen += at[-1] * fails
        at = [sum(at) * (1 - fails), *(chance * fails for chance in at[:-1])]
    return seen


def flagged_in_a_year(n: int, true_rate: float = TRUE_RATE, line: float = LINE, *, gated: bool = False) -> float:
    """Return the chance that an operator of this true rate is flagged within twelve months of ``n`` calls."""
    return run_of_failures(month_fails(n, true_rate, line, gated=gated))


def anybody_flagged(chance: float, operators: int) -> float:
    """Return the chance that at least one of so many operators is flagged."""
    return 1 - (1 - chance) ** operators


def calls_needed(operators: int, chance: float, most: int = 200, true_rate: float = TRUE_RATE) -> int | None:
    """Return how many calls a month the naive rule needs, so that hardly anybody competent is flagged in a centre.

    More calls are not always safer: of 9 one miss fails the month, of 10 it takes two. So the number is told from which
    on all larger samples, up to ``most``, keep within the chance.

    Args:
        operators: Of the centre, each of the true rate.
        chance: That it befalls at least one of them within a year, 0–1.
        most: None is returned where not even so many calls suffice.
        true_rate: What a competent operator passes.

    Raises:
        ValueError: No operators, or a chance outside 0–1.
    """
    if operators < 1 or not 0 < chance < 1:
        raise ValueError(f"{operators} operators, chance {chance}: one or more, and within 0 to 1")
    for n in range(most, 0, -1):
        if anybody_flagged(flagged_in_a_year(n, true_rate), operators) > chance:
            return None if n == most else n + 1
    return 1


def _upper_end(passed: int, n: int) -> float:
    interval = share(passed, n, LEVEL).interval
    return 1.0 if interval is None else float(interval.high)
