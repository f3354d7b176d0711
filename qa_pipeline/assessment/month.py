"""A month from its calls: which count, what each operator's mean, grade and run of failed months are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from qa_pipeline.assessment.beside import Beside, earlier_assessments
from qa_pipeline.assessment.centre import centre_month
from qa_pipeline.assessment.closing import ClosedLine
from qa_pipeline.assessment.verdicts import final_verdicts
from qa_pipeline.assessment.views import DRAWN, CallPoints, MonthView, Note, NoteKind, OperatorMonth
from qa_pipeline.errors import ScorecardInvalid
from qa_pipeline.models import CallFile, MonthData, Operator
from scoring.pay import PayScheme
from scoring.scorecard import Scorecard
from scoring.settlement import (
    Counts,
    OperatorInput,
    SampledPoints,
    Settlement,
    Standards,
    scored_call,
    settle,
)
from scoring.strikes import MonthlyAssessment

T = TypeVar("T", CallPoints, ClosedLine)
CERTAIN = Decimal(1)
NOTHING_BESIDE = Beside()


def assess(
    data: MonthData,
    card: Scorecard,
    min_calls: int,
    previous: Sequence[ClosedLine] = (),
    still_open: Sequence[str] = (),
    beside: Beside = NOTHING_BESIDE,
    scheme: PayScheme | None = None,
    points_of: Callable[[CallFile, Scorecard], CallPoints] | None = None,
) -> MonthView:
    """Compute a month's figures from what is stored.

    Args:
        data: The month.
        card: Its scorecard.
        min_calls: Fewer calls than this never make a strike.
        previous: Lines of settled months, any operators, any order; those from this month on are left aside.
        still_open: Earlier months that were drawn and are not settled; each breaks every run of failed months.
        beside: What counts beside the calls; without a pay scheme its pay terms are left aside.
        scheme: How grades become money; it fits the scorecard.
        points_of: `call_points`, or what gives the same from what it kept; of a large month that is most of the work.

    Raises:
        ScorecardInvalid: The calls were judged by rules that this scorecard does not fit.
        ValueError: A sampled call's probability is not within (0, 1]; with a scheme also where pay terms do not fit.
    """
    scored = points_of or call_points
    calls = tuple(scored(file, card) for file in data.files)
    heard, lines = _by_operator(calls), _by_operator(previous)
    taken = Counter(call.operator_id for call in data.frame)
    standards = Standards(card, min_calls, scheme, beside.variance, max(1, len(data.operators)))
    operators = []
    for operator in sorted(data.operators, key=lambda operator: operator.operator_id):
        who = operator.operator_id
        past = earlier_assessments(data.month, lines[who], still_open, beside)
        given = operator_input(data.month, who, heard[who], past, beside)
        operators.append(operator_month(operator, taken[who], settle(given, standards), min_calls))
    centre = centre_month(data, card, calls, operators)
    return MonthView(data.month, card.version, min_calls, centre, tuple(operators), calls, beside.variance)


def call_points(file: CallFile, card: Scorecard) -> CallPoints:
    """Return one call's points with everything that people have said to it.

    Raises:
        ScorecardInvalid: A rule judged an item that this scorecard does not have.
    """
    drawn = file.sampled
    verdicts = None if file.audit is None else final_verdicts(card, file.audit, file.decisions)
    try:
        scored = scored_call(
            card,
            file.call.call_id,
            CERTAIN if drawn is None else drawn.probability,
            drawn=drawn is not None and drawn.reason in DRAWN,
            verdicts=verdicts,
        )
    except ValueError as error:
        raise ScorecardInvalid.of(card.version, error) from error
    return CallPoints(
        call_id=file.call.call_id,
        operator_id=file.call.operator_id,
        shift=file.call.shift,
        reason=None if drawn is None else drawn.reason,
        probability=scored.probability,
        evaluation=scored.evaluation,
        upheld=scored.upheld,
        unconfirmed=scored.unconfirmed,
        counted=scored.counted,
        failure=file.failure if scored.evaluation is None else None,
        unjudged=scored.unjudged,
    )


def operator_month(operator: Operator, n_frame: int, settled: Settlement, min_calls: int) -> OperatorMonth:
    """Return a settlement as screens and reports show it; ``n_frame`` are all calls that the operator took."""
    grade, interval, counts = settled.grade, settled.interval, settled.counts
    return OperatorMonth(
        operator=operator,
        n_heard=counts.heard,
        n_audited=counts.audited,
        n_frame=n_frame,
        mean=settled.mean,
        mean_low=settled.mean_low,
        mean_high=settled.mean_high,
        interval_low=None if interval is None else interval.low,
        interval_high=None if interval is None else interval.high,
        grade=None if grade is None else grade.name,
        grade_low=None if settled.grade_low is None else settled.grade_low.name,
        grade_high=None if settled.grade_high is None else settled.grade_high.name,
        factor=None if grade is None else grade.factor,
        failing=grade is not None and grade.failing,
        enough=settled.assessment.enough,
        provisional=settled.provisional,
        suspected_fatal=counts.all_suspected,
        confirmed_fatal=counts.all_fatal,
        assessment=settled.assessment,
        strike=settled.strike,
        notes=_notes(counts, min_calls),
        call_mean=settled.call_mean,
        notice_points=settled.notice_points,
        pay=None if settled.pay is None else settled.pay.total,
    )


def operator_input(
    month: str, operator_id: str, calls: Sequence[SampledPoints], earlier: Sequence[MonthlyAssessment], beside: Beside
) -> OperatorInput:
    """Return what one operator's month is settled from."""
    return OperatorInput(
        month,
        calls,
        tuple(earlier),
        tuple(beside.notices.get(operator_id, ())),
        tuple(beside.retrained_on.get(operator_id, ())),
        tuple(beside.terms.get(operator_id, ())),
        (month, operator_id) in beside.pending,
    )


def _by_operator(rows: Sequence[T]) -> defaultdict[str, list[T]]:
    grouped: defaultdict[str, list[T]] = defaultdict(list)
    for row in rows:
        grouped[row.operator_id].append(row)
    return grouped


def _notes(counts: Counts, min_calls: int) -> tuple[Note, ...]:
    found = {
        NoteKind.NOTHING_HEARD: 0 if counts.heard else 1,
        NoteKind.FEW_CALLS: min_calls if 0 < counts.heard < min_calls else 0,
        NoteKind.NOT_AUDITED: counts.unaudited,
        NoteKind.NOTHING_APPLIES: counts.nothing_applies,
        NoteKind.UNJUDGED: counts.unjudged,
        NoteKind.OPEN: counts.open,
        NoteKind.UNCONFIRMED: counts.unconfirmed,
        NoteKind.SUSPECTED: counts.suspected,
        NoteKind.FATAL: counts.fatal,
    }
    return tuple(Note(kind, count) for kind, count in found.items() if count)
