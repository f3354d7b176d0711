"""One operator's figures of a month that is open, from that operator's calls alone.

A month may have a million calls and hundreds of operators; each looks at their own line, often.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from qa_pipeline.assessment import CallPoints, OperatorMonth, earlier_assessments, operator_input, operator_month
from qa_pipeline.assessment.month import call_points
from qa_pipeline.models import CallFile, Operator
from qa_pipeline.review.months import previous_lines
from qa_pipeline.settling.beside import beside_of
from qa_pipeline.store.queries.calls import count_calls_of, sampled_files
from qa_pipeline.store.queries.month import open_months, scorecard_version_of
from qa_pipeline.store.queries.people import count_operators
from scoring.scorecard import Scorecard
from scoring.settlement import Standards, settle


def operator_figures(
    session: Session,
    month: str,
    operator: Operator,
    card_of: Callable[[str | None], Scorecard],
    min_calls: int,
    points_of: Callable[[CallFile, Scorecard], CallPoints] = call_points,
) -> OperatorMonth:
    """Return the line that `qa_pipeline.review.month_figures` has of an operator in a month that is not settled.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        operator: Whose.
        card_of: Gives the scorecard of a version, or the one in force.
        min_calls: Fewer calls than this never make a strike.
        points_of: As `qa_pipeline.assessment.assess` has it.

    Raises:
        SettingsError: The scorecard is neither kept nor in force.
        ScorecardInvalid: The calls were judged by rules that it does not fit.
    """
    who, beside = operator.operator_id, beside_of(session, month)
    card = card_of(scorecard_version_of(session, month))
    calls = [points_of(file, card) for file in sampled_files(session, month, who)]
    past = earlier_assessments(month, previous_lines(session, month, who), open_months(session, month), beside)
    standards = Standards(card, min_calls, None, beside.variance, max(1, count_operators(session)))
    settled = settle(operator_input(month, who, calls, past, beside), standards)
    return operator_month(operator, count_calls_of(session, month, who), settled, min_calls)
