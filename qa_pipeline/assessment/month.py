"""A month from its calls: which count, what each operator's mean, grade and run of failed months are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from qa_pipeline.assessment.centre import centre_month
from qa_pipeline.assessment.closing import ClosedLine
from qa_pipeline.assessment.standing import mostly_open, unconfirmed
from qa_pipeline.assessment.verdicts import final_verdicts, upheld_points
from qa_pipeline.assessment.views import CallPoints, MonthView, Note, NoteKind, OperatorMonth
from qa_pipeline.models import CallFile, DrawReason, MonthData, Operator
from scoring.grades import grade_of, passing_line
from scoring.intervals import Mean, mean_with_interval
from scoring.score import Evaluation, score_call
from scoring.scorecard import Scorecard
from scoring.strikes import MonthlyAssessment, strike_state, unsettled

T = TypeVar("T", CallPoints, ClosedLine)
CERTAIN = Decimal(1)
RANDOM = (DrawReason.RANDOM, DrawReason.REPLACEMENT)


def assess(
    data: MonthData,
    card: Scorecard,
    min_calls: int,
    previous: Sequence[ClosedLine] = (),
    still_open: Sequence[str] = (),
) -> MonthView:
    """Compute a month's figures from what is stored.

    Args:
        data: The month.
        card: Its scorecard.
        min_calls: Fewer calls than this never make a strike.
        previous: Lines of settled months, any operators, any order; those from this month on are left aside.
        still_open: Earlier months that were drawn and are not settled; each breaks every run of failed months.

    Raises:
        ScorecardInvalid: The calls were judged by rules that this scorecard does not fit.
        ValueError: A sampled call's probability is not within (0, 1].
    """
    calls = tuple(call_points(file, card) for file in data.files)
    heard, lines = _by_operator(calls), _by_operator(previous)
    taken = Counter(call.operator_id for call in data.frame)
    operators = tuple(
        _operator(
            operator, data.month, card, heard[who], taken[who], min_calls, _earlier(data.month, lines[who], still_open)
        )
        for operator in sorted(data.operators, key=lambda operator: operator.operator_id)
        for who in [operator.operator_id]
    )
    return MonthView(data.month, card.version, min_calls, centre_month(data, card, calls, operators), operators, calls)


def call_points(file: CallFile, card: Scorecard) -> CallPoints:
    """Return one call's points with everything that people have said to it."""
    evaluation: Evaluation | None = None
    upheld: Decimal | None = None
    if file.audit is not None:
        verdicts = final_verdicts(card, file.audit, file.decisions)
        evaluation, upheld = score_call(card, verdicts), upheld_points(card, verdicts)
    drawn = file.sampled
    unjudged = evaluation is not None and not evaluation.fatal and mostly_open(evaluation)
    random = drawn is not None and drawn.reason in RANDOM
    return CallPoints(
        call_id=file.call.call_id,
        operator_id=file.call.operator_id,
        shift=file.call.shift,
        reason=None if drawn is None else drawn.reason,
        probability=CERTAIN if drawn is None else drawn.probability,
        evaluation=evaluation,
        upheld=upheld,
        unconfirmed=() if evaluation is None else unconfirmed(evaluation),
        counted=random and evaluation is not None and _applies(evaluation) and not unjudged,
        failure=file.failure if evaluation is None else None,
        unjudged=random and unjudged,
    )


def _applies(evaluation: Evaluation) -> bool:
    return bool(evaluation.fatal) or any(section.points is not None for section in evaluation.sections)


def _by_operator(rows: Sequence[T]) -> defaultdict[str, list[T]]:
    grouped: defaultdict[str, list[T]] = defaultdict(list)
    for row in rows:
        grouped[row.operator_id].append(row)
    return grouped


