"""Who attended which training, from a table that trainers keep."""

from __future__ import annotations

import re

from qa_pipeline.ingest.cells import Cells
from qa_pipeline.models.persons import as_written
from qa_pipeline.models.training_records import AttendanceLine, Presence, Seen, SessionDraft, SessionKind

ATTENDANCE_COLUMNS = {
    "held_on": ("培训日期", "held_on"),
    "kind": ("培训类别", "session_kind"),
    "topic": ("培训主题", "topic"),
    "leader": ("主讲", "主讲人", "讲师", "trainer"),
    "minutes": ("培训时长", "培训分钟", "minutes"),
    "team": ("培训班组", "session_team"),
    "items": ("对应评分项", "items"),
    "operator_id": ("工号", "坐席工号", "operator_id"),
    "presence": ("出席", "出席情况", "presence"),
    "made_up_on": ("补课日期", "made_up_on"),
    "reason": ("缺席原因", "reason"),
    "why": ("更正原因", "correction"),
    "by": ("登记人", "recorded_by"),
}
ATTENDANCE_REQUIRED = ("held_on", "kind", "topic", "leader", "operator_id", "presence")
KINDS = {kind.name_zh: kind for kind in SessionKind} | {kind.value: kind for kind in SessionKind}
PRESENCES = {one.name_zh: one for one in Presence} | {one.value: one for one in Presence}
EVERYBODY = frozenset({"", "全体"})
HOUR = 60


def read_attendance(cells: Cells) -> AttendanceLine:
    """Read one row of a table of attendance."""
    held_on = cells.day("held_on")
    team = cells.text("team")
    draft = SessionDraft(
        kind=cells.choice("kind", KINDS, SessionKind.OTHER),
        held_on=held_on,
        topic=as_written(cells.text("topic", required=True)),
        leader=cells.text("leader", required=True),
        minutes=cells.whole("minutes", 1, 24 * 60) if cells.text("minutes") else HOUR,
        team="" if team in EVERYBODY else team,
        items=tuple(re.findall(r"[A-Za-z]\d+", cells.text("items").upper())),
    )
    presence = cells.choice("presence", PRESENCES, Presence.PRESENT)
    seen = _seen(cells, presence, draft)
    return AttendanceLine(draft, cells.text("operator_id", required=True), seen, cells.text("why"), cells.text("by"))


def _seen(cells: Cells, presence: Presence, draft: SessionDraft) -> Seen:
    if presence is Presence.PRESENT:
        return Seen(presence)
    reason = cells.text("reason", required=presence in {Presence.ABSENT, Presence.EXCUSED})
    if presence is not Presence.MADE_UP:
        return Seen(presence, None, reason)
    day = cells.day_or_none("made_up_on", required=True)
    if day is not None and day < draft.held_on:
        cells.fault("made_up_on", f"补课日期 {day} 早于培训日期 {draft.held_on}", "核对后改正")
    return Seen(presence, day, reason)
