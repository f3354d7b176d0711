"""The points if only faults count that two reviewers confirmed: the least that a strike may rest on.

Of fatal errors the two words were given blind; of ordinary items the second reviewer may have seen the first's word,
until reviews can be taken blind there too. A run of strikes is therefore only put forward to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from scoring.card import Scorecard
from scoring.outcome import Outcome
from scoring.score import REVIEWERS_FOR_FATAL, ItemVerdict, score_call

FULL = Decimal("100.00")


def upheld_points(card: Scorecard, verdicts: Sequence[ItemVerdict]) -> Decimal:
    """Return the points of a call with every fault left out that fewer than two people found.

    Raises:
        ValueError: As `scoring.score.score_call`.
    """
    if not any(_twice(verdict) for verdict in verdicts):
        # Nothing is lost, whatever applies; most calls are like that and need not be scored a second time.
        return FULL
    return score_call(card, [_upheld(verdict) for verdict in verdicts]).points


def _twice(verdict: ItemVerdict) -> bool:
    people = verdict.person and len(set(verdict.reviewers)) >= REVIEWERS_FOR_FATAL
    return verdict.outcome is Outcome.FAIL and people


def _upheld(verdict: ItemVerdict) -> ItemVerdict:
    if verdict.outcome is Outcome.NOT_APPLICABLE or _twice(verdict):
        return verdict
    return replace(verdict, outcome=Outcome.PASS, person=True)
