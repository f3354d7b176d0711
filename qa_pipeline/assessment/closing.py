"""An operator's line as a month is settled: what later months derive strikes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from qa_pipeline.assessment.views import MonthView, OperatorMonth
from scoring.strikes import MonthlyAssessment

POINTS = ("mean", "mean_low", "mean_high", "interval_low", "interval_high", "factor")


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """One operator's figures of a settled month. A later appeal sets ``appeal_pending`` on a copy, never in place."""

    month: str
    operator_id: str
    n_heard: int
    n_frame: int
    mean: Decimal | None
    mean_low: Decimal | None
    mean_high: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    grade: str | None
    factor: Decimal | None
    provisional: bool
    assessed: bool
    failed: bool
    enough: bool
    below: bool
    confirmed: bool
    appeal_pending: bool = False

    @property
    def assessment(self) -> MonthlyAssessment:
        """What the month says for the run of failed months."""
        return MonthlyAssessment(
            self.month, self.assessed, self.failed, self.enough, self.below, self.confirmed, self.appeal_pending
        )


def closing_lines(view: MonthView) -> tuple[ClosedLine, ...]:
    """Return what settling a month keeps of each operator."""
    return tuple(_line(view.month, line) for line in view.operators)


def line_mapping(line: ClosedLine) -> dict[str, str | int | bool | None]:
    """Return a line as plain JSON values; decimals are text."""
    values = {field.name: getattr(line, field.name) for field in fields(line)}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def closed_line(mapping: Mapping[str, object]) -> ClosedLine:
    """Return the line that `line_mapping` wrote; keys that it does not know are left aside.

    Raises:
        TypeError: A key is missing.
    """
    values = {field.name: mapping[field.name] for field in fields(ClosedLine) if field.name in mapping}
    decimals = {name: Decimal(str(values[name])) for name in POINTS if values.get(name) is not None}
    return ClosedLine(**{**values, **decimals})  # type: ignore[arg-type]  # as line_mapping wrote them


def _line(month: str, line: OperatorMonth) -> ClosedLine:
    shared = {field.name for field in fields(ClosedLine)} & set(OperatorMonth.__slots__)
    found = line.assessment
    return ClosedLine(
        month=month,
        operator_id=line.operator.operator_id,
        assessed=found.assessed,
        failed=found.failed,
        enough=found.enough,
        below=found.below,
        confirmed=found.confirmed,
        **{name: getattr(line, name) for name in shared - {"enough"}},
    )