def _operator(
    operator: Operator,
    month: str,
    card: Scorecard,
    mine: Sequence[CallPoints],
    n_frame: int,
    min_calls: int,
    earlier: Sequence[MonthlyAssessment],
) -> OperatorMonth:
    scored = [call for call in mine if call.counted]
    mean, low, high = (_mean(scored, which) for which in ("points", "points_low", "points_high"))
    grade, grade_low, grade_high = (None if m is None else grade_of(card, m.value) for m in (mean, low, high))
    assessment = _assessment(month, card, scored, mean, min_calls)
    return OperatorMonth(
        operator=operator,
        n_heard=len(scored),
        n_audited=sum(call.evaluation is not None for call in mine),
        n_frame=n_frame,
        mean=None if mean is None else mean.value,
        mean_low=None if low is None else low.value,
        mean_high=None if high is None else high.value,
        interval_low=None if mean is None or mean.interval is None else mean.interval.low,
        interval_high=None if mean is None or mean.interval is None else mean.interval.high,
        grade=None if grade is None else grade.name,
        grade_low=None if grade_low is None else grade_low.name,
        grade_high=None if grade_high is None else grade_high.name,
        factor=None if grade is None else grade.factor,
        failing=grade is not None and grade.failing,
        enough=assessment.enough,
        provisional=grade_low != grade_high or any(call.waiting or call.unjudged for call in mine),
        suspected_fatal=sum(bool(call.evaluation and call.evaluation.suspected) for call in mine),
        confirmed_fatal=sum(bool(call.evaluation and call.evaluation.fatal) for call in mine),
        assessment=assessment,
        strike=strike_state([*earlier, assessment]),
        notes=_notes(mine, scored, min_calls),
    )


def _mean(calls: Sequence[CallPoints], which: str) -> Mean | None:
    values = [getattr(call.evaluation, which) for call in calls]
    return mean_with_interval(values, [call.probability for call in calls])


def _assessment(
    month: str, card: Scorecard, scored: Sequence[CallPoints], mean: Mean | None, min_calls: int
) -> MonthlyAssessment:
    """Return whether the month counts as failed: on what two reviewers found, not on what the machine said."""
    line = passing_line(card)
    upheld = [call.upheld for call in scored if call.upheld is not None]
    proven = mean_with_interval(upheld, [call.probability for call in scored])
    return MonthlyAssessment(
        month=month,
        assessed=bool(scored),
        failed=mean is not None and mean.value < line,
        enough=len(scored) >= min_calls,
        below=proven is not None and proven.interval is not None and proven.interval.high < line,
        confirmed=proven is not None and proven.value < line,
    )


def _earlier(month: str, previous: Sequence[ClosedLine], still_open: Sequence[str]) -> list[MonthlyAssessment]:
    settled = {line.month: line.assessment for line in previous}
    known = {name: unsettled(name) for name in still_open} | settled
    return [known[name] for name in sorted(known) if name < month]


def _notes(mine: Sequence[CallPoints], scored: Sequence[CallPoints], min_calls: int) -> tuple[Note, ...]:
    judged = [call.evaluation for call in scored if call.evaluation is not None]
    counts = {
        NoteKind.NOTHING_HEARD: 0 if scored else 1,
        NoteKind.FEW_CALLS: min_calls if 0 < len(scored) < min_calls else 0,
        NoteKind.NOT_AUDITED: sum(call.reason in RANDOM and call.evaluation is None for call in mine),
        NoteKind.NOTHING_APPLIES: sum(call.evaluation is not None and not _applies(call.evaluation) for call in mine),
        NoteKind.UNJUDGED: sum(call.unjudged for call in mine),
        NoteKind.OPEN: sum(call.is_open for call in scored),
        NoteKind.UNCONFIRMED: sum(bool(call.unconfirmed) for call in scored),
        NoteKind.SUSPECTED: sum(bool(found.suspected) for found in judged),
        NoteKind.FATAL: sum(bool(found.fatal) for found in judged),
    }
    return tuple(Note(kind, count) for kind, count in counts.items() if count)
