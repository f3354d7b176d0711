"""A month's operators settled one after the other, so that a month of a million calls never lies in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from qa_pipeline.assessment import (
    Beside,
    ClosedLine,
    Doubts,
    LeftOver,
    closed_line,
    doubts,
    earlier_assessments,
    left_over_of,
    line_of,
    operator_input,
    operator_month,
)
from qa_pipeline.errors import ScorecardInvalid
from qa_pipeline.ledger.calls import call_body, call_points, final_verdicts, score
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.writing import Writing
from qa_pipeline.models import FrameRow, Operator, SettlingCall
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.settling import closed_lines_of, frame_of, settling_calls
from scoring.settlement import OperatorInput, ScoredCall, Settlement, Standards, settle

AT_ONCE = 20
"""Operators read at once: few enough for memory, enough that statements do not count."""


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A sampled call, its points, and its entry in the ledger."""

    call: SettlingCall
    scored: ScoredCall
    body: Body


@dataclass(frozen=True, slots=True)
class SettledOperator:
    """One operator's month with all that it was settled from."""

    operator: Operator
    frame: tuple[FrameRow, ...]
    calls: tuple[JudgedCall, ...]
    given: OperatorInput
    settlement: Settlement
    line: ClosedLine
    left: LeftOver
    doubts: Doubts


def settled_operators(
    session: Session, month: str, standards: Standards, beside: Beside, writing: Writing
) -> Iterator[SettledOperator]:
    """Settle everybody on the roster, by operator id.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        standards: Scorecard and the fewest calls for a strike.
        beside: What counts beside the calls.
        writing: How calls are written into the ledger.

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
            past = [closed_line(line.body) for line in lines.get(who, ())]
            earlier = earlier_assessments(month, past, (), beside)
            judged = tuple(_judged(call, standards, writing) for call in calls.get(who, ()))
            given = operator_input(month, who, [call.scored for call in judged], earlier, beside)
            yield _settled(operator, judged, tuple(frame.get(who, ())), given, standards)


def _settled(
    operator: Operator,
    calls: tuple[JudgedCall, ...],
    frame: tuple[FrameRow, ...],
    given: OperatorInput,
    standards: Standards,
) -> SettledOperator:
    found = settle(given, standards)
    shown = operator_month(operator, len(frame), found, standards.min_calls)
    points = [call_points(call.body, call.scored) for call in calls]
    return SettledOperator(
        operator=operator,
        frame=frame,
        calls=calls,
        given=given,
        settlement=found,
        line=line_of(given.month, shown),
        left=left_over_of(points),
        doubts=doubts([shown], points, {error.code: error.name for error in standards.card.fatal_errors}),
    )


def _judged(call: SettlingCall, standards: Standards, writing: Writing) -> JudgedCall:
    final = final_verdicts(call, standards.card)
    try:
        scored = score(call, standards.card, final)
    except ValueError as error:
        raise ScorecardInvalid.of(standards.card.version, error) from error
    return JudgedCall(call, scored, call_body(call, scored, final, writing))
