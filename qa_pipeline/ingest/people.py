"""Roster and shift plan."""

from __future__ import annotations

from qa_pipeline.ingest.cells import Cells
from qa_pipeline.models import Operator, ShiftDuty

ROSTER_COLUMNS = {
    "operator_id": ("工号", "坐席工号", "operator_id"),
    "name": ("姓名", "name"),
    "team": ("班组", "team"),
    "leader_id": ("班长", "组长", "班长工号", "leader_id", "leader"),
    "hired_on": ("入职日期", "hired_on"),
}
ROSTER_REQUIRED = ("operator_id", "name")

PLAN_COLUMNS = {
    "day": ("日期", "day", "date"),
    "shift": ("班次", "shift"),
    "operator_id": ("工号", "坐席工号", "operator_id"),
}
PLAN_REQUIRED = ("day", "shift", "operator_id")


def read_operator(cells: Cells) -> Operator:
    """Read one row of a roster."""
    return Operator(
        operator_id=cells.text("operator_id", required=True),
        name=cells.text("name", required=True),
        team=cells.text("team"),
        leader_id=cells.text("leader_id") or None,
        hired_on=cells.day_or_none("hired_on"),
    )


def read_duty(cells: Cells) -> ShiftDuty:
    """Read one row of a shift plan."""
    return ShiftDuty(
        day=cells.day("day"),
        shift=cells.text("shift", required=True),
        operator_id=cells.text("operator_id", required=True),
    )
