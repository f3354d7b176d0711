"""A month's operators settled one after the other, so that a month of a million calls never lies in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.orm import Session

from qa_pipeline.assessment import (
    CallPoints,
    ClosedLine,
    Doubts,
    LeftOver,
    closed_line,
    doubts,
    earlier_assessments,
    left_over_of,
    line_of,
    operator_month,
)
from qa_pipeline.errors import ScorecardInvalid
from qa_pipeline.ledger.calls import final_verdicts, score
from qa_pipeline.models import FrameRow, Operator, SettlingCall
from qa_pipeline.store.queries.month import StoredLine
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.settling import closed_lines_of, frame_of, settling_calls
from scoring.notices import NoticePoints
from scoring.score import ItemVerdict
from scoring.settlement import OperatorInput, ScoredCall, Settlement, Standards, settle
from scoring.strikes import MonthlyAssessment

AT_ONCE = 20
"""Operators read at once: few enough for memory, enough that statements do not count."""


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A sampled call, the verdicts that it is scored by (None: not audited), and its points."""

    call: SettlingCall
    final: tuple[ItemVerdict, ...] | None
    scored: ScoredCall


@dataclass(frozen=True, slots=True)
class Beside:
    """What of a month counts beside its calls: approved notices by operator id."""

    notices: Mapping[str, Sequence[NoticePoints]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettledOperator:
    """One operator's month with all that it was settled from."""

    operator: Operator
    frame: tuple[FrameRow, ...]
    calls: tuple[JudgedCall, ...]
    notices: tuple[NoticePoints, ...]
    earlier: tuple[MonthlyAssessment, ...]
    settlement: Settlement
    line: ClosedLine
    left: LeftOver
    doubts: Doubts


def settled_operators(
    session: Session, month: str, standards: Standards, beside: Beside, still_open: Sequence[str] = ()
) -> Iterator[SettledOperator]:
    """Settle everybody on the roster, by operator id.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        standards: Scorecard and the fewest calls for a strike.
        beside: What counts beside the calls.
        still_open: Earlier months that were drawn and are not settled.

    Raises:
        ScorecardInvalid: The calls were judged by rules that the scorecard does not fit.
    """
    everybody = iter(operators(session))
    while some := list(islice(everybody, AT_ONCE)):
        ids = [operator.operator_id for operator in some]
        calls, frame = settling_calls(session, month, ids), frame_of(session, month, ids)
        lines = closed_lines_of(session, month, ids)
        for operator in some:
            who = operator.operator_id
            earlier = _earlier(month, lines.get(who, ()), still_open)
            given = _Given(calls.get(who, ()), frame.get(who, ()), earlier, tuple(beside.notices.get(who, ())))
            yield _settled(operator, month, standards, given)


@dataclass(frozen=True, slots=True)
class _Given:
    calls: Sequence[SettlingCall]
    frame: Sequence[FrameRow]
    earlier: tuple[MonthlyAssessment, ...]
    notices: tuple[NoticePoints, ...]


def _earlier(month: str, lines: Sequence[StoredLine], still_open: Sequence[str]) -> tuple[MonthlyAssessment, ...]:
    return earlier_assessments(month, [closed_line(line.body) for line in lines], still_open)


def _settled(operator: Operator, month: str, standards: Standards, given: _Given) -> SettledOperator:
    calls = tuple(_judged(call, standards) for call in given.calls)
    found = settle(
        OperatorInput(month, [call.scored for call in calls], given.earlier, given.notices),
        standards,
    )
    shown = operator_month(operator, len(given.frame), found, standards.min_calls)
    points = [_points(call) for call in calls]
    return SettledOperator(
        operator=operator,
        frame=tuple(given.frame),
        calls=calls,
        notices=given.notices,
        earlier=given.earlier,
        settlement=found,
        line=line_of(month, shown),
        left=left_over_of(points),
        doubts=doubts([shown], points),
    )


def _judged(call: SettlingCall, standards: Standards) -> JudgedCall:
    final = final_verdicts(call, standards.card)
    try:
        return JudgedCall(call, final, score(call, standards.card, final))
    except ValueError as error:
        raise ScorecardInvalid.of(standards.card.version, error) from error


def _points(judged: JudgedCall) -> CallPoints:
    call, scored = judged.call, judged.scored
    return CallPoints(
        call_id=call.call_id,
        operator_id=call.operator_id,
        shift=call.shift,
        reason=call.sampled.reason,
        probability=scored.probability,
        evaluation=scored.evaluation,
        upheld=scored.upheld,
        unconfirmed=scored.unconfirmed,
        counted=scored.counted,
        failure="failed" if call.failed else None,
        unjudged=scored.unjudged,
    )
