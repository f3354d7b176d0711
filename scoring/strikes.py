"""Three failed assessments in a row: derived from the months each time, never counted up in place.

The policy says 连续三次考核不合格. A month counts only if that is beyond chance and beyond one person's opinion. What
follows from three is 提请人工复核: a person decides. Nobody is put forward before a retraining was offered within the
run and the operator has taken or declined it: until then three in a row mean 先安排培训.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

IN_A_ROW = 3
WORDS = "提请人工复核"
RETRAINING_WORDS = "先安排培训"


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
    """Where a run stands: HELD would be three if a pending appeal were lost.

    RETRAINING_FIRST is three that nobody may put forward yet, since no retraining within the run is recorded.
    """

    NONE = "none"
    COUNTING = "counting"
    HELD = "held"
    RETRAINING_FIRST = "retraining_first"
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


def strike_state(months: Sequence[MonthlyAssessment], retrained_on: Sequence[date] = ()) -> StrikeState:
    """Return where the run stands after the last of the months.

    A failed month that is not proven breaks the run like a passed one: it cannot be said to have failed. A pending
    appeal counts against nobody: only a run that is three whatever becomes of the appeal is put forward.

    Args:
        months: In order of time; months that are missing count as leave, so one that is still open must be given as
            `unsettled`.
        retrained_on: Days on which the operator took, or declined, a retraining that was offered; in any order. What
            is not known was not offered.

    Raises:
        ValueError: Months are not in order, or one stands twice.
    """
    for before, after in pairwise(months):
        if before.month >= after.month:
            raise ValueError(f"month {after.month} stands after {before.month}; give each month once, in order")
    certain = _run(months, lost=False)
    feared = _run(months, lost=True)
    status = _status(len(certain), len(feared))
    if status is StrikeStatus.FOR_REVIEW and not retrained_within(certain, retrained_on):
        status = StrikeStatus.RETRAINING_FIRST
    return StrikeState(status, len(certain), len(feared), feared)


def retrained_within(run: Sequence[str], retrained_on: Sequence[date]) -> bool:
    """Whether a retraining answers a run of failed months.

    It does if it was taken or declined after the run's first month: before that month was over nobody could know of
    it, and what was done about an earlier run is no answer to this one.

    Args:
        run: Months of the run, ``YYYY-MM``, in order.
        retrained_on: Days on which a retraining was taken or declined.
    """
    return bool(run) and any(f"{day:%Y-%m}" > run[0] for day in retrained_on)


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
