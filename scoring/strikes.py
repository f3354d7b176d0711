"""Three failed assessments in a row: derived from the months each time, never counted up in place.

The policy says 连续三次考核不合格. A month counts only if that is beyond chance and beyond one person's opinion. What
follows from three is 提请人工复核: a person decides, with retraining offered first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

IN_A_ROW = 3
WORDS = "提请人工复核"


@dataclass(frozen=True, slots=True)
class MonthlyAssessment:
    """What one month says of one operator.

    Args:
        month: ``2026-10``.
        assessed: At least one call was heard; False on leave. Such a month neither adds to a run nor breaks it.
        failed: The mean lies below the passing line.
        enough: As many calls were heard as the centre asks for.
        below: The whole interval lies below the line.
        confirmed: Faults that two reviewers confirmed suffice to fail it. Whether the second had seen the first's word
            is for the caller to say (`qa_pipeline.assessment.verdicts`): fatal errors are judged blind, items not yet.
        appeal_pending: An appeal against it is not decided yet.
    """

    month: str
    assessed: bool
    failed: bool = False
    enough: bool = False
    below: bool = False
    confirmed: bool = False
    appeal_pending: bool = False

    @property
    def proven(self) -> bool:
        """Whether the month counts as failed, appeals aside. Any doubt and it does not."""
        return self.assessed and self.failed and self.enough and self.below and self.confirmed


def unsettled(month: str) -> MonthlyAssessment:
    """Return a month that was drawn but not settled: nobody can be said to have failed it, so it breaks a run."""
    return MonthlyAssessment(month, assessed=True)


class StrikeStatus(StrEnum):
    """Where a run stands: HELD would be three if a pending appeal were lost."""

    NONE = "none"
    COUNTING = "counting"
    HELD = "held"
    FOR_REVIEW = "for_review"


@dataclass(frozen=True, slots=True)
class StrikeState:
    """The run that the last month ends: ``run`` if pending appeals are won, ``run_if_lost`` if they are lost.

    ``months`` are those of the longer run.
    """

    status: StrikeStatus
    run: int
    run_if_lost: int
    months: tuple[str, ...]


def strike_state(months: Sequence[MonthlyAssessment]) -> StrikeState:
    """Return where the run stands after the last of the months.

    A failed month that is not proven breaks the run like a passed one: it cannot be said to have failed. A pending
    appeal counts against nobody: only a run that is three whatever becomes of the appeal is put forward.

    Args:
        months: In order of time; months that are missing count as leave, so one that is still open must be given as
            `unsettled`.

    Raises:
        ValueError: Months are not in order, or one stands twice.
    """
    for before, after in pairwise(months):
        if before.month >= after.month:
            raise ValueError(f"month {after.month} stands after {before.month}; give each month once, in order")
    certain = _run(months, lost=False)
    feared = _run(months, lost=True)
    return StrikeState(_status(len(certain), len(feared)), len(certain), len(feared), feared)


def _run(months: Sequence[MonthlyAssessment], *, lost: bool) -> tuple[str, ...]:
    """Return the months of the run at the end, with every pending appeal lost, or won."""
    run: list[str] = []
    for month in reversed([month for month in months if month.assessed]):
        if not month.proven or (month.appeal_pending and not lost):
            break
        run.append(month.month)
    return tuple(reversed(run))


def _status(certain: int, feared: int) -> StrikeStatus:
    if certain >= IN_A_ROW:
        return StrikeStatus.FOR_REVIEW
    if feared >= IN_A_ROW:
        return StrikeStatus.HELD
    return StrikeStatus.COUNTING if feared else StrikeStatus.NONE
