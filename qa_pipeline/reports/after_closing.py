"""What appeals changed of a month after it was settled, as reports and pages show it: 结账后调整."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from qa_pipeline.assessment import AfterClosing, MonthView
from scoring.adjustments import Adjustment

SHEET = "结账后调整"
HEADS = (
    *("申诉编号", "工号", "姓名", "原分数", "改后分数", "原等次", "改后等次", "原系数", "改后系数"),
    *("补发（元）", "记入月份", "说明"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that changed; ``what`` is points, grade, factor or pay, as printed."""

    what: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class AdjustedLine:
    """One adjustment for a list; ``paid`` in yuan, None where the settled pay was not computed."""

    appeal_id: int
    operator_id: str
    name: str
    changes: tuple[Change, ...]
    paid: Decimal | None
    booked_in: str
    words: str


def adjusted_lines(view: MonthView) -> tuple[AdjustedLine, ...]:
    """Return what was changed of a month since it was settled; nothing of an open one."""
    names = _names(view)
    return tuple(_line(one, names.get(one.made.operator_id, "")) for one in view.adjustments)


def adjustment_sheets(view: MonthView) -> dict[str, pd.DataFrame]:
    """Return the workbook's sheet by name; none where nothing was changed."""
    names = _names(view)
    rows = [_row(one, names.get(one.made.operator_id, "")) for one in view.adjustments]
    return {SHEET: pd.DataFrame(rows, columns=list(HEADS))} if rows else {}


def _names(view: MonthView) -> dict[str, str]:
    return {line.operator.operator_id: line.operator.name for line in view.operators}


def _line(one: AfterClosing, name: str) -> AdjustedLine:
    made = one.made
    return AdjustedLine(one.appeal_id, made.operator_id, name, _changes(made), made.pay, made.booked_in, made.words)


def _changes(made: Adjustment) -> tuple[Change, ...]:
    was, now = made.before, made.after
    pairs = (
        ("points", was.points, now.points),
        ("grade", was.grade, now.grade),
        ("factor", was.factor, now.factor),
        ("pay", was.pay, now.pay),
    )
    return tuple(Change(what, _said(a), _said(b)) for what, a, b in pairs if a != b)


def _said(value: Decimal | str | None) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else f"{value:.2f}"


def _row(one: AfterClosing, name: str) -> list[object]:
    made = one.made
    was, now = made.before, made.after
    figures = (was.points, now.points, was.grade, now.grade, was.factor, now.factor, made.pay)
    plain = (float(value) if isinstance(value, Decimal) else value for value in figures)
    return [one.appeal_id, made.operator_id, name, *plain, made.booked_in, made.words]
