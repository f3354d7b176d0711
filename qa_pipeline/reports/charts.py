"""The chart of operators as places on paper: plain SVG, so that it prints and opens anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa_pipeline.assessment import OperatorMonth
from scoring.scorecard import Scorecard

LABEL_PX = 150
PLOT_PX = 840
ROW_PX = 26
TOP_PX = 30
BOTTOM_PX = 26
VALUE_PX = 70


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis with its words."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One operator: mean, interval and range in pixels; ``interval`` is None below two calls."""

    y: int
    label: str
    value: str
    mean: float
    interval: tuple[float, float] | None
    span: tuple[float, float]
    failing: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws."""

    width: int
    height: int
    left: int
    bottom: int
    ticks: tuple[Tick, ...]
    lines: tuple[Tick, ...]
    rows: tuple[Row, ...]


def operators_chart(operators: Sequence[OperatorMonth], card: Scorecard) -> Chart | None:
    """Return the chart of all operators that have a mean, None where nobody has."""
    shown = [line for line in operators if line.mean is not None]
    if not shown:
        return None
    least = _least(shown, card)
    bottom = TOP_PX + ROW_PX * len(shown)
    step = 5 if least >= 70 else 10
    return Chart(
        width=LABEL_PX + PLOT_PX + VALUE_PX,
        height=bottom + BOTTOM_PX,
        left=LABEL_PX,
        bottom=bottom,
        ticks=tuple(Tick(_x(Decimal(at), least), str(at)) for at in range(least, 101, step)),
        lines=tuple(Tick(_x(band.at_least, least), band.name) for band in card.grades if band.at_least > least),
        rows=tuple(_row(line, n, least) for n, line in enumerate(shown)),
    )


def _least(shown: Sequence[OperatorMonth], card: Scorecard) -> int:
    """Return where the axis begins: a ten below all that is drawn, and below the lowest grade line."""
    lows = [low for line in shown for low in (line.mean_low, line.interval_low) if low is not None]
    lines = [band.at_least for band in card.grades if band.at_least > 0]
    return max(0, int((min([*lows, *lines]) - 1) // 10 * 10))


def _row(line: OperatorMonth, n: int, least: int) -> Row:
    mean, low, high = (Decimal(0) if v is None else v for v in (line.mean, line.mean_low, line.mean_high))
    interval = None
    if line.interval_low is not None and line.interval_high is not None:
        interval = _x(line.interval_low, least), _x(line.interval_high, least)
    return Row(
        y=TOP_PX + ROW_PX * n + ROW_PX // 2,
        label=f"{line.operator.operator_id} {line.operator.name}",
        value=f"{mean:.2f}",
        mean=_x(mean, least),
        interval=interval,
        span=(_x(low, least), _x(high, least)),
        failing=line.failing,
    )


def _x(points: Decimal, least: int) -> float:
    return round(LABEL_PX + float(points - least) / (100 - least) * PLOT_PX, 1)
